"""Erasing somebody: every kind of row that speaks of them, a crash between the steps, and what others have stays."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest

from storage.database import Store
from storage.proof import verify
from storage.records import (
    Account,
    Act,
    Address,
    Attachment,
    Card,
    Dialogue,
    Example,
    Fate,
    Owed,
    Person,
    Place,
    Remark,
    fresh_id,
    resident_id,
)
from tests.storage.hand import raw
from tests.storage.letters import claim, owe
from tests.storage.things import NOON, a_letter, a_line, a_person, report
from tests.whole_dump import mentions

WEB, WECHAT = Address("web:mei-secret"), Address("wechat:oMeiOpenId")
GROUP = Address("web:square")
MEI, OTHER = resident_id(WEB), resident_id(WECHAT)
HERS = ("梅姨", WEB, WECHAT, "水漫到脚踝", "13987654321")
MINE, THEIRS, SHOWN = "a" * 64, "b" * 64, "d" * 64
"""A picture of hers alone, one that a neighbour sent as well, and one she only showed in talk."""


def her() -> Person:
    return a_person(MEI, phone="13987654321", home=Place("3", "2", "5", "502"))


@pytest.fixture
async def lived(store: Store) -> Store:
    """Two accounts of one person, and a row of every kind."""
    async with store.turn() as turn:
        for person, account in (
            (her(), WEB),
            (a_person(OTHER), WECHAT),
            (a_person("r-lin", name="小林"), None),
        ):
            await turn.people.save(person)
            if account is not None:
                await turn.people.bind(Account(account, person.id))
        await turn.joining.join(OTHER, her())
        ticket = report(turn, 1001, reporter=MEI, words="水漫到脚踝", origin=WEB, origin_private=True)
        turn.ledger.append(a_line(ticket, Act.ADD, person=OTHER))
        followed = report(turn, 1002, reporter="r-lin", followers=1)
        await turn.tickets.add_follower(followed.id, MEI, NOON)
        await turn.tickets.remark(Remark(followed.id, NOON, MEI, "水漫到脚踝了"))
        photo = Attachment(0, ticket.id, NOON, "web", "photo", WEB, MEI, 9, MINE, caption="水漫到脚踝")
        await turn.media.add(photo)
        await turn.media.add(replace(photo, sha256=THEIRS))
        await turn.media.put_loose(WEB, WEB, "al", replace(photo, ticket=None))
        await turn.media.set_album(WEB, "al", ticket.id, NOON)
        await turn.media.add(Attachment(0, followed.id, NOON, "web", "photo", "x", "r-lin", 9, THEIRS))
        await turn.dialogues.put(Dialogue(WEB, WEB, "what", {}, NOON))
        await turn.dialogues.put(Dialogue(GROUP, GROUP, "join", {"account": WECHAT}, NOON))
        turn.examples.add(Example("jinghe", NOON, "水漫到脚踝", True, None, False, None, MEI, None))
        turn.inbox.keep(f"wechat:{WECHAT}+1", NOON, {"said": "好"})
        turn.inbox.keep("telegram:7", NOON, {"said": "梅姨，收到"})
        await turn.inbox.set_aside("telegram:8", NOON, f"Inbound({WEB!r})", "?")
        await turn.invites.note_miss(WEB, NOON)
        await turn.chats.present(WEB, True, NOON)
        await turn.cards.put(Card(ticket.id, WEB, "1", "", ""))
        own = await turn.web.add(WEB, "呼应", None, "梅姨，收到", at=NOON)
        said = await turn.web.add(GROUP, "梅姨", WEB, "水漫到脚踝", photos=[MINE, SHOWN], at=NOON)
        card = await turn.web.add(GROUP, "呼应", None, "电梯 3号楼", "#1001", photos=[MINE], at=NOON)
        await turn.cards.put(Card(ticket.id, GROUP, card, "", ""))
        assert own != said
    async with store.turn() as turn:
        told = await turn.web.add(GROUP, "呼应", None, "梅姨 14:00 报：水漫到脚踝", at=NOON)
    await owe(
        store, a_letter(GROUP, ticket="jinghe-1001", reader="lilei", body={"words": "梅姨说水漫到脚踝"})
    )
    ((about,),) = await claim(store)
    await arrived(store, about, told)
    await owe(
        store,
        a_letter(WEB, reader=MEI, body={"words": "梅姨"}),
        a_letter(GROUP, reader="chenjie", once=f"flood:ordinary:{WEB}:1", body={"words": "梅姨"}),
    )
    return store


async def arrived(store: Store, letter: Owed, message: str) -> None:
    async with store.turn() as turn:
        await turn.outbox.sent([letter.id], letter.routes[0], message, NOON)


async def erase(store: Store) -> None:
    """What the desk does in one turn, as far as storage goes."""
    async with store.turn() as turn:
        kept = await turn.personal.kept(her())
        for ticket in kept.reported:
            turn.tickets.save(replace(ticket, reporter=None, words="", origin=None, place=Place("3")))
        await turn.personal.erase(kept, ("梅姨", "水漫到脚踝"), (), NOON + 1)
        for ticket in (*kept.reported, *kept.followed):
            await turn.searching.forget(ticket.id)


async def finish(store: Store) -> bool | None:
    async with store.view() as view:
        rest = await view.personal.unfinished()
        if rest is None:
            return None
        found = await view.personal.found(rest)
    async with store.turn() as turn:
        return await turn.personal.finish(rest, found, "（已删除）", NOON + 2)


async def all_sent(store: Store) -> None:
    while bundles := await claim(store):
        for bundle in bundles:
            await arrived(store, bundle[0], "77")


async def test_all_of_it_is_found(lived: Store) -> None:
    async with lived.view() as view:
        kept = await view.personal.counted(await view.personal.kept(her()))
    assert (set(kept.ids), {one.address for one in kept.accounts}) == ({MEI, OTHER}, {WEB, WECHAT})
    assert [ticket.number for ticket in (*kept.reported, *kept.followed)] == [1001, 1002]
    assert (len(kept.remarks), len(kept.attachments)) == (1, 3)
    assert (kept.letters, kept.messages, kept.dialogues, kept.examples) == (1, 1, 1, 1)


async def test_after_it_no_row_of_any_table_speaks_of_them(lived: Store) -> None:
    assert {word for _, word in mentions(lived, *HERS)} == set(HERS)
    await erase(lived)
    await all_sent(lived)
    assert await finish(lived) is True
    assert await finish(lived) is None
    assert mentions(lived, *HERS) == set()
    assert (await verify(lived)).ok


async def test_nothing_is_forgotten_while_a_letter_is_on_its_way(lived: Store) -> None:
    await erase(lived)
    await owe(lived, a_letter(WEB, reader=WEB, body={"words": "已经删除"}))
    claimed = await claim(lived)
    assert await finish(lived) is False
    for bundle in claimed:
        await arrived(lived, bundle[0], "77")
    await all_sent(lived)
    assert await finish(lived) is True
    assert mentions(lived, WEB) == set()


async def test_a_crash_in_the_turn_erases_nothing_and_after_it_the_rest_is_done_by_whoever_comes(
    lived: Store,
) -> None:
    before = mentions(lived, *HERS)
    with pytest.raises(ZeroDivisionError):
        async with lived.turn() as turn:
            await turn.personal.erase(await turn.personal.kept(her()), (), (), NOON)
            await turn.flush()
            raise ZeroDivisionError
    assert mentions(lived, *HERS) == before
    await erase(lived)
    await all_sent(lived)
    async with lived.view() as view:
        rest = await view.personal.unfinished()
        assert rest is not None
        found = await view.personal.found(rest)
    with pytest.raises(ZeroDivisionError):
        async with lived.turn() as turn:
            await turn.personal.finish(rest, found, "", NOON)
            raise ZeroDivisionError
    assert await finish(lived) is True
    assert mentions(lived, *HERS) == set()


async def test_what_a_neighbour_sent_and_said_stays(lived: Store) -> None:
    await erase(lived)
    await all_sent(lived)
    await finish(lived)
    async with lived.view() as view:
        assert await view.media_gone.waiting(9) == [MINE, SHOWN]
        assert [one.person for one in await view.media.of("jinghe-1002")] == ["r-lin"]
        assert await view.people.get("r-lin")
    with closing(raw(lived)) as file:
        fates = [fate for (fate,) in file.execute("SELECT fate FROM outbox WHERE reader = 'lilei'")]
    assert fates == [Fate.SENT]


async def test_a_living_card_keeps_its_words_and_loses_her_photo(lived: Store) -> None:
    await erase(lived)
    await all_sent(lived)
    await finish(lived)
    async with lived.view() as view:
        shown = [(one.heading, one.text, one.photos) for one in await view.web.latest(GROUP)]
    assert shown == [("#1001", "电梯 3号楼", []), ("", "（已删除）", [])]


async def test_the_ids_in_the_ledger_are_given_to_nobody_again(lived: Store) -> None:
    await erase(lived)
    directory = await lived.directory()
    assert set(directory.erased) == {MEI, OTHER}
    for account, before in ((WEB, MEI), (WECHAT, OTHER)):
        again = fresh_id(account, directory.erased)
        assert again not in (before, *directory.erased)
        assert fresh_id(account, {**directory.erased, again: NOON + 9}) not in (again, before)


async def test_bytes_that_come_after_their_sender_was_erased_go_again(lived: Store) -> None:
    async with lived.turn() as turn:
        coming = await turn.media.add(Attachment(0, "jinghe-1001", NOON, "telegram", "photo", "file-7", MEI))
    await erase(lived)
    async with lived.turn() as turn:
        await turn.media.kept(coming.id, "c" * 64, 9)
    async with lived.view() as view:
        assert "c" * 64 in await view.media_gone.waiting(9)
