"""What is proposed is kept for its session alone; what it would touch is found; who has seen it all replaces it all."""

from __future__ import annotations

import tomllib
from dataclasses import replace

from handlers.community import directory_of, loaded_of, read_community
from storage.database import Store
from storage.proposals import KEPT, LIFE, ChatState, Told
from storage.records import Account, Act, Address, Clock, Directory, Person, Role, State
from tests.bot.folder import COMMUNITY
from tests.storage.things import NOON, a_deadline, a_line, a_ticket

CHANGE = {"edits": [["person", "wangfang", {"phone": "139"}, False]], "whole": None}


async def test_a_proposal_is_found_by_its_session_until_it_is_an_hour_old(store: Store) -> None:
    async with store.turn() as turn:
        await turn.proposals.put("one", "mine", "jinghe", CHANGE, NOON)
        assert await turn.proposals.get("one", "mine", NOON + LIFE - 1) == ("jinghe", CHANGE)
        assert await turn.proposals.get("one", "theirs", NOON) is None
        assert await turn.proposals.get("one", "mine", NOON + LIFE) is None
        await turn.proposals.drop("one")
        assert await turn.proposals.get("one", "mine", NOON) is None


async def test_whoever_proposes_without_end_keeps_the_newest_few(store: Store) -> None:
    async with store.turn() as turn:
        await turn.proposals.put("theirs", "other", "jinghe", CHANGE, NOON)
        for number in range(KEPT + 2):
            await turn.proposals.put(f"n{number}", "mine", "jinghe", CHANGE, NOON + number)
        kept = [n for n in range(KEPT + 2) if await turn.proposals.get(f"n{n}", "mine", NOON + 9)]
        assert kept == list(range(2, KEPT + 2))
        assert await turn.proposals.get("theirs", "other", NOON + 9)
    async with store.turn() as turn:
        assert (await turn.tidy(NOON + 2 * LIFE))["proposals"] == KEPT + 1


async def test_the_clocks_of_a_community_are_found_and_not_those_of_one_called_alike(store: Store) -> None:
    async with store.turn() as turn:
        for community in ("jinghe", "jinghe-2", "jing"):
            ticket = a_ticket(7, community=community)
            turn.tickets.save(ticket)
            turn.deadlines.set(a_deadline(ticket, Clock.RESOLVE))
        found = await turn.proposals.clocks("jinghe")
        assert list(found) == ["jinghe-7"]
        assert [one.clock for one in found["jinghe-7"]] == [Clock.RESOLVE]


async def test_what_people_have_to_do_and_what_is_open_in_a_building(store: Store) -> None:
    async with store.turn() as turn:
        turn.tickets.save(a_ticket(1, handler="wang", state=State.ACCEPTED))
        turn.tickets.save(a_ticket(2, handler="wang", state=State.CLOSED))
        turn.tickets.save(a_ticket(3, state=State.RESOLVED))
        await turn.flush()
        in_hand = await turn.proposals.in_hand(["wang", "li"], 9)
        assert {person: [one.number for one in tickets] for person, tickets in in_hand.items()} == {
            "wang": [1],
            "li": [],
        }
        assert await turn.proposals.open_in(["xinhai-east-1"]) == {("xinhai-east-1", "3"): 2}


async def test_granted_time_is_read_off_the_ledger(store: Store) -> None:
    async with store.turn() as turn:
        for number, act in ((1, Act.GRANT_TIME), (2, Act.ASK_TIME)):
            ticket = a_ticket(number)
            turn.tickets.save(ticket)
            turn.ledger.append(a_line(ticket, act))
        await turn.flush()
        assert await turn.proposals.granted(["jinghe-1", "jinghe-2"]) == {"jinghe-1"}


async def test_how_it_stands_with_a_group(store: Store) -> None:
    there, topic = Address("telegram:-1"), Address("telegram:-1/7")
    async with store.turn() as turn:
        await turn.chats.present(there, True, NOON)
        assert await turn.proposals.chats([there, topic, Address("telegram:-2")]) == {
            there: ChatState(True),
            topic: ChatState(True),
            Address("telegram:-2"): ChatState(),
        }


async def test_a_month_is_replayed_page_by_page_with_its_lines(store: Store) -> None:
    async with store.turn() as turn:
        for number in range(1, 8):
            ticket = a_ticket(number, reported_at=NOON + number // 3)
            turn.tickets.save(ticket)
            turn.ledger.append(a_line(ticket, Act.REPORT, NOON + number))
            turn.ledger.append(a_line(ticket, Act.URGE, NOON + number))
        await turn.flush()
        assert await turn.replays.count("jinghe", NOON, NOON + 2) == 5
        found: list[int] = []
        after = (NOON - 1, 2**62)
        while page := await turn.replays.tickets("jinghe", after, NOON + 2, 2):
            found += [one.number for one in page]
            after = (page[-1].reported_at, page[-1].number)
        assert found == [1, 2, 3, 4, 5]
        lines = await turn.replays.lines(["jinghe-3"], [Act.REPORT])
        assert lines == {"jinghe-3": [Told(NOON + 3, Act.REPORT, "")]}


# --- replacing what one has seen whole ------------------------------------------------------------------------------


async def settled(store: Store) -> Directory:
    """The community of the contract, with an account 王芳 bound herself and somebody who came by an invite."""
    async with store.turn() as turn:
        await turn.directory.replace(directory_of(read_community(tomllib.loads(COMMUNITY))))
        await turn.people.bind(Account(Address("web:wang"), "wangfang"))
        invited = Person("r-1", "jinghe", "刘云", frozenset({Role.BUILDING_HEAD}), listed=True)
        await turn.people.save(invited)
        await turn.people.bind(Account(Address("web:liu"), "r-1"))
        await turn.flush()
        return await turn.directory.read()


async def wholly(store: Store, told: Directory) -> Directory:
    async with store.turn() as turn:
        await turn.directory.replace(told, wholly=True)
        return await turn.directory.read()


def only(directory: Directory) -> Directory:
    loaded = loaded_of(directory, "jinghe")
    assert loaded is not None
    return directory_of(loaded)


async def test_what_nobody_touched_stays_as_it_was_and_a_later_file_takes_nothing_more(store: Store) -> None:
    before = await settled(store)
    after = await wholly(store, only(before))
    assert only(after) == only(before)
    async with store.turn() as turn:
        await turn.directory.replace(directory_of(read_community(tomllib.loads(COMMUNITY))))
        again = await turn.directory.read()
    assert {a.address for a in again.accounts["wangfang"]} >= {"web:wang", "telegram:1001"}
    assert "r-1" in again.people


async def test_who_and_what_is_left_out_goes_however_it_came(store: Store) -> None:
    before = only(await settled(store))
    people = {id: one for id, one in before.people.items() if id != "r-1"}
    people["wangfang"] = replace(people["wangfang"], language="en")
    accounts = {
        id: tuple(a for a in own if a.address != "web:wang")
        for id, own in before.accounts.items()
        if id in people
    }
    after = await wholly(store, replace(before, people=people, accounts=accounts))
    assert "r-1" not in after.people
    assert {a.address for a in after.accounts["wangfang"]} == {"telegram:1001", "wecom:wangfang"}
    assert after.people["wangfang"].language == "en"
    async with store.turn() as turn:
        assert await turn.people.by_account(Address("web:liu")) is None
        gone = await turn.people.get("r-1")
    assert gone is not None
    assert (gone.listed, gone.roles) == (False, {Role.RESIDENT})
