"""Dangers named in a text: words that say one alone, or two words near each other that say it together."""

from __future__ import annotations

from handlers.reading.lexicon import Danger, Words

MOST_HITS = 200
"""More words of danger than this in one message are not looked at."""


def named(plain: str, words: Words) -> list[Danger]:
    """Return the dangers a normalised text names, in order, each once."""
    found: dict[str, Danger] = {}
    first: dict[str, int] = {}
    then: dict[str, int] = {}
    for hit, (at, said) in enumerate(words.danger_index.every(plain)):
        if hit == MOST_HITS:
            break
        telling = words.dangers[said]
        end = at + len(said)
        for danger in telling.alone:
            found[danger.name] = danger
        for danger in telling.then:
            if 0 <= at - first.get(danger.name, at + 1) <= danger.within:
                found[danger.name] = danger
        for danger in telling.first:
            if not danger.straight and 0 <= at - then.get(danger.name, at + 1) <= danger.within:
                found[danger.name] = danger
        for danger in telling.first:
            first[danger.name] = end
        for danger in telling.then:
            then[danger.name] = end
    return list(found.values())
