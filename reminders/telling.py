"""Tell families of their appointment: what is said at once, the reminders to come, and what is held back."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from rdv.models import Appointment, Channel, Verb
from rdv.models.actor import Actor
from rdv.models.audit import ActorKind
from reminders import joining, outbox, todo
from reminders.audience import Told, is_silent, keys_at, reminder_plan, window_at
from reminders.kinds import TABLE, Kind
from reminders.models import MessageState, OutboundMessage, Task
from reminders.planning import plan_notice, plan_reminders
from reminders.writing import Subject, call_task, write

UNSAID = (MessageState.PLANNED, MessageState.SUPERSEDED, MessageState.DROPPED)


@dataclass(slots=True)
class Said:
    """Rows and tasks to be stored together: one query for each sort."""

    rows: list[OutboundMessage] = field(default_factory=list)
    tasks: list[Task] = field(default_factory=list)

    def store(self, *, now: datetime) -> None:
        outbox.enqueue(self.rows, now=now)
        todo.open_tasks(self.tasks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One event, as it is told: who did it, when, and by when it must be known (else somebody calls)."""

    by: Actor
    now: datetime
    must_know_by: datetime | None = None
    reminding: bool = False


def tell(kind: Kind, families: Iterable[Told], subject: Subject, telling: Telling, said: Said) -> None:
    """Add to `said` what these families are told of an appointment.

    Of a silent type nothing is written; what the service changes by itself is told by phone.
    """
    appointment = subject.appointment
    if appointment is None:
        raise ValueError("the families of an appointment are told of it")
    # Who answers on the phone is told there.
    own = telling.by.kind == ActorKind.FAMILY or telling.by.channel == Channel.PHONE
    if is_silent(appointment.type):
        if TABLE[kind].call and not own:
            said.tasks += [call_task(kind, told, subject, now=telling.now) for told in families]
        return
    window = window_at(appointment.location)
    for told in families:
        recipients = told.recipients()
        planned = plan_notice(
            kind,
            recipients,
            now=telling.now,
            window=window,
            start=appointment.starts_at,
            must_know_by=telling.must_know_by,
            own=own,
            answering=answered(told),
        )
        if telling.reminding:
            planned += plan_reminders(
                recipients,
                start=appointment.starts_at,
                told_at=telling.now,
                now=telling.now,
                plan=reminder_plan(appointment),
                window=window,
            )
        rows, tasks = write(planned, told, subject, now=telling.now)
        said.rows += rows
        said.tasks += tasks


def hold_back(appointment: Appointment, families: Collection[int], reason: str) -> set[int]:
    """Replace what has not left; gives the families that know nothing of the appointment.

    Whoever booked by himself knows of it, even if its confirmation waits for the morning.
    """
    waiting = outbox.planned_for(appointment, families)
    unaware = set(waiting.filter(kind=Kind.BOOKED).values_list("family_id", flat=True))
    if unaware:
        told = OutboundMessage.objects.filter(appointment=appointment, family__in=unaware).exclude(state__in=UNSAID)
        unaware -= set(told.values_list("family_id", flat=True))
    if unaware and appointment.events.filter(verb=Verb.BOOKED, actor_kind=ActorKind.FAMILY).exists():
        unaware = set()
    joining.set_free(waiting.filter(kind=Kind.REMINDER, context__has_key="joined"))
    outbox.supersede(waiting, reason)
    return {pk for pk in unaware if pk is not None}


def answered(told: Told) -> str:
    """The recipient whose reply is being honoured, if it is one of these."""
    return next(iter(keys_at(told, outbox.answered_phone())), "")
