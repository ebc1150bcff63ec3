"""What people do reaches the bot as Telegram tells it, and what the bot does is what people see."""

import pytest
from telegram import InputMediaPhoto, ReplyParameters
from telegram.constants import ChatMemberStatus

from tests.platforms.conftest import Scene, keyboard
from tests.platforms.telegram import a_photo


async def test_a_photo_with_words_reaches_the_bot_and_can_be_fetched(scene: Scene) -> None:
    picture = a_photo()
    await scene.mei.says("3号楼电梯停了", scene.group, photo=picture)
    (update,) = await scene.news()
    assert update.message.caption == "3号楼电梯停了"
    assert update.message.from_user.language_code == "zh-hans"
    file = await update.message.photo[-1].get_file()
    assert bytes(await file.download_as_bytearray()) == picture


async def test_an_album_comes_as_separate_messages_of_one_group(scene: Scene) -> None:
    first = await scene.mei.says("楼道漏水", scene.group, album=[True, True, True])
    messages = [update.message for update in await scene.news()]
    assert [message.caption for message in messages] == ["楼道漏水", None, None]
    assert {message.media_group_id for message in messages} == {first.media_group_id}
    assert [message.id for message in first.album] == [message.message_id for message in messages]


async def test_voice_location_and_document_arrive(scene: Scene) -> None:
    await scene.mei.says(voice=b"ogg")
    await scene.mei.says(location=(30.62, 114.13))
    await scene.mei.says("图纸", document=b"pdf")
    voice, location, document = (update.message for update in await scene.news())
    assert bytes(await (await voice.voice.get_file()).download_as_bytearray()) == b"ogg"
    assert (location.location.latitude, location.location.longitude) == (30.62, 114.13)
    assert (document.caption, document.document.file_size) == ("图纸", 3)


async def test_an_edit_by_a_person_comes_as_an_edited_message(scene: Scene) -> None:
    message = await scene.mei.says("3号楼灯坏", scene.group)
    await scene.mei.edits(message, "4号楼灯坏")
    first, second = await scene.news()
    assert (first.message.text, second.edited_message.text) == ("3号楼灯坏", "4号楼灯坏")
    assert second.edited_message.edit_date is not None
    assert message.history == ["3号楼灯坏"]


async def test_a_pressed_button_is_answered_with_a_toast(scene: Scene) -> None:
    await scene.bot.send_message(scene.group.id, "#1024 电梯", reply_markup=keyboard("接单", "我也遇到 3"))
    press = await scene.mei.presses("我也遇到", scene.group)
    (update,) = await scene.news()
    assert update.callback_query.data == "do:我也遇到 3"
    assert update.callback_query.message.text == "#1024 电梯"
    assert not press.answered
    await update.callback_query.answer("已记上", show_alert=True)
    assert (press.answer, press.alert) == ("已记上", True)


async def test_the_newest_message_with_the_label_is_pressed_unless_words_narrow_it(scene: Scene) -> None:
    old = await scene.bot.send_message(scene.group.id, "#1024 电梯", reply_markup=keyboard("接单"))
    new = await scene.bot.send_message(scene.group.id, "#1025 漏水", reply_markup=keyboard("接单"))
    assert (await scene.wang.presses("接单", scene.group)).message.id == new.message_id
    assert (await scene.wang.presses("接单", scene.group, containing="1024")).message.id == old.message_id


@pytest.mark.parametrize(
    "label", ["接单", "#1024 接单", "接单 1024", "接单 #1024", "接单（3）", "1024 · 接单"]
)
async def test_a_number_beside_the_label_does_not_matter(scene: Scene, label: str) -> None:
    await scene.bot.send_message(scene.group.id, "#1024 电梯", reply_markup=keyboard("不予受理", label))
    press = await scene.wang.presses("接单", scene.group)
    assert press.data == f"do:{label}"


async def test_a_missing_button_names_the_visible_ones(scene: Scene) -> None:
    await scene.bot.send_message(scene.group.id, "#1024 电梯", reply_markup=keyboard("接单"))
    with pytest.raises(AssertionError, match=r"no button 「办结」[\s\S]*\[接单\]"):
        await scene.wang.presses("办结", scene.group)


