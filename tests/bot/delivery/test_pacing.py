"""The planner of sending: never over a limit, never slower than the limits require."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.pacing import LONGEST_LETTER, MARGIN, TELEGRAM, WECOM, Limit, Limits, Pace, is_group
from storage.records import HOUR, MINUTE, SECOND, Address, Instant

MEI = Address("telegram:2001")
GROUP = Address("telegram:-1001000001")
TOPIC = Address("telegram:-1001000001/17")
START = 1_770_000_000_000


def sent_greedily(
    chats: list[Address], limits: Limits = TELEGRAM, way: int = 0
) -> list[tuple[Instant, Address]]:
    """Send a letter to each of `chats`, each as early as it may go; the platform takes `way` ms to answer."""
    pace, now, sent, waiting = Pace(limits), START, [], list(chats)
    while waiting:
        chat = min(waiting, key=lambda chat: pace.earliest(chat, now))
        now = max(now, pace.earliest(chat, now))
        pace.took(chat, now)
        pace.answered(chat, now, now + way)
        now += way
        waiting.remove(chat)
        sent.append((now, chat))
    return sent


def most_in(times: list[Instant], span: int) -> int:
    """Return the largest number of `times` within any window of `span` ms."""
    return max((sum(start <= time < start + span for time in times) for start in times), default=0)


some_chats = st.lists(
    st.sampled_from([MEI, GROUP, TOPIC, *(Address(f"telegram:{n}") for n in (-5, -6, 7, 8, 9))]), max_size=60
)


@settings(max_examples=60, deadline=None)
@given(some_chats, st.sampled_from([0, 3, 250]))
def test_no_window_ever_holds_more_than_the_limits_allow(chats, way):
    sent = sent_greedily(chats, way=way)
    assert most_in([time for time, _ in sent], SECOND) <= 30
    for whole in {chat.partition("/")[0] for chat in chats}:
        times = [time for time, chat in sent if chat.partition("/")[0] == whole]
        assert most_in(times, SECOND) <= 1
        if is_group(Address(whole)):
            assert most_in(times, MINUTE) <= 20


def test_a_thousand_letters_to_fifty_groups_take_no_longer_than_the_limits_require():
    chats = [Address(f"telegram:-{n % 50 + 1}") for n in range(1000)]
    required = (1000 / 30 - 1) * SECOND
    assert sent_greedily(chats)[-1][0] - START <= 1.05 * required


def test_sixty_letters_to_one_group_take_two_minutes():
    taken = sent_greedily([GROUP] * 60)[-1][0] - START
    # Two of every twenty wait for half a minute, in case an emergency needs their places.
    assert 2 * MINUTE <= taken <= 2 * MINUTE + MINUTE // 2 + 2 * (SECOND + MARGIN)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from([1, 1, 2, LONGEST_LETTER]), min_size=30, max_size=60))
def test_whatever_a_letter_turns_out_to_be_a_member_on_wecom_gets_no_more_than_thirty_in_a_minute(sizes):
    pace, now, sent, member = Pace(WECOM), START, [], Address("wecom:wangfang")
    for size in sizes:
        now = pace.earliest(member, now)
        pace.took(member, now, size)
        sent += [now] * size
    assert most_in(sent, MINUTE) <= 30
    assert most_in(sent, HOUR) <= 1000


def test_the_thousandth_letter_to_a_member_on_wecom_waits_for_the_hour():
    pace, now, member = Pace(WECOM), START, Address("wecom:wangfang")
    for _ in range(1000 - LONGEST_LETTER):
        now = pace.earliest(member, now)
        pace.took(member, now)
    assert pace.earliest(member, now) > START + HOUR
    assert pace.span > HOUR


def test_a_platform_without_limits_is_never_waited_for():
    pace = Pace()
    for _ in range(1000):
        pace.took(MEI, START)
    assert (pace.earliest(MEI, START), pace.room(START), pace.resting(START)) == (START, None, set())


def test_a_letter_counts_from_its_answer_because_the_way_there_takes_time():
    pace = Pace(TELEGRAM)
    pace.took(MEI, START)
    pace.answered(MEI, START, START + 400)
    assert pace.earliest(MEI, START + 400) == START + 400 + SECOND + MARGIN


def test_a_letter_without_an_answer_yet_counts_from_its_going_out():
    pace = Pace(TELEGRAM)
    pace.took(MEI, START)
    assert pace.earliest(MEI, START + 2 * SECOND) == START + 2 * SECOND


def test_topics_of_one_group_share_its_limits():
    pace = Pace(TELEGRAM)
    pace.took(TOPIC, START)
    assert pace.resting(START) == {GROUP}
    assert pace.earliest(GROUP, START) == pace.earliest(TOPIC, START) == START + SECOND + MARGIN


def test_an_album_counts_with_every_picture():
    pace = Pace(TELEGRAM)
    pace.took(GROUP, START, count=10)
    assert pace.room(START, urgent=True) == 20
    pace.answered(GROUP, START, START + 5, count=10)
    assert pace.room(START + 5, urgent=True) == 20


def test_the_room_of_the_whole_platform_fills_and_frees():
    pace = Pace(TELEGRAM)
    for n in range(30):
        pace.took(Address(f"telegram:{n + 1}"), START)
    assert pace.room(START) == 0
    assert pace.earliest(Address("telegram:999"), START) == START + SECOND + MARGIN
    assert pace.frees(START) == START + SECOND + MARGIN
    assert pace.room(START + SECOND + MARGIN) == 30


def test_a_pause_the_platform_asked_for_is_kept_to_the_end():
    pace = Pace(TELEGRAM)
    pace.rest(TOPIC, START + 35 * SECOND)
    pace.rest(GROUP, START + 5 * SECOND)
    assert pace.earliest(GROUP, START) == START + 35 * SECOND
    assert pace.resting(START + 35 * SECOND - 1) == {GROUP}
    assert pace.resting(START + 35 * SECOND) == set()
    assert pace.earliest(MEI, START) == START


def test_a_pause_everywhere_stops_every_chat():
    pace = Pace()
    pace.rest_all(START + 7 * SECOND)
    assert pace.room(START) == 0
    assert pace.earliest(MEI, START) == START + 7 * SECOND
    assert pace.frees(START) == START + 7 * SECOND
    assert pace.room(START + 7 * SECOND) is None


def test_nothing_waits_when_nothing_went_out():
    assert Pace(TELEGRAM).frees(START) is None


def test_a_clock_set_back_makes_nobody_wait_longer_than_the_pause_was():
    pace = Pace(TELEGRAM)
    pace.took(GROUP, START)
    pace.rest(MEI, START + 30 * SECOND)
    earlier = START - HOUR
    assert pace.earliest(GROUP, earlier) == earlier + SECOND + MARGIN
    assert pace.earliest(MEI, earlier) == earlier + 30 * SECOND
    pace.answered(GROUP, START, earlier + 50)
    assert pace.room(earlier + 50, urgent=True) == 28


def test_some_places_are_kept_for_emergencies_and_given_out_after_half_the_window():
    pace = Pace(TELEGRAM)
    for n in range(27):
        pace.took(Address(f"telegram:{n + 1}"), START)
    assert (pace.room(START), pace.room(START, urgent=True)) == (0, 3)
    assert pace.frees(START) == START + SECOND // 2
    assert pace.room(START + SECOND // 2) == 3


def test_a_full_group_has_two_places_for_emergencies_in_its_first_half_minute():
    pace = Pace(TELEGRAM)
    for n in range(18):
        pace.took(GROUP, START + n * 1_100)
    now = START + 20 * SECOND
    assert pace.earliest(GROUP, now, urgent=True) == now
    assert pace.earliest(GROUP, now) == START + MINUTE // 2
    assert (pace.resting(now, urgent=True), pace.resting(now)) == (set(), {GROUP})


@given(
    st.lists(st.sampled_from([GROUP, TOPIC, MEI, Address("telegram:-5")]), max_size=60),
    st.integers(0, 3 * MINUTE),
)
def test_no_emergency_waits_longer_than_half_a_window_for_ordinary_letters(chats, later):
    pace, now = Pace(TELEGRAM), START
    for chat in chats:
        now = pace.earliest(chat, now)
        pace.took(chat, now)
    now += later
    assert pace.earliest(GROUP, now, urgent=True) <= now + MINUTE // 2 + MARGIN


def test_who_looked_at_the_clock_a_moment_earlier_has_not_set_it_back():
    pace = Pace(TELEGRAM)
    pace.took(GROUP, START)
    pace.took(MEI, START + 40)
    pace.resting(START + 20)
    pace.answered(GROUP, START, START + 50)
    assert pace.room(START + 50, urgent=True) == 28


@pytest.mark.parametrize("limits", [TELEGRAM, Limits(chat=(Limit(1, SECOND),))])
def test_the_memory_holds_only_what_can_still_matter(limits):
    pace = Pace(limits)
    for n in range(20_000):
        pace.took(Address(f"telegram:{n + 1}"), START + n * 100)
    assert len(pace._chats) < 2000
    assert len(pace._overall) <= 30
