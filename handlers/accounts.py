"""One person on several platforms: whose accounts may be joined, who they are then, and what they are asked before.

Nobody is joined by what one side says: the code is shown on the one account, and the yes is said on the other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from handlers import answering_typed
from handlers.commands import choose
from handlers.dialogue import Step, ask
from handlers.known import Known, routes
from handlers.messages import Button, Decision, Inbound, Refused, Say
from handlers.questions import in_words
from handlers.wording import when, word
from storage.records import Account, Address, Dialogue, Owed, Person, Role, platform_of

YES = frozenset({"是", "是的", "是我", "对", "对的", "好", "好的", "合", "1", "yes"})
NO = frozenset({"不是", "不", "不是我", "不用", "不要", "不合", "2", "no"})
"""As people type them where there are no buttons; small letters."""

ERASE = frozenset({"确定删除", "确认删除", "删除", "yes, delete", "delete"})
"""What cannot be undone takes more than a yes."""


def one_of(asker: Person, typist: Person) -> tuple[Person, Person]:
    """Return (who they are from now on, who is joined to them): whoever asked for the code, or who stands in a list.

    Raises Refused: it is the same person already, or each stands in a community's list, where only its staff can tell
    that they are one.
    """
    if asker.id == typist.id:
        raise Refused("bind.same")
    if asker.listed and typist.listed:
        raise Refused("bind.both_listed")
    return (typist, asker) if typist.listed else (asker, typist)


def must_be_at_home(kept: Person, gone: Person, communities: Collection[str]) -> None:
    """Raise Refused for somebody with an office in one community and a household in another, where `communities` are those
    in which `gone` has reported or follows anything: an office gives no right anywhere else, not even to one's own
    report (handlers/access.py), so these would be lost to them."""
    others = {gone.community, *communities} - {"", kept.community}
    if kept.listed and others:
        raise Refused("bind.elsewhere")


def as_one(kept: Person, gone: Person) -> Person:
    """Return the one they are: what `kept` never said is as `gone` said it.

    Who leads a grid stays at home there: where they live shall not turn what they do in private to another grid.
    """
    language = kept.language if kept.language != "zh" else gone.language
    one = replace(
        kept,
        phone=kept.phone or gone.phone,
        language=language,
        roles=kept.roles | (gone.roles - {Role.RESIDENT}),
        community=kept.community or gone.community,
    )
    if gone.home_grid is None or Role.GRID_LEADER in kept.roles:
        return one
    if kept.home_grid is None and not (kept.listed and kept.community != gone.community):
        return replace(one, community=gone.community, home_grid=gone.home_grid, home=gone.home)
    if kept.home_grid == gone.home_grid and not kept.home:
        return replace(one, home=gone.home)
    return one


# --- the questions ----------------------------------------------------------------------------------------------------


def consent(
    known: Known, inbound: Inbound, asker: Person, account: Address, holds: Sequence[str]
) -> Decision:
    """Ask whoever typed a code whether the account it was shown on is theirs. `holds`: see handlers/desk/holding.py."""
    assert known.speaker is not None, "whoever types a code is known"
    key = "bind.ask_office" if known.speaker.listed else "bind.ask"
    data = {"person": asker.id, "account": account, "holds": list(holds)}
    say = Say(key, {"person": asker.name, "platform": platform(account)})
    row = tuple(
        Button(in_words(known, f"button.join_{value}"), choose(Step.JOIN, value)) for value in ("yes", "no")
    )
    dialogue, letter = ask(known, inbound, Step.JOIN, data, say, (row,))
    return Decision(open=(dialogue,), letters=(letter,))


def which_account(known: Known, inbound: Inbound, accounts: Sequence[Account]) -> Decision:
    """Ask which of a person's accounts shall be theirs no more."""
    addresses = [account.address for account in accounts]
    lines = [
        Say("unbind.account" if one.address != known.account else "unbind.this_account",
            {"number": number, "platform": platform(one.address), "at": when(one.last_used_at)})
        for number, one in enumerate(accounts, 1)
    ]  # fmt: skip
    row = tuple(Button(str(number), choose(Step.PART, str(number))) for number in range(1, len(accounts) + 1))
    data = {"accounts": addresses}
    dialogue, letter = ask(known, inbound, Step.PART, data, Say("unbind.which", {"lines": lines}), (row,))
    return Decision(open=(dialogue,), letters=(letter,))


def asks(dialogue: Dialogue | None) -> bool:
    """True for a dialogue that waits for an answer to one of these questions, or whether they shall be erased."""
    return dialogue is not None and dialogue.step in (Step.JOIN, Step.PART, Step.ERASE)


def meant(inbound: Inbound, choice: tuple[str, str] | None, dialogue: Dialogue | None) -> str | None:
    """Return what is answered to one of these questions; None when none is open, or it is something else."""
    if dialogue is None or not asks(dialogue):
        return None
    if inbound.press is not None:
        stale = dialogue.question is not None and inbound.message not in (None, dialogue.question)
        return choice[1] if choice is not None and choice[0] == dialogue.step and not stale else None
    words = inbound.text.strip().strip("。.！!").lower()
    picked = answering_typed.picked(dialogue, inbound, addressed=inbound.private)
    if picked and not (dialogue.step == Step.ERASE and words in YES - {"1"}):
        return picked
    if dialogue.step == Step.ERASE:
        return "yes" if words in ERASE else "no" if words in NO else None
    if dialogue.step == Step.PART:
        return words if words.isascii() and words.isdecimal() else None
    return "yes" if words in YES else "no" if words in NO else None


def platform(account: Address) -> Mapping[str, Any]:
    """Return how the platform of an account is called."""
    return word(f"platform.{platform_of(account)}")


# --- letters owed -----------------------------------------------------------------------------------------------------


def mark_now(letter: Owed, gone: Person, kept: Person) -> str | None:
    """Return the mark of a letter to `gone` as `kept` would have it: what both are owed for one cause, they get once."""
    return letter.once and letter.once.replace(f":{gone.id}", f":{kept.id}")


def sent_now(letter: Owed, accounts: Sequence[Account], parted: Address | None = None) -> Owed:
    """Return a letter to the person of these accounts as it goes now: to the one used last, then to the others; a group it
    may be said in comes after them. `parted`: the account that is theirs no more."""
    own = {*(account.address for account in accounts), parted}
    groups = [route for route in letter.routes if route not in own]
    return replace(letter, routes=tuple(dict.fromkeys([*routes(accounts), *groups])) or letter.routes)
