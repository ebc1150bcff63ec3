"""The reader's word lists, each community's own words among them, loaded once per directory."""

from __future__ import annotations

from handlers.known import chat_index
from handlers.reading import DEFAULT, Words, load_words
from storage.records import Address, Directory, chat_of


class WordLists:
    """Which words a chat is read with."""

    def __init__(self) -> None:
        self._revision = -1
        self._of_community: dict[str, Words] = {}

    def of(self, directory: Directory, chat: Address) -> Words:
        """Return the words of the community the chat belongs to; the packaged ones elsewhere."""
        if directory.revision != self._revision:
            self._of_community = {
                community.id: load_words(community.words)
                for community in directory.communities.values()
                if community.words
            }
            self._revision = directory.revision
        if not self._of_community:
            return DEFAULT
        grid = chat_index(directory).grids.get(chat_of(chat))
        if grid is not None:
            return self._of_community.get(directory.grids[grid].community, DEFAULT)
        return next(iter(self._of_community.values())) if len(directory.communities) == 1 else DEFAULT
