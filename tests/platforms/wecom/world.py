"""The world behind the API: a company, its people and groups, and what stands on their phones.

A card may look different from phone to phone, so a message keeps the newest card for each person and is always looked
at through somebody's eyes (`Sight`).
"""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.platforms.watching import Changes
from tests.platforms.wecom import cards
from tests.platforms.wecom.refusals import JSON

Clock = Callable[[], float]
TALK = {"text": "content", "markdown": "content", "textcard": "title"}


@dataclass(eq=False)
class Message:
    """One message. `way`: how it came: app, appchat, webhook, passive, reply (by response_url), or person.

    `kind` is its msgtype, `content` what stood under that name. `to`: who got it (userids). `cards`: the newest card of
    each person for whom it was updated. `at` in seconds by the world's clock.
    """

    id: str
    way: str
    kind: str
    content: JSON
    to: list[str]
    at: float
    sender: str = ""  # the userid of a person; "" for the program
    group: Group | None = None  # None: the conversation with the app
    cards: dict[str, JSON] = field(default_factory=dict)
    recalled: bool = False
    quotes: Message | None = None


@dataclass(frozen=True)
class Sight:
    """A message as one person sees it now."""

    message: Message
    userid: str

    @property
    def card(self) -> JSON | None:
        """The card as it stands now on this phone; None where there is none."""
        first = self.message.content if self.message.kind == "template_card" else None
        return self.message.cards.get(self.userid, first)

    @property
    def text(self) -> str:
        """All words but those on buttons."""
        if self.card is not None:
            return cards.text(self.card)
        content = self.message.content
        words = [str(content.get(TALK.get(self.message.kind, "content"), ""))]
        return "\n".join([*words, *([content["description"]] if "description" in content else [])])

    @property
    def labels(self) -> list[str]:
        return [button.label for button in self.buttons]

    @property
    def buttons(self) -> list[cards.Button]:
        return cards.buttons(self.card) if self.card else []

    @property
    def way(self) -> str:
        return self.message.way

    @property
    def kind(self) -> str:
        return self.message.kind

    @property
    def updated(self) -> bool:
        return self.userid in self.message.cards

    def __repr__(self) -> str:
        labels = " ".join(f"[{label}]" for label in self.labels)
        who = self.message.sender or "呼应"
        return f"{who}（{self.way}/{self.kind}）：{self.text} {labels}".rstrip()


@dataclass(eq=False)
class User:
    """Somebody with a userid. `visible`: stands in the app's visible range. `outside`: a contact of no company."""

    userid: str
    name: str
    visible: bool = True
    outside: bool = False


@dataclass(eq=False)
class Group:
    """A group. `kind`: appchat (made by the app), webhook (only sent to, by `key`), robot (where the robot listens)."""

    id: str
    kind: str
    name: str
    members: list[User]
    key: str = ""
    owner: str = ""
    everything: list[Message] = field(default_factory=list)

    @property
    def messages(self) -> list[Sight]:
        """What stands in the group, oldest first, with every card as its first member sees it."""
        eyes = self.members[0].userid if self.members else ""
        return [Sight(message, eyes) for message in self.everything]

    @property
    def last(self) -> Sight:
        assert self.messages, f"nothing stands in {self.name}"
        return self.messages[-1]

    @property
    def text(self) -> str:
        return "\n".join(map(repr, self.messages))

    def seen_by(self, userid: str) -> list[Sight]:
        return [Sight(message, userid) for message in self.everything if userid in message.to]

    def __repr__(self) -> str:
        return f"{self.name}（{self.kind} {self.id}）"


class World(Changes):
    """All people, groups and messages, and the clock (seconds since 1970)."""

    def __init__(self, corpid: str, agentid: int, clock: Clock) -> None:
        super().__init__()
        self.corpid = corpid
        self.agentid = agentid
        self.clock = clock
        self.users: dict[
            str, User
        ] = {}  # by userid in small letters: WeCom does not tell great ones from small
        self.groups: dict[str, Group] = {}
        self.messages: dict[str, Message] = {}
        self.clipped: list[str] = []  # texts a phone cuts off
        self.unknown: list[str] = []  # fields nobody knows
        self.message_ids = itertools.count(7_000_000_000_000_001)

    def now(self) -> int:
        return int(self.clock())

    def find(self, userid: str) -> User | None:
        return self.users.get(userid.lower())

    def reachable(self, userid: str) -> User | None:
        """Return the member the app may write to; None for unknown ones and those outside its visible range."""
        user = self.find(userid)
        return user if user and user.visible else None

    def group_by_key(self, key: str) -> Group | None:
        return next((group for group in self.groups.values() if group.key and group.key == key), None)

    def post(
        self,
        way: str,
        kind: str,
        content: JSON,
        to: list[str],
        group: Group | None = None,
        *,
        sender: str = "",
        quotes: Message | None = None,
    ) -> Message:
        """Let a message appear on the phones of `to`, and in the group."""
        message = Message(
            secrets.token_urlsafe(32), way, kind, content, to, self.clock(), sender, group, quotes=quotes
        )
        self.messages[message.id] = message
        if group:
            group.everything.append(message)
        if kind == "template_card":
            self.look_over(content)
        self.changed()
        return message

    def recard(self, message: Message, card: JSON, userids: list[str]) -> None:
        """Show another card in the message's place to these people."""
        message.cards |= dict.fromkeys(userids, card)
        self.look_over(card)
        self.changed()

    def look_over(self, card: JSON) -> None:
        """Note what WeCom takes from a card without a word and shows less of than was meant."""
        self.clipped.extend(cards.clipped(card))
        self.unknown.extend(cards.unknown(card))
