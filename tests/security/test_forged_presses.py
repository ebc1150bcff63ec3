"""Data of buttons comes from outside: whatever it says, the one who sends it may do only what is theirs to do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from handlers.commands import Verb
from handlers.dialogue import Step
from handlers.messages import Answer, Inbound, Sender
from storage.records import Address
from tests.handlers.test_desk import Office
from tests.stories.town import NOON

GROUP = Address("telegram:-1001000001")
MEI, MALLORY = (Sender(Address(f"telegram:{n}"), name) for n, name in ((2001, "梅姨"), (6666, "小马")))
WORDS = "5栋501那家天天半夜拉琴"
FREE = {Verb.FOLLOW, Verb.ADD}
"""What any neighbour may do to a ticket that is not private."""


def heard(number: int, sender: Sender, chat: Address, **more: Any) -> Inbound:
    return Inbound(f"telegram:{number}", NOON + number * 3_000, chat, chat == sender.account, sender, **more)


async def take(office: Office, inbound: Inbound) -> Answer:
    return await office.desk.receive(inbound, inbound.at)


@pytest.fixture
async def private_ticket(office: Office) -> str:
    """Mei's complaint about a neighbour, which goes to the leader alone."""
    await take(office, heard(1, MEI, MEI.account, text=f"投诉 {WORDS}", message="1"))
    ((body,),) = await office.rows("SELECT body FROM outbox WHERE kind = 'ask'")
    press = json.loads(body)["buttons"][0][0][1]
    await take(office, heard(2, MEI, MEI.account, press=press, message="2"))
    assert await office.rows("SELECT id, private FROM tickets") == [("jinghe-1001", 1)]
    return "jinghe-1001"


async def said_to(office: Office, *chats: Address) -> str:
    rows = await office.rows("SELECT route, body FROM outbox")
    return "\n".join(str(body) for route, body in rows if route in chats)


async def standing(office: Office) -> list[list[Any]]:
    tables = ("tickets", "ledger", "deadlines", "followers", "remarks")
    return [await office.rows(f"SELECT * FROM {table}") for table in tables]


@pytest.mark.parametrize("chat", [GROUP, MALLORY.account], ids=["group", "private"])
@pytest.mark.parametrize("verb", Verb)
async def test_a_stranger_neither_moves_nor_learns_a_private_matter(
    office: Office, private_ticket: str, verb: Verb, chat: Address
) -> None:
    before = await standing(office)
    answer = await take(office, heard(9, MALLORY, chat, press=f"{verb}:{private_ticket}", message="2"))
    assert await standing(office) == before
    assert WORDS not in await said_to(office, chat, MALLORY.account, GROUP) + answer.toast


@pytest.mark.parametrize("verb", [verb for verb in Verb if verb not in FREE])
async def test_a_stranger_moves_no_neighbours_ticket(office: Office, verb: Verb) -> None:
    await take(office, heard(1, MEI, GROUP, text="3号楼2单元电梯停了", message="1"))
    before = await standing(office)
    await take(office, heard(9, MALLORY, GROUP, press=f"{verb}:jinghe-1001:1", message="2"))
    assert await standing(office) == before


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("value", ["", "3", "yes", "anon", "wangfang", "jinghe-1001"])
async def test_nobody_answers_a_question_that_was_put_to_somebody_else(
    office: Office, step: Step, value: str
) -> None:
    await take(office, heard(1, MEI, GROUP, text="楼道灯又坏了", message="1"))
    before = await standing(office)
    assert await office.rows("SELECT COUNT(*) FROM dialogues") == [(1,)]
    await take(office, heard(9, MALLORY, GROUP, press=f"={step}:{value}", message="2"))
    assert await standing(office) == before
    assert await office.rows("SELECT account FROM dialogues") == [(MEI.account,)]


async def test_a_replayed_press_is_answered_and_not_done_again(office: Office) -> None:
    await take(office, heard(1, MEI, GROUP, text="3号楼2单元电梯停了", message="1"))
    press = heard(9, MALLORY, GROUP, press="follow:jinghe-1001", message="2")
    first, again = await take(office, press), await take(office, press)
    assert again == Answer(first.toast, first.alert, repeat=True)
    assert await office.rows("SELECT COUNT(*) FROM followers") == [(1,)]
