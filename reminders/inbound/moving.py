"""Moving by SMS: three free dates are proposed, a letter takes one; the appointment keeps its link and its history.

No date is held meanwhile: a family that does not answer would take it from the others for a day. Who finds it gone
gets new ones, and keeps what it has.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from rdv.booking.errors import BookingError, NotBookable, SlotOffered, SlotTaken, TooLateToMove
from rdv.booking.move import move_inside
from rdv.booking.moving import can_be_moved, move_deadline, proposals, rules_of
from rdv.booking.proposals import choose_inside, open_proposal, refuse_inside
from rdv.models import Appointment
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
            moved = _moved(target, decision.start, reply, situation, now)
    except (SlotTaken, SlotOffered, NotBookable, IntegrityError):
        if situation.must_move:
            ask_again(situation, now, without=reply.choice)
        else:
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


def _moved(target: Candidate, start: datetime, reply: Reply, situation: Situation, now: datetime) -> Appointment:
    """By the proposal of the service when there is one, which is answered by that."""
    proposal = open_proposal(target.appointment, now=now) if situation.must_move else None
    if proposal is not None and reply.choice:
        return choose_inside(proposal.pk, reply.choice, by=BY, now=now)
    return move_inside(target.pk, start=start, by=BY, now=now)


def keep(decision: Decision, reply: Reply, situation: Situation, now: datetime) -> None:
    """None of them. The appointment stands, its link or somebody has other dates; or it can't, and somebody calls."""
    target = decision.targets[0]
    questions.close(situation.question, now=now)
    proposal = open_proposal(target.appointment, now=now) if situation.must_move else None
    if proposal is not None:
        refuse_inside(proposal.pk, by=BY, now=now)
    answers.receipt(situation, "receipt_told" if proposal else "receipt_move", now=now, about=target)


def ask_again(situation: Situation, now: datetime, *, without: str | None = None) -> None:
    """The same dates, for an answer that picked none of them; or the others, when one has gone."""
    question = situation.question
    if question is None or not situation.asked:
        return
    options = [each for each in question.options if each["key"] != without]
    if not questions.same_dates(situation, situation.asked[0], options, now=now, gone=without is not None):
        handover.to_a_person(situation, now)
