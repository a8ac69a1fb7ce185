"""Declare that an agent, or a whole location, is away; nothing that it hits is left silent."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from rdv.booking.events import AbsenceChanging, AbsenceDeclared, AbsenceWithdrawn, SessionOpened, publish
from rdv.booking.locks import lock_appointment
from rdv.booking.newtime import announcing
from rdv.booking.openings import settle
from rdv.models import Absence, Agent, Appointment, Location, OpeningPeriod, Status
from rdv.models.actor import Actor


def appointments_hit(
    *, agent: Agent | None = None, location: Location | None = None, start: datetime, end: datetime
) -> list[Appointment]:
    """The standing appointments that such an absence hits, in order; shown before it is saved."""
    hit = Appointment.objects.between(start, end).filter(status=Status.UNKNOWN)
    hit = hit.of_agent(agent) if agent is not None else hit.filter(location=location)
    return list(hit.with_people().order_by("starts_at", "pk"))


def declare_absence(absence: Absence, *, by: Actor, now: datetime) -> list[Appointment]:
    """Save an absence and close the opening time under it, in one durable transaction; gives what it hits."""
    with transaction.atomic(durable=True):
        absence.created_by = by.agent
        absence.save()
        settle(_periods(absence), now=now)
        hit = _hit_by(absence)
        publish(AbsenceDeclared(at=now, by=by, absence=absence, hit=hit))
        return hit


def change_absence(absence: Absence, *, by: Actor, now: datetime) -> list[Appointment]:
    """Save an absence whose bounds have changed: what it leaves is open again, what it hits besides is told as hit.

    Gives all that it hits now; nothing when it was withdrawn meanwhile.
    """
    with transaction.atomic(durable=True):
        stored = _lock(absence)
        if stored is None:
            return []
        before = _hit_by(stored)
        still = {one.pk for one in _hit_by(absence)}
        spared = [one for one in before if one.pk not in still]
        publish(AbsenceChanging(at=now, by=by, absence=absence, spared=spared))
        sessions = _lock_sessions(spared, now)
        periods = list(_periods(absence))
        with announcing([period.agent_id for period in periods], now=now):
            absence.save(update_fields=["kind", "starts_at", "ends_at", "label"])
            settle(periods, now=now)
        hit = _hit_by(absence)
        already = {one.pk for one in before}
        publish(AbsenceDeclared(at=now, by=by, absence=absence, hit=[one for one in hit if one.pk not in already]))
        _open_sessions(sessions, by=by, now=now)
        return hit


def withdraw_absence(absence: Absence, *, now: datetime, by: Actor | None = None) -> None:
    """Delete an absence and open its time again; it is offered to those who wait.

    What was decided for its appointments and is not done yet is undone with it. Withdrawing twice changes nothing.
    """
    with transaction.atomic(durable=True):
        if _lock(absence) is None:
            return
        publish(AbsenceWithdrawn(at=now, by=by or Actor.system(), absence=absence))
        sessions = _lock_sessions(_hit_by(absence), now)
        periods = list(_periods(absence))
        with announcing([period.agent_id for period in periods], now=now):
            absence.delete()
            settle(periods, now=now)
        _open_sessions(sessions, by=by or Actor.system(), now=now)


def _lock(absence: Absence) -> Absence | None:
    """As it is stored, before anything else is locked: who changes it and who withdraws it come one after the other."""
    return Absence.objects.select_for_update(of=("self",)).filter(pk=absence.pk).first()


def _lock_sessions(hit: Iterable[Appointment], now: datetime) -> list[Appointment]:
    """Those to come, in their order of locks: before any calendar."""
    coming = sorted(one.pk for one in hit if one.is_collective and one.starts_at > now)
    return [lock_appointment(pk) for pk in coming]


def _open_sessions(sessions: Iterable[Appointment], *, by: Actor, now: datetime) -> None:
    """They are held after all."""
    for session in sessions:
        if not session.is_cancelled:
            publish(SessionOpened(at=now, by=by, session=session))


def _hit_by(absence: Absence) -> list[Appointment]:
    return appointments_hit(
        agent=absence.agent, location=absence.location, start=absence.starts_at, end=absence.ends_at
    )


def _periods(absence: Absence) -> QuerySet[OpeningPeriod]:
    if absence.agent_id:
        return OpeningPeriod.objects.filter(agent=absence.agent_id)
    return OpeningPeriod.objects.filter(location=absence.location_id)
