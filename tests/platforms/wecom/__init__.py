"""A WeCom (企业微信) to test against: speaks Tencent's side over real HTTP and refuses what Tencent refuses."""

from tests.platforms.wechat.faults import Order
from tests.platforms.wecom.media import a_photo
from tests.platforms.wecom.people import Person
from tests.platforms.wecom.protocol import Call
from tests.platforms.wecom.push import Push
from tests.platforms.wecom.seal import Broken, Seal
from tests.platforms.wecom.server import AGENTID, APP, CORPID, ROBOT, SECRET, WeComServer
from tests.platforms.wecom.world import Group, Message, Sight, User

__all__ = [
    "AGENTID", "APP", "CORPID", "ROBOT", "SECRET", "Broken", "Call", "Group", "Message", "Order", "Person", "Push",
    "Seal", "Sight", "User", "WeComServer", "a_photo",
]  # fmt: skip
