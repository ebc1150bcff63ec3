"""Whatever stands in a community file: it is read or refused, and what is read is written back the same."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.buildings import fold
from handlers.community import Loaded, Mistakes, read_community, write_community
from handlers.durations import read_duration, write_duration
from storage.records import Category, Regime, Role, Severity

NAMES = st.sampled_from(["王芳", "李雷", "Zoë", "第一网格", "鑫海 花城", "O'Brien & <Söhne>"])
DURATIONS = st.builds(
    "{}{}".format, st.integers(1, 90), st.sampled_from(["s", "m", "h", "d", "wh", "wd"])
).map(lambda text: write_duration(read_duration(text)))
CLOCKS = st.dictionaries(
    st.sampled_from(["accept", "arrive", "resolve", "plan", "review"]), DURATIONS, min_size=1
)


def some(**optional: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=optional)


@st.composite
def files(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a right file as write_community would write it."""
    people = [f"p{n}" for n in range(draw(st.integers(1, 4)))]
    compounds = [f"c{n}" for n in range(draw(st.integers(1, 3)))]
    accounts = draw(st.lists(st.integers(1, 99), unique=True, max_size=6))
    persons = []
    for one in people:
        roles = draw(st.sets(st.sampled_from(Role)))
        if one == "p0":
            roles |= {Role.GRID_LEADER}
        own = [f"telegram:{accounts.pop()}" for _ in range(draw(st.integers(0, min(2, len(accounts)))))]
        persons.append(
            {"id": one, "name": draw(NAMES), "roles": [role.value for role in Role if role in roles]}
            | draw(some(phone=st.just("027-83000000"), language=st.just("en")))
            | ({"accounts": own} if own else {})
        )
    free = {compound: draw(st.permutations([*map(str, range(1, 9)), "A座", "B座"])) for compound in compounds}
    grids = []
    for number in range(draw(st.integers(0, 3))):
        compound = draw(st.sampled_from(compounds))
        taken, free[compound] = free[compound][:3], free[compound][3:]
        grid: dict[str, Any] = {"id": f"g{number}", "compound": compound, "name": draw(NAMES), "leader": "p0"}
        if taken:
            grid["buildings"] = fold(taken)
        deputies = draw(st.sets(st.sampled_from(people[1:]))) if people[1:] else set()
        if deputies:
            grid["deputies"] = sorted(deputies)
        grids.append(grid | draw(some(chats=st.just([f"telegram:-{100 + number}"]))))
    file: dict[str, Any] = {
        "community": {"id": "jinghe", "name": draw(NAMES), "timezone": "Asia/Shanghai"}
        | draw(
            some(
                service_phone=st.just("027-83000000"),
                staff_chats=st.just(["telegram:-1/3", "web:staff"]),
                street_chats=st.just(["telegram:-2", "wecom:webhook.street"]),
            )
        ),
        "compound": [
            {"id": one, "name": draw(NAMES), "regime": draw(st.sampled_from(Regime)).value}
            | draw(some(property=st.sampled_from(["红色物业", "p0"])))
            for one in compounds
        ],
        "person": persons,
    } | draw(
        some(
            meeting=st.just(
                {"calendar": "fri 15:00", "place": "会议室", "representatives": ["p0"], "quorum": 2}
            ),
            escalation=st.just({"followers": 5}),
            holidays=st.just({"2026": {"work": ["2026-01-04"]}, "2027": {"off": ["2027-01-01..2027-01-03"]}}),
            reading=st.just({"second_opinion": "https://model.example.org/v1", "model": "qwen"}),
            words=st.just({"landmarks": ["快递柜"], "nicknames": {"小白楼": "3号楼"}}),
            policy=st.dictionaries(st.sampled_from(Severity).map(str), CLOCKS, min_size=1).flatmap(
                lambda policy: some(review=st.fixed_dictionaries({"close_after": DURATIONS})).map(
                    lambda review: policy | review
                )
            ),
            category=st.dictionaries(
                st.sampled_from(Category).map(str),
                CLOCKS.flatmap(
                    lambda clocks: some(
                        severity=st.sampled_from(Severity).map(str), handler=st.just("奥的斯维保")
                    ).map(lambda own: own | clocks)
                ),
                min_size=1,
            ),
        )
    )
    return file | ({"grid": grids} if grids else {})


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(files())
def test_a_right_file_is_written_back_as_it_was(data: dict[str, Any]):
    loaded = read_community(data)
    assert write_community(loaded) == data
    assert read_community(write_community(loaded)) == loaded


KEYS = st.sampled_from(
    [
        "community",
        "compound",
        "grid",
        "person",
        "policy",
        "category",
        "holidays",
        "2027",
        "off",
        "meeting",
        "escalation",
        "words",
        "id",
        "name",
        "regime",
        "buildings",
        "leader",
        "deputies",
        "chats",
        "roles",
        "accounts",
        "timezone",
        "staff_chats",
        "street_chats",
        "ordinary",
        "review",
        "elevator",
        "accept",
        "close_after",
        "calendar",
        "followers",
        "representatives",
        "quorum",
        "oops",
    ]
)
ANYTHING = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=12),
        st.dates(),
        st.sampled_from(
            [
                "x",
                "1-12",
                "5-1",
                "fri 15:00",
                "2027-01-01..",
                "5m",
                "telegram:1",
                "staff",
                "major",
                "\x00",
                "\ud800",
            ]
        ),
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=30,
)


def loaded_or_mistakes(data: dict[str, Any]) -> Loaded | list[str]:
    try:
        return read_community(data)
    except Mistakes as wrong:
        return wrong.mistakes


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.dictionaries(KEYS, ANYTHING, max_size=6))
def test_whatever_stands_in_a_file_it_is_read_or_its_mistakes_are_named(data: dict[str, Any]):
    answer = loaded_or_mistakes(data)
    assert answer
    assert isinstance(answer, Loaded) or all(one and "\n" not in one for one in answer)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(files(), st.data())
def test_one_value_spoilt_never_makes_the_reading_fail(data: dict[str, Any], draw: st.DataObject):
    table = data[draw.draw(st.sampled_from(sorted(data)))]
    row = draw.draw(st.sampled_from(table)) if isinstance(table, list) else table
    row[draw.draw(st.sampled_from(sorted(row)) if row else KEYS)] = draw.draw(ANYTHING)
    assert loaded_or_mistakes(data)
