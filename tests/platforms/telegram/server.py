"""The test server: a Telegram with one bot, listening on 127.0.0.1.

async with TelegramServer() as telegram:
    mei = telegram.user(2001, "梅姨", started=True)
    group = telegram.supergroup(-1001000001, "第一网格", members=[mei])
    await mei.says("3号楼电梯停了", group)
    await telegram.wait_for(lambda: "电梯" in group.last.text)
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from tests.platforms.listening import Listening
from tests.platforms.telegram import webhooks
from tests.platforms.telegram.faults import Faults
from tests.platforms.telegram.limits import Limits
from tests.platforms.telegram.media import Uploads
from tests.platforms.telegram.methods import DONE
from tests.platforms.telegram.people import Person
from tests.platforms.telegram.protocol import Call, Protocol
from tests.platforms.telegram.refusals import JSON, Refused
from tests.platforms.telegram.updates import Updates
from tests.platforms.telegram.validate import SPELLING, arguments
from tests.platforms.telegram.webhook import Pusher
from tests.platforms.telegram.world import Chat, Clock, User, World
from tests.platforms.watching import Watching

BOT_ID = 7700000001
TOKEN = f"{BOT_ID}:AAHuYing-only-for-tests-0123456789ab"


class TelegramServer(Watching):
    """One bot's Telegram. `clock` gives seconds since 1970 and rules dates, limits and the life of pressed buttons.

    `limits=False` stops refusing calls that come too fast; `privacy=True` turns the bot's privacy mode on.
    `ephemeral=False` behaves like a server older than ephemeral messages: it shows them to everyone, without a word.
    """

    world: World

    def __init__(
        self,
        *,
        token: str = TOKEN,
        username: str = "huying_bot",
        port: int = 0,
        limits: bool = True,
        privacy: bool = False,
        ephemeral: bool = True,
        clock: Clock = time.time,
    ) -> None:
        self.token = token
        self.bot = User(int(token.partition(":")[0]), "呼应", username, is_bot=True, language_code=None)
        self.world = World(self.bot, clock)
        self.world.privacy = privacy
        self.updates = Updates()
        self.world.tell = self.updates.tell
        self.limits = Limits(clock, limits)
        self.ephemeral = ephemeral
        self.faults = Faults()
        self.pusher = Pusher(self.updates, self.obey, self.world.changed, self.world.now)
        self.calls: list[Call] = []
        self.api = ""
        self._listening = Listening(port)

    async def __aenter__(self) -> TelegramServer:
        await self.start()
        return self

    async def __aexit__(self, *trouble: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Listen; after `stop` on the same port as before, with everything as it was."""
        await self._listening.start(Protocol(self), timeout_keep_alive=75)
        self.api = f"http://127.0.0.1:{self._listening.port}"
        if self.updates.webhook:
            self.pusher.start()

    async def stop(self) -> None:
        """Be gone, as in an outage: nothing listens, open calls end, nothing is pushed."""
        self.pusher.stop()
        await self._listening.stop()

    # The world --------------------------------------------------------------------------------------------------

    def user(self, user_id: int, name: str, *, started: bool = False, username: str | None = None) -> Person:
        """Add a person. `started`: they have opened the private chat with the bot already."""
        person = Person(user_id, name, username, started=started, world=self.world)
        self.world.add_user(person)
        return person

    def supergroup(
        self,
        chat_id: int,
        title: str,
        members: Sequence[User] = (),
        *,
        admins: Sequence[User] = (),
        bot_admin: bool = False,
        bot_in: bool = True,
        forum: bool = False,
    ) -> Chat:
        """Add a supergroup (its number starts with -100). `admins` are members too; the first is its creator."""
        assert str(chat_id).startswith("-100"), "a supergroup's number starts with -100"
        return self._add_group(
            Chat(chat_id, "supergroup", title, is_forum=forum), members, admins, bot_admin, bot_in
        )

    def group(
        self,
        chat_id: int,
        title: str,
        members: Sequence[User] = (),
        *,
        admins: Sequence[User] = (),
        bot_admin: bool = False,
        bot_in: bool = True,
    ) -> Chat:
        """Add a basic group, the kind that may become a supergroup later (`Person.upgrades`)."""
        assert -(10**12) < chat_id < 0, "a basic group's number is negative and short"
        return self._add_group(Chat(chat_id, "group", title), members, admins, bot_admin, bot_in)

    def _add_group(
        self, chat: Chat, members: Sequence[User], admins: Sequence[User], bot_admin: bool, bot_in: bool
    ) -> Chat:
        chat.standing |= {person.id: "member" for person in members}
        chat.standing |= {person.id: "administrator" if n else "creator" for n, person in enumerate(admins)}
        if bot_in:
            chat.standing[self.bot.id] = "administrator" if bot_admin else "member"
            chat.hears_all = not self.world.privacy
        return self.world.add_chat(chat)

    def chat(self, which: Chat | User | int) -> Chat:
        """Return a chat by itself, by its number, or a person's private chat with the bot."""
        if isinstance(which, int):
            which = self.world.users.get(which) or self.world.chats[which]
        return self.world.private(which) if isinstance(which, User) else which

    @property
    def privacy(self) -> bool:
        """Privacy mode as BotFather has it; a group keeps the mode that was set when the bot was added."""
        return self.world.privacy

    @privacy.setter
    def privacy(self, on: bool) -> None:
        self.world.privacy = on

    def injects(self, update: JSON) -> int:
        """Give the bot an update as it is, well formed or not, and return its update_id."""
        return self.updates.put(update, "injected")

    def repeats_updates(self, times: int) -> None:
        """Hand each of the next `times` updates out once more after the bot has taken it."""
        self.updates.to_repeat += times

    # What happened ----------------------------------------------------------------------------------------------

    @property
    def refusals(self) -> list[Call]:
        """The calls that were answered with an error."""
        return [call for call in self.calls if call.refusal]

    @property
    def unknown_parameters(self) -> list[str]:
        """Parameters the Bot API does not know, as `method.name`."""
        return [f"{call.method}.{name}" for call in self.calls for name in call.unknown]

    @property
    def pending(self) -> int:
        """How many updates the bot has not taken yet."""
        return len(self.updates.waiting)

    def calls_of(self, method: str, chat: Chat | User | None = None) -> list[Call]:
        """Return the calls of one method, to one chat if given, oldest first."""
        return [c for c in self.calls if c.method == method and (chat is None or c.chat_id == chat.id)]

    def scene(self) -> str:
        """Tell what stands in every chat and the last calls, for a failing test."""
        chats = (f"— {chat!r}\n{chat.text}" for chat in self.world.chats.values() if chat.everything)
        calls = "\n".join(repr(call)[:300] for call in self.calls[-8:])
        return "\n".join([*chats, f"— {self.pending} updates not taken; last calls:", calls])

    # The API ----------------------------------------------------------------------------------------------------

    async def perform(
        self, method: str, given: JSON, uploads: dict[str, Any], refusal: Refused | None = None
    ) -> Call:
        """Do one call and log it; `refusal` is an ordered one. A getUpdates that went well is not logged."""
        call = Call(method, given, uploads, self.world.clock(), refusal=refusal)
        try:
            call.values, call.unknown = arguments(method, given, uploads)
            if not self.ephemeral and call.values.pop("ephemeral_message_parameters", None):
                call.unknown.append("ephemeral_message_parameters")
            if refusal is None:
                self.limits.admit(method, call.values)
                call.result = await self._do(method, call.values, uploads)
        except Refused as refused:
            call.refusal = refused
        if method != "getUpdates" or call.refusal or call.unknown:
            self.log(call)
        return call

    def log(self, call: Call) -> None:
        self.calls.append(call)
        self.world.changed()

    async def _do(self, method: str, values: JSON, uploads: Uploads) -> Any:
        if method == "getUpdates":
            return await self.updates.get(values)
        if method in webhooks.DONE:
            return webhooks.DONE[method](self.updates, self.pusher, values)
        if method not in DONE:
            raise Refused(501, f"Not Implemented: this test server does not do {method}")
        return DONE[method](self.world, values, uploads)

    async def obey(self, asked: JSON) -> None:
        """Do the call a webhook's answer carried."""
        if asked["method"].lower() in SPELLING:
            given = {name: value for name, value in asked.items() if name != "method"}
            await self.perform(SPELLING[asked["method"].lower()], given, {})
