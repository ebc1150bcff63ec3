"""Every form of the console survives being sent twice: the second time nothing more is done, and nobody is told again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from storage.records import Duty, Person, Reason
from tests.bot.web.house import NOON
from tests.bot.web.town_hall import Hall, Staff, filled, hall_in
from tests.security.console_forms import FORMS, HOW_TO, NOT_TWICE, Fields, Sent
from tests.security.console_routes import routes_of
from tests.whole_dump import everything

ASIDE = frozenset({"proposals", "sqlite_sequence", "inbox", "pulse"})
"""What waits for a second look, and what is kept to know a form again."""
DUTIES = tuple(Duty("jinghe", "wangfang", day, "08:00", "20:00", "east-1") for day in ("sun", "mon"))


async def lived_in(hall: Hall) -> None:
    """A ticket in hand and one in the queue, two shifts on the roster, residents who can be asked for."""
    await hall.ticket(1024)
    await hall.ticket(1025, queued=Reason.RESOLVE_MISSED, queued_at=NOON)
    async with hall.store.turn() as turn:
        await turn.roster.put("jinghe", DUTIES)
        for id, name in (("r-xiamu", "夏目"), ("r-chen", "陈大明")):
            await turn.people.save(Person(id, "jinghe", name))


def stored(hall: Hall) -> list[tuple[str, str]]:
    """Return every row of every table but those aside: ledger, tickets with their versions, letters owed and all else."""
    return sorted((table, str(row)) for table, row in everything(hall.store) if table not in ASIDE)


def form_on(page: str, to: str, fields: Fields) -> dict[str, str]:
    """Return what a browser would send of the page's form that goes there and does this, with `fields` filled in."""
    forms = [one for one in re.findall(r"<form.*?</form>", page, re.S) if f'action="{to}"' in one]
    does = f'name="do" value="{fields["do"]}"' if "do" in fields else ""
    form = next((one for one in forms if does in one), "")
    hidden = {name: re.search(rf'name="{name}" value="([^"]*)"', page) for name in ("csrf", "once")}
    return {name: found[1] for name, found in hidden.items() if found} | filled(form) | dict(fields)


class Sender:
    """Sends the table's forms. `known`: ids that stand in braces there."""

    def __init__(self, hall: Hall, staff: Staff, known: Mapping[str, str]) -> None:
        self._hall, self._staff, self._known = hall, staff, known

    async def page(self, sent: Sent) -> tuple[str, str]:
        """Return the page with the form, and where the form goes."""
        if sent.look is not None:
            page, to = await self.page(sent.look)
            answer = await self.send(sent.look, page, to, sent.look.fields)
            look = await self._staff.get(answer.headers["location"])
            return look.text, look.url.path
        answer = await self._staff.get(self._named(sent.page))
        assert answer.status_code == 200, sent.page
        return answer.text, self._named(sent.to)

    async def send(self, sent: Sent, page: str, to: str, fields: Fields) -> httpx.Response:
        data = form_on(page, to, {name: self._named(value) for name, value in fields.items()})
        files: Any = {"file": ("community.toml", sent.file.encode())} if sent.file else None
        self._hall.house.clock.forward(1000)
        return await self._staff.post(to, data=data, files=files)

    def _named(self, words: str) -> str:
        for name, value in self._known.items():
            words = words.replace(f"{{{name}}}", value)
        return words


def taken(answer: httpx.Response) -> bool:
    """Tell whether the form made sense: neither refused nor found to say what is so already."""
    return answer.status_code in (200, 303) and "same=1" not in answer.headers.get("location", "")


def kind(answer: httpx.Response) -> tuple[int, str]:
    """Return the status, and where it leads but for names that are made anew each time."""
    leads = answer.headers.get("location", "")
    return answer.status_code, re.sub(r"(changes/|done=)[\w-]+", r"\1…", leads)


def test_every_form_of_the_console_is_sent_twice_or_says_why_not(house: Any) -> None:
    there = [f"{method} {path}" for method, path in routes_of(house.app) if method == "POST"]
    missing = [one for one in there if one not in FORMS and one not in NOT_TWICE]
    assert missing == [], "\n\n".join(HOW_TO.format(missing=one, path=one.split()[1]) for one in missing)
    assert {*FORMS, *NOT_TWICE} - set(there) == set(), "these are no routes any more: take their lines out"


async def test_whatever_is_sent_twice_is_done_once_and_another_form_of_its_page_counts(
    tmp_path: Path,
) -> None:
    wrong: list[tuple[str, str, object]] = []
    async with hall_in(tmp_path) as hall, hall.staff() as staff, hall.staff():
        await lived_in(hall)
        known = {"first": DUTIES[0].id, "second": DUTIES[1].id}
        for route, sent in FORMS.items():
            sender = Sender(hall, staff, known)
            page, to = await sender.page(sent)
            before = stored(hall)
            first = await sender.send(sent, page, to, sent.fields)
            # What takes long is over by the time somebody presses once more.
            await hall.house.run_errands()
            after = stored(hall)
            again = await sender.send(sent, page, to, sent.fields)
            wrong += [] if taken(first) else [(route, "is refused", first.text)]
            wrong += [] if (after != before) is sent.notes else [(route, "changes", changed(before, after))]
            wrong += [] if kind(again) == kind(first) else [(route, "is answered otherwise", kind(again))]
            wrong += [] if stored(hall) == after else [(route, "is done twice", changed(after, stored(hall)))]
            if sent.other is not None:
                other = await sender.send(sent, page, to, {**sent.fields, **sent.other})
                wrong += [] if taken(other) else [(route, "refuses another form", other.text)]
                wrong += [] if stored(hall) != after else [(route, "swallows another form of its page", "")]
            known["meeting"] = await under_way(hall)
    assert wrong == []


def changed(before: list[tuple[str, str]], after: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted({*before} ^ {*after})


async def under_way(hall: Hall) -> str:
    async with hall.store.view() as view:
        return next((one.id for one in await view.meetings.of("jinghe") if one.begun_at is not None), "")
