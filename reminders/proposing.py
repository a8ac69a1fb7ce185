"""What families are told when their appointment can't take place: other dates, or that it stands after all."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from rdv.booking import events
from rdv.models import Appointment, Participation, ProposalStatus, Status
from reminders import joining, outbox
from reminders.audience import families_told, window_at
from reminders.kinds import MUST_KNOW, Kind
from reminders.models import CallResult, MessageState, OutboundMessage, Task, TaskEnd, TaskKind, TaskOutcome
from reminders.telling import UNSAID, Said, Telling, tell
from reminders.to_say import NEXT, without_answer
from reminders.writing import Subject, call_task

OTHER_DATES = "d’autres dates sont proposées"
CLOSED = "la proposition de dates est close"


def connect() -> None:
    """Listen to what happens to the dates that are proposed; called once."""
    events.subscribe(events.SlotsProposed, on_slots_proposed)
    events.subscribe(events.ProposalClosed, on_proposal_closed)
    events.subscribe(events.AppointmentMaintained, on_maintained)
    events.subscribe(events.AppointmentMoved, on_changed)
    events.subscribe(events.AppointmentCancelled, on_changed)
    events.subscribe(events.AbsenceWithdrawn, on_absence_withdrawn)


def on_slots_proposed(event: events.SlotsProposed) -> None:
    """Ask the families of an appointment that can't take place; who asked for other dates is answered by who asked."""
    proposal = event.proposal
    if not proposal.must_move:
        return
    appointment = proposal.appointment
    waiting = outbox.planned_for(appointment)
    joining.set_free(waiting.filter(kind=Kind.REMINDER, context__has_key="joined"))
    outbox.supersede(waiting, OTHER_DATES)
    slots = [{**slot, "sequence": appointment.sequence} for slot in proposal.slots]
    subject = Subject(
        appointment,
        stamp=f"s{proposal.pk}",
        context={"slots": slots, "until": proposal.expires_at.isoformat()},
    )
    telling = Telling(
        by=event.by, now=event.at, must_know_by=min(proposal.expires_at, appointment.starts_at - MUST_KNOW)
    )
    said = Said()
    tell(Kind.DATES_PROPOSED, families_told(coming(appointment)), subject, telling, said)
    said.store(now=event.at)


def on_proposal_closed(event: events.ProposalClosed) -> None:
    """What has not left is held back; a family that found none, or said nothing, is called."""
    proposal = event.proposal
    appointment = proposal.appointment
    outbox.supersede(OutboundMessage.objects.filter(appointment=appointment, kind=Kind.DATES_PROPOSED), CLOSED)
    status = ProposalStatus(proposal.status)
    if not proposal.must_move or status not in NEXT:
        return
    subject = Subject(appointment, stamp=f"s{proposal.pk}")
    detail = without_answer(appointment, status)
    families = families_told(coming(appointment))
    # Whoever was to be told of the dates by phone has not heard of them.
    settle_calls(appointment, event.at)
    tasks = [call_task(Kind.DATES_PROPOSED, told, subject, now=event.at, detail=detail) for told in families]
    Said(tasks=tasks).store(now=event.at)


def on_changed(event: events.AppointmentMoved | events.AppointmentCancelled) -> None:
    """Nobody has to be called about dates any more: what was done is told by itself."""
    settle_calls(event.appointment, event.at)


def settle_calls(appointment: Appointment, now: datetime) -> None:
    """End the calls about other dates that nobody has made."""
    _calls_about_dates(appointment).filter(done_at=None).update(done_at=now, closed_as=TaskEnd.SETTLED)


def on_maintained(event: events.AppointmentMaintained) -> None:
    """Who was told of other dates learns that the first one stands; the reminders that were held back come again."""
    appointment = event.appointment
    calls = _calls_about_dates(appointment)
    aware = sorted(_aware(appointment, calls) & set(coming(appointment)))
    settle_calls(appointment, event.at)
    said = Said(_again(appointment, event.at, aware=aware))
    subject = Subject(appointment, stamp=f"m{int(event.at.timestamp())}")
    telling = Telling(by=event.by, now=event.at, must_know_by=appointment.starts_at - MUST_KNOW)
    tell(Kind.MAINTAINED, families_told(aware), subject, telling, said)
    said.store(now=event.at)


def _calls_about_dates(appointment: Appointment) -> QuerySet[Task]:
    """To propose them, or to find another when none suits; their keys bear the stamp of a proposal."""
    of_a_proposal = rf"^a{appointment.pk}:v[0-9]+s"
    return Task.objects.filter(appointment=appointment, kind=TaskKind.CALL_CHANGE, key__regex=of_a_proposal)


def _aware(appointment: Appointment, calls: QuerySet[Task]) -> set[int]:
    """The families that were told that it can't take place: by a message, or by telephone."""
    sent = OutboundMessage.objects.filter(
        appointment=appointment, kind=Kind.DATES_PROPOSED, version=appointment.sequence
    ).exclude(state__in=UNSAID)
    about_this_hour = calls.filter(key__startswith=Subject(appointment, stamp="s").key)
    spoken = Q(done_at__isnull=False, closed_as="") & ~Q(outcome=TaskOutcome.GIVEN_UP)
    called = about_this_hour.filter(spoken | Q(tried_as=CallResult.LEFT_MESSAGE))
    found = {*sent.values_list("family_id", flat=True), *called.values_list("family_id", flat=True)}
    return {pk for pk in found if pk is not None}


def on_absence_withdrawn(event: events.AbsenceWithdrawn) -> None:
    """The agents who were not told yet need not be."""
    notices = OutboundMessage.objects.filter(
        kind=Kind.AGENT_ABSENT, key__startswith=f"{Kind.AGENT_ABSENT}:b{event.absence.pk}:"
    )
    outbox.supersede(notices, "l’absence est retirée")


def coming(appointment: Appointment) -> list[int]:
    """The families that are awaited."""
    rows = Participation.objects.filter(appointment=appointment, status=Status.UNKNOWN)
    return sorted(set(rows.values_list("family_id", flat=True)))


def _again(appointment: Appointment, now: datetime, *, aware: Collection[int]) -> list[OutboundMessage]:
    """Reminders of the present hour that were held back: states only go forward, so they are written anew.

    Whoever learns that it stands (`aware`) is not reminded on that very day: one message says it all.
    """
    window = window_at(appointment.location)
    today = window.day_of(window.next(now))
    held = OutboundMessage.objects.filter(
        appointment=appointment,
        kind=Kind.REMINDER,
        state=MessageState.SUPERSEDED,
        reason=OTHER_DATES,
        version=appointment.sequence,
        give_up_at__gt=now,
    )
    return [
        OutboundMessage(
            territory_id=one.territory_id,
            key=f"{one.key}:again{one.pk}",
            kind=one.kind,
            usefulness=one.usefulness,
            channel=one.channel,
            appointment=appointment,
            family_id=one.family_id,
            contact_id=one.contact_id,
            to=one.to,
            language=one.language,
            context=one.context,
            version=one.version,
            due_at=one.due_at,
            next_try_at=max(one.due_at, now),
            give_up_at=one.give_up_at,
            created_at=now,
        )
        for one in held
        if one.family_id not in aware or window.day_of(one.due_at) > today
    ]
