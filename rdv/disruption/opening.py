"""One row for each appointment that an absence hits, from the instant it is declared: none is forgotten."""

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import OuterRef, Subquery

from rdv.booking.locks import assert_in_transaction
from rdv.models import Absence, Agent, Appointment, Decision, DisruptedAppointment, Disruption, Step

logger = logging.getLogger(__name__)

HIT_AGAIN = "L’absence touche aussi la date donnée à la famille."

# The same overlap as `appointments_hit`; the bound on the start lets the indexes by agent and by place be used.
MISSED_SQL = """
    SELECT absence.id, appointment.id, appointment.starts_at
      FROM rdv_absence absence
      JOIN rdv_appointment appointment ON appointment.status = 'unknown'
       AND appointment.starts_at > absence.starts_at - interval '1 day'
       AND appointment.starts_at < absence.ends_at
       AND appointment.ends_at > absence.starts_at AND appointment.ends_at > %(now)s
       AND (appointment.location_id = absence.location_id OR absence.agent_id IS NOT NULL AND EXISTS (
            SELECT FROM rdv_appointmentagent receiving
             WHERE receiving.appointment_id = appointment.id AND receiving.agent_id = absence.agent_id))
     WHERE absence.ends_at > %(now)s AND NOT EXISTS (
            SELECT FROM rdv_disruptedappointment hit JOIN rdv_disruption disruption ON disruption.id = hit.disruption_id
             WHERE disruption.absence_id = absence.id AND hit.appointment_id = appointment.id)
     ORDER BY absence.id, appointment.starts_at, appointment.id
"""


def open_disruption(
    absence: Absence, hit: Iterable[tuple[int, datetime]], *, by: Agent | None, now: datetime
) -> Disruption | None:
    """Note what an absence hits, in the transaction that declares it; nothing when it hits nothing.

    `hit` are appointments and their starts. What is noted already stays as it is, but is open again where the absence
    reaches what had been settled.
    """
    assert_in_transaction()
    rows = list(hit)
    bounds = {"kind": absence.kind, "starts_at": absence.starts_at, "ends_at": absence.ends_at}
    Disruption.objects.filter(absence=absence).update(**bounds)
    reopen_hit_again(absence, now=now)
    if not rows:
        return None
    disruption, _ = Disruption.objects.get_or_create(
        absence=absence,
        defaults={
            "territory_id": _territory_of(absence),
            "agent": absence.agent,
            "location": absence.location,
            **bounds,
            "declared_at": now,
            "declared_by": by,
        },
    )
    DisruptedAppointment.objects.bulk_create(
        [DisruptedAppointment(disruption=disruption, appointment_id=pk, was_at=start) for pk, start in rows],
        ignore_conflicts=True,
    )
    return disruption


def find_missed(*, now: datetime) -> int:
    """Note what came under an absence by another way (booked over it, moved into it). Run each minute; gives how many.

    Two queries when there is nothing to do.
    """
    again = reopen_hit_again(now=now)
    missed: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(MISSED_SQL, {"now": now})
        for absence_id, *appointment in cursor.fetchall():
            missed[absence_id].append((appointment[0], appointment[1]))
    absences = Absence.objects.select_related("agent", "location__organisation", "created_by").in_bulk(missed)
    return again + sum(_note(absence, missed[pk], now) for pk, absence in sorted(absences.items()))


def _note(absence: Absence, hit: list[tuple[int, datetime]], now: datetime) -> int:
    """One that fails (it was withdrawn meanwhile) stops no other."""
    try:
        with transaction.atomic(durable=True):
            open_disruption(absence, hit, by=absence.created_by, now=now)
    except (OperationalError, IntegrityError):
        logger.warning("what absence %s hits could not be noted", absence.pk, exc_info=True)
        return 0
    return len(hit)


def reopen_hit_again(absence: Absence | None = None, *, now: datetime) -> int:
    """Have a person decide once more for what an absence hits although it was settled; gives how many. All without one.

    What the family holds as its hour is the new one.
    """
    rows = DisruptedAppointment.objects.hit_again(now).filter(disruption__withdrawn_at=None)
    if absence is not None:
        rows = rows.filter(disruption__absence=absence)
    stands_at = Appointment.objects.filter(pk=OuterRef("appointment")).values("starts_at")
    return rows.update(
        step=Step.OPEN,
        decision=Decision.UNDECIDED,
        was_at=Subquery(stands_at),
        start=None,
        location=None,
        agents=[],
        proposal=None,
        due_at=None,
        done_at=None,
        problem=HIT_AGAIN,
    )


def _territory_of(absence: Absence) -> int:
    if absence.agent is not None:
        return absence.agent.territory_id
    if absence.location is None:
        raise ValueError("an absence is somebody's, or a place's")
    return absence.location.organisation.territory_id
