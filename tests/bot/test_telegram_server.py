"""The test server itself: that it behaves like Telegram where Huying relies on it, and refuses what Telegram refuses."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden

from tests.platforms.telegram import Chat, Person, TelegramServer, a_photo


class Scene:
    """A grid's group with a resident and its leader, and the bot's own library."""

    def __init__(self, telegram: TelegramServer, bot: Bot) -> None:
        self.telegram = telegram
        self.bot = bot
        self.mei: Person = telegram.user(2001, "梅姨", started=True)
        self.wang: Person = telegram.user(1001, "王芳")
        self.group: Chat = telegram.supergroup(-1001000001, "第一网格", [self.mei], admins=[self.wang])


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with TelegramServer() as telegram:
        async with Bot(telegram.token, f"{telegram.api}/bot", f"{telegram.api}/file/bot") as bot:
            yield Scene(telegram, bot)
        assert not telegram.unknown_parameters


def keyboard(*labels: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label, callback_data=f"do:{label}") for label in labels]]
    )


async def test_words_and_photo_reach_the_bot_and_the_photo_can_be_fetched(scene: Scene) -> None:
    picture = a_photo()
    await scene.mei.says("3号楼电梯停了", scene.group, photo=picture)
    (update,) = await scene.bot.get_updates(timeout=5)
    assert update.message is not None
    assert (update.message.caption, update.message.from_user) == (
        "3号楼电梯停了",
        await me_of(scene.mei, update.message),
    )
    file = await update.message.photo[-1].get_file()
    assert bytes(await file.download_as_bytearray()) == picture


async def me_of(person: Person, message: object) -> object:
    from telegram import User

    return User(person.id, person.name, is_bot=False, language_code="zh-hans")


async def test_a_pressed_button_is_answered_with_a_toast_once(scene: Scene) -> None:
    await scene.bot.send_message(scene.group.id, "#1024 电梯", reply_markup=keyboard("接单"))
    press = await scene.wang.presses("接单", scene.group)
    (update,) = await scene.bot.get_updates(timeout=5)
    assert update.callback_query is not None
    assert update.callback_query.data == "do:接单"
    await update.callback_query.answer("已受理")
    assert press.answer == "已受理"
    with pytest.raises(BadRequest, match=r"(?i)query is too old and response timeout expired"):
        await update.callback_query.answer("再来")


async def test_a_person_who_never_opened_the_chat_cannot_be_written_to(scene: Scene) -> None:
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await scene.bot.send_message(scene.wang.id, "待办")


async def test_waiting_ends_when_the_world_changes(scene: Scene) -> None:
    waiting = asyncio.create_task(scene.telegram.wait_for(lambda: scene.group.messages))
    await scene.bot.send_message(scene.group.id, "到了")
    assert (await waiting)[0].text == "到了"
