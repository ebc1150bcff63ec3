"""The community as a file to take home, and one to bring back: every mistake by its cell, else the second look."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot import community_files
from bot.channels.console import PLATFORM
from bot.web.console.changes import Changes
from bot.web.console.office import Asking, Office
from handlers.community import Mistakes, loaded_of, write_community
from handlers.desk.changing import wanted
from handlers.directory_changes import Change, placed
from handlers.sight import Chamber
from storage.records import Act

ROOM = "/console/directory"
FILE = f"{ROOM}/file"
KINDS = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "toml": "application/toml; charset=utf-8",
}
LARGEST_UPLOAD = community_files.LARGEST + 64 * 1024
"""Bytes of the form around the file, too."""
MOST_MISTAKES = 200
"""Shown; a wrong file has one in every row."""


class Spreadsheet:
    """GET /console/directory/file.xlsx, POST /console/directory/file."""

    def __init__(self, office: Office, changes: Changes) -> None:
        self._office, self._changes = office, changes
        # Reading one may take a gigabyte in its own process for a moment; two at once is more than the machine may have.
        self._reading = asyncio.Lock()

    def routes(self) -> list[BaseRoute]:
        return [
            Route(f"{ROOM}/file.{{kind}}", self.take, methods=["GET"]),
            Route(FILE, self.bring, methods=["POST"]),
        ]

    async def take(self, request: Request) -> Response:
        """The community as `huying import` takes it. It holds phones: it is for those who manage, and stands in the
        ledger."""
        asking = await self._office.asked(request, Chamber.DIRECTORY)
        kind = request.path_params["kind"]
        if kind not in KINDS:
            raise HTTPException(404)
        if not asking.sight.manages:
            raise HTTPException(403, "console.only_reads")
        loaded = loaded_of(asking.directory, asking.community.id)
        if loaded is None:
            raise HTTPException(404)
        data = await asyncio.to_thread(_written, write_community(loaded), kind)
        async with self._office.store.turn() as turn:
            await turn.hold([asking.community.id])
            turn.ledger.note(
                Act.EXPORT,
                asking.community.id,
                asking.person.id,
                asking.now,
                platform=PLATFORM,
                reason=f"名录 {kind}",
            )
        name = f"{asking.community.id}.{kind}"
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return Response(data, media_type=KINDS[kind], headers=headers)

    async def bring(self, request: Request) -> Response:
        """Take a changed file: its mistakes with their cells, or the second look."""
        asking, form = await self._office.changing(request, Chamber.DIRECTORY, managing=True)
        file = next(iter(form.files), None)
        if file is None:
            return self._refused(asking, "", [("", asking.word("directory.no_file"))])
        name = (file.filename or "")[-60:]
        try:
            async with self._reading:
                tables = await asyncio.to_thread(_read, await file.read(), Path(name).suffix.lower()[:8])
        except community_files.NotAFile as no:
            said = str(no).partition("：")[2] or str(no)
            return self._refused(asking, name, [("", _words(said, asking.language))])
        wrong = [("", _words(line, asking.language)) for line in tables.mistakes]
        try:
            change = Change(whole=tables.content)
            if not wrong:
                return await self._changes.propose(asking, Chamber.DIRECTORY, change)
            wanted(asking.directory, asking.community.id, change)
        except Mistakes as found:
            for one in map(placed, found.mistakes):
                cell = tables.cell(one.table, one.id, one.key)
                wrong.append((cell, _words(one.line, asking.language)))
        return self._refused(asking, name, wrong)

    def _refused(self, asking: Asking, name: str, wrong: list[tuple[str, str]]) -> Response:
        return self._office.page(
            asking,
            "console/directory_file.html",
            status=422,
            name=name,
            wrong=wrong[:MOST_MISTAKES],
            more=max(0, len(wrong) - MOST_MISTAKES),
        )


def _words(line: str, language: str) -> str:
    """Return a line of both languages in one; in English it keeps where it stands."""
    chinese, apart, english = line.partition(" · ")
    if language == "zh" or not apart:
        return chinese
    where, colon, _ = chinese.partition(": ")
    return f"{where}: {english}" if colon else english


def _written(content: dict[str, object], kind: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="huying-") as folder:
        path = Path(folder, f"community.{kind}")
        write = community_files.write_xlsx if kind == "xlsx" else community_files.write_toml
        write(content, path)
        return path.read_bytes()


def _read(data: bytes, suffix: str) -> community_files.Tables:
    """Raises NotAFile, without the name of our own file in it."""
    with tempfile.TemporaryDirectory(prefix="huying-") as folder:
        path = Path(folder, f"file{suffix}")
        path.write_bytes(data)
        return community_files.read(path)
