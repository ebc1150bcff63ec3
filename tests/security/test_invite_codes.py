"""Invite codes: too many to guess, slowed down for one and for all, used once, and over after a while."""

from __future__ import annotations

import asyncio
import math
import secrets
from typing import Any

from handlers import invites
from handlers.desk import binding
from handlers.messages import Inbound, Sender
from storage.records import DAY, HOUR, MINUTE, Address, Role
from tests.handlers.test_desk import Office
from tests.stories.town import NOON

CODE = "ABCD2345EFGH7"


def bind(number: int, guesser: int, code: str = CODE, **more: Any) -> Inbound:
    account = Address(f"telegram:{guesser}")
    told = {"at": NOON, "chat": account, "private": True, "sender": Sender(account, "小林")}
    return Inbound(f"telegram:{number}", **{**told, **more}, text=f"绑定 {code}", message=str(number))


async def invite(office: Office, code: str = CODE, life: int = HOUR) -> None:
    async with office.store.turn() as turn:
        await turn.invites.create(invites.code_hash(code), Role.STAFF, None, "jinghe", NOON + life)


async def answers(office: Office) -> list[str]:
    return [
        key for (key,) in await office.rows("SELECT json_extract(body, '$.say.key') FROM outbox ORDER BY id")
    ]


def test_a_code_has_more_chances_than_all_guesses_of_its_life() -> None:
    bits = invites.LENGTH * math.log2(len(set(invites.ALPHABET)))
    assert bits >= 64
    guesses = binding.MOST_MISSES_OF_ALL * (invites.VALID_FOR // HOUR)
    assert guesses / 2**bits < 1e-12
    assert len({invites.new_code(secrets.randbelow) for _ in range(1_000)}) == 1_000


def test_a_persons_own_code_is_short_because_it_lives_for_minutes() -> None:
    """Whoever guesses one is still asked by nobody but themselves: then they are that person."""
    at_once, a_year = 100, 365 * DAY // HOUR
    guesses = binding.MOST_MISSES_OF_ALL * a_year
    assert guesses * at_once / len(invites.ALPHABET) ** invites.OWN_LENGTH < 1e-3
    assert invites.OWN_VALID_FOR <= 10 * MINUTE


async def test_a_persons_own_code_is_kept_as_a_hash(office: Office) -> None:
    await office.all_say(bind(1, 2001, ""))
    ((shown,),) = await office.rows("SELECT json_extract(body, '$.say.args.code') FROM outbox")
    assert await office.rows("SELECT code_hash FROM own_codes") == [(invites.code_hash(shown),)]


async def test_one_account_may_try_five_codes_an_hour(office: Office) -> None:
    await invite(office)
    for number in range(binding.MOST_MISSES):
        await office.all_say(bind(number, 2001, f"WRONG{number}"))
    await office.all_say(bind(10, 2001))
    assert await answers(office) == ["bind.wrong"] * 5 + ["bind.too_many"]


async def test_many_accounts_together_are_stopped_as_well_and_the_code_lives_on(office: Office) -> None:
    await invite(office, life=DAY)
    async with office.store.turn() as turn:
        for number in range(binding.MOST_MISSES_OF_ALL):
            await turn.invites.note_miss(Address(f"web:{number}"), NOON)
    await office.all_say(bind(1, 2001))
    assert await answers(office) == ["bind.guessed"]
    await office.desk.receive(bind(2, 2001), NOON + HOUR + 1)
    assert (await answers(office))[-1] == "bind.done"


async def test_of_many_who_try_the_same_code_at_once_one_gets_it(office: Office) -> None:
    await invite(office)
    await asyncio.gather(*(office.desk.receive(bind(n, 3000 + n), NOON) for n in range(20)))
    said = await answers(office)
    assert said.count("bind.done") == 1
    assert said.count("bind.wrong") == 19


async def test_a_code_is_over_after_its_time(office: Office) -> None:
    await invite(office, life=HOUR)
    await office.desk.receive(bind(1, 2001), NOON + HOUR)
    assert await answers(office) == ["bind.wrong"]


async def test_a_code_stands_nowhere_in_the_database(office: Office) -> None:
    await invite(office)
    await office.all_say(bind(1, 2001))
    assert CODE not in "\n".join(await dump(office))


async def dump(office: Office) -> list[str]:
    tables = await office.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    return [repr(row) for (name,) in tables for row in await office.rows(f"SELECT * FROM {name}")]
