"""Whether a family still waits, by SMS: yes keeps its place on the list, no gives it up."""

from collections.abc import Callable
from datetime import datetime

from rdv.models import WaitingListEntry
from rdv.models.actor import Actor
from rdv.models.appointment import Channel
from rdv.waitinglist.entries import leave_inside, resume_inside
from rdv.waitinglist.errors import EntryEnded
from reminders.inbound import answers, questions
from reminders.inbound.action import Decision
from reminders.inbound.reply import Intent, Reply
from reminders.inbound.situation import Situation

BY = Actor.family(Channel.SMS)
Change = Callable[..., WaitingListEntry]


def stay(decision: Decision, reply: Reply, situation: Situation, now: datetime) -> None:
    """Offers come again, with the place that the family had."""
    _change(resume_inside, "receipt_waiting_kept", Intent.YES, situation, now)


def leave(decision: Decision, reply: Reply, situation: Situation, now: datetime) -> None:
    """No more offers; whatever is booked stands."""
    _change(leave_inside, "receipt_waiting_left", Intent.NO, situation, now)


def _change(verb: Change, template: str, answer: Intent, situation: Situation, now: datetime) -> None:
    question = situation.question
    if question is None:
        raise ValueError("it was asked whether the family still waits")
    try:
        for each in question.options:
            verb(each["entry"], by=BY, now=now)
    except (EntryEnded, WaitingListEntry.DoesNotExist):
        template = "receipt_waiting_over"
    questions.close(question, now=now, answer=answer)
    answers.receipt(situation, template, now=now)
