"""Filed, asked about or left alone: the same words mean more where nobody but us is written to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.conversation import hear
from handlers.messages import Inbound, Sender
from handlers.reading import Reading, Urgency, read
from handlers.sureness import perhaps_report, surely_report, taken_for_report
from storage.records import Address, Category

MEI = Sender(Address("telegram:2001"), "梅姨")


def reading(sure: float, *, named: bool = True, urgency: Urgency = Urgency.NORMAL) -> Reading:
    about = Category.LIGHTING if named else None
    call = sure >= 0.5 or urgency is Urgency.EMERGENCY
    return replace(read("好"), sure=sure, named=named, category=about, is_report=call, urgency=urgency)


def said(*, private: bool) -> Inbound:
    chat = MEI.account if private else Address("telegram:-1")
    return Inbound("t:1", 0, chat, private, MEI, "好")


@pytest.mark.parametrize(
    ("sure", "named", "in_the_group", "in_private"),
    [
        (0.7, True, "filed", "filed"),
        (0.55, True, "asked", "filed"),
        (0.45, True, "asked", "asked"),
        (0.3, True, "", "asked"),
        (0.3, False, "", ""),
        (0.01, True, "", ""),
    ],
)
def test_in_private_less_is_enough(sure: float, named: bool, in_the_group: str, in_private: str) -> None:
    heard = reading(sure, named=named)
    for private, wanted in ((False, in_the_group), (True, in_private)):
        inbound = said(private=private)
        filed, asked = taken_for_report(inbound, heard), perhaps_report(inbound, heard)
        assert ("filed" if filed else "asked" if asked else "") == wanted


def test_danger_is_no_chatter_however_unsure() -> None:
    inbound = said(private=False)
    danger, talk = reading(0.2, urgency=Urgency.EMERGENCY), reading(0.2)
    assert surely_report(danger)
    assert not replace(hear(inbound), reading=danger).idle(inbound)
    assert replace(hear(inbound), reading=talk).idle(inbound)
