"""A platform that hangs: it slows nothing else, is waited for a bounded time, and holds no thread and no stop."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import Any

import pytest

from bot.channels import tencent_client
from bot.channels.tencent_client import Caller, bare_caller
from bot.channels.tencent_errors import Lost, NotAnswered
from storage.database import Store
from tests.bot.tencent.machine import SEND, Asked, Tencent, says

WORDS = {"touser": "oMei"}


async def all_hang(machine: Tencent) -> None:
    """Return when every thread of one platform is in a call."""
    while machine.paths().count(SEND) < 8:
        machine.arrived.clear()
        await machine.arrived.wait()


async def ended(caller: Caller) -> None:
    """Return when every thread of a caller that was closed has ended."""
    assert caller._hands._threads
    for thread in caller._hands._threads:
        await asyncio.to_thread(thread.join, 10)
        assert not thread.is_alive()


async def stop(tasks: list[asyncio.Task[object]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_hanging_platform_is_waited_for_a_bounded_time_and_its_thread_is_free_again(
    caller: Caller, machine: Tencent, monkeypatch: pytest.MonkeyPatch
) -> None:
    await caller.call("POST", SEND, json=WORDS)
    # The one thread there is by now is all there will be.
    caller._hands._count = 1
    monkeypatch.setattr(tencent_client, "CALL_SECONDS", 1.0)
    machine.behave[SEND] = machine.hangs
    with pytest.raises(NotAnswered, match="no answer within") as told:
        await caller.call("POST", SEND, json=WORDS)
    assert told.value.lost is Lost.UNSURE
    monkeypatch.setattr(tencent_client, "CALL_SECONDS", 10.0)
    del machine.behave[SEND]
    assert (await caller.call("POST", SEND, json=WORDS))["errmsg"] == "ok"


async def test_what_no_thread_took_up_was_not_sent(
    caller: Caller, machine: Tencent, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.behave[SEND] = machine.hangs
    hanging = [asyncio.create_task(caller.call("POST", SEND, json=WORDS)) for _ in range(8)]
    await all_hang(machine)
    monkeypatch.setattr(tencent_client, "CALL_SECONDS", 0.1)
    with pytest.raises(NotAnswered, match="no answer within 0 s; nothing was sent") as told:
        await caller.call("POST", SEND, json=WORDS)
    assert told.value.lost is Lost.UNSENT
    await stop(hanging)
    assert machine.paths().count(SEND) == 8


async def test_a_platform_that_hangs_slows_no_other(caller: Caller, machine: Tencent, store: Store) -> None:
    machine.behave[SEND] = machine.hangs
    hanging = [asyncio.create_task(caller.call("POST", SEND, json=WORDS)) for _ in range(20)]
    await all_hang(machine)
    other = bare_caller("wecom", machine.api)
    machine.behave["/cgi-bin/webhook/send"] = says({"errcode": 0})
    assert await other.call("POST", "/cgi-bin/webhook/send", json=WORDS) == {"errcode": 0}
    assert await asyncio.to_thread(lambda: "the common threads are free") == "the common threads are free"
    await other.close()
    await stop(hanging)


async def test_stopping_waits_for_nobody_and_cuts_loose_what_hangs(
    caller: Caller, machine: Tencent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tencent_client, "READ_SECONDS", 60.0)
    await caller.call("POST", SEND, json=WORDS)
    machine.behave[SEND] = machine.hangs
    machine.arrived.clear()
    hanging = asyncio.create_task(caller.call("POST", SEND, json=WORDS))
    await machine.arrived.wait()
    threads = caller._hands._threads
    assert all(one.daemon for one in threads), "the interpreter does not wait for them"
    await caller.close()
    with pytest.raises(NotAnswered) as told:
        await hanging
    assert told.value.lost is Lost.UNSURE
    await ended(caller)
    with pytest.raises(NotAnswered, match="nothing was sent"):
        await caller.call("POST", SEND, json=WORDS)


async def test_an_answer_that_comes_drop_by_drop_holds_no_thread(
    caller: Caller, machine: Tencent, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def drips(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.01)

    await caller.call("POST", SEND, json=WORDS)
    monkeypatch.setattr(tencent_client, "CALL_SECONDS", 0.3)
    machine.behave[SEND] = drips
    with pytest.raises(NotAnswered):
        await caller.call("POST", SEND, json=WORDS)
    await caller.close()
    await ended(caller)


async def test_what_waits_for_a_thread_when_we_stop_is_never_sent(caller: Caller, machine: Tencent) -> None:
    machine.behave[SEND] = machine.hangs
    calls = [asyncio.create_task(caller.call("POST", SEND, json=WORDS)) for _ in range(12)]
    await all_hang(machine)
    await caller.close()
    outcomes = await asyncio.gather(*calls, return_exceptions=True)
    lost = [outcome.lost for outcome in outcomes if isinstance(outcome, NotAnswered)]
    assert (lost.count(Lost.UNSURE), lost.count(Lost.UNSENT)) == (8, 4)
    assert machine.paths().count(SEND) == 8


async def test_what_was_given_up_before_it_left_does_not_leave_later(
    machine: Tencent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is looked up for minutes, and found at last."""
    found, looked_up, look_up = threading.Event(), threading.Event(), socket.getaddrinfo

    def slowly(*what: Any, **more: Any) -> Any:
        if threading.current_thread().name.startswith("wecom-"):
            looked_up.set()
            assert found.wait(20)
        return look_up(*what, **more)

    monkeypatch.setattr(socket, "getaddrinfo", slowly)
    caller = bare_caller("wecom", f"http://localhost:{machine.port}")
    call = asyncio.create_task(caller.call("POST", SEND, json=WORDS, with_token=False))
    assert await asyncio.to_thread(looked_up.wait, 20)
    await stop([call])
    await caller.close()
    found.set()
    await ended(caller)
    assert machine.asked == []
