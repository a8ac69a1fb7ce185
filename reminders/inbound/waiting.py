"""The waiting list by SMS: ATTENTE joins it for an earlier slot; asked whether it still waits, yes stays, no leaves."""

from collections.abc import Callable, Collection
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from rdv.booking.errors import BookingError
from rdv.booking.moving import can_be_moved, rules_of
from rdv.booking.people import PersonSpec, Who
from rdv.models import ON_THE_LIST, AppointmentType, Contact, Participation, Status, WaitingListEntry
from rdv.models.actor import Actor
from rdv.models.appointment import Channel
from rdv.waitinglist.entries import Wish, join_inside, leave_inside, resume_inside
from rdv.waitinglist.errors import EntryEnded
from reminders.inbound import answers, handover, questions
from reminders.inbound.action import Decision
from reminders.inbound.reply import Intent, Reply
from reminders.inbound.situation import Candidate, Situation
from reminders.kinds import SMS, Kind
from reminders.models import OutboundMessage, TaskKind

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


def join(decision: Decision, reply: Reply, situation: Situation, now: datetime) -> None:
    """Wait for an earlier slot of the appointment; it stands until a better one is accepted.

    The confirmation of the list is the answer. Who waits already keeps its place, and hears so.
    """
    targets = decision.targets
    if not targets:
        _without_appointment(situation, now)
    elif len(targets) > 1:
        answers.receipt(situation, "receipt_waiting_choose", now=now)
    elif targets[0].appointment.is_collective:
        _by_a_person(targets[0], situation, now)
    elif not can_be_moved(targets[0].appointment, rules_of(targets[0].appointment), now=now):
        answers.receipt(situation, "receipt_move_late", now=now, about=targets[0])
    else:
        _join(targets[0], situation, now)


def _by_a_person(target: Candidate, situation: Situation, now: datetime) -> None:
    handover.task(situation, TaskKind.WANTS_TO_MOVE, f"a{target.pk}", target, now)
    answers.receipt(situation, "receipt_told", now=now, about=target)


def _waits_for(known: WaitingListEntry, target: Candidate) -> bool:
    """Whether those who come to this appointment are among those who wait."""
    rows = Participation.objects.filter(appointment=target.appointment, family=target.family, status=Status.UNKNOWN)
    return not rows.exclude(person__in=known.persons.all()).exists()


def _join(target: Candidate, situation: Situation, now: datetime) -> None:
    known = _open_entries([target.family.pk]).filter(type=target.appointment.type_id).first()
    if known is not None and not _waits_for(known, target):
        # For another child: who comes before whom is not said by a word.
        _by_a_person(target, situation, now)
        return
    try:
        with transaction.atomic():
            if known is None:
                entry = join_inside(_wish(target, situation), by=BY, now=now)
            else:
                # Its wishes are kept: a word by SMS says nothing of places or half-days.
                entry = resume_inside(known.pk, by=BY, now=now)
    except BookingError:
        answers.receipt(situation, "receipt_gone", now=now)
        return
    if known is not None or not _is_confirmed(entry, situation, now):
        answers.receipt(situation, "receipt_waiting_kept", now=now, about=target)


def _wish(target: Candidate, situation: Situation) -> Wish:
    """An earlier slot of the same place, whenever it is, for those who come."""
    rows = Participation.objects.filter(appointment=target.appointment, family=target.family, status=Status.UNKNOWN)
    people = [PersonSpec(row.person.first_name, pk=row.person_id) for row in rows.select_related("person")]
    appointment = target.appointment
    return Wish(
        type=AppointmentType.objects.select_related("territory", "service").get(pk=appointment.type_id),
        who=Who(people, family=target.family),
        locations=[appointment.location],
        current_appointment=appointment,
        contact=_contact(target, situation),
    )


def _contact(target: Candidate, situation: Situation) -> Contact | None:
    """Whoever writes is whom to tell."""
    return next((one for one in situation.contacts if one.family_id == target.family.pk), None)


def _without_appointment(situation: Situation, now: datetime) -> None:
    """Who waits already keeps its place; anybody else joins on the site, where it says what for."""
    entries = list(_open_entries({contact.family_id for contact in situation.contacts}))
    for entry in entries:
        resume_inside(entry.pk, by=BY, now=now)
    answers.receipt(situation, "receipt_waiting_kept" if entries else "receipt_waiting_where", now=now)


def _open_entries(families: Collection[int]) -> QuerySet[WaitingListEntry]:
    return WaitingListEntry.objects.filter(family__in=families, status__in=ON_THE_LIST).order_by("pk")


def _is_confirmed(entry: WaitingListEntry, situation: Situation, now: datetime) -> bool:
    """Whether the list has just confirmed it to this number by itself."""
    said = OutboundMessage.objects.filter(kind=Kind.WAITING, channel=SMS, to=situation.reply.sender, created_at=now)
    return said.filter(family=entry.family_id, due_at__lte=now).exists()
