"""The pages' own words: a catalogue per language, and which language a reader wants."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from starlette.requests import Request

LANGUAGES = ("zh", "en")
LANGUAGE_COOKIE = "huying_lang"


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Return every text of a language, by its dotted key."""
    with (Path(__file__).parent / "texts" / f"{language}.toml").open("rb") as source:
        tables = tomllib.load(source)
    return {f"{table}.{key}": text for table, texts in tables.items() for key, text in texts.items()}


def word(language: str, key: str, **args: object) -> str:
    """Return the text of `key` with its pieces put in. Raises KeyError for a key no catalogue has."""
    return catalogue(language)[key].format(**args)


def language_of(request: Request) -> str:
    """Return what the reader chose (`?lang=`, then the cookie), else what the browser prefers, else Chinese."""
    for chosen in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if chosen in LANGUAGES:
            return chosen
    return preferred(request.headers.get("accept-language", ""))


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
