"""Open pages that are drawn for each reader alone: when something of theirs changes each is read anew, and sent the elements
that are not as they were.

Only elements that show how something stands are sent as they are; what holds a form says so (`data-form`), and the browser
leaves one alone in which somebody writes (static/live.js).
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from abc import abstractmethod
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

from sse_starlette import ServerSentEvent
from starlette.requests import Request

from bot.web.console import watching
from bot.web.console.office import Asking, Office
from bot.web.console.watching import OVER, Watch, log, same_to_see
from bot.web.login import SESSION_COOKIE, print_of
from bot.web.say import new_nonce
from handlers.sight import Chamber
from storage.database import StorageFailed
from storage.records import Directory
from storage.turn import Turn, Turned

ONCE = "\ue000once"
"""Stands in a drawn form for what makes it count once; each that goes out has its own."""

_Page = TypeVar("_Page", bound="Page")


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a page. `some`: not every page of its kind has it, and its name is its id; a page that has it not gets
    `whole`, or else the element itself, and one that has it no more leaves it out."""

    html: str
    some: bool = False
    whole: Callable[[], str] | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page as it stands: its elements by name, which names none but `some` share with an id. `last`: nothing more comes."""

    elements: Mapping[str, Element]
    last: bool = False

    @property
    def id(self) -> str:
        """What names this state: `3f9a….act-accept.act-add`, with the names of `some` that are there."""
        whole = "\n".join(element.html for element in self.elements.values())
        there = [name for name, element in self.elements.items() if element.some]
        return ".".join([hashlib.sha256(whole.encode()).hexdigest()[:16], *there])


class Page:
    """One open page. `directory`: by which it was judged what its reader may see, None before it was drawn; `mark`: what tells the state it
    was drawn from. `meanwhile`: turns that ended while it is being drawn, None while it is not."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.session = print_of(request.cookies[SESSION_COOKIE])
        self.stirred = asyncio.Event()
        self.directory: Directory | None = None
        self.mark: object = None
        self.meanwhile: list[Turned] | None = None


class Following(Watch, Generic[_Page]):
    """Follows what is written for all pages of one kind. `chamber`: the room in which they stand."""

    chamber: Chamber

    def __init__(self, office: Office) -> None:
        super().__init__(office)
        self._pages: set[_Page] = set()

    # --- what each kind says of itself ------------------------------------------------------------------------------

    @abstractmethod
    def concerns(self, page: _Page, turned: Turned) -> bool:
        """Tell whether the turn wrote something that the page shows. Nothing is asked for this."""

    @abstractmethod
    async def draw(self, turn: Turn, asking: Asking, page: _Page) -> Drawn | None:
        """Return the page as it stands; None when its reader does not see it any more."""

    @abstractmethod
    async def marks(self, turn: Turn, pages: Collection[_Page]) -> Mapping[_Page, object]:
        """Return for each page what is equal only as long as what it shows is the same; one asking for all of them."""

    # --- who tells us -----------------------------------------------------------------------------------------------

    def turned(self, turned: Turned) -> None:
        """A turn of this process has ended."""
        for page in self._pages:
            if page.meanwhile is not None:
                page.meanwhile.append(turned)
            elif self.concerns(page, turned):
                page.stirred.set()

    def stirred(self) -> None:
        """Another process wrote something."""
        if self._pages:
            self._woken.set()

    # --- one page ---------------------------------------------------------------------------------------------------

    async def events(self, page: _Page, since: str) -> AsyncIterator[ServerSentEvent]:
        """Give what changes on a page that has it as `since` says (Drawn.id), until there is nothing more to come, or its
        reader may not see it any more."""
        webchat, shown = self._office.webchat, Shown(since)
        with webchat.listen([]) as page.stirred, self.looked_after():
            self._pages.add(page)
            try:
                while not webchat.closed:
                    page.stirred.clear()
                    began, again = time.monotonic(), None
                    try:
                        drawn = await self._drawn(page)
                    except StorageFailed as failed:
                        log.warning("one of the open %s cannot be told what changed: %s", self.kind, failed)
                        again = watching.LOOK_EVERY
                    else:
                        if drawn is None:
                            yield OVER
                            return
                        if news := shown.news(drawn):
                            # The browser counts on from here (static/console.js).
                            now = f'<i data-now="{self._office.clock.now()}"></i>'
                            yield ServerSentEvent("\n".join([*news, now]), id=shown.id, sep="\n")
                        if drawn.last:
                            return
                    await asyncio.sleep(watching.REST * (time.monotonic() - began))
                    with suppress(TimeoutError):
                        async with asyncio.timeout(again):
                            await page.stirred.wait()
                    await asyncio.sleep(watching.GATHER)
            finally:
                self._pages.discard(page)

    async def _drawn(self, page: _Page) -> Drawn | None:
        """Draw the page, and whatever was written meanwhile that concerns it wakes it once more."""
        page.meanwhile = []
        try:
            directory = await self._office.store.directory()
            async with self._office.store.view() as turn:
                asking = await self._office.known(page.request, turn, directory)
                if asking is None or self.chamber not in asking.sight.chambers:
                    return None
                drawn = await self.draw(turn, asking, page)
                page.directory, page.mark = directory, (await self.marks(turn, [page])).get(page)
                return drawn
        finally:
            meanwhile, page.meanwhile = page.meanwhile, None
            if any(self.concerns(page, turned) for turned in meanwhile):
                page.stirred.set()

    # --- all of them ------------------------------------------------------------------------------------------------

    async def look(self, *, thorough: bool) -> None:
        """Wake the pages on which something changed, and those whose readers may see otherwise than they did."""
        pages = list(self._pages)
        directory = await self._office.store.directory()
        async with self._office.store.view() as turn:
            alive = await turn.sessions.alive({page.session for page in pages}, self._office.wall.now())
            marks = await self.marks(turn, pages)
        known = {id(page.directory): page.directory for page in pages if page.directory is not None}
        still = {one for one, before in known.items() if same_to_see(before, directory)}
        for page in pages:
            same = id(page.directory) in still and page.mark == marks.get(page)
            if page.session in alive and same:
                page.directory = directory
            else:
                page.stirred.set()

    def begin_anew(self) -> None:
        for page in self._pages:
            page.stirred.set()


class Shown:
    """What one page shows by now. `id` names it."""

    def __init__(self, since: str) -> None:
        self.id = since
        self._there = set(since[:10_000].split(".")[1:])
        self._before: Mapping[str, Element] = {}

    def news(self, drawn: Drawn) -> list[str]:
        """Return what it does not show yet, and take it that it does from now on."""
        before, self._before = self._before, drawn.elements
        was, self.id = self.id, drawn.id
        if self.id == was:
            return []
        some = {name for name, element in drawn.elements.items() if element.some}
        gone, new = sorted(self._there - some), some - self._there
        self._there = some
        html = [f'<i id="{name}" data-gone></i>' for name in gone if name.replace("-", "").isalnum()]
        for name, element in drawn.elements.items():
            if name in new and element.whole is not None:
                html.append(element.whole())
            elif name not in before or before[name].html != element.html:
                html.append(fresh(element.html))
        return html


def fresh(html: str) -> str:
    """Return what was drawn as it goes out."""
    return html.replace(ONCE, new_nonce())
