"""What each event of booking makes us say: rows in the outbox, written in the event's own transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime

from rdv.booking import events
from rdv.models import Appointment, OfferStatus, Participation, Status
from rdv.models.actor import Actor
from rdv.models.audit import ActorKind
from rdv.waitinglist.events import EntryPaused
from reminders import agents, outbox
from reminders.audience import (
    Told,
    families_told,
    follows_up_no_show,
    is_silent,
    keys_at,
    reminder_plan,
    window_at,
)
from reminders.kinds import MUST_KNOW, NO_SHOW_DELAY, Kind
from reminders.models import MessageState, OutboundMessage, Task
from reminders.planning import Planned, plan_notice, plan_reminders
from reminders.writing import Subject, call_task, stamp_of, store, write


def connect() -> None:
    """Listen to booking and to the waiting list; called once."""
    events.subscribe(events.AppointmentBooked, on_booked)
    events.subscribe(events.AppointmentMoved, on_moved)
    events.subscribe(events.AppointmentCancelled, on_cancelled)
    events.subscribe(events.ParticipationsCancelled, on_participations_cancelled)
    events.subscribe(events.OutcomeRecorded, on_outcome)
    events.subscribe(events.OfferMade, on_offer_made)
    events.subscribe(events.OfferClosed, on_offer_closed)
    events.subscribe(EntryPaused, on_entry_paused)


def on_booked(event: events.AppointmentBooked) -> None:
    """Confirm at once, and plan the reminders: three queries at most."""
    appointment = event.appointment
    rows, tasks = agents.notices(Kind.AGENT_BOOKED, appointment, by=event.by, now=event.at), []
    if not is_silent(appointment.type):
        told = families_told([event.family])
        subject = Subject(appointment, stamp=stamp_of(event.participations))
        more, tasks = _tell(Kind.BOOKED, told, subject, by=event.by, now=event.at, reminding=True)
        rows += more
    store(rows, tasks, now=event.at)


def on_moved(event: events.AppointmentMoved) -> None:
    """Tell the new hour to every family that comes, and remind of it instead of the old one."""
    appointment = event.appointment
    families = _families(appointment)
    untold = _replace(appointment, families, "le rendez-vous a été déplacé")
    rows, tasks = agents.notices(Kind.AGENT_MOVED, appointment, by=event.by, now=event.at), []
    context = {"previous": event.previous_start.isoformat()}
    for told in _listening(appointment, families):
        # Whoever was not told of the first hour yet learns the second as if it were the first.
        kind = Kind.BOOKED if told.family_id in untold else Kind.MOVED
        more, calls = _tell(
            kind,
            [told],
            Subject(appointment, context=context),
            by=event.by,
            now=event.at,
            reminding=True,
            must_know_by=min(event.previous_start, appointment.starts_at) - MUST_KNOW,
        )
        rows, tasks = rows + more, tasks + calls
    store(rows, tasks, now=event.at)


def on_cancelled(event: events.AppointmentCancelled) -> None:
    """Tell everybody who was told, and stop the reminders."""
    appointment = event.appointment
    families = [family.pk for family in event.families]
    untold = _replace(appointment, families, "le rendez-vous a été annulé")
    rows, tasks = agents.notices(Kind.AGENT_CANCELLED, appointment, by=event.by, now=event.at), []
    revoked = appointment.status == Status.REVOKED
    kind = Kind.CANCELLED_BY_SERVICE if revoked else Kind.CANCELLED_BY_FAMILY
    for told in _listening(appointment, families, silently=revoked, now=event.at, tasks=tasks):
        if told.family_id in untold:
            continue
        more, calls = _tell(
            kind,
            [told],
            Subject(appointment),
            by=event.by,
            now=event.at,
            must_know_by=appointment.starts_at - MUST_KNOW,
        )
        rows, tasks = rows + more, tasks + calls
    store(rows, tasks, now=event.at)


def on_participations_cancelled(event: events.ParticipationsCancelled) -> None:
    """Some of a family, or a family of a session, no longer come."""
    appointment, family = event.appointment, event.family
    leaves = not appointment.participations.filter(family=family, status=Status.UNKNOWN).exists()
    if leaves:
        _replace(appointment, [family.pk], "la participation a été annulée")
    context = {
        "leaves": leaves,
        "by_service": any(row.status == Status.REVOKED for row in event.participations),
    }
    rows: list[OutboundMessage] = []
    tasks: list[Task] = []
    if not is_silent(appointment.type):
        subject = Subject(appointment, stamp=stamp_of(event.participations), context=context)
        rows, tasks = _tell(
            Kind.PARTICIPATION_CANCELLED,
            families_told([family]),
            subject,
            by=event.by,
            now=event.at,
            must_know_by=appointment.starts_at - MUST_KNOW,
        )
    store(rows, tasks, now=event.at)


def on_outcome(event: events.OutcomeRecorded) -> None:
    """After an absence, a polite word if the service turned it on; never a notice of cancellation."""
    appointment = event.appointment
    if is_silent(appointment.type) or not follows_up_no_show(appointment) or appointment.status != Status.NOSHOW:
        return
    families = appointment.participations.filter(status=Status.NOSHOW).values_list("family_id", flat=True)
    due = event.at + NO_SHOW_DELAY
    rows: list[OutboundMessage] = []
    for told in families_told(families):
        planned = plan_notice(Kind.NO_SHOW, told.recipients(), now=due, window=window_at(appointment.location))
        rows += write(planned, told, Subject(appointment), now=event.at)[0]
    store(rows, [], now=event.at)


def on_offer_made(event: events.OfferMade) -> None:
    """Propose the slot by every way that the contact has; a family without any is called."""
    offer = event.offer
    told = Told(offer.family_id, {f"c{offer.entry.contact_id}": offer.entry.contact})
    if not offer.entry.contact.may_be_told:
        return
    planned = plan_notice(
        Kind.OFFER,
        told.recipients(),
        now=event.at,
        window=window_at(offer.round.location),
        deadline=offer.expires_at,
        must_know_by=offer.expires_at,
    )
    rows, tasks = write(planned, told, Subject(offer=offer), now=event.at)
    store(rows, tasks, now=event.at)


def on_offer_closed(event: events.OfferClosed) -> None:
    """Who said nothing and was told of the offer learns that it is gone; the winner hears of the appointment."""
    offer = event.offer
    never_left = OutboundMessage.objects.filter(offer=offer, kind=Kind.OFFER)
    outbox.supersede(never_left, "la proposition est close")
    was_told = never_left.filter(sent_at__isnull=False).exists()
    if offer.status != OfferStatus.VOID or not was_told or not offer.entry.contact.may_be_told:
        return
    told = Told(offer.family_id, {f"c{offer.entry.contact_id}": offer.entry.contact})
    planned = plan_notice(
        Kind.OFFER_TAKEN,
        told.recipients(),
        now=event.at,
        window=window_at(offer.round.location),
        answering=_answered(told),
    )
    store(*write(planned, told, Subject(offer=offer), now=event.at), now=event.at)


def on_entry_paused(event: EntryPaused) -> None:
    """Three silences: ask whether the family still waits."""


def _tell(
    kind: Kind,
    families: Sequence[Told],
    subject: Subject,
    *,
    by: Actor,
    now: datetime,
    reminding: bool = False,
    must_know_by: datetime | None = None,
) -> tuple[list[OutboundMessage], list[Task]]:
    """What is said at once to these families and, with `reminding`, the reminders of what is to come."""
    appointment = subject.appointment
    if appointment is None:
        raise ValueError("the families of an appointment are told of it")
    window = window_at(appointment.location)
    rows: list[OutboundMessage] = []
    tasks: list[Task] = []
    for told in families:
        recipients = told.recipients()
        planned: list[Planned] = plan_notice(
            kind,
            recipients,
            now=now,
            window=window,
            start=appointment.starts_at,
            must_know_by=must_know_by,
            own=by.kind == ActorKind.FAMILY,
            answering=_answered(told),
        )
        if reminding:
            planned += plan_reminders(
                recipients,
                start=appointment.starts_at,
                told_at=now,
                now=now,
                plan=reminder_plan(appointment),
                window=window,
            )
        more, calls = write(planned, told, subject, now=now)
        rows, tasks = rows + more, tasks + calls
    return rows, tasks


def _answered(told: Told) -> str:
    """The recipient whose reply is being honoured, if it is one of these."""
    return next(iter(keys_at(told, outbox.answered_phone())), "")


def _replace(appointment: Appointment, families: Collection[int], reason: str) -> set[int]:
    """Hold back what has not left; gives the families that had not been told of the appointment at all."""
    waiting = outbox.planned_for(appointment, families)
    unsaid = set(waiting.filter(kind=Kind.BOOKED).values_list("family_id", flat=True))
    if unsaid:
        gone = OutboundMessage.objects.filter(appointment=appointment, family__in=unsaid)
        unsaid -= set(
            gone.exclude(state__in=[MessageState.PLANNED, MessageState.SUPERSEDED, MessageState.DROPPED]).values_list(
                "family_id", flat=True
            )
        )
    outbox.supersede(waiting, reason)
    return {pk for pk in unsaid if pk is not None}


def _families(appointment: Appointment) -> list[int]:
    rows = Participation.objects.filter(appointment=appointment, status=Status.UNKNOWN)
    return sorted(set(rows.values_list("family_id", flat=True)))


def _listening(
    appointment: Appointment,
    families: Collection[int],
    *,
    silently: bool = False,
    now: datetime | None = None,
    tasks: list[Task] | None = None,
) -> list[Told]:
    """The families that are told; of a silent type none, but somebody calls when the service itself cancels."""
    told = families_told(families)
    if not is_silent(appointment.type):
        return told
    if silently and tasks is not None and now is not None:
        tasks += [call_task(Kind.CANCELLED_BY_SERVICE, one, Subject(appointment), now=now) for one in told]
    return []
