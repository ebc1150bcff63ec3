"""An opinion counts for the one message it was asked about, while nobody has seen the question."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers import second
from handlers.known import Known
from handlers.messages import Decision, Inbound, Sender
from handlers.opinion import Opinion, Verdict
from handlers.reading import read
from handlers.second import WAIT
from storage.records import Address, Category, Dialogue, Kind, Person
from tests.handlers.ladder import GROUP, NOON, community

MEI = Address("telegram:2001")
SAID = Inbound("telegram:1", NOON, GROUP, False, Sender(MEI, "梅姨"), "3号楼的灯怪怪的", message="7")
COMING, CALL, TALK, UNSURE = (
    Opinion(Verdict.COMING),
    Opinion(Verdict.CALL, Category.PARKING),
    Opinion(Verdict.TALK),
    Opinion(Verdict.UNSURE),
)


def known(opinion: Opinion | None = None) -> Known:
    directory = community()
    grid = next(grid for grid in directory.grids.values() if GROUP in grid.chats)
    return Known(
        directory,
        NOON,
        "telegram",
        speaker=Person("mei", grid.community, "梅姨"),
        account=MEI,
        grid=grid,
        community=directory.communities[grid.community],
        opinion=opinion,
        numbers={grid.community: 1001},
    )


def weigh(opinion: Opinion | None, said: Inbound = SAID) -> Decision:
    around = known(opinion)
    what = second.intake.draft(around, said, read(said.text))
    return second.weigh(around, what, said)


def waiting() -> Dialogue:
    (dialogue,) = weigh(COMING).open
    return dialogue


def told(opinion: Opinion, dialogue: Dialogue | None, later: int = 500, **more: object) -> Decision:
    about = replace(SAID, key="opinion:telegram:1", opinion=opinion, **more)
    return second.told(replace(known(), now=NOON + later, dialogue=dialogue), about)


def test_while_it_comes_the_question_waits_and_the_message_is_asked_about() -> None:
    decision = weigh(COMING)
    (question,) = decision.letters
    assert question.not_before == NOON + WAIT
    assert [doubt.inbound for doubt in decision.doubts] == [SAID]


@pytest.mark.parametrize("opinion", [None, UNSURE])
def test_without_one_the_question_is_put_at_once(opinion: Opinion | None) -> None:
    (question,) = weigh(opinion).letters
    assert (question.not_before, weigh(opinion).doubts) == (0, ())


def test_one_that_is_known_already_counts_at_once() -> None:
    (ticket,) = weigh(CALL).tickets
    assert ticket.category is Category.PARKING
    assert weigh(TALK) == Decision()
    for addressed in (replace(SAID, private=True), replace(SAID, to_bot=True)):
        assert len(weigh(TALK, addressed).letters) == 1


def test_in_time_a_call_is_filed_and_talk_is_let_go() -> None:
    decision = told(CALL, waiting())
    assert [ticket.category for ticket in decision.tickets] == [Category.PARKING]
    assert (GROUP, MEI) in decision.close
    assert told(TALK, waiting()) == Decision(close=((GROUP, MEI),))
    assert told(UNSURE, waiting()) == Decision()


@pytest.mark.parametrize("opinion", [CALL, TALK])
def test_whatever_has_changed_meanwhile_it_is_none(opinion: Opinion) -> None:
    dialogue = waiting()
    nothing = Decision()
    assert told(opinion, dialogue, WAIT - 1) != nothing
    assert told(opinion, dialogue, WAIT) == nothing
    assert told(opinion, None) == nothing
    assert told(opinion, replace(dialogue, question="9")) == nothing
    assert told(opinion, replace(dialogue, step="building")) == nothing
    assert told(opinion, dialogue, text="3号楼的门怪怪的") == nothing
    assert told(opinion, dialogue, message="8") == nothing


def test_a_dispute_between_neighbours_is_a_complaint_and_asked_about_in_private() -> None:
    decision = weigh(Opinion(Verdict.CALL, Category.NEIGHBOR_DISPUTE))
    assert decision.tickets == ()
    assert [(letter.to, letter.say.key) for letter in decision.letters] == [(MEI, "ask.openly")]
    (dialogue,) = decision.open
    assert dialogue.data["draft"]["kind"] == Kind.COMPLAINT
