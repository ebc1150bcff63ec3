"""The pages' own words, from the catalogues in texts/; and which language a reader wants."""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from handlers.wording import LOCALES, UnknownText

TEXTS = Path(__file__).parent / "texts"
LANGUAGES = tuple(LOCALES)
LANGUAGE_COOKIE = "huying_lang"
YEAR = 365 * 24 * 3600


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    return gettext.translation("pages", str(TEXTS), languages=[LOCALES[language]])


def word(language: str, key: str, **args: object) -> str:
    """Return the text of `key` with its pieces put in. Raises UnknownText for a key the catalogue lacks."""
    found = catalogue(language).gettext(key)
    if found == key:
        raise UnknownText(f"{language}: {key}")
    return found.format(**args)


def language_of(request: Request) -> str:
    """Return what the reader chose (`?lang=`, then the cookie), else what the browser prefers, else Chinese."""
    for chosen in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if chosen in LANGUAGES:
            return chosen
    return preferred(request.headers.get("accept-language", ""))


def remember_language(answer: Response, language: str, *, secure: bool) -> None:
    """Let the browser keep what the reader chose."""
    answer.set_cookie(LANGUAGE_COOKIE, language, max_age=YEAR, httponly=True, samesite="lax", secure=secure)


def preferred(accept: str) -> str:
    """Return the language of an Accept-Language header that we speak and it likes best; Chinese when in doubt."""
    best, weight = "zh", 0.0
    for part in accept[:200].split(","):
        tag, _, q = part.strip().partition(";q=")
        try:
            liked = float(q or 1)
        except ValueError:
            continue
        if (language := tag[:2].lower()) in LANGUAGES and liked > weight:
            best, weight = language, liked
    return best
