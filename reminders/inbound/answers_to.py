"""What an answer to some questions does, which have a meaning of their own for yes, no and letters: pure.

None when the reply says something else, which is understood as at any other moment.
"""

from datetime import datetime

from reminders.inbound.action import Action, Decision
from reminders.inbound.reply import COMMANDS, NO_OPTION, PLAIN, Intent, Reply
from reminders.inbound.situation import Question, Situation
from reminders.models import Conversation


def dates(reply: Reply, situation: Situation) -> Decision | None:
    """To dates that were proposed: one of them, none, or a doubt."""
    question = situation.question
    if question is None or question.question != Question.MOVE:
        return None
    if reply.intent is Intent.WHICH:
        return _date(reply, question, situation)
    if question.closed_at or not situation.asked:
        return None
    if reply.intent is Intent.YES:
        return Decision(Action.ASK_AGAIN, situation.asked)
    if situation.must_move and reply.intent in (Intent.NO, Intent.MOVE):
        return _instead(reply, situation)
    if reply.intent is Intent.NO:
        # ANNULER may be said of the appointment or of the move: it is asked. Any other no is said to the dates.
        sure = reply.why in COMMANDS
        return Decision(Action.ASK_SURE if sure else Action.KEEP, situation.asked, wanted=Intent.NO)
    return None


def _instead(reply: Reply, situation: Situation) -> Decision:
    """To dates in place of one that can't be kept: ANNULER gives it up; any other no is for a person."""
    cancels = reply.why in COMMANDS and all(one.may_cancel for one in situation.asked)
    return Decision(Action.CANCEL if cancels else Action.KEEP, situation.asked, wanted=Intent.NO)


def _date(reply: Reply, question: Conversation, situation: Situation) -> Decision | None:
    """One of the dates proposed, for the appointment as it was when they were."""
    targets = [one for one in situation.candidates if one.pk == question.appointment_id]
    if not targets:
        return Decision(Action.GONE)
    if question.closed_at and question.wanted:
        # Moved already: the same letter again changes nothing; another one is a new wish.
        return Decision(Action.NOTHING) if reply.choice == question.wanted else Decision(Action.MOVE, targets)
    if reply.choice == NO_OPTION:
        return Decision(Action.KEEP, targets)
    chosen = next((each for each in question.options if each["key"] == reply.choice), None)
    if chosen is None or chosen["sequence"] != targets[0].appointment.sequence:
        return Decision(Action.EXPIRED, targets)
    return Decision(Action.TAKE, targets, start=datetime.fromisoformat(chosen["start"]))


def waiting(reply: Reply, situation: Situation) -> Decision | None:
    """To "do you still wait?": yes stays, no leaves; who can't come may speak of an appointment."""
    question = situation.question
    if question is None or question.question != Question.WAITING:
        return None
    if reply.intent is Intent.YES and not reply.mentions:
        return Decision(Action.NOTHING if question.closed_at else Action.STAY)
    if reply.intent is Intent.NO and (reply.why not in PLAIN or not situation.candidates):
        return Decision(Action.NOTHING if question.closed_at else Action.LEAVE)
    if reply.intent is Intent.NO and not question.closed_at and not reply.mentions:
        # "Je n'ai plus besoin": of an earlier place, or of the one that it has?
        several = len(situation.candidates) > 1
        return Decision(Action.ASK_WHICH if several else Action.ASK_SURE, situation.candidates, wanted=Intent.NO)
    return None
