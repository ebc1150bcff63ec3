"""The app speaks to members: message/send, message/update_template_card, message/recall.

Source: developer.work.weixin.qq.com/document/path/90236, /94888, /94867.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.platforms.wecom import cards, contents
from tests.platforms.wecom.limits import MEMBER, Limits, Rates
from tests.platforms.wecom.media import Media
from tests.platforms.wecom.refusals import JSON, Refused, bad
from tests.platforms.wecom.world import Message, User, World

KINDS = ("text", "markdown", "image", "textcard", "template_card")
CODE_LIFE = 72 * 3600
RECALL_LIFE = 24 * 3600
MOST_USERS = 1000
LONGEST_CHECK = 4 * 3600


@dataclass
class Code:
    """A response_code: lets its message be updated once, before `until` (seconds by the world's clock)."""

    message: Message
    until: float
    used: bool = False


@dataclass
class Sending:
    """What the app sent. `dropped`: (userid, text) of every message a member never got to see; `doubles`: texts the
    duplicate check kept back."""

    world: World
    media: Media
    limits: Limits
    listens: Callable[[], bool]  # the app has a callback address; without one it may send no buttons
    codes: dict[str, Code] = field(default_factory=dict)
    task_ids: set[str] = field(default_factory=set)
    dropped: list[tuple[str, str]] = field(default_factory=list)
    doubles: list[str] = field(default_factory=list)
    recent: dict[str, float] = field(default_factory=dict)

    def send(self, asked: JSON) -> JSON:
        self.check_agent(asked)
        found, unknown = self.receivers(asked)
        kind, content = contents.content_of(asked, KINDS)
        content = self.checked(kind, content)
        if not found:
            raise Refused(81013)
        answer: JSON = {"errcode": 0, "errmsg": "ok"}
        if unknown:
            answer["invaliduser"] = "|".join(unknown)
        if self.is_double(asked):
            self.doubles.append(json.dumps(content, ensure_ascii=False))
            return answer | {"msgid": secrets.token_urlsafe(32)}
        reached = self.reached(found, "app", MEMBER, content)
        message = self.world.post("app", kind, content, reached)
        answer["msgid"] = message.id
        if kind == "template_card" and content["card_type"] in cards.PRESSED:
            self.task_ids.add(content["task_id"])
            answer["response_code"] = self.code_for(message)
        return answer

    def reached(self, users: list[User], way: str, rates: Rates, content: JSON) -> list[str]:
        """Return the userids this message comes through to; note those for whom it was one too many."""
        through = {user.userid: self.limits.admits(f"{way} {user.userid}", rates) for user in users}
        lost = [userid for userid, comes in through.items() if not comes]
        self.dropped += [(userid, json.dumps(content, ensure_ascii=False)) for userid in lost]
        return [userid for userid, comes in through.items() if comes]

    def check_agent(self, asked: JSON) -> None:
        agent = asked.get("agentid")
        if not isinstance(agent, int) or isinstance(agent, bool):
            raise Refused(40056, "Warning: wrong json format")
        if agent != self.world.agentid:
            raise Refused(301002)

    def receivers(self, asked: JSON) -> tuple[list[User], list[str]]:
        """Return (members that are written to, userids in small letters that are not)."""
        touser = asked.get("touser", "")
        if not isinstance(touser, str):
            raise bad("touser: Warning: wrong json format")
        names = list(dict.fromkeys(name for name in touser.split("|") if name))
        if not names:
            raise Refused(82001)
        if len(names) > MOST_USERS:
            raise Refused(40032)
        if names == ["@all"]:
            return [user for user in self.world.users.values() if self.world.reachable(user.userid)], []
        found = {user.userid: user for name in names if (user := self.world.reachable(name))}
        return list(found.values()), [name.lower() for name in names if not self.world.reachable(name)]

    def checked(self, kind: str, content: JSON) -> JSON:
        if kind in ("text", "markdown"):
            return contents.words(content, contents.TEXT, self.world.clipped if kind == "text" else None)
        if kind == "textcard":
            return contents.textcard(content, self.world.clipped)
        if kind == "image":
            return contents.uploaded(content, "image", self.media)
        card = cards.check(content, callbacks=self.listens())
        if card.get("task_id") in self.task_ids:
            raise Refused(42014)
        return card

    def is_double(self, asked: JSON) -> bool:
        check, pause = asked.get("enable_duplicate_check", 0), asked.get("duplicate_check_interval", 1800)
        if check not in (0, 1) or not isinstance(pause, int) or not 0 < pause <= LONGEST_CHECK:
            raise bad("duplicate_check_interval invalid")
        if not check:
            return False
        same = json.dumps(asked, sort_keys=True)
        now = self.world.clock()
        if now - self.recent.get(same, -LONGEST_CHECK) < pause:
            return True
        self.recent[same] = now
        return False

    def code_for(self, message: Message) -> str:
        code = secrets.token_urlsafe(32)
        self.codes[code] = Code(message, self.world.clock() + CODE_LIFE)
        return code

    def update(self, asked: JSON) -> JSON:
        """Change a card that was sent, for some or all who got it. A code that was refused for another reason is not used up."""
        self.check_agent(asked)
        code = self.codes.get(str(asked.get("response_code", "")))
        if code is None or self.world.clock() >= code.until:
            raise Refused(40029)
        if code.used:
            raise Refused(42022)
        meant = self.meant(asked, code.message)
        card = self.changed_card(asked, code.message)
        code.used = True
        missed = [name.lower() for name in meant if name not in code.message.to]
        for userid in meant:
            now = card or code.message.cards.get(userid, code.message.content)
            word = {} if card else {"replace_text": asked["button"]["replace_name"]}
            self.world.recard(code.message, now | word, [userid])
        return {"errcode": 0, "errmsg": "ok", **({"invaliduser": missed} if missed else {})}

    def meant(self, asked: JSON, message: Message) -> list[str]:
        userids = asked.get("userids", [])
        if not isinstance(userids, list) or asked.get("atall", 0) not in (0, 1):
            raise bad("userids or atall: Warning: wrong json format")
        if len(userids) > MOST_USERS:
            raise Refused(40032)
        if asked.get("atall"):
            return list(message.to)
        if not userids:
            raise Refused(82001)
        return [user.userid if (user := self.world.find(str(name))) else str(name) for name in userids]

    def changed_card(self, asked: JSON, message: Message) -> JSON | None:
        """Return the whole new card, or None where only the buttons become a word."""
        if "template_card" in asked:
            return cards.check(asked["template_card"], new=False, callbacks=self.listens())
        button = asked.get("button")
        if not isinstance(button, dict) or not button.get("replace_name"):
            raise bad("button.replace_name or template_card missing")
        return None

    def recall(self, asked: JSON) -> JSON:
        message = self.world.messages.get(str(asked.get("msgid", "")))
        if message is None or message.way != "app" or self.world.clock() - message.at > RECALL_LIFE:
            raise bad("msgid invalid")
        message.recalled = True
        self.world.changed()
        return {"errcode": 0, "errmsg": "ok"}
