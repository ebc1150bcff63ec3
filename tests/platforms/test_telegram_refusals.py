"""What Telegram refuses, in its own words."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    MessageEntity,
    ReplyParameters,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden

from tests.platforms.conftest import Scene, keyboard
from tests.platforms.telegram import a_photo

Try = Callable[[Scene], Awaitable[Any]]
ANYBODY = 424242
URL = "http://localhost/x"


def refusal(words: str) -> pytest.RaisesExc[BadRequest]:
    """Expect a 400 with these words; the library makes their first letter great."""
    return pytest.raises(BadRequest, match=f"(?i){words}")


def send(text: str = "好", **more: Any) -> Try:
    return lambda scene: scene.bot.send_message(scene.group.id, text, **more)


def to(chat_id: int) -> Try:
    return lambda scene: scene.bot.send_message(chat_id, "好")


def button(text: str = "接单", **action: Any) -> Try:
    return send(reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton(text, **action)]]))


BAD: dict[str, tuple[Try, str]] = {
    "nothing": (send("  \n "), "message text is empty"),
    "nothing but markup": (send("<b> </b>", parse_mode="HTML"), "message text is empty"),
    "too long": (send("漏" * 4097), "message is too long"),
    "too long in UTF-16": (send("🚰" * 2049), "message is too long"),
    "bare ampersand tag": (send("水压<5", parse_mode="HTML"), "can't parse entities: Un"),
    "open tag": (send("<b>急", parse_mode="HTML"), "can't find end tag corresponding to start tag"),
    "unknown tag": (send("<网格>", parse_mode="HTML"), "can't parse entities"),
    "crossed tags": (send("<b><i>急</b></i>", parse_mode="HTML"), "unmatched end tag at byte offset 9"),
    "reserved dot": (
        send("完成.", parse_mode="MarkdownV2"),
        r"character '\.' is reserved and must be escaped",
    ),
    "reserved hash": (send("#1024", parse_mode="MarkdownV2"), "character '#' is reserved"),
    "open bold": (send("*急", parse_mode="MarkdownV2"), "can't find end of bold entity at byte offset 0"),
    "open italic": (
        send("a_b", parse_mode="Markdown"),
        "can't find end of the entity starting at byte offset 1",
    ),
    "unknown mode": (send(parse_mode="BBCode"), "unsupported parse_mode"),
    "entity past the end": (send(entities=[MessageEntity("bold", 0, 2)]), "ENTITY_BOUNDS_INVALID"),
    "entity in a symbol": (send("🚰急", entities=[MessageEntity("bold", 1, 1)]), "middle of a UTF-16 symbol"),
    "long data": (button(callback_data="接" * 22), "BUTTON_DATA_INVALID"),
    "no action": (button(), "text buttons are unallowed in the inline keyboard"),
    "bad address": (button(url=URL), "inline keyboard button URL 'http://localhost/x' is invalid"),
    "wide row": (send(reply_markup=keyboard(*map(str, range(9)))), "reply markup is too long"),
    "unknown chat": (to(-1009999999999), "chat not found"),
    "unknown person": (to(ANYBODY), "chat not found"),
    "reply to nothing": (send(reply_parameters=ReplyParameters(99)), "message to be replied not found"),
    "general topic": (send(message_thread_id=1), "message thread not found"),
    "one-photo album": (
        lambda scene: scene.bot.send_media_group(scene.group.id, [InputMediaPhoto(a_photo())]),
        "too few messages to send as an album",
    ),
    "long album": (
        lambda scene: scene.bot.send_media_group(scene.group.id, [InputMediaPhoto(a_photo())] * 11),
        "too many messages to send as an album",
    ),
    "long caption": (
        lambda scene: scene.bot.send_photo(scene.group.id, a_photo(), caption="漏" * 1025),
        "message caption is too long",
    ),
    "empty file": (lambda scene: scene.bot.send_photo(scene.group.id, b""), "file must be non-empty"),
    "no picture": (lambda scene: scene.bot.send_photo(scene.group.id, b"words"), "IMAGE_PROCESS_FAILED"),
    "unknown file": (
        lambda scene: scene.bot.send_photo(scene.group.id, "AgAC"),
        "wrong file identifier/HTTP URL",
    ),
    "edit of nothing": (
        lambda scene: scene.bot.edit_message_text("x", scene.group.id, 99),
        "message to edit not found",
    ),
    "delete of nothing": (
        lambda scene: scene.bot.delete_message(scene.group.id, 99),
        "message to delete not found",
    ),
    "unknown query": (
        lambda scene: scene.bot.answer_callback_query("17"),
        "query is too old and response timeout",
    ),
    "odd reaction": (
        lambda scene: scene.bot.set_message_reaction(scene.group.id, 2, "🛗"),
        "REACTION_INVALID",
    ),
    "bad command": (lambda scene: scene.bot.set_my_commands([("报修", "x")]), "BOT_COMMAND_INVALID"),
    "bad action": (
        lambda scene: scene.bot.send_chat_action(scene.group.id, "fixing"),
        "wrong parameter action",
    ),
    "leaving a person": (
        lambda scene: scene.bot.leave_chat(scene.mei.id),
        "can't be changed in private chats",
    ),
    "plain webhook": (
        lambda scene: scene.bot.set_webhook("http://huying.cn/telegram"),
        "an HTTPS URL must be",
    ),
    "webhook secret": (
        lambda scene: scene.bot.set_webhook("http://127.0.0.1:1/", secret_token="a b"),
        "secret token contains unallowed characters",
    ),
}


@pytest.mark.parametrize("case", BAD)
async def test_what_telegram_refuses_is_refused_in_its_words(scene: Scene, case: str) -> None:
    attempt, words = BAD[case]
    await scene.mei.says("灯坏了", scene.group)
    before = len(scene.group.messages)
    with refusal(words):
        await attempt(scene)
    assert len(scene.group.messages) == before
    assert len(scene.telegram.refusals) == 1


async def test_what_just_fits_is_taken(scene: Scene) -> None:
    await scene.bot.send_message(scene.group.id, "🚰" * 2048)
    await scene.bot.send_message(scene.group.id, f"<b>{'漏' * 4096}</b>", parse_mode="HTML")
    await scene.bot.send_photo(scene.group.id, a_photo(), caption="漏" * 1024)
    await scene.bot.send_message(scene.group.id, "3 &lt; 5 &amp; 好", parse_mode="HTML")
    data = InlineKeyboardButton("接单", callback_data="接" * 21 + "x")
    await scene.bot.send_message(scene.group.id, "好", reply_markup=InlineKeyboardMarkup([[data]]))
    lost = ReplyParameters(999, allow_sending_without_reply=True)
    await scene.bot.send_message(scene.group.id, "好", reply_parameters=lost)
    assert scene.group.messages[3].text == "3 < 5 & 好"
    assert not scene.telegram.refusals


async def test_people_who_cannot_be_reached_are_forbidden(scene: Scene) -> None:
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await scene.bot.send_message(scene.wang.id, "待办")
    await scene.mei.blocks_bot()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await scene.bot.send_message(scene.mei.id, "待办")
    await scene.mei.unblocks_bot()
    await scene.bot.send_message(scene.mei.id, "待办")
    scene.mei.deactivated = True
    with pytest.raises(Forbidden, match="user is deactivated"):
        await scene.bot.send_message(scene.mei.id, "待办")


async def test_groups_the_bot_is_not_in_are_forbidden(scene: Scene) -> None:
    small = scene.telegram.group(-500, "小群", admins=[scene.wang])
    await scene.wang.removes_bot(scene.group)
    await scene.wang.removes_bot(small)
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await scene.bot.send_message(scene.group.id, "好")
    with pytest.raises(Forbidden, match="bot was kicked from the group chat"):
        await scene.bot.send_message(small.id, "好")
    await scene.wang.adds_bot(scene.group)
    await scene.bot.leave_chat(scene.group.id)
    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        await scene.bot.send_message(scene.group.id, "好")


async def test_a_muted_bot_may_not_write(scene: Scene) -> None:
    await scene.wang.mutes_bot(scene.group)
    with refusal("not enough rights to send text messages"):
        await scene.bot.send_message(scene.group.id, "好")


async def test_an_upgraded_group_names_its_new_number(scene: Scene) -> None:
    group = scene.telegram.group(-500, "小群", admins=[scene.wang])
    await scene.wang.upgrades(group, -1001000009)
    with pytest.raises(ChatMigrated) as moved:
        await scene.bot.send_message(group.id, "好")
    assert moved.value.new_chat_id == -1001000009


async def test_a_closed_topic_is_refused_to_all_but_administrators(scene: Scene) -> None:
    forum = scene.telegram.supergroup(-1001000002, "第二网格", admins=[scene.wang], forum=True)
    topic = await scene.wang.opens_topic("报修", forum)
    await scene.wang.closes_topic(topic, forum)
    with refusal("TOPIC_CLOSED"):
        await scene.bot.send_message(forum.id, "好", message_thread_id=topic)
    with refusal("message thread not found"):
        await scene.bot.send_message(forum.id, "好", message_thread_id=1)
    await scene.wang.promotes_bot(forum)
    await scene.bot.send_message(forum.id, "好", message_thread_id=topic)


async def test_edits_must_change_something_of_the_bots_own_text(scene: Scene) -> None:
    asked = await scene.mei.says("灯坏了", scene.group)
    sent = await scene.bot.send_message(scene.group.id, "#1024", reply_markup=keyboard("接单"))
    photo = await scene.bot.send_photo(scene.group.id, a_photo())
    with refusal("message is not modified: specified new message content"):
        await sent.edit_text("#1024", reply_markup=keyboard("接单"))
    with refusal("message is not modified"):
        await sent.edit_reply_markup(keyboard("接单"))
    with refusal("message can't be edited"):
        await scene.bot.edit_message_text("x", scene.group.id, asked.id)
    with refusal("there is no text in the message to edit"):
        await photo.edit_text("x")
    with refusal("there is no caption in the message to edit"):
        await sent.edit_caption("x")
    await scene.mei.deletes(scene.group.messages[1])
    with refusal("message to edit not found"):
        await sent.edit_text("晚了")


async def test_only_administrators_delete_what_others_wrote(scene: Scene) -> None:
    message = await scene.mei.says("灯坏了", scene.group)
    with refusal("message can't be deleted"):
        await scene.bot.delete_message(scene.group.id, message.id)
    await scene.wang.promotes_bot(scene.group)
    await scene.bot.delete_message(scene.group.id, message.id)
    assert message.deleted


async def test_a_press_is_answered_once_and_within_fifteen_seconds(scene: Scene) -> None:
    await scene.bot.send_message(scene.group.id, "#1024", reply_markup=keyboard("接单"))
    first = await scene.wang.presses("接单", scene.group)
    late = await scene.wang.presses("接单", scene.group)
    with refusal("message_too_long"):
        await scene.bot.answer_callback_query(first.id, "好" * 201)
    await scene.bot.answer_callback_query(first.id, "好" * 200)
    with refusal("query is too old"):
        await scene.bot.answer_callback_query(first.id)
    scene.now += 16
    with refusal("query is too old"):
        await scene.bot.answer_callback_query(late.id)
    assert late.answer is None


async def test_a_file_over_twenty_megabytes_cannot_be_fetched(scene: Scene) -> None:
    await scene.mei.says(document=bytes(20 * 1024 * 1024 + 1))
    (update,) = await scene.news()
    with refusal("file is too big"):
        await update.message.document.get_file()


@pytest.mark.parametrize(
    ("path", "body", "code", "words"),
    [
        ("bot1:wrong/getMe", {}, 401, "Unauthorized"),
        ("bot{token}/getMi", {}, 404, "Not Found: method not found"),
        ("somewhere", {}, 404, "Not Found"),
        ("file/bot{token}/photos/file_99.jpg", {}, 404, "Not Found"),
        ("bot{token}/sendMessage", {"text": "好"}, 400, "Bad Request: chat_id is empty"),
        ("bot{token}/sendMessage", {"chat_id": 2001}, 400, "Bad Request: message text is empty"),
        ("bot{token}/sendMessage", {"chat_id": 2001, "text": ["好"]}, 400, 'Bad Request: field "text" must be of type String'),
        ("bot{token}/getChatMember", {"chat_id": 2001, "user_id": "x"}, 400, 'Bad Request: field "user_id" must be a valid Number'),
        ("bot{token}/sendMessage", {"chat_id": 2001, "text": "好", "reply_markup": "{"}, 400, "Bad Request: can't parse reply keyboard markup JSON object"),
        ("bot{token}/sendPhoto", {"chat_id": 2001}, 400, "Bad Request: there is no photo in the request"),
        ("bot{token}/sendPoll", {"chat_id": 2001, "question": "?", "options": []}, 501, "Not Implemented: this test server does not do sendPoll"),
    ],
)  # fmt: skip
async def test_raw_requests_are_refused_in_telegrams_shape(
    scene: Scene, path: str, body: dict[str, Any], code: int, words: str
) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        answer = await client.post(
            f"{scene.telegram.api}/{path.format(token=scene.telegram.token)}", json=body
        )
    assert answer.status_code == code
    assert answer.json() == {"ok": False, "error_code": code, "description": words}


async def test_forms_queries_and_json_mean_the_same_and_method_names_know_no_case(scene: Scene) -> None:
    url = f"{scene.telegram.api}/bot{scene.telegram.token}/SENDMESSAGE"
    markup = {"inline_keyboard": [[{"text": "接单", "callback_data": "1"}]]}
    said = {"chat_id": "2001", "text": "好", "reply_markup": json.dumps(markup)}
    async with httpx.AsyncClient(trust_env=False) as client:
        await client.get(url, params=said)
        await client.post(url, data=said)
        await client.post(url, json={"chat_id": 2001, "text": "好", "reply_markup": markup})
        await client.post(url, files={name: (None, value) for name, value in said.items()})
    assert [message.labels for message in scene.mei.chat.messages] == [["接单"]] * 4


async def test_parameters_telegram_does_not_know_are_ignored_but_named(scene: Scene) -> None:
    await scene.bot.send_message(scene.mei.id, "好", api_kwargs={"colour": "red"})
    assert scene.telegram.unknown_parameters == ["sendMessage.colour"]
    scene.telegram.calls.clear()
