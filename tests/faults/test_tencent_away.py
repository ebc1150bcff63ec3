"""WeChat and WeCom in trouble: errors, garbage, silence, limits. Each letter is said once, twice at most where its answer was lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from storage.records import Act, State
from tests.databases import KIND, KINDS
from tests.faults.checker import nothing_is_wrong
from tests.faults.tencent_town import WORDS, TencentTown, tencent_town
from tests.patience import PATIENCE

pytestmark = pytest.mark.usefixtures("kind")


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every town of this room is built on this kind of database."""
    monkeypatch.setenv(KIND, request.param)
    return str(request.param)


@pytest.fixture
async def there(kind: str, tmp_path: Path) -> AsyncIterator[TencentTown]:
    async with tencent_town(tmp_path) as built:
        yield built
        await built.settle()
        nothing_is_wrong(await built.evidence())


@pytest.fixture
async def bare(kind: str, tmp_path: Path) -> AsyncIterator[TencentTown]:
    """Whose account has no template message."""
    async with tencent_town(tmp_path, template=False) as built:
        yield built
        await built.settle()
        nothing_is_wrong(await built.evidence())


TROUBLES: dict[str, dict[str, Any]] = {
    "busy": {"refuse": -1},
    "garbage": {"page": b"\x89PNG<html>{]"},
    "half an answer from somebody else": {"page": b""},
    "a bad gateway": {"bad_gateway": None},
    "cut before": {"drop_before": None},
    "too much at once": {"refuse": {"wechat": 45011, "wecom": 45033}},
}


def order(faults: Any, trouble: str, path: str, times: int) -> Any:
    ((name, what),) = TROUBLES[trouble].items()
    if isinstance(what, dict):
        what = what["wechat" if "custom" in path else "wecom"]
    return getattr(faults, name)(*([] if what is None else [what]), path=path, times=times)


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_who_fails_for_a_while_gets_each_letter_once_when_they_are_back(
    there: TencentTown, trouble: str
) -> None:
    times = 1 if trouble == "cut before" else 3
    await there.mei.says(WORDS)
    await there.settle()
    met = [
        order(there.wechat.faults, trouble, "message/custom/send", times),
        order(there.wecom.faults, trouble, "message/update_template_card", times),
    ]
    await there.wang.presses("接单")
    await there.settle()
    await there.in_steps(12, seconds=20)
    assert all(one.met >= 1 for one in met)
    assert len(there.told("王芳", "受理")) == 1
    assert len(there.cards()) == 1
    assert "王芳已受理" in there.cards()[0]


async def test_letters_whose_answers_are_lost_stand_there_twice_at_most(there: TencentTown) -> None:
    lost = [
        there.wechat.faults.drop_after(path="message/custom/send", times=2),
        there.wecom.faults.drop_after(path="message/send"),
    ]
    await there.mei.says(WORDS)
    await there.settle()
    await there.in_steps(4, seconds=20)
    await there.wang.presses("接单")
    await there.settle()
    await there.in_steps(4, seconds=20)
    assert all(one.met for one in lost)
    assert 1 <= len(there.told("王芳", "受理")) <= 2
    assert 1 <= len(there.cards()) <= 2


async def test_a_token_somebody_else_replaced_while_a_letter_was_under_way_costs_nobody_the_letter(
    there: TencentTown,
) -> None:
    """Somebody's script fetches a token by force, or presses the button in the console, just then."""
    await there.mei.says(WORDS)
    await there.settle()
    hangs = [
        there.wechat.faults.hang(path="message/custom/send"),
        there.wecom.faults.hang(path="message/update_template_card"),
    ]
    await there.wang.presses("接单")
    await there.wechat.wait_for(lambda: hangs[0].met)
    await there.wecom.wait_for(lambda: hangs[1].met)
    for _ in range(2):
        there.wechat.rotate()
        there.wecom.tokens.rotate()
    for hang in hangs:
        hang.release()
    await there.settle()
    assert len(there.told("王芳", "受理")) == 1
    assert "王芳已受理" in there.cards()[0]
    assert {call.path for call in there.wechat.refusals} == {"message/custom/send"}


