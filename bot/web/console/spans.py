"""How long something takes, in words: for people who look up from their work for a second."""

from __future__ import annotations

from bot.web.words import word
from storage.records import DAY, HOUR, LENIENT, MINUTE, NEVER, Instant, Listed, Span


def span(length: Span, language: str) -> str:
    """Return 12 分钟, 2 小时 5 分, 3 天 4 小时; static/console.js says the same."""
    minutes = length // MINUTE
    days, hours = length // DAY, length % DAY // HOUR
    if minutes < 1:
        return word(language, "board.moment")
    if days >= 3 or (days and not hours):
        return word(language, "board.days", n=days)
    if days:
        return f"{word(language, 'board.days', n=days)} {word(language, 'board.hours', n=hours)}"
    rest = minutes % 60
    if not hours:
        return word(language, "board.minutes", n=minutes)
    hour = word(language, "board.hours", n=hours)
    return f"{hour} {word(language, 'board.minutes', n=rest)}" if rest else hour


def left(row: Listed, now: Instant, language: str) -> str:
    """Return how much time its clock leaves, or how long it has run out; "" where none runs."""
    if row.due_at == NEVER:
        return ""
    if row.due_at > now:
        return word(language, "board.left", span=span(row.due_at - now, language))
    if not makes_late(row):
        return ""
    return word(language, "board.over", span=span(now - row.due_at, language))


def makes_late(row: Listed) -> bool:
    """Tell whether somebody is late once its clock has run out."""
    return row.clock is not None and row.clock not in LENIENT


def late(row: Listed, now: Instant) -> bool:
    return row.due_at <= now and makes_late(row)
