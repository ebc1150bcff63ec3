"""A community whose people have nothing but words: residents on WeChat, the grid's people on WeCom. A real desk on a
real database; every letter is written out as a platform without buttons shows it."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from handlers.community import directory_of, read_community
from handlers.desk import Desk
from handlers.messages import Arrived, Inbound, Outgoing, Piece, Sender
from handlers.plainly import plain_words
from storage.database import Store, open_store
from storage.records import MINUTE, Address, Ticket
from tests.stories.turned_clock import NOON

TOWN = """
[community]
id = "jinghe"
name = "径河社区"
service_phone = "027-83000000"
[[compound]]
id = "east"
name = "鑫海花城东区"
regime = "community"
property = "zhang"
[[grid]]
id = "east-1"
compound = "east"
name = "第一网格"
buildings = ["1-12", "A座"]
leader = "wangfang"
deputies = ["lilei"]
chats = ["wecom:group"]
[[person]]
id = "wangfang"
name = "王芳"
roles = ["grid_leader"]
phone = "13800000001"
accounts = ["wecom:wangfang"]
[[person]]
id = "lilei"
name = "李雷"
roles = ["grid_leader"]
accounts = ["wecom:lilei"]
[[person]]
id = "zhang"
name = "张师傅"
roles = ["property"]
accounts = ["wecom:zhang"]
[[person]]
id = "chenjie"
name = "陈洁"
roles = ["staff"]
accounts = ["wecom:chenjie"]
"""
WEST = """
[[compound]]
id = "west"
name = "汉江佳苑"
regime = "community"
[[grid]]
id = "west-1"
compound = "west"
name = "第二网格"
buildings = ["1-6"]
leader = "lilei"
"""
PEOPLE = {
    "梅姨": "wechat:mei",
    "陈叔": "wechat:chen",
    "Ann": "wechat:ann",
    "王芳": "wecom:wangfang",
    "李雷": "wecom:lilei",
    "张师傅": "wecom:zhang",
    "陈洁": "wecom:chenjie",
}
PLATFORMS = frozenset({"wechat", "wecom"})
GROUP = Address("wecom:group")


class Talk:
    """Who says what, and what each chat then shows. `outs`: the letters themselves, newest last."""

    def __init__(self, store: Store) -> None:
        self.store, self.desk, self.now = store, Desk(store), NOON
        self.outs: dict[Address, list[Outgoing]] = defaultdict(list)
        self.english: set[Address] = set()
        self.messages: dict[Address, list[str]] = defaultdict(list)
        self._said = 0

    async def says(
        self, who: str, text: str = "", *, group: bool = False, photo: bool = False, press: str | None = None
    ) -> str:
        """Say it, and return what the chat then shows for it, each message on lines of its own."""
        account = Address(PEOPLE[who])
        chat = GROUP if group else account
        self._said += 1
        self.now += 1000
        before = len(self.outs[chat])
        pieces = (Piece("photo", f"photo-{self._said}"),) if photo else ()
        await self.desk.receive(
            Inbound(
                key=f"{account}:{self._said}",
                at=self.now,
                chat=chat,
                private=not group,
                sender=Sender(account, who),
                text=text,
                pieces=pieces,
                message=f"said:{self._said}" if press is None else self._below(chat, press),
                press=press,
            ),
            self.now,
        )
        await self.settle()
        return self.shown(chat, before)

    def _below(self, chat: Address, press: str) -> str:
        """Return the last message in the chat with this button."""
        with_it = [
            message
            for out, message in zip(self.outs[chat], self.messages[chat], strict=True)
            if press in {button.press for row in out.buttons for button in row}
        ]
        return with_it[-1]

    def shown(self, chat: Address, since: int = 0) -> str:
        language = "en" if chat in self.english else "zh"
        return "\n".join(plain_words(out, language) for out in self.outs[chat][since:])

    def last(self, who: str) -> str:
        chat = Address(PEOPLE[who])
        return self.shown(chat, len(self.outs[chat]) - 1)

    async def settle(self) -> None:
        """Write out and send everything that is owed."""
        while True:
            async with self.store.turn() as turn:
                bundles = await turn.outbox.claim(self.now, lease=MINUTE, limit=20, platforms=PLATFORMS)
                written = await self.desk.prepare(turn, bundles, self.now)
                arrived = []
                for bundle, out in zip(bundles, written, strict=True):
                    if isinstance(out, Exception):
                        raise out
                    if out is None:
                        await turn.outbox.drop([owed.id for owed in bundle], "untrue")
                        continue
                    message = f"sent:{bundle[0].id}"
                    self.outs[out.to].append(out)
                    self.messages[out.to].append(message)
                    await turn.outbox.sent([owed.id for owed in bundle], out.to, message, self.now)
                    arrived.append(Arrived(bundle, out, message, self.now))
                await self.desk.delivered(turn, arrived)
            if not bundles:
                return

    async def pass_by(self, minutes: float) -> None:
        self.now += round(minutes * MINUTE)
        await self.desk.sweep(self.now)
        await self.settle()

    async def ticket(self, number: int = 1001) -> Ticket:
        async with self.store.view() as view:
            found = await view.tickets.by_number("jinghe", number)
        assert found is not None, f"no ticket {number}"
        return found

    async def tickets(self) -> int:
        async with self.store.view() as view:
            numbers = range(1001, 1010)
            return sum([await view.tickets.by_number("jinghe", number) is not None for number in numbers])


_LAID: dict[str, bytes] = {}
"""The database each community begins with, made once."""


async def _lay(path: Path, text: str) -> None:
    store = await open_store(f"sqlite:///{path}")
    await store.migrate()
    async with store.turn() as turn:
        await turn.directory.replace(directory_of(read_community(tomllib.loads(text))))
    await store.close()


@asynccontextmanager
async def talk(folder: Path, text: str = TOWN) -> AsyncIterator[Talk]:
    path = folder / "huying.db"
    if text in _LAID:
        path.write_bytes(_LAID[text])
    else:
        await _lay(path, text)
        _LAID[text] = path.read_bytes()
    store = await open_store(f"sqlite:///{path}")
    yield Talk(store)
    await store.close()
