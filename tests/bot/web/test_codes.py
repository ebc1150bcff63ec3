"""Invite codes from the console: shown once, good once, and the same however often the form is sent."""

from __future__ import annotations

import re

import pytest

from bot.commands import invite
from handlers.invites import ROLES, VALID_FOR, code_hash
from storage.records import Role
from tests.bot.web.house import NOON
from tests.bot.web.town_hall import Hall, filled

ROOM = "/console/directory"
INVITE = f"{ROOM}/invite"


def code_in(page: str) -> str:
    return re.findall(r'class="secret"><code>([A-Z0-9-]+)</code>', page)[0]


async def test_a_code_for_a_role_in_a_grid_is_good_once(hall: Hall):
    async with hall.staff() as staff:
        page = (await staff.fill(ROOM, to=INVITE, role="grid_leader", grid="east-2")).text
    code = code_in(page)
    assert "第二网格" in page
    async with hall.store.turn() as turn:
        taken = await turn.invites.take(code_hash(code), NOON)
        assert taken is not None
        assert (taken.role, taken.grid, taken.community) == (Role.GRID_LEADER, "east-2", "jinghe")
        assert taken.expires_at == NOON + VALID_FOR
        assert await turn.invites.take(code_hash(code), NOON) is None


async def test_sent_twice_it_is_one_code_and_the_second_answer_shows_it_too(hall: Hall):
    async with hall.staff() as staff, hall.staff() as other:
        page = (await staff.get(f"{ROOM}/person/wangfang")).text
        form = next(one for one in re.findall(r"<form.*?</form>", page, re.S) if "invite" in one)
        first, again = [(await staff.post(INVITE, data=filled(form))).text for _ in range(2)]
        assert code_in(first) == code_in(again)
        theirs = (await other.get(f"{ROOM}/person/wangfang")).text
        csrf = re.findall(r'name="csrf" value="([^"]+)"', theirs)[0]
        assert code_in((await other.post(INVITE, data=filled(form) | {"csrf": csrf})).text) != code_in(first)
    async with hall.store.turn() as turn:
        taken = await turn.invites.take(code_hash(code_in(first)), NOON)
    assert taken is not None
    assert (taken.person, taken.role, taken.grid) == ("wangfang", Role.GRID_LEADER, "east-1")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"role": "king"}, 400),
        ({"role": "grid_leader", "grid": ""}, 400),
        ({"role": "grid_leader", "grid": "lake-1"}, 404),
        ({"role": "staff", "grid": "nowhere"}, 404),
        ({"person": "sunli"}, 404),
        ({"once": "short"}, 400),
    ],
)
async def test_what_is_nobodys_to_give_is_refused(hall: Hall, fields: dict[str, str], status: int):
    async with hall.staff() as staff:
        assert (await staff.fill(ROOM, to=INVITE, **fields)).status_code == status


async def test_the_store_holds_no_code(hall: Hall):
    async with hall.staff() as staff:
        code = code_in((await staff.fill(ROOM, to=INVITE, role="staff", grid="")).text)
    async with hall.store.turn():
        dump = hall.store.path.read_bytes() + hall.store.path.with_name("huying.db-wal").read_bytes()
    assert code.encode() not in dump
    assert code.replace("-", "").encode() not in dump


def test_the_command_gives_the_same_roles():
    assert tuple(role.value for role in ROLES) == invite.ROLES