async def test_an_account_that_may_say_nothing_more_today_answers_all_the_same_and_tells_the_rest_when_it_may(
    there: TencentTown,
) -> None:
    """Until midnight, or until somebody sets the count to zero: all it has to say asks once a minute together."""
    await there.mei.says(WORDS)
    await there.settle()
    used_up = there.wechat.faults.refuse(45009, path="message/custom/send", times=None)
    await there.wang.presses("接单")
    await there.settle()
    await there.mei.says("5号楼1单元水管漏水")
    await there.settle()
    assert "王芳已受理" in there.answers()[-1]
    await there.in_steps(3, minutes=1)
    assert 1 <= used_up.met <= 4
    assert there.told() == []
    await there.mei.says("我的工单")
    await there.settle()
    assert "#1001" in there.answers()[-1]
    assert "#1002" in there.answers()[-1]
    # The clock runs out meanwhile: the leader and the staff hear of it as ever.
    await there.forward(minutes=10)
    assert Act.ALERT in await there.town.acts(1002)
    assert any("#1002" in sight.text for sight in there.wecom.world.users["lilei"].messages)  # type: ignore[attr-defined]
    used_up.release()
    await there.wang.says("接单 1002")
    await there.settle()
    await there.in_steps(2, minutes=1)
    assert len(there.told("#1002", "王芳", "受理")) == 1


@pytest.mark.parametrize("number", [45015, 45047])
async def test_what_wechat_counts_otherwise_than_we_is_kept_and_told_with_their_next_words(
    bare: TencentTown, number: int
) -> None:
    await bare.mei.says(WORDS)
    await bare.settle()
    shut = bare.wechat.faults.refuse(number, path="message/custom/send", times=None)
    await bare.wang.presses("接单")
    await bare.settle()
    assert shut.met == 1
    assert bare.told() == []
    assert Act.UNTOLD in await bare.town.acts()
    nothing_is_wrong(await bare.evidence())
    # Our own count is put right: nothing more is tried until she speaks.
    await bare.wang.presses("到场")
    await bare.settle()
    assert shut.met == 1
    assert "还没告诉" in bare.cards()[0]
    shut.release()
    await bare.mei.says("我的工单")
    await bare.settle()
    assert "王芳" in bare.answers()[-1]
    assert Act.TOLD in await bare.town.acts()


async def test_who_hangs_for_minutes_slows_nobody_else_down(there: TencentTown) -> None:
    """Everything at Tencent's hangs: Telegram, the pages, the answers at the doors and the clocks go on."""
    there.wechat.faults.hang(times=None)
    there.wecom.faults.hang(times=None)
    town = there.town
    for floor in range(1, 12):
        await there.mei.says(f"{floor}号楼2单元{floor}楼灯坏了")
    assert all(f"#{1000 + number}" in said for number, said in enumerate(there.answers(), 1))
    await town.chen.says("5号楼1单元水管漏水", town.group)
    await town.telegram.wait_for(lambda: town.cards(1012))
    await town.clock.turn_to(town.clock.now() + 6 * 60_000)
    async with asyncio.timeout(PATIENCE):
        await town.house.alarm.swept()
    assert Act.ALERT in await town.acts(1012)
    for faults in (there.wechat.faults, there.wecom.faults):
        for one in faults.orders:
            one.release()
    await there.in_steps(6, seconds=40)
    assert (await town.ticket(1012)).state is State.REPORTED


async def test_a_stop_does_not_wait_for_who_hangs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with asyncio.timeout(PATIENCE), tencent_town(tmp_path) as there:
        hangs = [there.wechat.faults.hang(times=None), there.wecom.faults.hang(times=None)]
        await there.mei.says(WORDS)
        await there.wecom.wait_for(lambda: hangs[1].met)
    assert "did not stop in time" not in capsys.readouterr().out
