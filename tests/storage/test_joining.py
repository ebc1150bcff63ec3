"""Two people who are one: nothing of either is lost, nothing counts twice, and what the ledger says stays."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.database import Store, open_store
from storage.errors import StaleTicket
from storage.invites import OwnCode
from storage.proof import verify
from storage.records import Account, Address, Attachment, Fate, LetterKind, Remark, State
from storage.turn import Turn
from tests.databases import fresh_file
from tests.storage.test_examples import an_example
from tests.storage.things import GROUP, NOON, a_letter, a_person, report

MEI, LIN, CHEN = "r-mei", "r-lin", "r-chen"
TELEGRAM, WEB, WECHAT = Address("telegram:2001"), Address("web:lin"), Address("wechat:chen")
KEPT = a_person(MEI, name="梅姨")


async def three(turn: Turn) -> None:
    for id, account in ((MEI, TELEGRAM), (LIN, WEB), (CHEN, WECHAT)):
        await turn.people.save(replace(KEPT, id=id, name=id if id != MEI else KEPT.name))
        await turn.people.bind(Account(account, id, NOON, True))


async def join(store: Store, gone: str = LIN, kept: str = MEI) -> None:
    async with store.turn() as turn:
        await turn.joining.join(gone, replace(KEPT, id=kept))


async def test_everything_of_the_one_is_the_others(store: Store) -> None:
    async with store.turn() as turn:
        await three(turn)
        report(turn, 1001, reporter=LIN)
        report(turn, 1002, reporter=LIN, state=State.CLOSED, handler=LIN, first_responder=LIN)
        report(turn, 1003, reporter=CHEN, handler=CHEN, first_responder=LIN, state=State.ACCEPTED)
        await turn.flush()
        await turn.tickets.add_follower("jinghe-1003", LIN, NOON)
        await turn.tickets.remark(Remark("jinghe-1003", NOON, LIN, "还没来"))
        await turn.media.add(Attachment(0, "jinghe-1003", NOON, "web", "photo", "a", person=LIN))
        await turn.media.put_loose(WEB, WEB, None, Attachment(0, None, NOON, "web", "photo", "b", person=LIN))
        turn.examples.add(an_example(person=LIN))
        turn.outbox.owe(a_letter(WEB, reader=LIN))
    await join(store)
    async with store.view() as view:
        tickets = await view.tickets.get_many([f"jinghe-{n}" for n in (1001, 1002, 1003)])
        people = [(t.reporter, t.handler, t.first_responder) for t in tickets.values()]
        assert people == [(MEI, None, None), (MEI, MEI, MEI), (CHEN, CHEN, MEI)]
        assert await view.tickets.followers("jinghe-1003") == [MEI]
        assert [one.number for one in await view.tickets.of_reporter(MEI)] == [1003, 1002, 1001]
        assert [remark.person for remark in await view.tickets.remarks("jinghe-1003")] == [MEI]
        assert [one.person for one in await view.media.of("jinghe-1003")] == [MEI]
        assert [one.person for one in await view.media.loose(WEB, WEB, NOON)] == [MEI]
        assert [one.person for one in await view.examples.of("jinghe")] == [MEI]
        assert [one.routes for one in await view.joining.letters(MEI)] == [(WEB,)]
        assert {one.address for one in await view.people.accounts(MEI)} == {TELEGRAM, WEB}
        assert await view.people.by_account(WEB) == await view.people.get(MEI)
        assert {line.line.person for line in await view.ledger.of("jinghe-1001")} == {"meiyi"}
        assert (await view.people.meant_by([LIN, CHEN]))[LIN].id == MEI
    assert (await verify(store)).ok


async def test_of_two_who_were_joined_before_all_names_mean_the_last(store: Store) -> None:
    async with store.turn() as turn:
        await three(turn)
    await join(store, CHEN, LIN)
    await join(store, LIN, MEI)
    async with store.view() as view:
        meant = await view.people.meant_by([LIN, CHEN, MEI, "nobody"])
        assert {id: person.id for id, person in meant.items()} == dict.fromkeys((LIN, CHEN, MEI), MEI)
        known = await view.people.get_many([LIN, CHEN])
        assert {person.name for person in known.values()} == {KEPT.name}
        assert len(await view.people.accounts(MEI)) == 3


async def test_whoever_read_a_ticket_before_does_not_write_it_back(store: Store) -> None:
    async with store.turn() as turn:
        await three(turn)
        ticket = report(turn, reporter=LIN)
    await join(store)
    try:
        async with store.turn() as turn:
            turn.tickets.save(replace(ticket, state=State.WITHDRAWN))
    except StaleTicket:
        pass
    else:
        raise AssertionError("an older ticket was written back")


async def test_the_turn_that_joins_sees_it_at_once(store: Store) -> None:
    async with store.turn() as turn:
        await three(turn)
        report(turn, reporter=LIN)
        assert await turn.people.accounts(MEI)
        await turn.joining.join(LIN, KEPT)
        ticket = await turn.tickets.get("jinghe-1001")
        assert ticket is not None
        assert ticket.reporter == MEI
        assert len(await turn.people.accounts(MEI)) == 2
        saved = turn.tickets.save(replace(ticket, state=State.WITHDRAWN))
    async with store.view() as view:
        assert await view.tickets.get("jinghe-1001") == saved


async def test_the_accounts_of_somebody_listed_are_read_again(store: Store) -> None:
    async with store.turn() as turn:
        await three(turn)
        await turn.people.save(replace(KEPT, listed=True))
    before = await store.directory()
    async with store.turn() as turn:
        await turn.joining.join(LIN, replace(KEPT, listed=True))
        await turn.people.save(replace(KEPT, listed=True))
    after = await store.directory()
    assert after.revision > before.revision
    assert {one.address for one in after.accounts[MEI]} == {TELEGRAM, WEB}
    assert LIN not in after.people


async def test_residents_who_are_joined_leave_the_directory_as_it_is(store: Store) -> None:
    async with store.turn() as turn:
        await three(turn)
    before = (await store.directory()).revision
    await join(store)
    assert (await store.directory()).revision == before


async def test_a_code_of_ones_own_is_used_once_and_a_second_takes_its_place(store: Store) -> None:
    async with store.turn() as turn:
        await three(turn)
        await turn.invites.put_own("a", OwnCode(MEI, TELEGRAM, NOON + 1))
        await turn.invites.put_own("b", OwnCode(MEI, TELEGRAM, NOON + 1))
    async with store.turn() as turn:
        assert await turn.invites.look_at_own("a", NOON) is None
        assert await turn.invites.look_at_own("b", NOON) == OwnCode(MEI, TELEGRAM, NOON + 1)
        assert await turn.invites.take_own("b", NOON + 1) is None
        assert await turn.invites.take_own("b", NOON) == OwnCode(MEI, TELEGRAM, NOON + 1)
        assert await turn.invites.take_own("b", NOON) is None


async def test_an_account_is_parted_with_but_not_one_of_the_community_file(store: Store) -> None:
    fresh = a_person("r-fresh")
    async with store.turn() as turn:
        await three(turn)
        await turn.joining.join(LIN, KEPT)
    async with store.turn() as turn:
        assert await turn.joining.part(WEB, KEPT, fresh)
        assert not await turn.joining.part(WECHAT, KEPT, fresh), "not theirs"
        assert await turn.people.by_account(WEB) == fresh
        await turn.joining.sql.run("accounts_list", address=TELEGRAM, person=MEI)
        assert not await turn.joining.part(TELEGRAM, KEPT, a_person("r-other"))
    async with store.view() as view:
        assert [one.address for one in await view.people.accounts(MEI)] == [TELEGRAM]


PEOPLE = st.sampled_from([MEI, LIN, CHEN])
TICKETS = st.lists(
    st.tuples(PEOPLE, st.sets(PEOPLE), st.sampled_from([State.REPORTED, State.CLOSED])), max_size=5
)
LETTERS = st.lists(st.tuples(PEOPLE, st.sampled_from(["waiting", "sent"])), max_size=5)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tickets=TICKETS, letters=LETTERS, gone=st.sampled_from([LIN, CHEN]))
def test_joining_loses_no_ticket_no_follower_and_no_letter(
    tmp_path_factory: object,
    tickets: list[tuple[str, set[str], State]],
    letters: list[tuple[str, str]],
    gone: str,
) -> None:
    folder: Path = tmp_path_factory.mktemp("joining")  # type: ignore[attr-defined]
    asyncio.run(_nothing_is_lost(folder, tickets, letters, gone))


async def _nothing_is_lost(
    folder: Path, tickets: list[tuple[str, set[str], State]], letters: list[tuple[str, str]], gone: str
) -> None:
    def is_now(person: str) -> str:
        return MEI if person == gone else person

    store = await open_store(fresh_file(folder))
    async with store.turn() as turn:
        await three(turn)
        for number, (reporter, following, state) in enumerate(tickets, 1001):
            following = following - {reporter}
            report(turn, number, reporter=reporter, state=state, followers=len(following))
            await turn.flush()
            for person in following:
                await turn.tickets.add_follower(f"jinghe-{number}", person, NOON)
        for reader, _ in letters:
            turn.outbox.owe(a_letter(GROUP, reader=reader, kind=LetterKind.NEWS))
        await turn.flush()
        gone_out = [id for id, (_, fate) in enumerate(letters, 1) if fate == "sent"]
        await turn.outbox.sent(gone_out, GROUP, "7", NOON)
    async with store.turn() as turn:
        await turn.joining.join(gone, KEPT)
    async with store.view() as view:
        for number, (reporter, following, _) in enumerate(tickets, 1001):
            ticket = await view.tickets.get(f"jinghe-{number}")
            assert ticket is not None
            assert ticket.reporter == is_now(reporter)
            households = {is_now(person) for person in following - {reporter}} - {is_now(reporter)}
            assert set(await view.tickets.followers(ticket.id)) == households
            assert ticket.followers == len(households)
        owed = await view.outbox.get_many(range(1, len(letters) + 1))
        for letter, (reader, fate) in zip(owed, letters, strict=True):
            assert letter.reader == (is_now(reader) if fate == "waiting" else reader)
            assert letter.fate is Fate(fate)
    await store.close()
