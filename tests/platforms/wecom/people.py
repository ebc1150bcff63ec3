"""What people do: they write, send pictures, press buttons. Each act tells the program what WeCom would, and is over when
the program has answered or was given up.

wang = wecom.member("wangfang", "王芳")
await wang.says("待办")
push = await wang.presses("接单", containing="1024")
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.platforms.wecom.push import Push
from tests.platforms.wecom.world import Group, Message, Sight, User

if TYPE_CHECKING:
    from tests.platforms.wecom.server import WeComServer

Place = Group | None


@dataclass(eq=False)
class Person(User):
    """Somebody with a phone. Without `in_` they act in their conversation with the app."""

    server: WeComServer | None = None

    @property
    def wecom(self) -> WeComServer:
        assert self.server is not None
        return self.server

    def sees(self, in_: Place = None) -> list[Sight]:
        """Return what stands on this phone now, oldest first: in the conversation with the app, or in a group."""
        if in_ is not None:
            return in_.seen_by(self.userid)
        everything = self.wecom.world.messages.values()
        mine = (m for m in everything if m.group is None and self.userid in m.to and not m.recalled)
        return [Sight(message, self.userid) for message in mine]

    @property
    def messages(self) -> list[Sight]:
        """What the app has sent this person, as it stands now."""
        return self.sees()

    @property
    def last(self) -> Sight:
        """The newest of them. Raises AssertionError when there is none."""
        assert self.messages, f"{self!r} has got nothing"
        return self.messages[-1]

    @property
    def text(self) -> str:
        return "\n".join(map(repr, self.messages))

    def __repr__(self) -> str:
        return f"{self.name}（{self.userid}）"

    async def says(self, text: str, in_: Place = None, *, quoting: Sight | None = None) -> Push | None:
        """Write; return what the program was told, None when nothing was (a group without @mention of the robot)."""
        if in_ is not None:
            return await self.wecom.robot.hears(self, in_, text, quoting=quoting.message if quoting else None)
        return await self.tells("text", {"Content": text})

    async def sends_photo(self, content: bytes, in_: Place = None, *, text: str = "") -> Push | None:
        """Send a picture. In a group it only reaches the robot together with words that mention it (`text`)."""
        if in_ is not None:
            return await self.wecom.robot.hears(self, in_, text, photos=[content])
        file = self.wecom.media.keep("image", content)
        url = f"{self.wecom.api}/pic/{file.id}"
        return await self.tells("image", {"PicUrl": url, "MediaId": file.id})

    async def sends_voice(self, content: bytes) -> Push:
        """Send a voice message (AMR) to the app, which gets no transcript."""
        file = self.wecom.media.keep("voice", content)
        return await self.tells("voice", {"MediaId": file.id, "Format": "amr"})

    async def sends_video(self, content: bytes) -> Push:
        file, thumb = (self.wecom.media.keep(kind, content) for kind in ("video", "image"))
        return await self.tells("video", {"MediaId": file.id, "ThumbMediaId": thumb.id})

    async def sends_location(self, latitude: float, longitude: float, label: str = "") -> Push:
        place = {"Location_X": latitude, "Location_Y": longitude, "Scale": 15, "Label": label}
        return await self.tells("location", {**place, "AppType": "wxwork"})

    async def enters_app(self) -> Push:
        """Open the conversation with the app."""
        return await self.tells("event", {"Event": "enter_agent", "EventKey": ""})

    async def clicks_menu(self, key: str) -> Push:
        """Click an entry of the app's menu."""
        return await self.tells("event", {"Event": "click", "EventKey": key})

    async def joins(self) -> Push:
        """Come into the app's visible range."""
        assert not self.outside, f"{self!r} is no member of the company"
        self.visible = True
        return await self.tells("event", {"Event": "subscribe"})

    async def leaves(self) -> Push:
        """Be taken out of the app's visible range: nothing reaches them any more."""
        push = await self.tells("event", {"Event": "unsubscribe"})
        self.visible = False
        return push

    async def tells(self, kind: str, fields: dict[str, object]) -> Push:
        assert self.wecom.world.reachable(self.userid), f"{self!r} does not have the app"
        push = self.wecom.app.tell(self.userid, kind, fields)
        await push.ended.wait()
        return push

    async def presses(self, label: str, in_: Place = None, *, containing: str = "") -> Push:
        """Press the newest visible button called `label` (a number before or after it is welcome).

        `containing` narrows to cards with these words. Raises AssertionError listing the visible buttons when there is none.
        """
        for sight in reversed(self.sees(in_)):
            for button in sorted(sight.buttons, key=lambda button: button.label != label):
                if button.reads(label) and containing in sight.text:
                    return await self.press(sight.message, button.key)
        visible = "\n".join(f"  {sight!r}" for sight in self.sees(in_) if sight.labels) or "  (none)"
        raise AssertionError(
            f"{self!r} sees no button 「{label}」 in {in_ or 'the app'}; visible:\n{visible}"
        )

    async def press(self, message: Message, key: str) -> Push:
        """Press the button with this key, even if the card has changed since."""
        now = Sight(message, self.userid).card
        stood = [card for card in (now, *message.cards.values(), message.content) if card]
        card = next(card for card in stood if key in (one.get("key") for one in card.get("button_list", ())))
        tell = self.wecom.robot.pressed if message.group else self.wecom.app.pressed
        push = tell(self.userid, message, card, key)
        await push.ended.wait()
        return push
