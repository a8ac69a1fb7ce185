"""Moving by SMS: three free dates are proposed, a letter takes one; the appointment keeps its link and its history.

No date is held meanwhile: a family that does not answer would take it from the others for a day. Who finds it gone
gets new ones, and keeps what it has.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from rdv.booking.errors import BookingError, NotBookable, SlotOffered, SlotTaken, TooLateToMove
from rdv.booking.move import move_inside
from rdv.booking.moving import can_be_moved, move_deadline, proposals, rules_of
from rdv.models.actor import Actor
from rdv.models.appointment import Channel
from reminders.inbound import answers, handover, questions
from reminders.inbound.action import Decision
from reminders.inbound.reply import Reply
from reminders.inbound.situation import Candidate, Question, Situation
from reminders.models import Conversation, Task, TaskKind

BY = Actor.family(Channel.SMS)
# Dates that nobody takes: after that the family chooses on its page, or with somebody.
MOST_A_DAY = 3
DAY = timedelta(days=1)


def propose(decision: Decision, reply: Reply, situation: Situation, now: datetime, *, taken: bool = False) -> None:
    """Dates that are free now and were not proposed before; without any, the link. A person sees the wish as well."""
    target = decision.targets[0]
    appointment = target.appointment
    handover.task(situation, TaskKind.WANTS_TO_MOVE, f"a{target.pk}", target, now)
    rules = rules_of(appointment)
    if appointment.is_collective:
        answers.receipt(situation, "receipt_told", now=now, about=target)
        return
    if not can_be_moved(appointment, rules, now=now):
        answers.receipt(situation, "receipt_move_late", now=now, about=target)
        return
    before = _proposed_before(target, situation, now)
    if len(before) < MOST_A_DAY:
        known = {datetime.fromisoformat(each["start"]) for one in before for each in one.options}
        free = [slot.start for slot in proposals(appointment, target.family, now=now, without=known)]
        template = "question_move_taken" if taken else "question_move"
        until = move_deadline(appointment, rules)
        if free and questions.dates(situation, target, free, now=now, until=until, template=template):
            return
    answers.receipt(situation, "receipt_move", now=now, about=target)


def _proposed_before(target: Candidate, situation: Situation, now: datetime) -> list[Conversation]:
    return list(
        Conversation.objects.filter(
            phone=situation.reply.sender,
            question=Question.MOVE,
            appointment=target.appointment,
            asked_at__gt=now - DAY,
        )
    )


def take(decision: Decision, reply: Reply, situation: Situation, now: datetime) -> None:
    """Move there if it is still free, at once and as a whole; else the appointment stands, and others are proposed."""
    target = decision.targets[0]
    if decision.start is None:
        raise ValueError("there is a date to move to")
    try:
        with transaction.atomic():
            moved = move_inside(target.pk, start=decision.start, by=BY, now=now)
    except (SlotTaken, SlotOffered, NotBookable, IntegrityError):
        questions.close(situation.question, now=now)
        propose(decision, reply, situation, now, taken=True)
        return
    except TooLateToMove:
        answers.receipt(situation, "receipt_move_late", now=now, about=target)
        return
    except BookingError:
        answers.receipt(situation, "receipt_gone", now=now)
        return
    questions.close(situation.question, now=now, answer=reply.choice)
    Task.objects.filter(kind=TaskKind.WANTS_TO_MOVE, key=f"a{target.pk}", done_at=None).update(done_at=now)
    if not answers.verb_has_answered(situation.reply, moved, now=now):
        answers.receipt(situation, "receipt_moved", now=now, about=target)


def keep(decision: Decision, reply: Reply, situation: Situation, now: datetime) -> None:
    """None of them: the appointment stands; its link, or somebody, has other dates."""
    questions.close(situation.question, now=now)
    answers.receipt(situation, "receipt_move", now=now, about=decision.targets[0])


def ask_again(situation: Situation, now: datetime) -> None:
    """The same dates, for an answer that picked none of them."""
    question = situation.question
    if question is None or not situation.asked:
        return
    starts = [datetime.fromisoformat(each["start"]) for each in question.options]
    target = situation.asked[0]
    questions.dates(situation, target, starts, now=now, until=question.expires_at, template="question_move_again")