async def test_a_press_on_a_deleted_message_comes_without_its_words(scene: Scene) -> None:
    sent = await scene.bot.send_message(scene.group.id, "#1024 电梯", reply_markup=keyboard("接单"))
    card = scene.group.last
    await sent.delete()
    await scene.wang.press(card, card.buttons[0][0])
    (update,) = await scene.news()
    assert update.callback_query.message.is_accessible is False


async def test_a_deep_link_opens_the_private_chat_with_its_payload(scene: Scene) -> None:
    await scene.wang.follows("https://t.me/huying_bot?start=p_xinhai-3")
    (update,) = await scene.news()
    assert update.message.text == "/start p_xinhai-3"
    assert update.message.entities[0].type == "bot_command"
    await scene.bot.send_message(scene.wang.id, "你好")
    assert scene.wang.chat.last.text == "你好"


async def test_an_anonymous_administrator_writes_as_the_group_but_presses_as_themselves(scene: Scene) -> None:
    await scene.bot.send_message(scene.group.id, "#1024", reply_markup=keyboard("接单"))
    await scene.wang.says("我来看看", scene.group, as_anonymous=True)
    await scene.wang.presses("接单", scene.group)
    said, pressed = await scene.news()
    assert said.message.from_user.id == 1087968824
    assert said.message.sender_chat.id == scene.group.id
    assert pressed.callback_query.from_user.id == scene.wang.id


async def test_topics_say_so_and_the_general_topic_has_no_number(scene: Scene) -> None:
    forum = scene.telegram.supergroup(-1001000002, "第二网格", [scene.mei], forum=True)
    topic = await scene.mei.opens_topic("报修", forum)
    await scene.mei.says("灯坏了", forum, topic=topic)
    await scene.mei.says("大家好", forum)
    opened, inside, general = (update.message for update in await scene.news())
    assert opened.forum_topic_created.name == "报修"
    assert (inside.message_thread_id, inside.is_topic_message) == (topic, True)
    assert inside.reply_to_message.forum_topic_created is not None
    assert (general.message_thread_id, general.is_topic_message) == (None, None)
    sent = await scene.bot.send_message(forum.id, "收到", message_thread_id=topic)
    assert (sent.message_thread_id, forum.last.topic) == (topic, topic)


async def test_a_reply_in_an_ordinary_supergroup_carries_a_thread_that_is_no_topic(scene: Scene) -> None:
    card = await scene.mei.says("灯坏了", scene.group)
    await scene.wang.says("哪一栋", scene.group, reply_to=card)
    _, reply = (update.message for update in await scene.news())
    assert (reply.message_thread_id, reply.is_topic_message) == (card.id, None)


async def test_a_group_that_is_upgraded_tells_both_sides(scene: Scene) -> None:
    group = scene.telegram.group(-500, "小群", [scene.mei], admins=[scene.wang])
    new = await scene.wang.upgrades(group, -1001000009)
    left, came = (update.message for update in await scene.news())
    assert (left.chat.id, left.migrate_to_chat_id) == (-500, new.id)
    assert (came.chat.id, came.migrate_from_chat_id) == (new.id, -500)
    await scene.bot.send_message(new.id, "都在")


async def test_the_bot_hears_that_it_was_added_made_administrator_and_removed(scene: Scene) -> None:
    other = scene.telegram.supergroup(-1001000003, "第三网格", admins=[scene.wang], bot_in=False)
    await scene.wang.adds_bot(other)
    await scene.wang.promotes_bot(other)
    await scene.wang.removes_bot(other)
    kinds = [update.my_chat_member or update.message for update in await scene.news()]
    statuses = [kind.new_chat_member.status for kind in kinds if hasattr(kind, "new_chat_member")]
    assert statuses == [ChatMemberStatus.MEMBER, ChatMemberStatus.ADMINISTRATOR, ChatMemberStatus.BANNED]
    assert kinds[1].new_chat_members[0].id == scene.telegram.bot.id
    assert kinds[3].left_chat_member.id == scene.telegram.bot.id


