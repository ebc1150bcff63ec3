"""The test server: WeCom for one company with one app and one robot, listening on 127.0.0.1.

async with WeComServer(app_url="http://127.0.0.1:8080/wecom") as wecom:
    wang = wecom.member("wangfang", "王芳")
    await wang.says("待办")
    await wecom.wait_for(lambda: "1024" in wang.last.text)
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from tests.platforms.listening import Listening
from tests.platforms.watching import Watching
from tests.platforms.wechat.faults import Faults
from tests.platforms.wecom.api import Tokens
from tests.platforms.wecom.callbacks import AppCallbacks, wrap_for
from tests.platforms.wecom.limits import Limits
from tests.platforms.wecom.media import Media
from tests.platforms.wecom.people import Person
from tests.platforms.wecom.protocol import Call, Protocol
from tests.platforms.wecom.push import Line, Push
from tests.platforms.wecom.robot import Robot
from tests.platforms.wecom.seal import Seal
from tests.platforms.wecom.sending import Sending
from tests.platforms.wecom.world import Clock, Group, User, World

CORPID = "wwhuying0123456789"
AGENTID = 1000002
SECRET = "only-for-tests-wecom-secret-0123456789abcdefg"
APP = Seal("apptokenfortests", "HuYingWeComAppKeyOnlyForTestsAAAAAAAAAAAAAA", CORPID)
ROBOT = Seal("robottokenfortests", "HuYingRobotKeyOnlyForTestsBBBBBBBBBBBBBBBBA")


class WeComServer(Watching):
    """One company's WeCom. `clock` gives seconds since 1970 and rules dates, limits and how long things may be used;
    `wall` is the machine's and rules the access token and the time that is signed with each push.

    `limits=False` lets everything through; `whole_company=False`: the app's visible range is not the whole company, so
    that it may make no groups.
    """

    world: World

    def __init__(
        self,
        *,
        app_url: str = "",
        robot_url: str = "",
        port: int = 0,
        limits: bool = True,
        whole_company: bool = True,
        clock: Clock = time.time,
        wall: Clock = time.time,
    ) -> None:
        self.api = ""
        self.whole_company = whole_company
        self.world = World(CORPID, AGENTID, clock)
        self.limits = Limits(clock, limits)
        self.media = Media(self.world)
        self.tokens = Tokens(wall, CORPID, SECRET)
        self.faults = Faults()
        self.sending = Sending(self.world, self.media, self.limits, lambda: bool(self.app.line.url))
        changed = self.world.changed
        app_line = Line(
            APP, lambda sealed: wrap_for(CORPID, AGENTID, sealed), changed, url=app_url, wall=wall
        )
        self.app = AppCallbacks(self.world, app_line, self.sending)
        robot_line = Line(
            ROBOT,
            lambda sealed: b'{"encrypt": "%s"}' % sealed.encode(),
            changed,
            "application/json",
            robot_url,
            wall=wall,
        )
        self.robot = Robot(self.world, robot_line, self.media, lambda: self.api)
        self.calls: list[Call] = []
        self._listening = Listening(port)

    async def __aenter__(self) -> WeComServer:
        await self.start()
        return self

    async def __aexit__(self, *trouble: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; after `stop` on the same port as before, with everything as it was."""
        await self._listening.start(Protocol(self))
        self.api = f"http://127.0.0.1:{self._listening.port}"

    async def stop(self) -> None:
        """Be gone, as in an outage: nothing listens, open calls end, nothing is pushed."""
        await self.app.line.stop()
        await self.robot.line.stop()
        await self._listening.stop()

    def settings(self) -> dict[str, str]:
        """Return Huying's settings for this server."""
        return {
            "HUYING_WECOM_API": self.api,
            "HUYING_WECOM_CORPID": CORPID,
            "HUYING_WECOM_AGENTID": str(AGENTID),
            "HUYING_WECOM_SECRET": SECRET,
            "HUYING_WECOM_TOKEN": APP.token,
            "HUYING_WECOM_AES_KEY": APP.aes_key,
            "HUYING_WECOM_BOT_TOKEN": ROBOT.token,
            "HUYING_WECOM_BOT_AES_KEY": ROBOT.aes_key,
        }

    def calls_back(self, app_url: str, robot_url: str = "") -> None:
        """Name the program's addresses, as the admin does; `verify` checks them."""
        self.app.line.url, self.robot.line.url = app_url, robot_url

    async def verify(self) -> None:
        """Ask the addresses for their echo, as WeCom does when they are saved. Raises AssertionError with what is wrong."""
        for line in (self.app.line, self.robot.line):
            if line.url:
                await line.verify()

    # The world --------------------------------------------------------------------------------------------------

    def member(self, userid: str, name: str, *, visible: bool = True) -> Person:
        """Add a member of the company. `visible`: in the app's visible range."""
        return self._add(Person(userid, name, visible, server=self))

    def contact(self, userid: str, name: str) -> Person:
        """Add somebody outside the company, who can only be met in a group with the robot."""
        return self._add(Person(userid, name, visible=False, outside=True, server=self))

    def _add(self, person: Person) -> Person:
        assert person.userid.lower() not in self.world.users, f"{person.userid} is taken"
        self.world.users[person.userid.lower()] = person
        return person

    def appchat(self, chatid: str, name: str, members: Sequence[User]) -> Group:
        """Add a group as if the app had made it."""
        return self._group(Group(chatid, "appchat", name, list(members), owner=members[0].userid))

    def webhook(self, key: str, name: str, members: Sequence[User]) -> Group:
        """Add a group with a webhook (消息推送): who knows the key can send there, nothing comes back."""
        return self._group(Group(f"webhook:{key}", "webhook", name, list(members), key=key))

    def robot_group(self, chatid: str, name: str, members: Sequence[User]) -> Group:
        """Add a group the robot is in; members may be contacts."""
        return self._group(Group(chatid, "robot", name, list(members)))

    def _group(self, group: Group) -> Group:
        self.world.groups[group.id] = group
        return group

    # What happened ----------------------------------------------------------------------------------------------

    @property
    def refusals(self) -> list[Call]:
        """The calls WeCom itself refused; those refused by order are not among them."""
        return [call for call in self.calls if call.refusal and not call.ordered]

    @property
    def pushes(self) -> list[Push]:
        """Everything the program was told, the app's first, then the robot's."""
        return [*self.app.line.pushes, *self.robot.line.pushes]

    @property
    def troubles(self) -> list[str]:
        """What was wrong with passive answers; nobody saw those."""
        return [*self.app.troubles, *self.robot.troubles]

    @property
    def dropped(self) -> list[tuple[str, str]]:
        """(userid, content) of what came too fast, was answered with ok, and was never seen."""
        return self.sending.dropped

    @property
    def clipped(self) -> list[str]:
        """Texts that WeCom or the phone cut off."""
        return self.world.clipped

    @property
    def unknown(self) -> list[str]:
        """Fields no documentation knows, which the real one passes over: `message/send.tosuer`, `button_list.title`."""
        return self.world.unknown

    def calls_of(self, path: str) -> list[Call]:
        """Return the calls of one kind (`message/send`), oldest first."""
        return [call for call in self.calls if call.path == path]

    def scene(self) -> str:
        """Tell what stands on every phone and in every group, and the last pushes and calls, for a failing test."""
        people = [
            person for person in self.world.users.values() if isinstance(person, Person) and person.messages
        ]
        groups = [
            group for group in (*self.world.groups.values(), *self.robot.alone.values()) if group.everything
        ]
        seen = [f"— {person!r}\n{person.text}" for person in people]
        seen += [f"— {group!r}\n{group.text}" for group in groups]
        pushes = [repr(push)[:300] for push in self.pushes[-8:]]
        calls = [repr(call)[:300] for call in self.calls[-8:]]
        return "\n".join([*seen, "— last pushes:", *pushes, "— last calls:", *calls, *self.troubles])

    def log(self, call: Call) -> None:
        self.calls.append(call)
        self.world.changed()
