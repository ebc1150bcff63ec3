"""How updates come to the bot: getUpdates, the webhook, and what privacy mode keeps back."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
from telegram.error import Conflict

from tests.platforms.conftest import Scene, keyboard, library


async def test_updates_stay_until_a_higher_offset_is_asked_for(scene: Scene) -> None:
    for text in ("一", "二", "三"):
        await scene.mei.says(text)
    first = await scene.bot.get_updates(limit=2)
    assert [update.message.text for update in first if update.message] == ["一", "二"]
    assert [update.update_id for update in await scene.bot.get_updates(limit=2)] == [
        u.update_id for u in first
    ]
    (third,) = await scene.bot.get_updates(offset=first[-1].update_id + 1)
    assert third.message is not None
    assert third.message.text == "三"
    assert scene.telegram.pending == 1


async def test_a_negative_offset_counts_from_the_end_and_forgets_the_rest(scene: Scene) -> None:
    for text in ("一", "二", "三"):
        await scene.mei.says(text)
    assert [u.message.text for u in await scene.bot.get_updates(offset=-2) if u.message] == ["二", "三"]
    assert scene.telegram.pending == 2
    assert len(await scene.bot.get_updates(offset=-9)) == 2


async def test_a_long_poll_waits_for_the_next_update(scene: Scene) -> None:
    poll = asyncio.create_task(scene.bot.get_updates(timeout=30))
    await polling(scene)
    await scene.mei.says("来了")
    (update,) = await poll
    assert update.message is not None
    assert update.message.text == "来了"


async def polling(scene: Scene) -> None:
    await scene.telegram.wait_for(lambda: scene.telegram.updates.polled)


async def test_a_second_poll_ends_the_first_with_a_conflict(scene: Scene) -> None:
    first = asyncio.create_task(scene.bot.get_updates(timeout=30))
    await polling(scene)
    # The library asks for updates over one connection only, so the second comes from another program.
    async with library(scene.telegram) as other:
        second = asyncio.create_task(other.get_updates(timeout=30))
        with pytest.raises(Conflict, match="terminated by other getUpdates request"):
            await first
        await scene.mei.says("来了")
        assert len(await second) == 1


async def test_a_bot_that_hung_up_leaves_no_conflict_behind(scene: Scene) -> None:
    url = f"{scene.telegram.api}/bot{scene.telegram.token}/getUpdates"
    async with httpx.AsyncClient(trust_env=False) as client:
        poll = asyncio.create_task(client.get(url, params={"timeout": 30}))
        await polling(scene)
        poll.cancel()
        await asyncio.gather(poll, return_exceptions=True)
    await scene.telegram.wait_for(lambda: not scene.telegram.updates.polled)
    await scene.mei.says("来了")
    assert len(await scene.news()) == 1
    assert not scene.telegram.refusals


async def test_only_wanted_kinds_come_and_membership_only_when_asked_for(scene: Scene) -> None:
    await scene.wang.promotes_bot(scene.group)
    li = scene.telegram.user(1002, "李雷")
    await li.joins(scene.group)
    kinds = [
        sorted(update.to_dict()) for update in await scene.news(allowed_updates=["message", "chat_member"])
    ]
    assert kinds == [["my_chat_member", "update_id"], ["message", "update_id"]]
    await li.leaves(scene.group)
    kinds = [sorted(update.to_dict()) for update in await scene.news()]
    assert kinds == [["message", "update_id"], ["chat_member", "update_id"]]
    await scene.wang.demotes_bot(scene.group)
    assert await scene.news() == []


async def test_an_update_can_be_repeated_or_malformed(scene: Scene) -> None:
    scene.telegram.repeats_updates(1)
    await scene.mei.says("一次")
    number = scene.telegram.injects({"message": {"message_id": "oops"}})
    url = f"{scene.telegram.api}/bot{scene.telegram.token}/getUpdates"
    async with httpx.AsyncClient(trust_env=False) as client:
        first = (await client.get(url)).json()["result"]
        second = (await client.get(url, params={"offset": number})).json()["result"]
        third = (await client.get(url, params={"offset": number})).json()["result"]
    assert [update["update_id"] for update in first] == [number - 1, number]
    assert second == first
    assert third == [{"update_id": number, "message": {"message_id": "oops"}}]


async def test_with_privacy_the_bot_hears_only_what_is_meant_for_it(scene: Scene) -> None:
    scene.telegram.privacy = True
    quiet = scene.telegram.supergroup(-1001000004, "第四网格", [scene.mei], admins=[scene.wang])
    sent = await scene.bot.send_message(quiet.id, "我在")
    await scene.mei.says("谁家有电钻", quiet)
    await scene.mei.says("/report 灯坏了", quiet)
    await scene.mei.says("/report@other_bot 灯坏了", quiet)
    await scene.mei.says("@huying_bot 灯坏了", quiet)
    await scene.mei.says("@huying_bottle 是谁", quiet)
    await scene.mei.says("3号楼", quiet, reply_to=quiet.find(sent.message_id))
    await scene.mei.says("私下说")
    texts = [update.message.text for update in await scene.news()]
    assert texts == ["/report 灯坏了", "@huying_bot 灯坏了", "3号楼", "私下说"]
    assert (await scene.bot.get_me()).can_read_all_group_messages is False


async def test_privacy_turned_off_holds_only_after_the_bot_was_added_again(scene: Scene) -> None:
    scene.telegram.privacy = True
    quiet = scene.telegram.supergroup(-1001000004, "第四网格", [scene.mei], admins=[scene.wang])
    scene.telegram.privacy = False
    await scene.mei.says("没听见", quiet)
    assert await scene.news() == []
    await scene.wang.removes_bot(quiet)
    await scene.wang.adds_bot(quiet)
    await scene.news()
    await scene.mei.says("听见了", quiet)
    assert len(await scene.news()) == 1


async def test_an_administrator_hears_everything_in_spite_of_privacy(scene: Scene) -> None:
    scene.telegram.privacy = True
    loud = scene.telegram.supergroup(-1001000005, "第五网格", [scene.mei], bot_admin=True)
    await scene.mei.says("谁家有电钻", loud)
    assert len(await scene.news()) == 1


Answer = Callable[[dict[str, object], str], Awaitable[tuple[int, bytes]]]


@asynccontextmanager
async def webhook(answer: Answer) -> AsyncIterator[str]:
    """Listen as a bot's webhook does; `answer` gets each update with its secret, and returns status and body."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode():
                headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
                update = json.loads(await reader.readexactly(int(headers["Content-Length"])))
                status, body = await answer(update, headers.get("X-Telegram-Bot-Api-Secret-Token", ""))
                writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        except asyncio.IncompleteReadError:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/telegram"
    finally:
        server.close()


