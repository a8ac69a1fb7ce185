"""Make a collective appointment (atelier) in which families will take seats."""

from collections.abc import Collection
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from rdv.booking import calendars
from rdv.booking.errors import NotBookable, SlotTaken
from rdv.booking.events import SessionOpened, publish
from rdv.booking.history import record
from rdv.booking.locks import lock_agents
from rdv.booking.place import new_reference
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
    """Open a session with its seats and keep its agents' time, in one durable transaction; those who wait hear of it.

    Raises SlotTaken, or NotBookable when it would be too long.
    """
    rules = type.rules_for(location.organisation, start.astimezone(ZoneInfo(location.zone)).date())
    end = start + timedelta(minutes=rules.duration)
    busy = (start - timedelta(minutes=rules.buffer_before), end + timedelta(minutes=rules.buffer_after))
    if busy[1] - busy[0] > LONGEST_OCCUPATION:
        raise NotBookable(Reason.TOO_LONG)
    try:
        with transaction.atomic(durable=True):
            locked = lock_agents([agent.pk for agent in agents], now=now)
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
            Occupation.objects.bulk_create(
                Occupation(
                    agent_id=pk,
                    kind=OccupationKind.APPOINTMENT,
                    appointment=session,
                    starts_at=busy[0],
                    ends_at=busy[1],
                )
                for pk in everyone
            )
            calendars.mark(locked, [(pk, *busy) for pk in everyone])
            record(session, Verb.BOOKED, by=by, now=now, capacity=session.capacity)
            publish(SessionOpened(at=now, by=by, session=session))
            return session
    except IntegrityError as error:
        raise SlotTaken from error
