"""A letter with buttons said in words alone, for platforms that have no buttons: what to type instead of each.

What is typed is understood in handlers/answering_typed.py (choices) and handlers/commands.py (orders).
"""

from __future__ import annotations

from collections.abc import Sequence

from handlers.commands import Verb, press, read_choice, read_press
from handlers.dialogue import MOST_NUMBERED, Step, numbered
from handlers.messages import Button, Outgoing
from handlers.verbs import ON_TICKET
from handlers.wording import text

MOST_ORDERS = 4
"""Orders written out in full; nobody reads a line of more."""

SHORT = 8
"""Characters of a choice that may stand in one line with others."""

FORWARD = frozenset({Verb.ACCEPT, Verb.ARRIVE, Verb.RESOLVE})
BEHIND_MORE = frozenset(
    {
        Verb.TRANSFER,
        Verb.ASK_TIME,
        Verb.RESUME,
        Verb.REFER,
        Verb.DECLINE,
        Verb.RECLASS,
        Verb.STORY,
    }
)
"""What 更多 names again (cards.rarer): a card says the steps forward and 更多."""

_WORDS: dict[Verb, str] = {verb: word for word, verb in reversed(ON_TICKET.items()) if verb is not Verb.PAUSE}


def plain_words(out: Outgoing, language: str = "zh", *, among: bool = False) -> str:
    """Return heading, text, and what to type in place of the buttons; photos and mentions are the channel's to show.

    `among`: many read it, and we hear only who mentions us. They are told so, and offered what is theirs to say.
    """
    buttons = [button for row in out.buttons for button in row]
    orders = [button for button in buttons if read_press(button.press)]
    if among:
        orders = [button for button in orders if _is_neighbours(button)] or orders
    to_type = [
        _choices([button for button in buttons if read_choice(button.press)], language),
        _orders(orders, language),
    ]
    if among:
        to_type = [_said("plain.mention", language, words=words) for words in to_type if words]
    pages = (_page(button, language) for button in buttons if button.url)
    return "\n".join(part for part in (out.heading, out.text, *to_type, *pages) if part)


def _is_neighbours(button: Button) -> bool:
    """True for 我也遇到, what of a card's orders everybody in a group may say."""
    order = read_press(button.press)
    return order is not None and order.verb is Verb.FOLLOW


def typed(button: Button, language: str = "zh") -> str:
    """Return what is typed in place of this button: 接单 1024, the label of a choice; "" for one that opens a page."""
    order = read_press(button.press)
    if order is None or order.ticket is None:
        return button.label if read_choice(button.press) else ""
    if order.verb in (Verb.TAKE_DUTY, Verb.REFUSE_DUTY):
        return button.label
    number = order.ticket.rpartition("-")[2]
    if order.verb is Verb.PAUSE:
        return f"{order.rest} {number}"
    return f"{_word(order.verb, language)} {number} {order.rest}".rstrip()


def _word(verb: Verb, language: str) -> str:
    return _WORDS[verb] if language == "zh" else text(f"button.{verb.value}", language)


def _choices(buttons: Sequence[Button], language: str) -> str:
    """回复 1 电梯 2 漏水 3 灯 4 其他. Of many, one is named as an example; where they are numbers, too."""
    if not buttons:
        return ""
    labels = [button.label for button in buttons]
    step, values = _taken_apart(buttons)
    if step == Step.BUILDING:
        names = [
            label for label, value in zip(labels, values, strict=True) if value not in ("other", "unknown")
        ]
        key = "plain.building" if names else "plain.building_any"
        return _said(key, language, example=names[min(2, len(names) - 1)] if names else "")
    if step == Step.UNIT:
        return text("plain.unit", language)
    if all(label.isdecimal() for label in labels):
        return _said("plain.numbered", language, choices=" / ".join(labels))
    if not numbered(labels):
        few = len(labels) <= MOST_NUMBERED
        return _said("plain.one_of", language, examples=_listed(labels if few else labels[:3], language))
    lines = [f"{at} {label}" for at, label in enumerate(labels, start=1)]
    if all(len(label) <= SHORT and " " not in label for label in labels):
        return _said("plain.numbered", language, choices=" ".join(lines))
    return _said("plain.numbered_lines", language, choices="\n".join(lines))


def _taken_apart(buttons: Sequence[Button]) -> tuple[str, list[str]]:
    """Return the step they are choices of, and their values."""
    found = [choice for button in buttons if (choice := read_choice(button.press))]
    return found[0][0], [value for _, value in found]


def _orders(buttons: Sequence[Button], language: str) -> str:
    """回复：满意 1024 / 基本满意 1024 / 不满意 1024. Of many orders the words alone, with one example."""
    read = [order for button in buttons if (order := read_press(button.press))]
    if not read:
        return ""
    whole = list(dict.fromkeys(typed(button, language) for button in buttons))
    if len(whole) > MOST_ORDERS:
        whole = [typed(button, language) for button in _forward(buttons)] or whole
    if len(whole) > MOST_ORDERS:
        words = list(dict.fromkeys(_word(order.verb, language) for order in read))
        return _said("plain.orders_many", language, words=_listed(words, language), example=whole[0])
    return _said("plain.orders", language, orders=" / ".join(whole))


def _forward(buttons: Sequence[Button]) -> list[Button]:
    """Return what takes a card's ticket a step further, and 更多 for the rest; [] where that is not all there is."""
    orders = [order for button in buttons if (order := read_press(button.press))]
    near = [button for button, order in zip(buttons, orders, strict=True) if order.verb in FORWARD]
    behind = all(order.verb in FORWARD | BEHIND_MORE for order in orders)
    if not near or not behind or len({order.ticket for order in orders}) > 1:
        return []
    return [*near, Button("", press(Verb.MORE, orders[0].ticket or ""))]


def _listed(words: Sequence[str], language: str) -> str:
    return ("、" if language == "zh" else ", ").join(words)


def _page(button: Button, language: str) -> str:
    return _said("plain.page", language, label=button.label, url=button.url)


def _said(key: str, language: str, **pieces: str) -> str:
    return text(key, language).format_map(pieces)
