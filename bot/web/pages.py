"""Turning what is known into HTML: one Jinja environment, the reader's language, the community's clock."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from bot.web.words import LANGUAGES, YEAR, language_of, remember_language, word
from handlers import masking
from handlers.wording import Tongue, clock_time, matter, piece, text
from storage.records import Act, Category, Instant, Line, State, Ticket

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Site:
    """What all pages know. `public_url` may be empty; `zone` is the one their clock times are shown in."""

    public_url: str = ""
    zone: str = "Asia/Shanghai"

    @property
    def secure(self) -> bool:
        """Cookies may be kept to https."""
        return self.public_url.startswith("https://")


class Pages:
    """Renders templates."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._environment = _environment(site.zone)

    def fragment(self, template: str, language: str, **known: Any) -> str:
        """Return a piece of a page in the language."""
        t = partial(word, language)
        return self._environment.get_template(template).render(t=t, language=language, **known)

    def page(
        self,
        request: Request,
        template: str,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        **known: Any,
    ) -> Response:
        """Answer with a whole page; `?lang=` is remembered."""
        language = language_of(request)
        html = self.fragment(
            template,
            language,
            path=request.url.path,
            zone=self.site.zone,
            in_other_language=in_language(request, word(language, "site.other_language_code")),
            **known,
        )
        answer = HTMLResponse(html, status, headers=dict(headers or {}) | {"vary": "accept-language, cookie"})
        if request.query_params.get("lang") in LANGUAGES:
            remember_language(answer, language, secure=self.site.secure)
        return answer


@cache
def _environment(zone: str) -> Environment:
    """Return the environment of all pages that show this zone's clock: a template is compiled once in a process."""
    filters = _Filters(zone)
    environment = Environment(
        loader=FileSystemLoader([HERE / "templates", HERE / "print"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    prints = {p.name: hashlib.sha256(p.read_bytes()).hexdigest()[:10] for p in (HERE / "static").iterdir()}
    environment.globals["static"] = lambda name: f"/static/{name}?v={prints[name]}"
    environment.filters.update(
        time=filters.time,
        matter=filters.matter,
        state=filters.state,
        state_name=filters.state_name,
        category=filters.category,
        act=filters.act,
        iso=iso,
        safe_link=safe_link,
        initial=initial,
        tint=tint,
        urgent=urgent,
        masked=masking.name,
        masked_phone=masking.phone,
    )
    return environment


class _Filters:
    """What templates may ask for by name. They speak the language of the page, and show the clock of `zone`."""

    def __init__(self, zone: str) -> None:
        self._zone = zone

    def tongue(self, context: Context, now: Instant = 0) -> Tongue:
        return Tongue(context["language"], self._zone, now)

    @pass_context
    def time(self, context: Context, at: Instant, now: Instant) -> str:
        """Return the clock time, with its day before it unless it is today's."""
        return clock_time(at, self.tongue(context, now))

    @pass_context
    def matter(self, context: Context, ticket: Ticket) -> str:
        """Return what and where, as every heading has it."""
        return piece(matter(ticket), self.tongue(context))

    @pass_context
    def state(self, context: Context, ticket: Ticket | Line) -> str:
        return text(f"state.{ticket.state}", context["language"])

    @pass_context
    def state_name(self, context: Context, state: State) -> str:
        return text(f"state.{state}", context["language"])

    @pass_context
    def category(self, context: Context, category: Category) -> str:
        return text(f"category.{category}", context["language"])

    @pass_context
    def act(self, context: Context, act: Act) -> str:
        return text(f"act.{act}", context["language"])


def in_language(request: Request, language: str) -> str:
    """Return where the same page is in the language, with all that was chosen on it: only what follows the `?`, so
    whatever its address says the link leads nowhere else.

    "" for the answer to a form: it has no address, and what was written in the form would be lost.
    """
    if request.method != "GET":
        return ""
    chosen = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return f"?{urlencode([*chosen, ('lang', language)])}"


def iso(at: Instant) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds")


def safe_link(url: str) -> str:
    """Return the address if following it can run nothing, else a link to nowhere."""
    return url if urlsplit(url).scheme in ("https", "http", "tel", "") else "#"


def initial(name: str) -> str:
    """Return what stands in a person's round: the first character of their name."""
    return name.strip()[:1] or "·"


def urgent(heading: str) -> bool:
    """Whether a card's heading is an emergency's, in whichever language it was written."""
    return any(text("severity.emergency", language) in heading for language in LANGUAGES)


def tint(name: str) -> int:
    """Return which of the six tints a person's round has: always the same for a name."""
    return hashlib.sha256(name.encode()).digest()[15] % 6


class Assets(StaticFiles):
    """Files of a page; their addresses carry a print of their content, so a browser may keep them for ever."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        answer = super().file_response(*args, **kwargs)
        answer.headers["cache-control"] = f"public, max-age={YEAR}, immutable"
        return answer
