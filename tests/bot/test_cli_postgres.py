"""The commands on a database of a PostgreSQL server: moving there, and coming back from a backup."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from storage.database import open_store
from storage.media import MediaFolder
from tests.databases import postgres_database
from tests.platforms.telegram import a_photo


@pytest.fixture
def server() -> Iterator[str]:
    """The address of an empty database."""
    with asyncio.Runner() as runner, ExitStack() as stack:
        database = postgres_database(migrated=False)
        url = runner.run(database.__aenter__())
        stack.callback(lambda: runner.run(database.__aexit__(None, None, None)))
        yield url


async def work(url):
    """As a program that was started on it would."""
    store = await open_store(url)
    async with store.turn() as turn:
        await turn.pulse.beat(1_800_000_000_000)
    await store.close()


def test_a_community_moves_to_a_server_and_can_move_again(folder, server):
    folder.settle()
    before = folder.huying("verify").out
    for _ in range(2):
        done = folder.huying("move", "huying.db", server)
        assert done.code == 0, done.err
        assert "tickets" in done.out
    folder.set(DATABASE=server)
    assert folder.huying("verify").out == before
    assert folder.huying("check").out.count("postgresql://") == 1
    assert folder.huying("invite", "grid_leader", "--grid", "xinhai-east-1").code == 0


def test_where_a_program_still_works_it_is_said_that_later_reports_stay_behind(folder, server):
    folder.settle()

    async def beside_a_program():
        store = await open_store(f"sqlite:///{folder.path / 'huying.db'}")
        working = await store.claim("media/fetch")
        done = await asyncio.to_thread(folder.huying, "move", "huying.db", server)
        await working.release()
        await store.close()
        return done

    done = asyncio.run(beside_a_program())
    assert (done.code, "stop it and move once more" in done.err) == (0, True)
    assert "HUYING_MEDIA" not in done.err, "there are no photos"
    done = folder.huying("move", "huying.db", server)
    assert (done.code, "move once more" in done.err) == (0, False)


def test_nothing_is_brought_over_what_stands_there(folder, server):
    folder.settle()
    assert folder.huying("move", "huying.db", server).code == 0
    folder.set(DATABASE=server)
    asyncio.run(work(server))
    done = folder.huying("move", "huying.db", server)
    assert (done.code, "worked with since" in done.err) == (1, True)


def test_what_cannot_be_moved_is_told_in_one_line(folder, server):
    done = folder.huying("move", "nowhere.db", server)
    assert (done.code, "nowhere.db" in done.err, done.err.count("\n")) == (1, True, 1)
    assert not (folder.path / "nowhere.db").exists()
    folder.settle()
    done = folder.huying("move", "huying.db", "postgresql://huying:geheim@127.0.0.1:1/huying")
    assert (done.code, done.err.count("\n"), "geheim" in done.err) == (1, 1, False)


def test_a_backup_of_a_server_comes_back_on_it(folder, server):
    folder.settle()
    assert folder.huying("move", "huying.db", server).code == 0
    photo = MediaFolder(folder.path / "media").put(a_photo(), "image/jpeg").sha256
    folder.set(DATABASE=server)
    done = folder.huying("backup", "b.tar")
    assert done.code == 0, done.err
    MediaFolder(folder.path / "media").path(photo).unlink()
    asyncio.run(work(server))
    done = folder.huying("restore", "b.tar")
    assert (done.code, "--force" in done.err) == (1, True), done.err
    done = folder.huying("restore", "b.tar", "--force")
    assert done.code == 0, done.err
    assert MediaFolder(folder.path / "media").path(photo).exists()
    assert (folder.path / "server-1.db.before-restore-1").exists()
    assert folder.huying("verify").code == 0
    assert not [name for name in os.listdir(folder.path) if name.startswith(".huying")]


def test_a_server_that_is_worked_on_is_left_alone_and_nothing_is_left_lying(folder, server):
    folder.settle()
    assert folder.huying("backup", "b.tar").code == 0
    folder.set(DATABASE=server)
    assert folder.huying("restore", "b.tar").code == 0

    async def beside_a_program():
        store = await open_store(server)
        done = await asyncio.to_thread(folder.huying, "restore", "b.tar", "--force")
        await store.close()
        return done

    before = os.listdir(folder.path)
    done = asyncio.run(beside_a_program())
    assert (done.code, "先停下它" in done.err, done.err.count("\n")) == (1, True, 1), done.err
    assert sorted(os.listdir(folder.path)) == sorted(before)


def test_a_backup_of_a_file_comes_back_on_an_empty_server(folder, server):
    folder.settle()
    assert folder.huying("backup", "b.tar").code == 0
    before = folder.huying("verify").out
    folder.set(DATABASE=server)
    done = folder.huying("restore", "b.tar")
    assert done.code == 0, done.err
    assert folder.huying("verify").out == before