async def test_the_webhook_gets_the_updates_of_a_chat_in_order_with_the_secret(scene: Scene) -> None:
    got: list[tuple[object, str]] = []

    async def answer(update: dict[str, object], secret: str) -> tuple[int, bytes]:
        await asyncio.sleep(0)
        got.append((update["message"]["text"], secret))  # type: ignore[index]
        return 200, b""

    async with webhook(answer) as url:
        await scene.bot.set_webhook(url, secret_token="s3cret", max_connections=4)
        for n in range(20):
            await scene.mei.says(str(n))
        await scene.telegram.wait_for(lambda: scene.telegram.pending == 0)
        assert got == [(str(n), "s3cret") for n in range(20)]
        with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
            await scene.bot.get_updates()
        assert (await scene.bot.get_webhook_info()).url == url
        await scene.bot.delete_webhook()
        await scene.mei.says("又来")
        assert len(await scene.news()) == 1


async def test_an_update_the_webhook_refused_comes_again_before_those_behind_it(scene: Scene) -> None:
    got: list[object] = []

    async def answer(update: dict[str, object], secret: str) -> tuple[int, bytes]:
        got.append(update["message"]["text"])  # type: ignore[index]
        return (500 if len(got) < 3 else 200), b""

    scene.telegram.pusher.pause = 0.001
    async with webhook(answer) as url:
        await scene.bot.set_webhook(url)
        await scene.mei.says("一")
        await scene.mei.says("二")
        await scene.telegram.wait_for(lambda: scene.telegram.pending == 0)
        info = await scene.bot.get_webhook_info()
        await scene.bot.delete_webhook()
    assert got == ["一", "一", "一", "二"]
    assert info.last_error_message == "Wrong response from the webhook: 500"


async def test_other_chats_are_not_kept_waiting_by_one_that_fails(scene: Scene) -> None:
    got: list[object] = []

    async def answer(update: dict[str, object], secret: str) -> tuple[int, bytes]:
        text = update["message"]["text"]  # type: ignore[index]
        got.append(text)
        return (500 if text == "坏" else 200), b""

    scene.telegram.pusher.pause = 60
    async with webhook(answer) as url:
        await scene.bot.set_webhook(url)
        await scene.mei.says("坏")
        await scene.mei.says("好", scene.group)
        await scene.telegram.wait_for(lambda: scene.telegram.pending == 1)
        await scene.bot.delete_webhook()
    assert sorted(map(str, got)) == ["坏", "好"]


async def test_the_answer_to_a_webhook_may_carry_one_call(scene: Scene) -> None:
    async def answer(update: dict[str, object], secret: str) -> tuple[int, bytes]:
        return 200, json.dumps({"method": "sendMessage", "chat_id": scene.mei.id, "text": "收到"}).encode()

    async with webhook(answer) as url:
        await scene.bot.set_webhook(url)
        await scene.mei.says("灯坏了")
        await scene.telegram.wait_for(lambda: scene.mei.chat.last.text == "收到")
        await scene.bot.delete_webhook()


async def test_setting_a_webhook_ends_a_long_poll_and_may_drop_what_waits(scene: Scene) -> None:
    poll = asyncio.create_task(scene.bot.get_updates(timeout=30))
    await polling(scene)
    await scene.bot.set_webhook("http://127.0.0.1:9/")
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await poll
    await scene.bot.send_message(scene.mei.id, "#1024", reply_markup=keyboard("接单"))
    await scene.mei.presses("接单")
    assert scene.telegram.pending == 1
    await scene.bot.delete_webhook(drop_pending_updates=True)
    assert await scene.news() == []
