"""Too many calls, ordered faults, and the stand-alone program."""

import asyncio
import sys

import httpx
import pytest
from telegram.error import BadRequest, NetworkError, RetryAfter

from tests.platforms.conftest import Scene
from tests.platforms.telegram import Chat

pytestmark = pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning")


async def refused_for(scene: Scene, chat_id: int) -> float:
    """Send one message; return the pause it was refused with, 0 when it was taken."""
    try:
        await scene.bot.send_message(chat_id, "好")
    except RetryAfter as refusal:
        return float(refusal.retry_after)  # type: ignore[arg-type]
    return 0


async def test_one_message_a_second_passes_to_a_chat_after_a_small_burst(scene: Scene) -> None:
    scene.telegram.limits.on = True
    pauses = [await refused_for(scene, scene.mei.id) for _ in range(4)]
    assert pauses == [0, 0, 0, 1]
    scene.now += 0.9
    assert await refused_for(scene, scene.mei.id) == 1
    for _ in range(5):
        scene.now += 1
        assert await refused_for(scene, scene.mei.id) == 0


async def test_twenty_messages_a_minute_pass_to_a_group(scene: Scene) -> None:
    scene.telegram.limits.on = True
    for _ in range(20):
        assert await refused_for(scene, scene.group.id) == 0
        scene.now += 1
    pause = await refused_for(scene, scene.group.id)
    assert 39 <= pause <= 40
    scene.now += pause - 1
    assert await refused_for(scene, scene.group.id) == 1
    scene.now += 1
    assert await refused_for(scene, scene.group.id) == 0
    assert await refused_for(scene, scene.mei.id) == 0


async def test_thirty_messages_a_second_pass_in_all(scene: Scene) -> None:
    scene.telegram.limits.on = True
    chats: list[Chat] = [scene.telegram.supergroup(-1002000000 - n, f"{n}栋") for n in range(31)]
    pauses = [await refused_for(scene, chat.id) for chat in chats]
    assert pauses == [0] * 30 + [1]
    assert await refused_for(scene, scene.mei.id) == 1
    scene.now += 1
    assert await refused_for(scene, chats[30].id) == 0


async def test_a_clock_set_back_neither_frees_nor_blocks(scene: Scene) -> None:
    scene.telegram.limits.on = True
    assert await refused_for(scene, scene.mei.id) == 0
    scene.now -= 3600
    assert [await refused_for(scene, scene.mei.id) for _ in range(3)] == [0, 0, 1]


async def test_ordered_refusals_meet_the_calls_they_were_ordered_for(scene: Scene) -> None:
    order = scene.telegram.faults.too_many(7, times=2, method="sendMessage", chat=scene.group)
    assert await refused_for(scene, scene.mei.id) == 0
    assert [await refused_for(scene, scene.group.id) for _ in range(3)] == [7, 7, 0]
    assert (order.left, order.met) == (0, 2)
    scene.telegram.faults.refuse(400, "Bad Request: chat not found")
    with pytest.raises(BadRequest, match="hat not found"):
        await scene.bot.send_message(scene.group.id, "好")


async def test_errors_of_the_server_and_of_the_machines_before_it(scene: Scene) -> None:
    scene.telegram.faults.server_error()
    scene.telegram.faults.bad_gateway()
    url = f"{scene.telegram.api}/bot{scene.telegram.token}/sendMessage"
    async with httpx.AsyncClient(trust_env=False) as client:
        first = await client.post(url, json={"chat_id": scene.mei.id, "text": "好"})
        second = await client.post(url, json={"chat_id": scene.mei.id, "text": "好"})
    assert (first.status_code, first.json()["description"]) == (500, "Internal Server Error")
    assert (second.status_code, second.text[:6]) == (502, "<html>")
    assert scene.mei.chat.messages == []


async def test_a_connection_dropped_before_the_act_leaves_nothing(scene: Scene) -> None:
    scene.telegram.faults.drop_before()
    with pytest.raises(NetworkError):
        await scene.bot.send_message(scene.mei.id, "好")
    assert scene.mei.chat.messages == []
    assert (scene.telegram.calls[-1].acted, scene.telegram.calls[-1].ok) == (False, False)


async def test_a_connection_dropped_after_the_act_loses_only_the_answer(scene: Scene) -> None:
    scene.telegram.faults.drop_after(method="sendMessage")
    with pytest.raises(NetworkError):
        await scene.bot.send_message(scene.mei.id, "好")
    assert scene.mei.chat.last.text == "好"
    assert scene.telegram.calls[-1].answered is False


async def test_a_hanging_call_acts_only_once_released(scene: Scene) -> None:
    order = scene.telegram.faults.hang()
    sending = asyncio.create_task(scene.bot.send_message(scene.mei.id, "好"))
    await scene.telegram.wait_for(lambda: order.met == 1)
    assert scene.mei.chat.messages == []
    order.release()
    await sending
    assert scene.mei.chat.last.text == "好"


async def test_a_hanging_call_whose_caller_left_never_acts(scene: Scene) -> None:
    scene.telegram.faults.hang()
    with pytest.raises(NetworkError):
        await scene.bot.send_message(scene.mei.id, "好", read_timeout=0.01)
    assert scene.mei.chat.messages == []


async def test_after_an_outage_everything_is_as_it_was(scene: Scene) -> None:
    await scene.telegram.stop()
    with pytest.raises(NetworkError):
        await scene.bot.send_message(scene.mei.id, "好")
    await scene.mei.says("灯坏了")
    await scene.telegram.start()
    assert len(await scene.news()) == 1
    await scene.bot.send_message(scene.mei.id, "收到")
    assert [message.text for message in scene.mei.chat.messages] == ["灯坏了", "收到"]


async def test_the_program_by_itself_is_driven_by_http() -> None:
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.platforms.telegram", "--port", "0", stdout=asyncio.subprocess.PIPE
    )
    try:
        assert program.stdout is not None
        api = (await program.stdout.readline()).decode().strip().removeprefix("HUYING_TELEGRAM_API=")
        token = (await program.stdout.readline()).decode().strip().removeprefix("HUYING_TELEGRAM_TOKEN=")
        group = -1001000001
        buttons = {"inline_keyboard": [[{"text": "接单", "callback_data": "1"}]]}
        async with httpx.AsyncClient(trust_env=False, base_url=api) as client:
            acts = [
                {"do": "user", "id": 2002, "name": "老周"},
                {"do": "joins", "who": 2002, "in": group},
                {"do": "says", "who": 2002, "in": group, "text": "电梯停了", "photo": True},
                {"do": "presses", "who": 1001, "in": group, "label": "接单"},
            ]
            came = (await client.post("/play", json=acts)).json()
            assert came[2]["message"]["caption"] == "电梯停了"
            assert "no button" in came[3]["error"]
            said = {"chat_id": group, "text": "#1024", "reply_markup": buttons}
            await client.post(f"/bot{token}/sendMessage", json=said)
            pressed = (await client.post("/play", json=acts[3])).json()[0]
            await client.post(
                f"/bot{token}/answerCallbackQuery", json={"callback_query_id": pressed["press"], "text": "好"}
            )
            scene = (await client.get("/play")).json()
        assert [message.get("text") for message in scene["chats"][str(group)]] == [None, None, "#1024"]
        assert scene["presses"] == [{"press": pressed["press"], "answered": True, "answer": "好"}]
        assert (scene["pending"], scene["refusals"]) == (3, [])
    finally:
        program.terminate()
        await program.wait()
