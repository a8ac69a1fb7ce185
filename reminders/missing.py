"""Derive again which messages should exist, so that nothing depends on an event having been published.

Looks a little further ahead than the longest reminder, for the families that come and of whom no row speaks at the
appointment's present version. Doing it twice writes nothing twice.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from rdv.models import Appointment, Participation, Status
from reminders.audience import Told, families_told, reminder_plan, window_at
from reminders.kinds import Kind
from reminders.models import OutboundMessage
from reminders.planning import plan_reminders
from reminders.retelling import plan_untold
from reminders.telling import Said
from reminders.writing import Subject, stamp_of, write

logger = logging.getLogger(__name__)

HORIZON = timedelta(days=15)
AT_ONCE = 200
SPOKEN_OF = (Kind.BOOKED, Kind.MOVED, Kind.REMINDER)


def plan_missing(now: datetime) -> int:
    """Plan what is missing: reminders, and what should have been told at once; the number of messages planned."""
    return _plan_reminders(now) + plan_untold(now)


def _plan_reminders(now: datetime) -> int:
    untold: dict[int, list[Participation]] = defaultdict(list)
    for row in _untold(now):
        untold[row.appointment_id].append(row)
    pks = sorted(untold)
    return sum(
        _plan({pk: untold[pk] for pk in pks[first : first + AT_ONCE]}, now) for first in range(0, len(pks), AT_ONCE)
    )


def _untold(now: datetime) -> Iterable[Participation]:
    spoken_of = OutboundMessage.objects.filter(
        appointment=OuterRef("appointment"),
        family=OuterRef("family"),
        version=OuterRef("appointment__sequence"),
        kind__in=SPOKEN_OF,
    )
    return (
        Participation.objects.filter(
            ~Exists(spoken_of),
            status=Status.UNKNOWN,
            appointment__status=Status.UNKNOWN,
            appointment__starts_at__gt=now,
            appointment__starts_at__lte=now + HORIZON,
            appointment__type__tells_families=True,
        )
        .only("pk", "appointment_id", "family_id")
        .order_by("pk")
    )


def _plan(untold: Mapping[int, Sequence[Participation]], now: datetime) -> int:
    """One commit for a few hundred appointments, in a constant number of queries."""
    appointments = Appointment.objects.filter(pk__in=untold).select_related("type", "location__organisation__territory")
    families = {row.family_id for rows in untold.values() for row in rows}
    with transaction.atomic():
        told = {one.family_id: one for one in families_told(families)}
        said = Said()
        for appointment in appointments.order_by("pk"):
            try:
                _remind(appointment, untold[appointment.pk], told, said, now)
            except Exception:
                logger.exception("the reminders of appointment %s can't be planned", appointment.pk)
        said.store(now=now)
    return len(said.rows)


def _remind(
    appointment: Appointment,
    rows: Sequence[Participation],
    families: Mapping[int, Told],
    said: Said,
    now: datetime,
) -> None:
    for family_id in sorted({row.family_id for row in rows} & families.keys()):
        told = families[family_id]
        planned = plan_reminders(
            told.recipients(),
            start=appointment.starts_at,
            told_at=appointment.booked_at,
            now=now,
            plan=reminder_plan(appointment),
            window=window_at(appointment.location),
        )
        subject = Subject(appointment, stamp=stamp_of(row for row in rows if row.family_id == family_id))
        messages, tasks = write(planned, told, subject, now=now)
        said.rows += messages
        said.tasks += tasks
