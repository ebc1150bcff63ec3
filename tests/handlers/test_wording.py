"""The catalogues: the same keys and pieces in both languages, none missing, none left over; and how pieces are said."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from handlers import cards, wording
from handlers.answering import CHOICES
from handlers.answering_typed import SAID
from handlers.commands import Verb
from handlers.dialogue import ASIDE, Step
from handlers.handling import WAITING_FOR
from handlers.meeting_minutes import Loop
from handlers.messages import Say
from handlers.wording import Tongue, UnknownText, render, text
from storage.records import Act, Category, Kind, Outcome, Reason, Role, State

HANDLERS = Path(wording.__file__).parent
SHANGHAI = "Asia/Shanghai"
NOON = 1_795_323_600_000
"""Sunday 2026-11-22 13:00 in Shanghai."""


def catalogue(language: str) -> dict[str, str]:
    path = wording.TEXTS / wording.LOCALES[language] / "LC_MESSAGES" / "huying.po"
    with path.open("rb") as source:
        return {str(m.id): str(m.string) for m in read_po(source, abort_invalid=True) if m.id}


ZH, EN = catalogue("zh"), catalogue("en")


def pieces(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def test_both_languages_have_the_same_sentences() -> None:
    assert set(ZH) == set(EN)


@pytest.mark.parametrize("key", sorted(ZH))
def test_both_languages_use_the_same_pieces(key: str) -> None:
    assert pieces(ZH[key]) == pieces(EN[key])
    assert ZH[key]
    assert EN[key]


@pytest.mark.parametrize("key", sorted(ZH))
def test_nobody_is_shouted_at(key: str) -> None:
    assert not re.search("[!！]", ZH[key] + EN[key])
    assert "SLA" not in ZH[key] + EN[key]


def test_a_key_stands_once() -> None:
    for locale in wording.LOCALES.values():
        source = (wording.TEXTS / locale / "LC_MESSAGES" / "huying.po").read_text(encoding="utf-8")
        keys = re.findall(r'^msgid "(.+)"$', source, re.M)
        assert sorted(keys) == sorted(set(keys))


# --- used and there ----------------------------------------------------------------------------------------------------------

OPEN_ENDED: dict[str, tuple[str, ...]] = {
    "act.": tuple(Act),
    "category.": tuple(Category),
    "state.": tuple(State),
    "role.": tuple(Role),
    "queued.": tuple(Reason),
    "button.": tuple(verb.value for verb in Verb if f"button.{verb.value}" in ZH),
    "rating.": ("good", "fair", "silent"),
    "advice.": (*cards.ADVICE.values(), "other"),
    "urge.": ("now", "before"),
    "timeout.": tuple(step for step in Step if step not in (Step.UNIT, Step.APART, Step.PHOTO, *ASIDE)),
    "ask.what_": (Kind.REPAIR, Kind.COMPLAINT, Kind.SERVICE_ORDER),
    "card.": ("arrive", "plan_by", "resolve"),
    "outcome.": tuple(Outcome),
    "loop.": tuple(Loop),
    "decline.": ("no_call", "not_ours", "not_found", "private_matter", "repeated"),
}
"""Keys put together while the program runs: how they begin, and every end they can have."""

ROOMS = [room for room in HANDLERS.rglob("*.py") if not room.name.startswith(("community", "policy"))]
"""The rooms that say something; those of the community file read one, with a text() of their own."""


BOT = HANDLERS.parent / "bot"
CHANNELS = [*(BOT / "channels").glob("*.py"), BOT / "web" / "porter.py", *BOT.glob("ledger_*.py")]
"""They say a few words of their own around a letter, where their platform shows less of it than others, or into it."""


def strings() -> Iterator[str]:
    """Give every string in the rules as a pattern: what is put into it while the program runs can be anything."""
    for room in (*ROOMS, *CHANNELS):
        for node in ast.walk(ast.parse(room.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield re.escape(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [p.value if isinstance(p, ast.Constant) else None for p in node.values]
                if parts[0] is not None:
                    yield "".join("[a-z0-9_]*" if part is None else re.escape(str(part)) for part in parts)


def called() -> Iterator[str]:
    """Give every key a sentence is asked for by, as far as it stands in the code."""
    for room in ROOMS:
        for node in ast.walk(ast.parse(room.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            first = node.args[0]
            # `row.text("model")` asks a community file's row for a value, and no catalogue for a sentence.
            of_a_row = isinstance(node.func, ast.Attribute) and name == "text"
            asks = name in ("Say", "Refused", "say", "word", "text") and not of_a_row
            if asks and isinstance(first, ast.Constant):
                yield str(first.value)


@pytest.mark.parametrize("key", sorted(set(called())))
def test_every_sentence_asked_for_is_there(key: str) -> None:
    assert key in ZH


@pytest.mark.parametrize("begins", OPEN_ENDED)
def test_every_sentence_put_together_is_there(begins: str) -> None:
    assert [begins + end for end in OPEN_ENDED[begins] if begins + end not in ZH] == []


def test_no_sentence_is_left_over() -> None:
    patterns = {pattern for pattern in strings() if re.match(r"[a-z_]+(\\.|$)", pattern)}
    used = re.compile(rf"(?:{'|'.join(sorted(patterns))})(?:_here)?(?:_bare)?")
    assert sorted(key for key in ZH if not used.fullmatch(key)) == []


def test_every_choice_that_can_be_typed_is_one_that_can_be_tapped() -> None:
    assert set(SAID) <= set(CHOICES)


def test_every_reason_to_wait_is_a_word() -> None:
    assert all(WAITING_FOR.values())


# --- how pieces are said -----------------------------------------------------------------------------------------------------

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


@pytest.mark.parametrize(
    ("later", "zh", "en"),
    [
        (5 * MINUTE, "13:05", "13:05"),
        (12 * HOUR, "11月23日周一 01:00", "Mon 23 Nov 01:00"),
        (-DAY, "11月21日周六 13:00", "Sat 21 Nov 13:00"),
        (60 * DAY, "2027年1月21日周四 13:00", "Thu 21 Jan 2027 13:00"),
    ],
)
def test_a_time_is_one_people_can_check(later: int, zh: str, en: str) -> None:
    for language, said in (("zh", zh), ("en", en)):
        assert wording.clock_time(NOON + later, Tongue(language, SHANGHAI, NOON)) == said


def test_a_time_is_shown_in_the_communitys_zone() -> None:
    assert wording.clock_time(NOON, Tongue("zh", "Asia/Urumqi", NOON)) == "11:00"


def test_an_unknown_sentence_is_a_fault() -> None:
    with pytest.raises(UnknownText):
        text("no.such", "zh")


def test_markup_and_braces_in_a_piece_stay_as_they_are() -> None:
    said = render(
        Say("told.added", {"number": 1001, "words": "<b>{person} %s {0} \\n"}), Tongue("zh", SHANGHAI, NOON)
    )
    assert said.endswith("<b>{person} %s {0} \\n")


def test_long_words_are_shortened_so_that_what_stands_after_them_is_read() -> None:
    said = render(
        Say("told.handed_over", {"number": 1, "to": "长" * 5000, "first": "王芳"}),
        Tongue("zh", SHANGHAI, NOON),
    )
    assert "王芳" in said
    assert len(said) < 1000


def test_a_sentence_survives_the_way_through_the_store() -> None:
    inner = Say("status.until", {"until": wording.when(NOON)})
    say = Say("status.accepted", {"worker": "王芳", "at": wording.when(NOON), "until": inner})
    tongue = Tongue("zh", SHANGHAI, NOON)
    assert (
        render(wording.unpack(wording.pack(say)), tongue)
        == render(say, tongue)
        == "王芳 13:00 已受理，13:00 前解决。"
    )


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("3号楼\u200b电梯", "3号楼电梯"),
        ("\u202eabc", "abc"),
        ("a\x00b\x07c", "abc"),
        ("两\n行", "两\n行"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("  空白  ", "空白"),
        ("\ufeff\u2066", ""),
    ],
)
def test_what_cannot_be_seen_is_left_out(typed: str, seen: str) -> None:
    assert wording.legible(typed) == seen
