"""Make a collective appointment (atelier) in which families will take seats."""

from collections.abc import Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from rdv.booking import calendars
from rdv.booking.errors import NoRoom, NotBookable, SlotTaken
from rdv.booking.events import SessionOpened, publish
from rdv.booking.history import record
from rdv.booking.locks import lock_agents
from rdv.booking.place import new_reference
from rdv.booking.rooms import lock_rooms
from rdv.models import (
    Agent,
    Appointment,
    AppointmentAgent,
    AppointmentType,
    Location,
    Occupation,
    OccupationKind,
    Verb,
)
from rdv.models.actor import Actor
from rdv.models.appointment import LONGEST_OCCUPATION
from rdv.scheduling.rules import Reason


def open_session(
    *,
    type: AppointmentType,
    location: Location,
    agents: Collection[Agent],
    start: datetime,
    by: Actor,
    now: datetime,
    capacity: int | None = None,
) -> Appointment:
    """Open a session with its seats, keep its agents' time and a room where it needs one; those who wait hear of it.

    One durable transaction. Raises SlotTaken, NoRoom, or NotBookable when it would be too long.
    """
    rules = type.rules_for(location.organisation, start.astimezone(ZoneInfo(location.zone)).date())
    end = start + timedelta(minutes=rules.duration)
    busy = (start - timedelta(minutes=rules.buffer_before), end + timedelta(minutes=rules.buffer_after))
    if busy[1] - busy[0] > LONGEST_OCCUPATION:
        raise NotBookable(Reason.TOO_LONG)
    try:
        with transaction.atomic(durable=True):
            locked = lock_agents([agent.pk for agent in agents], now=now)
            room = _room(type, location, *busy, now) if type.needs_room else None
            session = Appointment.objects.create(
                territory_id=location.organisation.territory_id,
                organisation=location.organisation,
                location=location,
                service=type.service,
                type=type,
                mode=type.mode,
                starts_at=start,
                ends_at=end,
                is_collective=True,
                capacity=capacity or type.capacity,
                reference=new_reference(),
                booked_at=now,
                booked_by=by.agent,
                channel=by.channel,
            )
            everyone = sorted(locked)
            AppointmentAgent.objects.bulk_create(
                AppointmentAgent(appointment=session, agent_id=pk, position=position, starts_at=start, ends_at=end)
                for position, pk in enumerate(everyone)
            )
            Occupation.objects.filter(agent__in=everyone, expires_at__lte=now).overlapping(*busy).delete()
            taken = [{"agent_id": pk} for pk in everyone] + ([{"room_id": room}] if room else [])
            Occupation.objects.bulk_create(
                Occupation(
                    kind=OccupationKind.APPOINTMENT, appointment=session, starts_at=busy[0], ends_at=busy[1], **each
                )
                for each in taken
            )
            calendars.mark(locked, [(pk, *busy) for pk in everyone])
            record(session, Verb.BOOKED, by=by, now=now, capacity=session.capacity)
            publish(SessionOpened(at=now, by=by, session=session))
            return session
    except IntegrityError as error:
        raise SlotTaken from error


def _room(type: AppointmentType, location: Location, start: datetime, end: datetime, now: datetime) -> int:
    """A free room that suits, the lowest number first."""
    free = lock_rooms(type, location.pk, start, end, now=now).free
    if not free:
        raise NoRoom
    return free[0]
