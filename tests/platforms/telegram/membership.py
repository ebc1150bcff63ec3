"""How people and the bot come and go: joining, leaving, adding and removing the bot, topics, and groups that are upgraded."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from tests.platforms.telegram.asking import member
from tests.platforms.telegram.messages import Message
from tests.platforms.telegram.privacy import hears
from tests.platforms.telegram.refusals import JSON
from tests.platforms.telegram.world import Chat, User, World


@dataclass(eq=False)
class Member(User):
    """A person in the world: where they are, what they see there, how they change who else is."""

    world: World = field(kw_only=True)

    def __repr__(self) -> str:
        return f"{self.name}（{self.id}）"

    @property
    def chat(self) -> Chat:
        """The private chat with the bot."""
        return self.world.private(self)

    def sees(self, in_: Chat | None = None) -> list[Message]:
        """Return what stands in the chat before this person's eyes; ephemeral messages only for the one they are for."""
        return [message for message in (in_ or self.chat).messages if message.visible_to(self)]

    async def blocks_bot(self) -> None:
        self.blocked = True
        self.tell_standing(self.chat, self.world.bot, "member", "kicked")
        await asyncio.sleep(0)

    async def unblocks_bot(self) -> None:
        self.blocked = False
        self.tell_standing(self.chat, self.world.bot, "kicked", "member")
        await asyncio.sleep(0)

    async def adds_bot(self, group: Chat, *, as_admin: bool = False) -> None:
        """Bring the bot into a group; from then on privacy mode holds there as it is set now."""
        self.place(group)
        group.hears_all = not self.world.privacy
        self.stand(group, self.world.bot, "administrator" if as_admin else "member")
        self.announce(group, {"new_chat_members": [self.world.bot.json()]})
        await asyncio.sleep(0)

    async def removes_bot(self, group: Chat) -> None:
        """Throw the bot out of a group."""
        self.place(group)
        self.announce(group, {"left_chat_member": self.world.bot.json()})
        self.stand(group, self.world.bot, "kicked")
        await asyncio.sleep(0)

    async def promotes_bot(self, group: Chat) -> None:
        """Make the bot an administrator; it then hears everything."""
        self.stand(group, self.world.bot, "administrator")
        await asyncio.sleep(0)

    async def demotes_bot(self, group: Chat) -> None:
        self.stand(group, self.world.bot, "member")
        await asyncio.sleep(0)

    async def mutes_bot(self, group: Chat) -> None:
        """Take the bot's right to write; `demotes_bot` gives it back."""
        self.stand(group, self.world.bot, "restricted")
        await asyncio.sleep(0)

    async def joins(self, group: Chat) -> None:
        self.stand(group, self, "member")
        self.announce(group, {"new_chat_members": [self.json()]})
        await asyncio.sleep(0)

    async def leaves(self, group: Chat) -> None:
        self.place(group)
        self.announce(group, {"left_chat_member": self.json()})
        self.stand(group, self, "left")
        await asyncio.sleep(0)

    async def upgrades(self, group: Chat, new_id: int) -> Chat:
        """Turn a basic group into the supergroup `new_id` and return that; both sides get their service message."""
        self.place(group)
        assert group.type == "group", f"{group!r} is a supergroup already"
        new = Chat(
            new_id, "supergroup", group.title, standing=dict(group.standing), hears_all=group.hears_all
        )
        self.world.add_chat(new)
        self.announce(group, {"migrate_to_chat_id": new.id})
        group.migrated_to = new.id
        self.announce(new, {"migrate_from_chat_id": group.id})
        await asyncio.sleep(0)
        return new

    async def opens_topic(self, name: str, forum: Chat) -> int:
        """Open a forum topic and return its number, for `topic=`."""
        self.place(forum)
        assert forum.is_forum, f"{forum!r} has no topics"
        start = self.world.post(
            forum, self, service={"forum_topic_created": {"name": name, "icon_color": 7322096}}
        )
        start.topic = start.id
        self.tell("message", start)
        await asyncio.sleep(0)
        return start.id

    async def closes_topic(self, topic: int, forum: Chat) -> None:
        """Close a topic: only administrators can write there until it is opened again."""
        forum.closed_topics.add(topic)
        self.announce(forum, {"forum_topic_closed": {}}, topic)
        await asyncio.sleep(0)

    async def reopens_topic(self, topic: int, forum: Chat) -> None:
        forum.closed_topics.discard(topic)
        self.announce(forum, {"forum_topic_reopened": {}}, topic)
        await asyncio.sleep(0)

    def place(self, in_: Chat | None) -> Chat:
        """Return where the person acts, after checking that they can."""
        chat = in_ or self.chat
        if chat.owner:
            assert chat.owner is self, f"{self!r} cannot write in {chat!r}"
            assert not self.blocked, f"{self!r} has blocked the bot"
            self.started = True
        assert not chat.migrated_to, f"{chat!r} was upgraded; people are in {chat.migrated_to}"
        assert chat.has(self), f"{self!r} is not in {chat!r}"
        return chat

    def stand(self, group: Chat, user: User, status: str) -> None:
        """Change how somebody stands in a group and tell the bot, if it may know."""
        old = group.standing.get(user.id, "left")
        group.standing[user.id] = status
        self.tell_standing(group, user, old, status)

    def tell_standing(self, chat: Chat, user: User, old: str, new: str) -> None:
        told: JSON = {"chat": chat.json(), "from": self.json(), "date": self.world.now()}
        told |= {"old_chat_member": member(chat, user, old), "new_chat_member": member(chat, user, new)}
        if user is self.world.bot:
            self.world.tell("my_chat_member", told, ("member", chat.id))
        elif chat.is_admin(self.world.bot):
            self.world.tell("chat_member", told, ("member", chat.id))
        self.world.changed()

    def tell(self, kind: str, message: Message) -> None:
        """Tell the bot about a message, if privacy mode lets it see this one."""
        if hears(self.world, message):
            self.world.tell(kind, message.json(), (kind, message.chat.id))

    def announce(self, chat: Chat, service: JSON, topic: int | None = None) -> Message:
        """Put a service message into the chat; the bot hears it in any privacy mode while it is there."""
        message = self.world.post(chat, self, service=service, topic=topic)
        self.tell("message", message)
        return message
