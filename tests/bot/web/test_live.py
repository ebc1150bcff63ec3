"""A page that is open hears of everything, once it is there again also of what it missed; a stop ends it at once."""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager
from urllib.parse import quote

import httpx
import pytest

from bot.web.seats import SECRET_COOKIE, account_of, new_secret
from bot.web.server import PATIENCE_AT_STOP, CannotListen, serve_http
from handlers.messages import Button, Outgoing
from tests.bot.web.house import GROUP, SEATS, House, a_queued_ticket

GROUP_SEAT, LEADER_SEAT, STAFF_SEAT = SEATS


@pytest.fixture
async def server(house: House):
    server = await serve_http(house.app, house.webchat, "127.0.0.1", 0)
    yield server
    await server.stop()


@asynccontextmanager
async def watching(server, *seats, cookies=None, path="/chat/live", **headers: str):
    """Open a stream and give a function that returns its next event as (id, html)."""
    params = [("seat", seat.secret) for seat in seats] or None
    async with (
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", cookies=cookies, timeout=10) as client,
        client.stream("GET", path, params=params, headers=headers) as stream,
    ):
        assert stream.status_code == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = stream.aiter_lines()

        async def event() -> tuple[str, str]:
            id, html = "", []
            async for line in lines:
                if line.startswith("id: "):
                    id = line[4:]
                elif line.startswith("data: "):
                    html.append(line[6:])
                elif not line and html:
                    return id, "\n".join(html)
            raise EOFError

        yield event


async def test_a_message_comes_to_the_open_page_and_its_edit_under_the_same_name(house, server):
    async with watching(server, GROUP_SEAT) as event:
        message = await house.webchat.send(
            Outgoing(GROUP, "等王芳接单", "#1024", ((Button("接单", "a:1"),),))
        )
        _, html = await event()
        name = f'id="m-{GROUP_SEAT.dom}-{message}"'
        assert name in html
        assert f'value="{message} a:1"' in html
        await house.webchat.send(Outgoing(GROUP, "王芳已受理", "#1024", edit=message))
        _, html = await event()
        assert name in html
        assert "王芳已受理" in html


async def test_a_page_that_comes_back_gets_exactly_what_it_missed(house, server):
    async with watching(server, GROUP_SEAT) as event:
        await house.webchat.send(Outgoing(GROUP, "第一条"))
        seen, _ = await event()
    await house.webchat.send(Outgoing(GROUP, "第二条"))
    await house.webchat.send(Outgoing(GROUP, "第三条"))
    async with watching(server, GROUP_SEAT, **{"last-event-id": seen}) as event:
        _, html = await event()
    assert re.findall("第.条", html) == ["第二条", "第三条"]


async def test_more_than_one_event_holds_is_still_told_whole(house, server):
    async with house.store.turn() as turn:
        for number in range(230):
            await turn.web.add(GROUP, "梅姨", GROUP, f"第{number}条。")
    told: list[str] = []
    async with watching(server, GROUP_SEAT, LEADER_SEAT) as event:
        while "第229条。" not in told:
            _, html = await event()
            told += re.findall(r"第\d+条。", html)
    assert told == [f"第{number}条。" for number in range(230)]


async def test_a_page_newer_than_the_database_is_told_everything_again(house, server):
    await house.webchat.send(Outgoing(GROUP, "备份里的话"))
    async with watching(server, GROUP_SEAT, **{"last-event-id": "999999"}) as event:
        assert "备份里的话" in (await event())[1]


async def test_one_stream_carries_all_seats_of_the_page_and_the_queue(house, server):
    async with watching(server, *SEATS) as event:
        assert 'id="queue-jinghe"' in (await event())[1]
        await house.webchat.send(Outgoing(LEADER_SEAT.chat, "请接单"))
        assert f'data-list="list-{LEADER_SEAT.dom}"' in (await event())[1]
        async with house.store.turn() as turn:
            turn.tickets.save(a_queued_ticket(followers=4))
        _, html = await event()
        assert "#1024 电梯 · 3号楼2单元" in html
        assert "超过解决时限" in html
        assert "4 户跟进" in html


async def test_a_residents_stream_is_their_own_chat_alone(house, server):
    secret = new_secret()
    async with watching(server, cookies={SECRET_COOKIE: secret}) as event:
        await house.webchat.send(Outgoing(GROUP, "群里的话"))
        await house.webchat.send(Outgoing(account_of(secret), "给你的话"))
        _, html = await event()
    assert "给你的话" in html
    assert "群里的话" not in html


async def test_stopping_ends_open_streams_without_waiting_for_them(house):
    server = await serve_http(house.app, house.webchat, "127.0.0.1", 0)
    async with watching(server, GROUP_SEAT) as event:
        # Less than the patience the server has with requests under way.
        async with asyncio.timeout(PATIENCE_AT_STOP - 1):
            await server.stop()
        with pytest.raises(EOFError):
            await event()


async def test_a_taken_port_is_said_in_one_line(house, server):
    with pytest.raises(CannotListen, match=f"127.0.0.1:{server.port}"):
        await serve_http(house.app, house.webchat, "127.0.0.1", server.port)


async def test_no_secret_is_ever_logged(house, server, caplog):
    caplog.set_level("INFO")
    mine = new_secret()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:
        for path in (f"/chat?seat={GROUP_SEAT.secret}", f"/chat/me/{mine}", f"/chat/live?seat=wrong-{mine}"):
            await client.get(path)
        await client.post("/console/login", data={"token": mine})
    ours = [record.getMessage() for record in caplog.records if not record.name.startswith("httpx")]
    assert not [line for line in ours if GROUP_SEAT.secret in line or mine in line]


@pytest.mark.parametrize("since", ["²", "-1", "9" * 5000, "x"])
async def test_a_number_that_is_none_starts_from_the_beginning(house, server, since):
    await house.webchat.send(Outgoing(GROUP, "等王芳接单"))
    path = f"/chat/live?since={quote(since)}&seat={GROUP_SEAT.secret}"
    async with watching(server, path=path) as event:
        assert "等王芳接单" in (await event())[1]


@pytest.mark.parametrize("chosen", ["²", "-1", "9" * 5000, "x", "3"])
async def test_who_is_not_at_the_seat_cannot_be_chosen(house, chosen):
    async with house.browser() as browser:
        await browser.open("/")
        said = await browser.say("灯坏了", form=f"say-{GROUP_SEAT.dom}", **{"as": chosen})
    assert said.status_code == 303
    assert house.desk.heard[0].sender.name == "梅姨"
