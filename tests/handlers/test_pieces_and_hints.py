"""The small rules beneath: what is a correction, what is kept of talk, and where 我家楼上 is."""

from __future__ import annotations

import asyncio

import pytest

from handlers import fragments, hints, places
from handlers.desk import lately
from handlers.desk.lately import Lately
from handlers.desk.row import Waiting
from handlers.messages import Inbound, Sender
from handlers.reading import DEFAULT, read
from handlers.sureness import surely_report
from storage.records import Address, Place


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("不对 是4号楼", "是4号楼"),
        ("902打错了 是602", "是602"),
        ("是402 不是204", "是402"),
        ("是402不是204", "是402"),
        ("不是3号楼是4号楼", "是4号楼"),
        ("说错了是4号楼", "是4号楼"),
        ("走近看了 不是人 是条流浪狗", "走近看了 是条流浪狗"),
        ("不是吧", None),
        ("又不是只有我家", None),
        ("不对", None),
        ("4号楼", None),
    ],
)
def test_what_is_meant_instead(words: str, meant: str | None) -> None:
    assert hints.corrected(words) == meant


HOME = Place("3", "2", "5", "501")


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("我家楼上一直往下漏水", Place("3", "2", "", "", "501室楼上")),
        ("楼上天天半夜拖桌子", Place("3", "2", "", "", "501室楼上")),
        ("我家漏水了", Place("3", "2", "5", "501")),
        ("楼道灯不亮了", Place()),
        ("7号楼楼上漏水", Place("7")),
    ],
)
def test_who_has_told_where_they_live_need_not_say_it_again(words: str, place: Place) -> None:
    said = Place("7") if "7号楼" in words else Place()
    assert places.from_home(said, HOME, words) == place


def test_without_a_home_nothing_is_guessed() -> None:
    assert places.from_home(Place(landmark="楼上"), Place(), "我家楼上漏水") == Place(landmark="楼上")


async def hear(memory: Lately, writer: int, words: str, at: int, key: str = "") -> Waiting:
    account = Address(f"telegram:{writer}")
    said = Inbound(key or f"t:{writer}:{at}", at, Address("telegram:-1"), False, Sender(account, "x"), words)
    waiting = Waiting(said, at, asyncio.get_running_loop().create_future())
    waiting.hear(DEFAULT)
    memory.hear(waiting, DEFAULT)
    return waiting


async def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lately, "MOST", 3)
    memory = Lately()
    for writer in range(10):
        await hear(memory, writer, "9号楼", 0)
    assert len(memory._pieces) == 3
    assert len((await hear(memory, 9, "门锁坏了", 1)).inbound.text) > len("门锁坏了")
    assert (await hear(memory, 0, "门锁坏了", 1)).inbound.text == "门锁坏了"


async def test_one_writer_is_remembered_by_a_few_short_pieces() -> None:
    memory = Lately()
    for at in range(20):
        await hear(memory, 1, "9号楼" if at else "长" * 41, at)
    ((pieces),) = memory._pieces.values()
    assert len(pieces) == fragments.MOST


async def test_a_message_taken_up_again_is_not_joined_to_itself() -> None:
    memory = Lately()
    await hear(memory, 1, "9号楼", 0, "t:1")
    again = await hear(memory, 1, "9号楼", 0, "t:1")
    assert again.inbound.text == "9号楼"
    joined = await hear(memory, 1, "门锁坏了", 1, "t:2")
    assert joined.inbound.text == "9号楼 门锁坏了"
    joined.hear(DEFAULT)
    assert joined.inbound.text == "门锁坏了"


def test_of_what_was_said_before_as_little_is_taken_as_makes_a_call() -> None:
    earlier = [
        fragments.Piece("a", 0, "大家早", False, False),
        fragments.Piece("b", 1, "9号楼", True, False),
        fragments.Piece("c", 2, "门禁", False, True),
    ]
    found = fragments.joined(earlier, "刷不开了", read("刷不开了"), read, surely_report)
    assert found is not None
    assert "大家早" not in found[0]
    assert found[1].building == "9"
