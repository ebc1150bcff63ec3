"""Which function does which method of the Bot API. A described method that is missing here answers 501, loudly."""

from collections.abc import Callable
from typing import Any

from tests.platforms.telegram import asking, editing, sending
from tests.platforms.telegram.media import Uploads
from tests.platforms.telegram.refusals import JSON
from tests.platforms.telegram.world import World

Method = Callable[[World, JSON, Uploads], Any]

DONE: dict[str, Method] = {
    "getMe": asking.get_me,
    "getChat": asking.get_chat,
    "getChatMember": asking.get_chat_member,
    "getChatAdministrators": asking.get_chat_administrators,
    "getChatMemberCount": asking.get_chat_member_count,
    "leaveChat": asking.leave_chat,
    "getFile": asking.get_file,
    "setMyCommands": asking.set_my_commands,
    "getMyCommands": asking.get_my_commands,
    "deleteMyCommands": asking.delete_my_commands,
    "setMyName": asking.yes,
    "setMyDescription": asking.yes,
    "setMyShortDescription": asking.yes,
    "setChatMenuButton": asking.yes,
    "sendMessage": sending.send_message,
    "sendPhoto": sending.send_photo,
    "sendVoice": sending.send_voice,
    "sendDocument": sending.send_document,
    "sendLocation": sending.send_location,
    "sendContact": sending.send_contact,
    "sendMediaGroup": sending.send_media_group,
    "sendChatAction": sending.send_chat_action,
    "copyMessage": sending.copy_message,
    "editMessageText": editing.edit_message_text,
    "editMessageCaption": editing.edit_message_caption,
    "editMessageReplyMarkup": editing.edit_message_reply_markup,
    "editMessageMedia": editing.edit_message_media,
    "editEphemeralMessageText": editing.edit_ephemeral_message_text,
    "editEphemeralMessageReplyMarkup": editing.edit_ephemeral_message_reply_markup,
    "deleteEphemeralMessage": editing.delete_ephemeral_message,
    "deleteMessage": editing.delete_message,
    "deleteMessages": editing.delete_messages,
    "setMessageReaction": editing.set_message_reaction,
    "answerCallbackQuery": editing.answer_callback_query,
    "createForumTopic": editing.create_forum_topic,
}
