"""What a community file claims that already belongs to another community of the same installation."""

from __future__ import annotations

from collections.abc import Iterator

from handlers.community import Loaded
from handlers.community_check import STREET_CHATS, bound, line
from storage.records import Directory, chat_of


def clashes(loaded: Loaded, directory: Directory) -> list[str]:
    """Return one line per id, group or account that another community holds; importing it would take it away.

    Ids of compounds, grids and people are one name space for the whole installation: they stand in links and QR codes.
    """
    return [*_ids(loaded, directory), *_groups(loaded, directory), *_accounts(loaded, directory)]


def _ids(loaded: Loaded, directory: Directory) -> Iterator[str]:
    mine = loaded.community.id
    for table, own, held in (
        ("compound", loaded.compounds, directory.compounds),
        ("grid", loaded.grids, directory.grids),
        ("person", loaded.people, directory.people),
    ):
        for one in own:
            other = held.get(one.id)
            if other is not None and other.community != mine:
                where = f"[[{table}]] {one.id} id"
                yield line(where, f"{other.community} 已经用了", f"is used by {other.community}")


def _groups(loaded: Loaded, directory: Directory) -> Iterator[str]:
    mine = loaded.community.id
    held = {
        chat_of(chat): (other.id, where == STREET_CHATS)
        for other in directory.communities.values()
        if other.id != mine
        for where, chat in bound(
            other, [one for one in directory.grids.values() if one.community == other.id]
        )
    }
    for where, chat in bound(loaded.community, loaded.grids):
        other, theirs = held.get(chat_of(chat), ("", False))
        # A street has many communities, and one chat for all of them.
        if other and not (theirs and where == STREET_CHATS):
            yield line(where, f"{chat} 已经绑定在 {other}", f"{chat} is already bound in {other}")


def _accounts(loaded: Loaded, directory: Directory) -> Iterator[str]:
    held = {own.address: own.person for accounts in directory.accounts.values() for own in accounts}
    for account in loaded.accounts:
        owner = directory.people.get(held.get(account.address, ""))
        if owner is not None and owner.community != loaded.community.id:
            yield line(
                f"[[person]] {account.person} accounts",
                f"{account.address} 已经是 {owner.community} 的 {owner.id} 的账号",
                f"{account.address} already belongs to {owner.id} of {owner.community}",
            )
