"""What has been kept long enough goes at night, in small steps, with a line of the ledger; what is open or young stays."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from handlers.desk.erasing import expire
from handlers.desk.housekeeping import Housekeeping
from storage.database import Store, open_store
from storage.proof import verify
from storage.records import (
    DAY,
    TERMS,
    Account,
    Act,
    Address,
    Attachment,
    Instant,
    Keep,
    Place,
    Remark,
    State,
)
from tests.databases import KINDS, fresh_database
from tests.storage.things import NOON, a_person, report
from tests.stories.town import TOWN, settle_down
from tests.whole_dump import mentions

MEI = Address("telegram:2001")
SHA = "a" * 64


@pytest.fixture(params=KINDS)
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """One matter that ended at noon with all that hangs on it, one that is open, both 梅姨's."""
    async with fresh_database(tmp_path, request.param) as url:
        store = await open_store(url)
        await settle_down(store, TOWN)
        async with store.turn() as turn:
            mei = a_person("r-mei")
            await turn.people.save(mei)
            await turn.people.bind(Account(MEI, mei.id, NOON))
            told = {"reporter": mei.id, "place": Place("3", "2", "5", "502"), "origin": MEI}
            over = report(
                turn,
                1001,
                words="梅姨家502漏水，电话13987654321",
                state=State.CLOSED,
                closed_at=NOON,
                origin_private=True,
                followers=1,
                **told,
            )
            report(turn, 1002, words="路灯不亮", **told)
            await turn.tickets.add_follower(over.id, "r-lin", NOON)
            await turn.tickets.remark(Remark(over.id, NOON, mei.id, "补充一句"))
            for kind, sha in (("photo", SHA), ("voice", "b" * 64)):
                await turn.media.add(Attachment(0, over.id, NOON, "telegram", kind, "f", mei.id, 9, sha))
        yield store
        await store.close()


async def night(store: Store, now: Instant) -> None:
    """Every step, as the night takes them."""
    for _ in range(20):
        async with store.turn() as turn:
            await turn.hold(["jinghe"])
            if not await expire(turn, "jinghe", now):
                return
    raise AssertionError("it never ends")


async def gone(store: Store) -> list[str]:
    async with store.view() as view:
        lines = [entry.line for entry in await view.ledger.entries("jinghe", 0, 99)]
    return [line.reason for line in lines if line.act is Act.EXPIRE]


def days(kind: Keep) -> Instant:
    return NOON + TERMS[kind].usual * DAY


async def test_who_reported_and_from_which_door_is_forgotten_after_two_years(store: Store) -> None:
    await night(store, days(Keep.REPORTER))
    assert await gone(store) == ["照片 1，语音 1"]
    await night(store, days(Keep.REPORTER) + 1)
    assert (await gone(store))[1:] == ["身份和房号 1"]
    async with store.view() as view:
        over, open_one = [await view.tickets.by_number("jinghe", number) for number in (1001, 1002)]
        remarks = await view.tickets.remarks("jinghe-1001")
        assert await view.tickets.followers("jinghe-1001") == []
    assert over
    assert open_one
    assert (over.reporter, over.place, over.origin) == (None, Place("3", "2", "5"), None)
    assert over.words == "****家****漏水，电话****"
    assert over.followers == 1
    assert [(one.person, one.words) for one in remarks] == [(None, "补充一句")]
    assert (open_one.reporter, open_one.place.room, open_one.words) == ("r-mei", "502", "路灯不亮")
    assert (await verify(store)).ok


@pytest.mark.parametrize(
    ("kind", "left"), [(Keep.VOICES, {"photo"}), (Keep.PHOTOS, set()), (Keep.WORDS, set())]
)
async def test_each_kind_goes_at_its_time_and_its_file_with_it(
    store: Store, kind: Keep, left: set[str]
) -> None:
    before = {Keep.VOICES: {"photo", "voice"}, Keep.PHOTOS: {"photo"}, Keep.WORDS: set()}[kind]
    await night(store, days(kind))
    async with store.view() as view:
        assert {one.kind for one in await view.media.of("jinghe-1001")} == before
    await night(store, days(kind) + 1)
    async with store.view() as view:
        assert {one.kind for one in await view.media.of("jinghe-1001")} == left
        assert len(await view.media_gone.waiting(9)) == 2 - len(left)
        over = await view.tickets.by_number("jinghe", 1001)
        assert over
        assert bool(over.words) is (kind is not Keep.WORDS)
    assert bool({table for table, _ in mentions(store, "补充一句")}) is (kind is not Keep.WORDS)


async def test_a_resident_not_heard_of_any_more_goes_once_nothing_speaks_of_them(store: Store) -> None:
    later = days(Keep.PEOPLE) + DAY
    await night(store, later)
    async with store.view() as view:
        assert await view.people.get("r-mei")  # #1002 is open
    async with store.turn() as turn:
        open_one = await turn.tickets.by_number("jinghe", 1002)
        assert open_one
        turn.tickets.save(replace(open_one, reporter=None))
    await night(store, later + DAY)
    async with store.view() as view:
        assert await view.people.get("r-mei") is None
        assert await view.people.by_account(MEI) is None


async def test_a_community_chooses_within_bounds(store: Store) -> None:
    term = TERMS[Keep.PHOTOS]
    async with store.turn() as turn:
        for wrong in (term.least - 1, term.most + 1):
            with pytest.raises(ValueError, match="photos"):
                await turn.retention.set("jinghe", Keep.PHOTOS, wrong)
        await turn.retention.set("jinghe", Keep.PHOTOS, term.least)
    await night(store, NOON + term.least * DAY + 1)
    assert await gone(store) == ["照片 1"]
    # Longer again: what is gone is gone, and nothing is gone through twice.
    async with store.turn() as turn:
        await turn.retention.set("jinghe", Keep.PHOTOS, term.most)
        assert (await turn.retention.days("jinghe"))[Keep.PHOTOS] == term.most
        assert (await turn.retention.days("elsewhere"))[Keep.PHOTOS] == term.usual
    await night(store, NOON + term.least * DAY + 1)
    assert await gone(store) == ["照片 1"]


async def test_it_is_done_once_a_day_by_whichever_process_comes_first(store: Store) -> None:
    later = days(Keep.WORDS) + DAY
    await Housekeeping(store).look(later)
    assert await gone(store) == ["身份和房号 1，原话 1，照片 1，语音 1"]
    await Housekeeping(store).look(later + 1)
    assert len(await gone(store)) == 1
