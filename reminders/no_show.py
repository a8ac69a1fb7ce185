"""After an absence: a polite word if the service turned it on, and somebody who calls where it matters.

Nobody is told that the appointment is cancelled, and nobody is kept from booking again. A mark that is mended takes
back what it started: the word waits two hours before it leaves, and the task closes.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from rdv.booking import events
from rdv.models import Appointment, Status
from reminders import todo
from reminders.audience import Told, families_told, follows_up_no_show, is_silent, window_at
from reminders.kinds import NO_SHOW_DELAY, Kind
from reminders.models import OutboundMessage, Task, TaskEnd, TaskKind
from reminders.planning import plan_notice
from reminders.relevance import NOT_ABSENT
from reminders.telling import Said
from reminders.writing import Subject, write

CALLED_WITHIN = timedelta(days=7)


def on_outcome(event: events.OutcomeRecorded) -> None:
    """What follows for each family of which somebody did not come."""
    appointment = event.appointment
    gone = set(appointment.participations.filter(status=Status.NOSHOW).values_list("family_id", flat=True))
    if appointment.type.calls_no_show:
        _close_mended(event, gone)
    if not gone or is_silent(appointment.type):
        return
    families = families_told(gone)
    said = Said()
    if appointment.status == Status.NOSHOW and follows_up_no_show(appointment):
        said.rows += _polite_words(event, families)
    if appointment.type.calls_no_show:
        said.tasks += [_call(event, told) for told in families]
    said.store(now=event.at)


def _polite_words(event: events.OutcomeRecorded, families: Iterable[Told]) -> list[OutboundMessage]:
    appointment = event.appointment
    window = window_at(appointment.location)
    mended = OutboundMessage.objects.filter(appointment=appointment, kind=Kind.NO_SHOW, reason=NOT_ABSENT)
    unsaid = Counter(mended.values_list("family_id", flat=True))
    rows: list[OutboundMessage] = []
    for told in families:
        planned = plan_notice(Kind.NO_SHOW, told.recipients(), now=event.at + NO_SHOW_DELAY, window=window)
        # What was dropped because the mark was mended has used its key.
        stamp = f"n{unsaid[told.family_id]}" if unsaid[told.family_id] else ""
        rows += write(planned, told, Subject(appointment, stamp=stamp), now=event.at)[0]
    return rows


def _call(event: events.OutcomeRecorded, told: Told) -> Task:
    return todo.new_task(
        kind=TaskKind.CALL_NO_SHOW,
        key=_key(event.appointment, told.family_id),
        territory=event.appointment.territory_id,
        family=told.family_id,
        contact=next(iter(told.contacts.values()), None),
        appointment=event.appointment,
        due_at=event.at + CALLED_WITHIN,
        now=event.at,
    )


def _close_mended(event: events.OutcomeRecorded, gone: set[int]) -> None:
    """The family came after all."""
    opened = Task.objects.filter(kind=TaskKind.CALL_NO_SHOW, appointment=event.appointment, done_at=None)
    opened.exclude(family__in=gone).update(done_at=event.at, closed_as=TaskEnd.MENDED)


def _key(appointment: Appointment, family_id: int) -> str:
    return f"a{appointment.pk}:f{family_id}"