async def test_what_the_bot_sends_stands_in_the_chat_as_people_see_it(scene: Scene) -> None:
    asked = await scene.mei.says("灯坏了", scene.group)
    sent = await scene.bot.send_message(
        scene.group.id,
        "<b>#1024</b> 楼道灯",
        parse_mode="HTML",
        reply_parameters=ReplyParameters(asked.id),
        reply_markup=keyboard("接单"),
    )
    card = scene.group.last
    assert (card.text, card.labels, card.reply_to, card.edited) == ("#1024 楼道灯", ["接单"], asked, False)
    await sent.edit_text("#1024 王芳已受理", reply_markup=keyboard("到场"))
    assert (card.text, card.labels, card.edited) == ("#1024 王芳已受理", ["到场"], True)
    assert card.history == ["#1024 楼道灯"]
    await sent.edit_reply_markup(None)
    assert card.labels == []
    await sent.delete()
    assert scene.group.messages == [asked]


async def test_photos_and_albums_of_the_bot_stand_in_the_chat(scene: Scene) -> None:
    picture = a_photo()
    sent = await scene.bot.send_photo(scene.group.id, picture, caption="修好了")
    assert scene.group.last.photos[0].content == picture
    again = await scene.bot.send_photo(scene.group.id, sent.photo[-1].file_id)
    assert scene.group.last.photos[0].content == picture
    await again.edit_media(InputMediaPhoto(a_photo(), caption="换了一张"))
    assert scene.group.last.caption == "换了一张"
    await scene.bot.send_media_group(scene.group.id, [InputMediaPhoto(a_photo()), InputMediaPhoto(picture)])
    assert len(scene.group.last.album) == 2
    copied = await scene.bot.copy_message(scene.mei.id, scene.group.id, sent.message_id)
    assert scene.mei.chat.find(copied.message_id).caption == "修好了"  # type: ignore[union-attr]


async def test_a_quiet_question_is_seen_by_one_member_alone(scene: Scene) -> None:
    to_mei = {"ephemeral_message_parameters": {"receiver_user_id": scene.mei.id}}
    await scene.bot.send_message(
        scene.group.id, "是几号楼", reply_markup=keyboard("1", "2"), api_kwargs=to_mei
    )
    assert [message.text for message in scene.mei.sees(scene.group)] == ["是几号楼"]
    assert scene.wang.sees(scene.group) == []
    await scene.mei.presses("2", scene.group)
    (update,) = await scene.news()
    number = update.callback_query.message.api_kwargs["ephemeral_message_id"]
    gone = {"chat_id": scene.group.id, "receiver_user_id": scene.mei.id, "ephemeral_message_id": number}
    await scene.bot.do_api_request("deleteEphemeralMessage", api_kwargs=gone)
    assert scene.mei.sees(scene.group) == []


async def test_an_older_server_shows_quiet_questions_to_everyone(scene: Scene) -> None:
    scene.telegram.ephemeral = False
    to_mei = {"ephemeral_message_parameters": {"receiver_user_id": scene.mei.id}}
    sent = await scene.bot.send_message(scene.group.id, "是几号楼", api_kwargs=to_mei)
    assert "ephemeral_message_id" not in sent.api_kwargs
    assert [message.text for message in scene.wang.sees(scene.group)] == ["是几号楼"]
    assert scene.telegram.unknown_parameters == ["sendMessage.ephemeral_message_parameters"]
    scene.telegram.calls.clear()


async def test_the_bot_can_ask_who_it_is_where_it_is_and_who_is_there(scene: Scene) -> None:
    me = await scene.bot.get_me()
    assert (me.id, me.username, me.can_read_all_group_messages) == (7700000001, "huying_bot", True)
    assert (await scene.bot.get_chat(scene.group.id)).title == "第一网格"
    assert (await scene.bot.get_chat_member(scene.group.id, scene.wang.id)).status == "creator"
    assert [admin.user.id for admin in await scene.bot.get_chat_administrators(scene.group.id)] == [1001]
    await scene.bot.set_my_commands([("report", "报修")])
    assert [command.command for command in await scene.bot.get_my_commands()] == ["report"]


async def test_waiting_ends_when_the_world_changes_and_shows_the_scene_when_not(scene: Scene) -> None:
    await scene.bot.send_message(scene.group.id, "到了")
    assert (await scene.telegram.wait_for(lambda: scene.group.messages))[0].text == "到了"
    with pytest.raises(AssertionError, match="到了"):
        await scene.telegram.wait_for(lambda: len(scene.group.messages) > 1, timeout=0.01)
