"""Flooding: told once, the staff told once, then silence; danger is read all the same; nobody else notices."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.desk.floods import DANGER, ORDINARY
from handlers.messages import Answer, Inbound, Piece, Sender
from storage.database import StorageFailed
from storage.records import HOUR, MINUTE, SECOND, Address
from tests.handlers.test_desk import Office
from tests.handlers.test_desk import said as said_by_somebody
from tests.stories.town import NOON

MEI = Sender(Address("telegram:2001"), "梅姨")
STAFF_ROOM = "telegram:-1009000001"


def said(number: int, text: str, **more: Any) -> Inbound:
    return said_by_somebody(number, text, **{"sender": MEI, **more})


def flood(count: int, first: int = 1, **more: Any) -> list[Inbound]:
    """Mei reports as many different lifts: each would become a ticket."""
    numbers = range(first, first + count)
    return [said(n, f"{n % 12 + 1}号楼{n // 12 + 1}单元电梯停了", **more) for n in numbers]


async def letters(office: Office, like: str) -> list[tuple[str, str]]:
    rows = await office.rows(
        f"SELECT route, json_extract(body, '$.say.key') FROM outbox WHERE body LIKE '%\"{like}%' ORDER BY id"
    )
    return [(str(route), str(key)) for route, key in rows]


async def test_who_floods_is_told_once_the_staff_once_and_then_it_is_silence(office: Office) -> None:
    await office.all_say(*flood(500))
    assert await office.rows("SELECT COUNT(*) FROM tickets") == [(ORDINARY.burst,)]
    assert await letters(office, "flood.") == [
        ("telegram:-1001000001", "flood.ordinary"),
        (STAFF_ROOM, "flood.staff_ordinary"),
    ]
    commits = len(office.commits)
    owed = await office.rows("SELECT COUNT(*) FROM outbox")
    await office.all_say(*flood(200, 600))
    assert await office.rows("SELECT COUNT(*) FROM outbox") == owed
    assert len(office.commits) > commits  # they came in, and nothing was written


async def test_after_a_pause_they_are_heard_again(office: Office) -> None:
    await office.all_say(*flood(100))
    later = NOON + ORDINARY.longer + ORDINARY.every
    (answer,) = await office.all_say(said(900, "9号楼15单元电梯停了", at=later))
    assert answer == Answer(f"已登记 #{1001 + ORDINARY.burst}")


async def test_danger_is_read_while_its_writer_floods(office: Office) -> None:
    await office.all_say(*flood(100))
    await office.all_say(said(900, "7号楼2单元着火了"))
    assert await office.rows("SELECT severity FROM tickets ORDER BY number DESC LIMIT 1") == [("emergency",)]


async def test_who_cries_danger_without_end_calls_nobody_any_more_and_the_staff_are_asked_to_ring(
    office: Office,
) -> None:
    await office.all_say(*(said(n, f"{n % 12 + 1}号楼{n // 12 + 1}单元着火了") for n in range(60)))
    ((count,),) = await office.rows("SELECT COUNT(*) FROM tickets")
    assert count == DANGER.burst
    assert await letters(office, "flood.") == [
        ("telegram:-1001000001", "flood.danger"),
        (STAFF_ROOM, "flood.staff_danger"),
    ]


async def test_others_do_not_notice(office: Office) -> None:
    lin = Sender(Address("telegram:2002"), "林奶奶")
    await office.all_say(*flood(300), said(900, "7号楼2单元电梯停了", sender=lin))
    assert await office.rows("SELECT reporter <> '' FROM tickets WHERE words = '7号楼2单元电梯停了'") == [
        (1,)
    ]


async def test_ordinary_talk_in_the_group_is_no_flood(office: Office) -> None:
    await office.all_say(*(said(n, "早上好") for n in range(300)))
    (answer,) = await office.all_say(said(900, "3号楼2单元电梯停了"))
    assert answer == Answer("已登记 #1001")
    assert await letters(office, "flood.") == []


async def test_what_was_said_during_an_outage_and_comes_all_at_once_is_no_flood(office: Office) -> None:
    backlog = [
        said(n, f"{n % 12 + 1}号楼{n // 12 + 1}单元电梯停了", at=NOON - HOUR + n * 30 * SECOND)
        for n in range(60)
    ]
    await office.all_say(*backlog)
    assert await office.rows("SELECT COUNT(*) FROM tickets") == [(60,)]


async def test_an_album_is_one_message(office: Office) -> None:
    photos = [
        said(n, "", album=f"a{n // 10}", pieces=(Piece("photo", f"f{n}"),), at=NOON + n) for n in range(100)
    ]
    await office.all_say(*photos)
    assert await letters(office, "flood.") == []


async def test_who_presses_without_end_sees_why_nothing_happens(office: Office) -> None:
    await office.all_say(said_by_somebody(1, "3号楼2单元电梯停了"))
    presses = [
        said(n, "", press="follow:jinghe-1001", message="1", at=NOON + n)
        for n in range(2, ORDINARY.burst + 10)
    ]
    answers = await office.all_say(*presses)
    assert answers[-1] == Answer("按得太快了，歇一分钟再按。", alert=True)


async def test_what_could_not_be_stored_does_not_count_when_it_comes_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> None:
        raise StorageFailed("the disk is full")

    with monkeypatch.context() as away:
        away.setattr(office.store, "directory", broken)
        for _ in range(100):
            (failed,) = await office.all_say(said(1, "3号楼2单元电梯停了"))
            assert isinstance(failed, StorageFailed)
    with monkeypatch.context() as full:
        full.setattr("handlers.desk.save.save", broken)
        for _ in range(100):
            (failed,) = await office.all_say(said(1, "3号楼2单元电梯停了"))
            assert isinstance(failed, StorageFailed)
    assert await office.all_say(said(1, "3号楼2单元电梯停了")) == [Answer("已登记 #1001")]


async def test_a_flood_that_goes_on_for_hours_is_told_to_the_staff_once_a_day(office: Office) -> None:
    for minute in range(0, 180, 20):
        when = NOON + minute * MINUTE
        for one in flood(60, 1 + minute * 10, at=when):
            await office.desk.receive(one, when)
    told = await letters(office, "flood.")
    assert [key for _, key in told].count("flood.staff_ordinary") == 1
    assert [key for _, key in told].count("flood.ordinary") <= 3


async def test_a_hidden_administrator_who_floods_is_told_as_well(office: Office) -> None:
    await office.all_say(*flood(100, sender=None))
    assert [key for _, key in await letters(office, "flood.")] == ["flood.ordinary", "flood.staff_ordinary"]
