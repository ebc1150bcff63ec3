"""What corrections teach the reader, and what that would change, told before anything changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from handlers.community import directory_of, read_community
from handlers.desk.words import WordLists
from handlers.lessons import FIXED, Changed, Report, right, study, words_of
from handlers.reading import read
from storage.records import Address, Category, Directory, Example, Lesson
from tests.handlers.test_community import file

NOW = 1_770_000_000_000
UNHEARD = "姐妹们今天又去老地方了哈哈"
MISHEARD = "3号楼2单元电梯停了"


def directory(words: dict[str, Any] | None = None, lesson: Lesson | None = None) -> Directory:
    read_back = directory_of(read_community({**file(), **({"words": words} if words else {})}))
    return replace(read_back, lessons={"jinghe": lesson}) if lesson else read_back


def example(words: str, call: bool, category: Category | None = None, at: int = NOW) -> Example:
    reading = read(words)
    said = reading.category if reading.is_report else None
    return Example("jinghe", at, words, reading.is_report, said, call, category, "wangfang")


def taught(*examples: Example, measure: tuple[str, ...] = (), of: Directory | None = None) -> Report:
    return study(of or directory(), "jinghe", examples, measure)


def applied(report: Report, at: int = NOW) -> Lesson:
    return Lesson("jinghe", at, "huying", len(report.examples), report.weights)


def test_what_is_misread_today_is_read_right_afterwards() -> None:
    examples = (
        example(UNHEARD, True, Category.ROAD),
        example(MISHEARD, False),
        example("3号楼楼道灯坏了", True, Category.POWER),
    )
    report = taught(*examples)
    assert [one.example for one in report.misread] == list(examples)
    assert report.still == ()
    words = words_of(directory(lesson=applied(report)), "jinghe")
    assert all(right(one, read(one.words, words)) for one in examples)


def test_what_is_read_right_already_teaches_next_to_nothing() -> None:
    report = taught(example(MISHEARD, True, Category.ELEVATOR), example("谁家有电钻借一下", False))
    assert report.misread == ()
    assert all(abs(change) < 0.1 for own in report.weights.values() for change in own.values())


def test_the_report_names_what_would_change_elsewhere_with_both_readings() -> None:
    measure = (UNHEARD, "3号楼楼道灯坏了", "谁家有电钻借一下")
    (changed,) = taught(example(UNHEARD, True), measure=measure).changed
    assert (changed.words, changed.before.is_report, changed.after.is_report) == (UNHEARD, False, True)


def test_nothing_is_changed_by_looking() -> None:
    before = read(UNHEARD)
    taught(example(UNHEARD, True))
    assert read(UNHEARD) == before


def test_of_the_same_words_the_last_that_was_said_counts() -> None:
    report = taught(example(UNHEARD, True), example(UNHEARD, False, at=NOW + 1))
    assert [one.call for one in report.examples] == [False]
    assert report.misread == ()


def test_the_same_examples_teach_the_same_in_however_many_lessons() -> None:
    given = (example(UNHEARD, True), example(MISHEARD, False))
    once = taught(*given)
    again = taught(*given, of=directory(lesson=applied(once)))
    assert again.weights == once.weights
    assert (again.misread, once.new, again.new) == ((), 2, 0)


def test_an_example_given_after_the_lesson_is_new() -> None:
    lesson = applied(taught(example(UNHEARD, True)))
    report = taught(example(UNHEARD, True), example(MISHEARD, False, at=NOW + 1), of=directory(lesson=lesson))
    assert report.new == 1
    assert [one.example.words for one in report.misread] == [MISHEARD]


def test_a_drill_called_off_does_not_make_the_next_cry_less_heard() -> None:
    cry = "3号楼电梯里困了个老人"
    report = taught(example(cry, False), measure=(cry,))
    assert (report.weights, report.changed) == ({}, ())
    assert [one.example.words for one in report.still] == [cry]


def test_a_danger_that_would_no_longer_be_heard_is_named() -> None:
    cry, silence = read("3号楼电梯里困了个老人"), read("谁家有电钻借一下")
    lost, found = Changed("困人", cry, silence), Changed("困人", silence, cry)
    report = replace(taught(), changed=(found, lost))
    assert report.dangers_lost == (lost,)


def test_a_communitys_own_words_are_part_of_what_is_read_and_stay_as_they_are() -> None:
    own = directory({"faults": {"lighting": ["黑灯瞎火"]}})
    before = read("石磨那里黑灯瞎火", words_of(own, "jinghe"))
    assert (before.is_report, before.category) == (True, Category.LIGHTING)
    report = taught(example("石磨那里黑灯瞎火", True, Category.ROAD), of=own)
    assert report.still == ()
    assert not any(feature.startswith(FIXED) for feature in report.weights)


def test_the_heaviest_change_comes_first_and_in_words_people_can_read() -> None:
    heaviest = taught(example("3号楼又是老样子哈哈", True)).heaviest
    assert [abs(change) for *_, change in heaviest] == sorted(
        (abs(change) for *_, change in heaviest), reverse=True
    )
    assert not any("\ue000" <= letter <= "\uf8ff" for feature, *_ in heaviest for letter in feature)


def test_a_chat_is_read_with_its_communitys_lesson_and_made_anew_only_for_another() -> None:
    group = Address("telegram:-1001000001")
    lists, plain = WordLists(), directory()
    assert not read(UNHEARD, lists.of(plain, group)).is_report
    lesson = applied(taught(example(UNHEARD, True)))
    learned = replace(directory(lesson=lesson), revision=2)
    words = lists.of(learned, group)
    assert read(UNHEARD, words).is_report
    assert lists.of(replace(learned, revision=3), group) is words
    assert not read(UNHEARD, lists.of(replace(plain, revision=4), group)).is_report


def test_all_communities_share_the_packaged_weights() -> None:
    lesson = applied(taught(example(UNHEARD, True)))
    assert words_of(directory(lesson=lesson), "jinghe").weights is words_of(directory(), "jinghe").weights


def test_a_lesson_of_an_older_program_is_read_as_far_as_it_answers_the_questions_of_today() -> None:
    old = Lesson("jinghe", NOW, "huying", 1, {"姐": {"call": 20.0, "weather": 1.0}})
    assert read(UNHEARD, words_of(directory(lesson=old), "jinghe")).is_report
