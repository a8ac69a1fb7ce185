"""What each event of booking makes us say: rows in the outbox, written in the event's own transaction."""

from rdv.booking import events
from rdv.models import Appointment, Channel, Family, Participation, Status
from rdv.waitinglist.events import EntryJoined, EntryPaused
from reminders import agents, no_show, offering, todo
from reminders.audience import families_told, group, is_silent
from reminders.kinds import MUST_KNOW, Kind
from reminders.models import Task, TaskKind
from reminders.telling import Said, Telling, hold_back, tell
from reminders.writing import Subject, stamp_of

# What is done by these ways, the service knows of.
OUR_OWN = (Channel.AGENT, Channel.PHONE, Channel.SYSTEM)


def connect() -> None:
    """Listen to booking and to the waiting list; called once."""
    events.subscribe(events.AppointmentBooked, on_booked)
    events.subscribe(events.AppointmentMoved, on_moved)
    events.subscribe(events.AppointmentCancelled, on_cancelled)
    events.subscribe(events.ParticipationsCancelled, on_participations_cancelled)
    events.subscribe(events.OutcomeRecorded, no_show.on_outcome)
    events.subscribe(events.AbsenceDeclared, on_absence)
    events.subscribe(events.OfferMade, offering.on_offer_made)
    events.subscribe(events.OfferClosed, offering.on_offer_closed)
    events.subscribe(EntryJoined, offering.on_entry_joined)
    events.subscribe(EntryPaused, offering.on_entry_paused)


def on_booked(event: events.AppointmentBooked) -> None:
    """Confirm at once, and plan the reminders: two queries at most, then the writing."""
    appointment = event.appointment
    said = Said(agents.notices_of_booking(appointment, event.agent_ids, by=event.by, now=event.at))
    if not is_silent(appointment.type):
        subject = Subject(appointment, stamp=stamp_of(event.participations))
        telling = Telling(by=event.by, now=event.at, reminding=True)
        family = event.family
        told = families_told([family]) if event.contacts is None else group(event.contacts, [family.pk])
        tell(Kind.BOOKED, told, subject, telling, said)
    said.store(now=event.at)


def on_moved(event: events.AppointmentMoved) -> None:
    """Tell the new hour to every family that comes, and remind of it instead of the old one."""
    appointment = event.appointment
    families = _coming(appointment)
    unaware = hold_back(appointment, families, "le rendez-vous a été déplacé")
    before = event.previous_agent_ids
    said = Said(agents.notices(Kind.AGENT_MOVED, appointment, by=event.by, now=event.at, before=before))
    there = (appointment.starts_at, appointment.location_id)
    same = there == (event.previous_start, event.previous_location_id)
    subject = Subject(appointment, context={"same_time": same})
    telling = Telling(
        by=event.by,
        now=event.at,
        must_know_by=min(event.previous_start, appointment.starts_at) - MUST_KNOW,
        reminding=True,
    )
    for told in families_told(families):
        # Whoever was not told of the first hour yet learns the second as if it were the first.
        kind = Kind.BOOKED if told.family_id in unaware else Kind.MOVED
        tell(kind, [told], subject, telling, said)
    said.store(now=event.at)


def on_cancelled(event: events.AppointmentCancelled) -> None:
    """Tell everybody who was told, and stop the reminders."""
    appointment = event.appointment
    families = [family.pk for family in event.families]
    unaware = hold_back(appointment, families, "le rendez-vous a été annulé")
    said = Said(agents.notices(Kind.AGENT_CANCELLED, appointment, by=event.by, now=event.at))
    kind = Kind.CANCELLED_BY_SERVICE if appointment.status == Status.REVOKED else Kind.CANCELLED_BY_FAMILY
    aware = [told for told in families_told(families) if told.family_id not in unaware]
    telling = Telling(by=event.by, now=event.at, must_know_by=appointment.starts_at - MUST_KNOW)
    tell(kind, aware, Subject(appointment), telling, said)
    said.tasks += [task for family in event.families for task in _late(event, family)]
    said.store(now=event.at)


def on_participations_cancelled(event: events.ParticipationsCancelled) -> None:
    """Some people of a family, or a family of a session, no longer come; the others do."""
    appointment, family = event.appointment, event.family
    leaves = family.pk not in _coming(appointment)
    if leaves:
        hold_back(appointment, [family.pk], "la participation a été annulée")
    revoked = any(row.status == Status.REVOKED for row in event.participations)
    subject = Subject(
        appointment, stamp=stamp_of(event.participations), context={"leaves": leaves, "by_service": revoked}
    )
    telling = Telling(by=event.by, now=event.at, must_know_by=appointment.starts_at - MUST_KNOW)
    said = Said()
    tell(Kind.PARTICIPATION_CANCELLED, families_told([family]), subject, telling, said)
    said.tasks += _late(event, family) if leaves else []
    said.store(now=event.at)


def on_absence(event: events.AbsenceDeclared) -> None:
    """The agent learns what somebody else declared; families are told by what is done with each appointment."""
    rows = agents.absence_notices(event.absence, event.hit, by=event.by, now=event.at)
    Said(rows).store(now=event.at)


def _late(event: events.AppointmentCancelled | events.ParticipationsCancelled, family: Family) -> list[Task]:
    """What the secretary does with time that a family gives back too late for the usual way, whichever way it used."""
    if not event.is_late or event.by.channel in OUR_OWN:
        return []
    appointment = event.appointment
    return [
        todo.new_task(
            kind=TaskKind.LATE_CANCELLATION,
            key=f"a{appointment.pk}:f{family.pk}",
            territory=appointment.territory_id,
            family=family,
            appointment=appointment,
            detail=appointment.cancel_reason,
            due_at=appointment.starts_at,
            now=event.at,
        )
    ]


def _coming(appointment: Appointment) -> list[int]:
    rows = Participation.objects.filter(appointment=appointment, status=Status.UNKNOWN)
    return sorted(set(rows.values_list("family_id", flat=True)))
