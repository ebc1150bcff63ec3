"""控制台: whoever has something to do there asks in chat for a way in. It goes to them alone, and is made when it is sent
(desk/opening.py): neither the outbox nor an answer that is kept ever holds what opens the console."""

from __future__ import annotations

from handlers.dialogue import reply
from handlers.known import Known
from handlers.messages import Decision, Inbound, Letter, Say
from handlers.sight import sight
from storage.records import LetterKind


def ask(known: Known, inbound: Inbound) -> Decision:
    """Send the way in to the one who asks, in private. Among neighbours whoever has no business there said a word."""
    speaker, account = known.speaker, known.account
    if speaker is None or account is None or not sight(speaker, known.directory).chambers:
        addressed = inbound.private or inbound.to_bot
        return Decision(letters=(reply(inbound, Say("signin.not_yours")),)) if addressed else Decision()
    letter = Letter(account, LetterKind.ANSWER, Say("signin.link"), opens=speaker.id)
    if inbound.private:
        return Decision(letters=(letter,))
    return Decision(letters=(letter, reply(inbound, Say("signin.sent_privately"))))
