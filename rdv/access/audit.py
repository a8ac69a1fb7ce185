"""Who read a family's file, and who was refused (rules §10): written at the moment of reading."""

from datetime import datetime
from enum import StrEnum

from rdv.models import AccessLog, Agent, Appointment, Family


class Reading(StrEnum):
    """What was opened; stable codes."""

    FAMILY = "family"
    APPOINTMENT = "appointment"
    LETTER = "letter"
    THREAD = "thread"
    PAGE = "page"


def log_reading(agent: Agent, family: Family | None, reading: Reading, *, now: datetime) -> None:
    """Somebody opened what is his to see."""
    AccessLog.objects.create(at=now, agent=agent, family=family, action=reading)


def log_refusal(agent: Agent, reading: Reading, *, now: datetime, family: Family | None = None) -> None:
    """Somebody asked for what is not his to see."""
    AccessLog.objects.create(at=now, agent=agent, family=family, action=reading, was_refused=True)


def refused_family(agent: Agent, pk: int) -> Family | None:
    """The family that exists in the territory although it was not found in a scope."""
    return Family.objects.filter(pk=pk, territory=agent.territory_id).first()


def refused_appointment(agent: Agent, pk: int) -> Appointment | None:
    """The appointment that exists in the territory although it was not found in a scope."""
    return Appointment.objects.filter(pk=pk, territory=agent.territory_id).first()
