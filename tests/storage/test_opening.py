from __future__ import annotations

from pathlib import Path

import pytest

from storage.database import BadDatabase, StorageFailed, Store, open_store, path_of
from tests.storage.things import report, url


@pytest.mark.parametrize(
    ("said", "file"),
    [
        ("sqlite:///huying.db", "huying.db"),
        ("sqlite:////var/lib/huying.db", "/var/lib/huying.db"),
        ("sqlite:///呼应.db", "呼应.db"),
        ("sqlite:///a%20b.db", "a b.db"),
    ],
)
def test_three_strokes_are_relative_and_four_absolute(said: str, file: str) -> None:
    assert path_of(said) == Path(file)


@pytest.mark.parametrize(
    "said", ["", "huying.db", "sqlite://", "sqlite:///", "mysql://a@b/c", "sqlite:///:memory:"]
)
async def test_a_url_we_cannot_follow_is_one_clear_line(said: str) -> None:
    with pytest.raises(BadDatabase) as refused:
        await open_store(said)
    assert "\n" not in str(refused.value)


async def test_a_password_in_a_url_is_not_repeated() -> None:
    with pytest.raises(BadDatabase) as refused:
        await open_store("oracle://huying:geheim@db/huying")
    assert "geheim" not in str(refused.value)


async def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadDatabase, match="nowhere"):
        await open_store(url(tmp_path / "nowhere" / "huying.db"))


async def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(BadDatabase):
        await open_store(url(tmp_path))


async def test_a_text_file_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "notes.db").write_text("这不是数据库" * 200)
    with pytest.raises(BadDatabase, match=r"notes\.db"):
        await open_store(url(tmp_path / "notes.db"))


async def test_a_closed_store_says_so(tmp_path: Path) -> None:
    store = await open_store(url(tmp_path / "huying.db"))
    await store.migrate()
    await store.close()
    with pytest.raises(StorageFailed):
        async with store.turn() as turn:
            report(turn)


async def test_every_commit_is_on_the_disk_before_it_counts(file_store: Store) -> None:
    for pragma, value in (("synchronous", 2), ("journal_mode", "wal"), ("foreign_keys", 1)):
        rows = await file_store._writer.fetch(f"PRAGMA {pragma}", {})
        assert next(iter(dict(rows[0]).values())) == value
