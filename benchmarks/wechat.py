"""Encrypted messages per second through WeChat's door to the committed ticket and its answer, against wechatpy's crypto and
parsing alone, in the same run.

Ours is `huying serve`, pushed to from another process over forty connections: signature, decryption, reading, the ticket with
ledger line, clocks and letters committed (SQLite, synchronous=FULL), the answer encrypted. The other figure is a loop that
decrypts the same pushes with wechatpy, parses them, writes a reply and encrypts it: no HTTP, nothing stored, one processor.
The rounds alternate, and the program is stopped while the loop runs. Of each the best round counts.

City: 300 grids in four communities, 6,000 residents who are known with their grid; every report is a matter of its own.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count, islice
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import TextReply

from benchmarks.cities import city
from benchmarks.figures import Figure, report
from benchmarks.reports import Rate, counted, cpu_seconds, free_port, its_turn, post, running
from benchmarks.talk import COMMUNITIES, GRIDS, RESIDENTS, report_words
from storage.database import open_store
from storage.records import Account, Address, Person, resident_id
from tests.platforms.wechat import WeChatServer
from tests.platforms.wechat.envelope import Envelope
from tests.platforms.wechat.server import AES_KEY

ROUNDS = 3
WARM = 600
PUSH = (
    "<xml><ToUserName><![CDATA[{to}]]></ToUserName>\n<FromUserName><![CDATA[{openid}]]></FromUserName>\n"
    "<CreateTime>{at}</CreateTime>\n<MsgType><![CDATA[text]]></MsgType>\n"
    "<Content><![CDATA[{words}]]></Content>\n<MsgId>{number}</MsgId>\n</xml>"
)


class Pushes:
    """Pushes with numbers of their own, each as `path TAB body`."""

    def __init__(self, wechat: WeChatServer) -> None:
        self._wechat = wechat
        self._envelope = Envelope(wechat.token, wechat.appid, AES_KEY)
        self._next = count()

    def made(self, many: int) -> list[bytes]:
        return [self._push(number) for number in islice(self._next, many)]

    def _push(self, number: int) -> bytes:
        at = int(time.time())
        words = report_words(number)
        said = PUSH.format(to="gh_huying", openid=openid(number), at=at, words=words, number=number + 10**15)
        sealed, line = self._envelope.seal(said), self._envelope.signed(at)
        line["encrypt_type"] = "aes"
        line["msg_signature"] = self._envelope.msg_signature(line["timestamp"], line["nonce"], sealed)
        body = (
            "<xml><ToUserName><![CDATA[gh_huying]]></ToUserName>"
            f"<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
        )
        return f"/wechat?{urlencode(line)}\t{body}".encode()


def openid(number: int) -> str:
    return f"o-resident-{number % RESIDENTS:06d}"


def with_wechatpy(wechat: WeChatServer, pushes: list[bytes]) -> Rate:
    """Decrypt, parse, write a reply, encrypt it: as a program would that stores nothing."""
    crypto = WeChatCrypto(wechat.token, AES_KEY, wechat.appid)
    began, busy = time.perf_counter(), time.process_time()
    for push in pushes:
        path, _, body = push.decode().partition("\t")
        line = dict(parse_qsl(path.partition("?")[2]))
        xml = crypto.decrypt_message(body, line["msg_signature"], line["timestamp"], line["nonce"])
        message = parse_message(xml)
        answer = TextReply(content="#1024 等王芳（网格长）接单 · 14:05 前", message=message).render()
        crypto.encrypt_message(answer, line["nonce"], line["timestamp"])
    took, busy = time.perf_counter() - began, time.process_time() - busy
    return Rate(len(pushes) / took, busy / len(pushes))


async def settle(database: str) -> None:
    """The city, and residents who are at home somewhere in it."""
    store = await open_store(database)
    await store.migrate()
    whole = city(communities=COMMUNITIES, grids=GRIDS)
    grids = list(whole.grids.values())
    async with store.turn() as turn:
        await turn.directory.replace(whole)
        for number in range(RESIDENTS):
            account = Address(f"wechat:{openid(number)}")
            grid = grids[number % len(grids)]
            person = Person(resident_id(account), grid.community, f"居民{number}", home_grid=grid.id)
            await turn.people.save(person)
            await turn.people.bind(Account(account, person.id))
    await store.close()


@asynccontextmanager
async def huying(folder: Path, wechat: WeChatServer) -> AsyncIterator[tuple[int, int]]:
    """`huying serve` with nothing but WeChat; gives its port and process."""
    database, port = f"sqlite:///{folder / 'huying.db'}", free_port()
    await settle(database)
    env = wechat.settings() | {
        "HUYING_DATABASE": database,
        "HUYING_MEDIA": str(folder / "media"),
        "HUYING_HTTP": f"127.0.0.1:{port}",
        "HUYING_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    async with running(["bot", "serve"], env, folder / "huying.log", port) as process:
        yield port, process


async def run(many: int) -> None:
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with WeChatServer(aes_key=AES_KEY) as wechat, huying(folder, wechat) as (port, process):
            pushes = Pushes(wechat)
            async with its_turn(process):
                await post(port, pushes.made(WARM))
            for _ in range(ROUNDS):
                ready, before = pushes.made(many), cpu_seconds(process)
                async with its_turn(process):
                    seconds, posting = await post(port, ready)
                    own = (cpu_seconds(process) - before) / many
                ours.append(Rate(many / seconds, own, posting / many))
                theirs.append(with_wechatpy(wechat, ready))
        counted(folder / "huying.db", WARM + ROUNDS * many)
    best, other = (max(rates, key=lambda rate: rate.per_second) for rates in (ours, theirs))
    note = (
        f"processor {best.own * 1e6:.0f} µs each, wechatpy's {other.own * 1e6:.0f}, "
        f"the load generator's {best.posting * 1e6:.0f}"
    )
    name, than = "encrypted, to the committed ticket", "wechatpy's crypto and parsing alone"
    report([Figure("wechat", name, best.per_second, "/s", than, other.per_second, 0.5, note=note)])


if __name__ == "__main__":
    asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else 3000))
