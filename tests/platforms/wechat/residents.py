"""Residents with a phone: what they do in the account's chat, and what they see there.

    mei = wechat.resident("oMei…", "梅姨")
    await mei.says("3号楼电梯停了")
    assert "1024" in mei.last.text

Every act is over when the program has answered it, or was given up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.platforms.wechat.allowance import Allowance
from tests.platforms.wechat.seen import OUT_OF_ORDER, Choice, Seen
from tests.platforms.wechat.shelf import a_photo, a_voice

if TYPE_CHECKING:
    from tests.platforms.wechat.pusher import Push
    from tests.platforms.wechat.world import World
    from tests.platforms.wechat.xml import Fields

LONGEST_SCENE = 64
FOR_LONG = 1_000_000_000


class Resident:
    """Somebody who follows the account, or may. `blocks_templates`: has turned template messages off; `loses_notices`:
    WeChat takes subscription notices to them, and then fails."""

    def __init__(self, world: World, openid: str, name: str, *, following: bool) -> None:
        self.world = world
        self.openid = openid
        self.name = name
        self.following = following
        self.followed_at = world.now()
        self.blocks_templates = False
        self.loses_notices = False
        self.consents: dict[str, int] = {}  # how many of each subscription notice may still come
        self.allowance = Allowance()
        self.acted_at = 0  # when they last did something that is no message
        self.chat: list[Seen] = []  # both sides, oldest first

    def __repr__(self) -> str:
        return f"{self.name}（{self.openid}）"

    # What they see ------------------------------------------------------------------------------------------------

    @property
    def seen(self) -> list[Seen]:
        """What came to them, oldest first."""
        return [seen for seen in self.chat if seen.how != "said"]

    @property
    def last(self) -> Seen:
        """The newest message that came to them. Raises AssertionError when none did."""
        assert self.seen, f"{self!r} has seen nothing"
        return self.seen[-1]

    @property
    def text(self) -> str:
        """The whole chat as it can be read, for messages of failing tests and quick looks."""
        return "\n".join(map(str, self.chat))

    # What they say ------------------------------------------------------------------------------------------------

    async def says(self, text: str) -> Push:
        """Send words."""
        assert text.strip(), "WeChat's app sends no empty message"
        return await self._sends("text", text, {"Content": text})

    async def sends_photo(self, content: bytes | None = None) -> Push:
        """Send a picture; without `content` some picture."""
        media = self.world.shelf.keep("image", content or a_photo())
        address = f"{self.world.api}/mmbiz/{media.id}/0"
        return await self._sends("image", "[图片]", {"PicUrl": address, "MediaId": media.id})

    async def sends_voice(self, content: bytes | None = None, recognition: str | None = None) -> Push:
        """Send a voice message; `recognition`: what WeChat understood, None where that is switched off."""
        media = self.world.shelf.keep("voice", content or a_voice())
        heard = {} if recognition is None else {"Recognition": recognition}
        shown = f"[语音] {recognition or ''}".strip()
        return await self._sends("voice", shown, {"MediaId": media.id, "Format": "amr", **heard})

    async def sends_video(self, content: bytes = b"\0\0\0\x18ftypmp42", *, short: bool = False) -> Push:
        """Send a video; `short`: one recorded in the chat."""
        media = self.world.shelf.keep("video", content)
        thumb = self.world.shelf.keep("thumb", a_photo(64, 64))
        kind = "shortvideo" if short else "video"
        return await self._sends(kind, "[视频]", {"MediaId": media.id, "ThumbMediaId": thumb.id})

    async def sends_location(self, latitude: float, longitude: float, label: str = "") -> Push:
        """Send a place on the map."""
        place = {"Location_X": f"{latitude:.6f}", "Location_Y": f"{longitude:.6f}", "Scale": "16"}
        return await self._sends("location", f"[位置] {label}".strip(), {**place, "Label": label})

    async def sends_link(self, title: str, url: str, description: str = "") -> Push:
        """Share a link."""
        fields = {"Title": title, "Description": description, "Url": url}
        return await self._sends("link", f"[链接] {title}", fields)

    async def sends_sticker(self) -> Push:
        """Send a sticker of one's own, which WeChat does not push: it writes this instead."""
        return await self._sends("text", "[动画表情]", {"Content": "【收到不支持的消息类型，暂无法显示】"})

    async def picks(self, label: str) -> Push:
        """Tap the newest line of a message's menu with this label or id. Raises AssertionError listing what can be tapped."""
        tappable = [choice for seen in reversed(self.seen) for choice in seen.choices]
        choice = next((one for one in tappable if label in (one.content, one.id)), None)
        assert choice, f"{self!r} sees no 「{label}」 to tap; there are {[one.content for one in tappable]}"
        return await self.picks_choice(choice)

    async def picks_choice(self, choice: Choice) -> Push:
        """Tap this very line, however old. It comes as words, but opens only the short window of a menu."""
        # Programs have been told 0 where they had given an id that is no number.
        number = choice.id if choice.id.isdecimal() else "0"
        fields = {"Content": choice.content, "bizmsgmenuid": number}
        return await self._sends("text", choice.content, fields, talked=False)

    async def _sends(self, kind: str, shown: str, fields: Fields, *, talked: bool = True) -> Push:
        assert self.following, f"{self!r} does not follow the account and cannot write to it"
        if talked:
            self.allowance.talked(self.world.clock())
        else:
            self.allowance.touched(self.world.clock())
        self.world.shows(self, Seen("said", kind, self.world.clock(), shown))
        head: Fields = {"CreateTime": self.world.now(), "MsgType": kind}
        return await self.world.push(self, {**head, **fields, "MsgId": next(self.world.msg_ids)})

    # What they do -------------------------------------------------------------------------------------------------

    async def follows(self, scene: str | None = None) -> Push:
        """Follow the account: by name, or by a code with this scene."""
        assert not self.following, f"{self!r} follows the account already"
        self.following, self.followed_at = True, self.world.now()
        self.allowance.touched(self.world.clock())
        if scene is None:
            return await self._event("subscribe", {"EventKey": ""})
        return await self._event("subscribe", {"EventKey": f"qrscene_{scene}", "Ticket": self._ticket(scene)})

    async def scans(self, scene: str) -> Push:
        """Scan the code with this scene (or with this address): who does not follow yet, follows by it."""
        scene = self.world.codes.scene_of(scene)
        assert 0 < len(scene) <= LONGEST_SCENE, f"no code can carry {scene!r}"
        if not self.following:
            return await self.follows(scene)
        self.allowance.touched(self.world.clock())
        return await self._event("SCAN", {"EventKey": scene, "Ticket": self._ticket(scene)})

    async def clicks(self, key: str) -> Push:
        """Tap the account's menu, by key or by name; phones keep showing a menu for a day after it was changed."""
        assert self.following, f"{self!r} does not follow the account and sees no menu"
        button = self.world.menu.button(key)
        if button["type"] == "view":
            return await self._event("VIEW", {"EventKey": button["url"], "MenuId": "1"})
        self.allowance.touched(self.world.clock())
        return await self._event("CLICK", {"EventKey": button["key"]})

    async def unfollows(self) -> Push:
        """Leave. What the program answers is seen by nobody."""
        assert self.following, f"{self!r} does not follow the account"
        self.following = False
        self.allowance.closed()
        return await self._event("unsubscribe", {"EventKey": ""}, quiet=True)

    async def subscribes(self, template: str, *, accept: bool = True) -> Push:
        """Answer the question, in an article or on a page of the account, whether this notice may be sent to them."""
        notice = self.world.templates.mine[template]
        assert notice.type, f"nobody is asked about the template message {notice.title}"
        if accept:
            self.consents[template] = FOR_LONG if notice.type == 3 else self.consents.get(template, 0) + 1
        status: Fields = {"SubscribeStatusString": "accept" if accept else "reject", "PopupScene": 2}
        listed: Fields = {"List": {"TemplateId": template, **status}}
        return await self._event("subscribe_msg_popup_event", {"SubscribeMsgPopupEvent": listed}, quiet=True)

    async def refuses(self, template: str) -> Push:
        """Switch this notice off, among WeChat's own settings."""
        self.consents.pop(template, None)
        listed: Fields = {"List": {"TemplateId": template, "SubscribeStatusString": "reject"}}
        return await self._event(
            "subscribe_msg_change_event", {"SubscribeMsgChangeEvent": listed}, quiet=True
        )

    def _ticket(self, scene: str) -> str:
        return self.world.codes.ticket_of(scene)

    async def _event(self, event: str, fields: Fields, *, quiet: bool = False) -> Push:
        # Nobody taps twice within a second, and programs tell events apart by it; a test's clock may stand still.
        self.acted_at = max(self.world.now(), self.acted_at + 1)
        head: Fields = {"CreateTime": self.acted_at, "MsgType": "event", "Event": event}
        return await self.world.push(self, {**head, **fields}, quiet=quiet)

    # What came wrong ------------------------------------------------------------------------------------------------

    @property
    def out_of_order(self) -> int:
        """How often WeChat told them that the account is out of order."""
        return sum(seen.text == OUT_OF_ORDER for seen in self.chat)
