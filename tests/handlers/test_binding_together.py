"""A code used, and what is said in the same moment: one transaction, in which the later message finds things changed."""

from __future__ import annotations

import asyncio

from handlers import invites
from storage.records import HOUR, Act, Role
from tests.handlers.test_binding import GROUP, LEADER, LIN, MEI, MEI_WECHAT, Counter
from tests.handlers.test_binding import counter as counter


async def test_whoever_becomes_staff_acts_as_staff_with_their_next_words(counter: Counter) -> None:
    await counter.hears(MEI, "3号楼2单元电梯停了", chat=GROUP, private=False)
    async with counter.store.turn() as turn:
        hashed = invites.code_hash("AAAABBBBCCCCD")
        await turn.invites.create(hashed, Role.STAFF, None, "jinghe", counter.now + HOUR)
    words = [counter.said(LIN, "绑定 AAAABBBBCCCCD"), counter.said(LIN, "督办 1001")]
    await asyncio.gather(*(counter.desk.receive(one, counter.now) for one in words))
    async with counter.store.view() as view:
        acts = [entry.line.act for entry in await view.ledger.of("jinghe-1001")]
    assert Act.SUPERVISE in acts


async def test_a_report_made_right_after_the_yes_is_shown_where_the_leader_is_now(counter: Counter) -> None:
    await counter.hears(MEI_WECHAT, f"绑定 {await counter.code(LEADER)}")
    counter.now += 1000
    said = [
        counter.said(MEI_WECHAT, "是"),
        counter.said(LIN, "3号楼2单元电梯停了", chat=GROUP, private=False),
    ]
    await asyncio.gather(*(counter.desk.receive(one, counter.now) for one in said))
    async with counter.store.view() as view:
        assert MEI_WECHAT in await view.outbox.cards_owed("jinghe-1001")
