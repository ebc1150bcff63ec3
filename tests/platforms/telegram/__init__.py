"""A Telegram to test against: speaks the Bot API over real HTTP and refuses what Telegram refuses."""

from tests.platforms.telegram.faults import Order
from tests.platforms.telegram.media import a_photo
from tests.platforms.telegram.messages import Button, File, Message
from tests.platforms.telegram.people import Person
from tests.platforms.telegram.protocol import Call
from tests.platforms.telegram.server import TOKEN, TelegramServer
from tests.platforms.telegram.world import Chat, Press, User

__all__ = [
    "TOKEN", "Button", "Call", "Chat", "File", "Message", "Order", "Person", "Press", "TelegramServer", "User", "a_photo",
]  # fmt: skip
