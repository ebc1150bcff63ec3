"""One installation serves several communities: nobody is at home in two, but everybody may visit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.records import State, Ticket
from tests.stories.town import TOWN, Town, settle_down
from tests.stories.town import town as build

OTHER = """
[community]
id = "luwan"
name = "绿湾社区"
[[compound]]
id = "luwan-south"
name = "绿湾南苑"
regime = "none"
[[grid]]
id = "luwan-1"
compound = "luwan-south"
name = "绿湾网格"
buildings = ["1-3"]
leader = "zhaolei"
chats = ["telegram:-1001000077"]
[[person]]
id = "zhaolei"
name = "赵磊"
roles = ["grid_leader"]
accounts = ["telegram:3001"]
"""


@pytest.fixture
async def city(tmp_path: Path) -> AsyncIterator[Town]:
    async with build(tmp_path, text=TOWN) as town:
        await settle_down(town.store, OTHER)
        yield town


async def there(town: Town, number: int = 1001) -> Ticket:
    async with town.store.view() as view:
        found = await view.tickets.by_number("luwan", number)
    assert found is not None
    return found


@pytest.mark.parametrize("typed", [True, False])
async def test_the_compound_tells_the_community(city: Town, typed: bool) -> None:
    zhao = city.telegram.user(3001, "赵磊", started=True)
    await city.says(city.mei, "2号楼电梯停了", city.mei.chat)
    if typed:
        await city.says(city.mei, "绿湾南苑", city.mei.chat)
    else:
        await city.presses(city.mei, "绿湾南苑", city.mei.chat)
    assert (await there(city)).grid == "luwan-1"
    assert any("#1001" in words for words in city.seen(zhao))
    assert await city.tickets() == [], "the other community has nothing to do with it"


async def test_even_an_emergency_needs_its_compound_when_there_are_several_communities(city: Town) -> None:
    city.telegram.user(3001, "赵磊", started=True)
    await city.says(city.mei, "有人困在电梯里了", city.mei.chat)
    await city.presses(city.mei, "绿湾南苑", city.mei.chat)
    assert (await there(city)).heading == "电梯困人"


async def test_who_reports_in_the_group_of_another_community_can_rate_there(city: Town) -> None:
    zhao = city.telegram.user(3001, "赵磊", started=True)
    group = city.telegram.supergroup(-1001000077, "绿湾网格", [city.mei, zhao])
    await city.says(city.mei, "3号楼电梯停了")
    await city.says(city.mei, "2号楼楼道灯坏了", group)
    await city.says(city.mei, "还没人来啊", group)
    assert "已替您催了一次" in city.last(group)
    await city.says(zhao, "办结 1001 换了灯", group)
    await city.presses(city.mei, "满意", city.mei.chat)
    assert (await there(city)).state is State.CLOSED
    assert (await city.ticket()).state is State.REPORTED


async def test_a_leader_of_one_community_may_not_act_in_the_other(city: Town) -> None:
    zhao = city.telegram.user(3001, "赵磊", started=True)
    group = city.telegram.supergroup(-1001000077, "绿湾网格", [city.mei, city.leader, zhao])
    await city.says(city.mei, "2号楼电梯停了", group)
    await city.presses(city.leader, "接单", group)
    assert (await there(city)).state is State.REPORTED


async def test_who_never_said_where_they_live_may_join_a_report_in_their_group(city: Town) -> None:
    await city.says(city.chen, "/report", city.chen.chat)
    await city.says(city.mei, "3号楼2单元楼道灯坏了")
    await city.presses(city.chen, "我也遇到")
    assert (await city.ticket()).followers == 1
