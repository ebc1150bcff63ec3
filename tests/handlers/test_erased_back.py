"""A backup from before brings back who was erased since: they are erased again, without anybody remembering to."""

from __future__ import annotations

from pathlib import Path

from handlers.desk.erasing import Erasing, erase
from storage import backup
from storage.database import open_store
from storage.proof import verify
from storage.records import MINUTE, Account, Act, Address, Person, resident_id
from tests.databases import fresh_file
from tests.storage.things import NOON, report
from tests.stories.town import TOWN, settle_down
from tests.whole_dump import mentions

ACCOUNT = Address("telegram:2001")
MEI = Person(resident_id(ACCOUNT), "jinghe", "梅小燕")


async def test_who_was_erased_is_erased_again_after_a_restore(tmp_path: Path) -> None:
    file, kept = tmp_path / "huying.db", tmp_path / "backup.db"
    store = await open_store(fresh_file(tmp_path))
    await settle_down(store, TOWN)
    async with store.turn() as turn:
        await turn.people.save(MEI)
        await turn.people.bind(Account(ACCOUNT, MEI.id, NOON))
        report(turn, 1001, reporter=MEI.id, words="梅小燕家漏水")
    await store.backup(kept)
    async with store.turn() as turn:
        await erase(turn, MEI, NOON, platform="telegram")
    await Erasing(store).look(NOON)
    await store.close()

    former = backup.restore(kept, file)
    assert former is not None
    assert former.erasures == 1
    store = await open_store(f"sqlite:///{file}")
    assert mentions(store, "梅小燕")
    erasing = Erasing(store)
    for minute in (1, 2):
        await erasing.look(NOON + minute * MINUTE)
    assert mentions(store, "梅小燕", ACCOUNT) == set()
    async with store.view() as view:
        acts = [entry.line.act for entry in await view.ledger.of("jinghe-1001")]
    assert acts == [Act.REPORT, Act.ERASE]
    assert (await verify(store)).ok
    await store.close()
