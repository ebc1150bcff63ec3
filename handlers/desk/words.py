"""What each community's messages are read with, made once for each change of its words or of what it has learned."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from handlers.known import chat_index
from handlers.lessons import words_of
from handlers.reading import DEFAULT, Words
from storage.records import Address, Directory, Lesson, chat_of

log = logging.getLogger(__name__)

Made = tuple[Mapping[str, Any], Lesson | None]
"""Of what a community's words were made."""


class WordLists:
    """Which words a chat is read with."""

    def __init__(self) -> None:
        self._revision = -1
        self._made: dict[str, tuple[Made, Words]] = {}

    def of(self, directory: Directory, chat: Address) -> Words:
        """Return the words of the community the chat belongs to; the packaged ones elsewhere."""
        if directory.revision != self._revision:
            self._look(directory)
            self._revision = directory.revision
        if not self._made:
            return DEFAULT
        grid = chat_index(directory).grids.get(chat_of(chat))
        if grid is not None:
            return self._of(directory.grids[grid].community)
        return self._of(next(iter(directory.communities))) if len(directory.communities) == 1 else DEFAULT

    def _of(self, community: str) -> Words:
        return self._made[community][1] if community in self._made else DEFAULT

    def _look(self, directory: Directory) -> None:
        """Make anew what has changed. The directory moves with every account that is bound; words seldom do."""
        before, self._made = self._made, {}
        for id, community in directory.communities.items():
            made: Made = community.words, directory.lessons.get(id)
            if not any(made):
                continue
            known = before.get(id)
            if known is None or known[0] != made:
                known = made, words_of(directory, id)
                _tell(id, made[1])
            self._made[id] = known


def _tell(community: str, lesson: Lesson | None) -> None:
    if lesson is not None:
        log.info(
            "messages are read with what was learned",
            extra={"community": community, "examples": lesson.examples, "by": lesson.by, "since": lesson.at},
        )
