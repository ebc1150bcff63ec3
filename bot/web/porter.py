"""The way into the console, or to what is stored about oneself, put into a letter when it goes out: a one-time link, or in the web chat a button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.channels.webchat import WebChannel
from bot.clock import SystemClock
from bot.web.login import FROM_CHAT, fresh_link
from bot.web.my_data import OWN_FROM_CHAT, own_link
from handlers.desk.opening import ENTER, HERE
from handlers.messages import Button, Outgoing
from handlers.wording import text
from storage.records import Person, platform_of
from storage.turn import Turn


class Porter:
    """`public_url` of the pages; where none is set, they are where `listening` says."""

    def __init__(self, public_url: str, listening: Callable[[], str]) -> None:
        self._public_url, self._listening = public_url, listening
        # What a link may be used for ends by the machine's clock, which a demo does not speed up.
        self._wall = SystemClock()

    async def open(self, turn: Turn, out: Outgoing, person: Person, *, own: bool = False) -> Outgoing:
        """Return the letter with the way in. Written again, it has a new one, and the older ones are void. `own`: to what
        is stored about the person, where our pages can be opened from outside."""
        if own:
            return await self._own(turn, out, person)
        if platform_of(out.to) == WebChannel.platform:
            # What is said there is kept as it stands. Its browser has shown already whose it is.
            button = Button(text(ENTER, out.language), url=FROM_CHAT)
            return replace(out, text=text(HERE, out.language), buttons=((button,),))
        link = await fresh_link(turn, person.id, self._public_url or self._listening(), self._wall.now())
        return replace(out, text=f"{out.text}\n{link}")

    async def _own(self, turn: Turn, out: Outgoing, person: Person) -> Outgoing:
        if platform_of(out.to) == WebChannel.platform:
            return replace(out, buttons=((Button(text("mydata.open", out.language), url=OWN_FROM_CHAT),),))
        if not self._public_url:
            return replace(out, text=f"{out.text}\n{text('mydata.ask_staff', out.language)}")
        link = await own_link(turn, person.id, self._public_url, self._wall.now())
        return replace(out, text=f"{out.text}\n{text('mydata.whole', out.language)}\n{link}")
