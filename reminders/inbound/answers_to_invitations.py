"""What an answer does when the last thing said to the number was an invitation to book what comes next: pure.

An invitation names no appointment, so no answer to it cancels or moves one. What waited for its answer before keeps its
right to it; where a no could be said to either, it is asked, or read by a person.
"""

from collections.abc import Sequence

from reminders.inbound.action import Action, Decision
from reminders.inbound.reply import COMING, PLAIN, Intent, MentionKind, Reply
from reminders.inbound.situation import Candidate, Invited, Question, Situation

# Said of an invitation by its own words: no doubt which question they answer.
WANTS, NOT_NEEDED = "wants", "not_needed"


def to_an_invitation(reply: Reply, situation: Situation) -> Decision | None:
    """The link, a refusal or a question; None when the reply is about something else."""
    invited = situation.invited
    if invited is None or reply.why == "option":
        return None
    if reply.intent is Intent.YES:
        return _yes(reply, invited, situation)
    if reply.intent is Intent.NO and not situation.just_cancelled:
        return _no(reply, invited, situation)
    wants_one = reply.intent is Intent.MOVE and not situation.candidates
    return Decision(Action.INVITE) if wants_one and not invited.is_refused else None


def _yes(reply: Reply, invited: Invited, situation: Situation) -> Decision | None:
    if reply.why == WANTS:
        return Decision(Action.INVITE)
    if _asked_before(situation) or (situation.candidates and (reply.mentions or reply.why in COMING)):
        return None
    return Decision(Action.NOTHING if invited.is_refused else Action.INVITE)


def _no(reply: Reply, invited: Invited, situation: Situation) -> Decision | None:
    names = {one.value for one in reply.mentions if one.kind is MentionKind.NAME} - invited.around
    dated = any(one.kind is not MentionKind.NAME for one in reply.mentions)
    if dated or _of_an_appointment(reply):
        return _not_coming(situation, dated=dated and _of_an_appointment(reply))
    if invited.is_refused:
        return Decision(Action.NOTHING)
    if names and names != invited.names:
        return Decision(Action.ASK_AGAIN)
    return Decision(Action.REFUSE) if invited.alone else _doubt(situation)


def _of_an_appointment(reply: Reply) -> bool:
    """Whether it says that nobody comes; what is written in another language may always mean that."""
    return reply.why in PLAIN or reply.why.startswith("no_")


def _not_coming(situation: Situation, *, dated: bool) -> Decision | None:
    """Said of an appointment: of the one that was asked about before, or named by its day; else it is asked."""
    if dated or _asked_before(situation):
        return None
    if situation.candidates:
        return _sure(situation.candidates)
    return None if situation.gone else Decision(Action.ASK_AGAIN)


def _doubt(situation: Situation) -> Decision:
    question = situation.question
    about = question.question if question else ""
    if about in (Question.COMING, Question.REPEAT, Question.WHICH) and situation.asked:
        return _sure(situation.asked)
    if about == Question.INVITATION and situation.candidates:
        return _sure(situation.candidates)
    return Decision(Action.ASK_AGAIN, situation.asked)


def _sure(targets: Sequence[Candidate]) -> Decision:
    action = Action.ASK_WHICH if len(targets) > 1 else Action.ASK_SURE
    return Decision(action, targets, wanted=Intent.NO)


def _asked_before(situation: Situation) -> bool:
    """Whether something else was asked before the invitation, and still is."""
    return situation.question is not None and situation.question.question != Question.INVITATION
