"""A WeChat to test against: plays Tencent's side of a service account over real HTTP, and refuses what WeChat refuses."""

from tests.platforms.wechat.envelope import Envelope
from tests.platforms.wechat.faults import Order
from tests.platforms.wechat.protocol import Call
from tests.platforms.wechat.pusher import Push
from tests.platforms.wechat.residents import Resident
from tests.platforms.wechat.seen import OUT_OF_ORDER, Choice, Seen
from tests.platforms.wechat.server import WeChatServer
from tests.platforms.wechat.shelf import a_photo, a_voice

__all__ = [
    "OUT_OF_ORDER", "Call", "Choice", "Envelope", "Order", "Push", "Resident", "Seen", "WeChatServer", "a_photo", "a_voice",
]  # fmt: skip
