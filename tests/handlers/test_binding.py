"""Codes at the desk: given in private, used once, refused kindly; and what was owed to two is owed to one."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from handlers import invites
from handlers.desk import Desk
from handlers.messages import Inbound, Sender
from storage.database import Store, open_store
from storage.records import MINUTE, Address, Attachment, Fate, LetterKind, Owed, Person, Role
from tests.databases import KINDS, fresh_database
from tests.stories.test_talking_two_communities import OTHER
from tests.stories.town import NOON, TOWN, settle_down

GROUP, OTHER_GROUP = Address("telegram:-1001000001"), Address("telegram:-1001000077")
MEI, MEI_WECHAT, LIN = Address("telegram:2001"), Address("wechat:oMei"), Address("telegram:2003")
LEADER, DEPUTY, ABROAD = Address("telegram:1001"), Address("telegram:1002"), Address("telegram:3001")
NAMES = {MEI: "梅姨", MEI_WECHAT: "小梅", LIN: "小林", LEADER: "王芳", DEPUTY: "李雷", ABROAD: "赵磊"}


class Counter:
    """A desk, and people who say things to it one after the other."""

    def __init__(self, store: Store) -> None:
        self.store, self.desk, self.now, self._said = store, Desk(store), NOON, 0

    def said(self, who: Address, text: str, **more: Any) -> Inbound:
        self._said += 1
        sender = Sender(who, NAMES[who])
        told: dict[str, Any] = {"chat": who, "private": True, "message": str(self._said), "sender": sender}
        return Inbound(f"{who}:{self._said}", self.now, **told | more, text=text)

    async def hears(self, who: Address, text: str, **more: Any) -> list[str]:
        """Return the keys of what is said in answer, where it was said."""
        self.now += 1000
        inbound = self.said(who, text, **more)
        last = await self.last_letter()
        await self.desk.receive(inbound, self.now)
        return [
            str(one.body["say"]["key"]) for one in await self.letters(last) if inbound.chat in one.routes[:1]
        ]

    async def last_letter(self) -> int:
        return max((one.id for one in await self.letters()), default=0)

    async def letters(self, after: int = 0) -> list[Owed]:
        async with self.store.view() as view:
            found = await view.outbox.get_many(range(after + 1, after + 200))
        return [one for one in found if one.kind is not LetterKind.CARD]

    async def code(self, who: Address) -> str:
        last = await self.last_letter()
        assert await self.hears(who, "绑定") == ["bind.own"]
        (letter,) = await self.letters(last)
        code = str(letter.body["say"]["args"]["code"])
        assert re.fullmatch(r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}", code)
        return code

    async def person(self, who: Address) -> Person:
        async with self.store.view() as view:
            person = await view.people.by_account(who)
        assert person is not None
        return person


@asynccontextmanager
async def open_counter(folder: Path, kind: str) -> AsyncIterator[Counter]:
    async with fresh_database(folder, kind) as url:
        store = await open_store(url)
        await settle_down(store, TOWN)
        await settle_down(store, OTHER)
        yield Counter(store)
        await store.close()


@pytest.fixture(params=KINDS)
async def counter(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Counter]:
    async with open_counter(tmp_path, request.param) as counter:
        yield counter


async def test_a_code_is_given_in_private_alone(counter: Counter) -> None:
    assert await counter.hears(MEI, "绑定", chat=GROUP, private=False) == ["bind.in_private"]
    assert await counter.code(MEI)


async def test_a_code_works_once(counter: Counter) -> None:
    code = await counter.code(MEI)
    assert await counter.hears(MEI_WECHAT, f"绑定 {code}") == ["bind.ask"]
    assert await counter.hears(LIN, f"绑定 {code}") == ["bind.wrong"]
    assert await counter.hears(MEI_WECHAT, "是") == ["bind.joined"]
    assert (await counter.person(MEI_WECHAT)).id == (await counter.person(MEI)).id


async def test_a_second_code_takes_the_place_of_the_first(counter: Counter) -> None:
    first, second = await counter.code(MEI), await counter.code(MEI)
    assert await counter.hears(MEI_WECHAT, f"绑定 {first}") == ["bind.wrong"]
    assert await counter.hears(MEI_WECHAT, f"绑定{second.lower().replace('-', ' ')}") == ["bind.ask"]


async def test_a_code_is_over_after_ten_minutes_and_so_is_the_question(counter: Counter) -> None:
    late, code = await counter.code(LIN), await counter.code(MEI)
    assert await counter.hears(MEI_WECHAT, f"绑定 {code}") == ["bind.ask"]
    counter.now += invites.OWN_VALID_FOR
    assert await counter.hears(MEI_WECHAT, "是") == ["timeout.join"]
    assert await counter.hears(MEI_WECHAT, f"绑定 {late}") == ["bind.wrong"]
    assert (await counter.person(MEI_WECHAT)).id != (await counter.person(MEI)).id


async def test_in_the_chat_it_was_shown_in_it_is_kept_for_the_other(counter: Counter) -> None:
    code = await counter.code(MEI)
    assert await counter.hears(MEI, f"绑定 {code}") == ["bind.same"]
    assert await counter.hears(MEI_WECHAT, f"绑定 {code}") == ["bind.ask"]


async def test_a_code_the_whole_group_has_read_is_void(counter: Counter) -> None:
    code = await counter.code(MEI)
    assert await counter.hears(LIN, f"绑定 {code}", chat=GROUP, private=False) == ["bind.seen_by_all"]
    assert await counter.hears(MEI_WECHAT, f"绑定 {code}") == ["bind.wrong"]


async def test_wrong_codes_are_counted_as_for_invites(counter: Counter) -> None:
    code = await counter.code(MEI)
    for n in range(5):
        assert await counter.hears(LIN, f"绑定 WRNG-222{n}") == ["bind.wrong"]
    assert await counter.hears(LIN, f"绑定 {code}") == ["bind.too_many"]


async def test_two_of_the_list_are_sent_to_the_staff(counter: Counter) -> None:
    for other in (DEPUTY, ABROAD):
        assert await counter.hears(other, f"绑定 {await counter.code(LEADER)}") == ["bind.both_listed"]


async def test_the_leaders_other_account_may_what_the_leader_may(counter: Counter) -> None:
    await counter.hears(LIN, "3号楼2单元电梯停了", chat=GROUP, private=False)
    assert await counter.hears(MEI_WECHAT, f"绑定 {await counter.code(LEADER)}") == ["bind.ask"]
    assert await counter.hears(MEI_WECHAT, "是") == ["bind.joined"]
    await counter.hears(MEI_WECHAT, "接单 1001")
    async with counter.store.view() as view:
        ticket = await view.tickets.get("jinghe-1001")
    assert ticket is not None
    assert ticket.first_responder == "wangfang"


async def test_whoever_gives_their_office_away_is_told_so_and_stays_who_they_are(counter: Counter) -> None:
    assert await counter.hears(LEADER, f"绑定 {await counter.code(MEI)}") == ["bind.ask_office"]
    assert await counter.hears(LEADER, "是") == ["bind.joined"]
    assert (await counter.person(MEI)).id == "wangfang"


async def test_an_office_here_and_reports_elsewhere_stay_apart(counter: Counter) -> None:
    await counter.hears(MEI, "2号楼电梯停了", chat=OTHER_GROUP, private=False)
    assert await counter.hears(MEI, f"绑定 {await counter.code(LEADER)}") == ["bind.elsewhere"]
    assert await counter.hears(MEI_WECHAT, f"绑定 {await counter.code(MEI)}") == ["bind.ask"], "residents may"


@pytest.mark.parametrize("meanwhile", ["joined", "listed"])
async def test_the_yes_counts_for_how_things_are_when_it_is_said(counter: Counter, meanwhile: str) -> None:
    await counter.hears(MEI_WECHAT, f"绑定 {await counter.code(MEI)}")
    if meanwhile == "joined":
        await counter.hears(MEI, f"绑定 {await counter.code(LIN)}")
        await counter.hears(MEI, "是")
    else:
        async with counter.store.turn() as turn:
            for code, role in (("AAAABBBBCCCCD", Role.VOLUNTEER), ("AAAABBBBCCCCE", Role.STAFF)):
                hashed = invites.code_hash(code)
                await turn.invites.create(hashed, role, None, "jinghe", NOON + MINUTE)
        assert await counter.hears(MEI, "绑定 AAAABBBBCCCCD") == ["bind.done"]
        await counter.hears(MEI_WECHAT, "绑定 AAAABBBBCCCCE")
    answer = await counter.hears(MEI_WECHAT, "是")
    assert answer == (["bind.joined"] if meanwhile == "joined" else ["bind.both_listed"])
    if meanwhile == "joined":
        assert {(await counter.person(who)).id for who in (MEI, MEI_WECHAT, LIN)} == {
            (await counter.person(LIN)).id
        }


async def test_what_is_owed_to_both_for_one_cause_is_owed_once_and_where_they_spoke_last(
    counter: Counter,
) -> None:
    await counter.hears(LIN, "3号楼2单元电梯停了", chat=GROUP, private=False)
    for who in (MEI, MEI_WECHAT):
        await counter.hears(who, "我也遇到 1001", chat=GROUP, private=False)
    await counter.hears(MEI_WECHAT, f"绑定 {await counter.code(MEI)}")
    last = await counter.last_letter()
    await counter.hears(LIN, "撤销 1001")
    told = [one for one in await counter.letters(last) if one.body["say"]["key"] == "told.withdrawn_follower"]
    assert {one.routes for one in told} == {(MEI,), (MEI_WECHAT,)}
    await counter.hears(MEI_WECHAT, "是")
    after = {one.id: one for one in await counter.letters(last)}
    fates = sorted((after[one.id].fate, after[one.id].routes) for one in told)
    assert fates == [(Fate.DROPPED, (MEI_WECHAT,)), (Fate.WAITING, (MEI_WECHAT, MEI))]


async def test_what_could_not_be_told_on_one_platform_goes_out_on_the_other(counter: Counter) -> None:
    await counter.hears(MEI_WECHAT, "5号楼1单元302水管漏水", chat=GROUP, private=False)
    await counter.hears(MEI_WECHAT, "3号楼2单元电梯停了")
    code = await counter.code(MEI)
    before = await counter.last_letter()
    await counter.hears(LEADER, "办结 1002 换了门机")
    (owed,) = [one for one in await counter.letters(before) if one.body["say"]["key"].startswith("review")]
    async with counter.store.turn() as turn:
        await turn.outbox.drop(range(1, owed.id), "not what this is about")
        await turn.outbox.claim(counter.now, lease=MINUTE, limit=99, platforms=["wechat"])
        await turn.outbox.reroute(owed.id, "closed", untold=True)
        (kept,) = await turn.outbox.get_many([owed.id])
        assert (kept.fate, kept.routes) == (Fate.UNTOLD, (MEI_WECHAT,))
    await counter.hears(MEI_WECHAT, f"绑定 {code}")
    await counter.hears(MEI_WECHAT, "是")
    async with counter.store.view() as view:
        (now,) = await view.outbox.get_many([owed.id])
    assert (now.fate, now.routes) == (Fate.WAITING, (MEI_WECHAT, MEI))
    assert now.reader == (await counter.person(MEI)).id


async def test_a_question_nobody_answered_ends_kindly(counter: Counter) -> None:
    await counter.hears(MEI_WECHAT, f"绑定 {await counter.code(MEI)}")
    async with counter.store.turn() as turn:
        await turn.dialogues.asked(MEI_WECHAT, MEI_WECHAT, "77")
    last = await counter.last_letter()
    counter.now += invites.OWN_VALID_FOR
    await counter.desk.sweep(counter.now)
    (told,) = await counter.letters(last)
    assert (told.body["say"]["key"], told.body["edit"]) == ("timeout.join", "77")


async def test_a_photo_of_before_that_cannot_be_kept_is_told_to_who_they_are_now(counter: Counter) -> None:
    await counter.hears(MEI_WECHAT, "3号楼2单元电梯停了", chat=GROUP, private=False)
    before = await counter.person(MEI_WECHAT)
    photo = Attachment(1, "jinghe-1001", NOON, "wechat", "photo", "ref", person=before.id)
    await counter.hears(MEI_WECHAT, f"绑定 {await counter.code(MEI)}")
    await counter.hears(MEI_WECHAT, "是")
    last = await counter.last_letter()
    async with counter.store.turn() as turn:
        await counter.desk.lost(turn, photo, "gone", counter.now)
    (told,) = await counter.letters(last)
    assert told.routes == (MEI_WECHAT, MEI, GROUP)


async def test_one_account_alone_cannot_be_parted_with(counter: Counter) -> None:
    await counter.code(MEI)
    assert await counter.hears(MEI, "解绑") == ["unbind.only_one"]
    assert await counter.hears(MEI, "解绑", chat=GROUP, private=False) == ["bind.in_private"]


async def test_an_account_that_is_parted_with_starts_anew_and_may_come_back(counter: Counter) -> None:
    await counter.hears(MEI_WECHAT, "3号楼2单元电梯停了", chat=GROUP, private=False)
    for _ in range(2):
        await counter.hears(MEI_WECHAT, f"绑定 {await counter.code(MEI)}")
        await counter.hears(MEI_WECHAT, "是")
        one = await counter.person(MEI)
        assert await counter.hears(MEI_WECHAT, "解绑") == ["unbind.which"]
        assert await counter.hears(MEI_WECHAT, "9") == ["dialogue.over"]
        assert await counter.hears(MEI_WECHAT, "解绑") == ["unbind.which"]
        assert await counter.hears(MEI_WECHAT, "1") == ["unbind.this_done"]
        fresh = await counter.person(MEI_WECHAT)
        assert (await counter.person(MEI)).id == one.id != fresh.id
        assert await counter.hears(MEI_WECHAT, "撤销 1001", chat=GROUP, private=False) == [
            "access.reporter_only"
        ]
    async with counter.store.view() as view:
        assert [one.number for one in await view.tickets.of_reporter(one.id)] == [1001]
        assert await view.tickets.of_reporter(fresh.id) == []


async def test_two_processes_with_one_code_and_one_yes_each(tmp_path: Path) -> None:
    async with open_counter(tmp_path, "postgres") as counter:
        other = await open_store(counter.store.url)
        desks = [counter.desk, Desk(other)]
        code = await counter.code(MEI)
        typed = [counter.said(who, f"绑定 {code}") for who in (LIN, MEI_WECHAT)]
        await asyncio.gather(
            *(desk.receive(one, NOON + 2000) for desk, one in zip(desks, typed, strict=True))
        )
        keys = [str(one.body["say"]["key"]) for one in await counter.letters()]
        assert sorted(keys) == ["bind.ask", "bind.own", "bind.wrong"]
        async with other.view() as view:
            asked = [who for who in (LIN, MEI_WECHAT) if await view.dialogues.get(who, who)]
        (typist,) = asked
        group = {"chat": GROUP, "private": False}
        yes = [counter.said(typist, "是"), counter.said(typist, "3号楼2单元电梯停了", **group)]
        await asyncio.gather(*(desk.receive(one, NOON + 3000) for desk, one in zip(desks, yes, strict=True)))
        assert (await counter.person(typist)).id == (await counter.person(MEI)).id
        async with counter.store.view() as view:
            assert [one.number for one in await view.tickets.of_reporter((await counter.person(MEI)).id)] == [
                1001
            ]
        await other.close()
