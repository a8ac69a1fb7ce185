"""What somebody may do with one appointment: read by pages and API alike, so that a button shown is a deed allowed."""

from datetime import datetime
from enum import StrEnum

from rdv.access.roles import Right
from rdv.access.scope import Scope
from rdv.models import Appointment, Role, Status
from rdv.scheduling.rules import may_settle


class Ability(StrEnum):
    CANCEL = "cancel"
    MOVE = "move"
    SETTLE = "settle"
    REOPEN = "reopen"
    ENROL = "enrol"
    SEE_FAMILY = "see_family"


def abilities(scope: Scope, appointment: Appointment, *, now: datetime) -> frozenset[Ability]:
    """Nothing for an appointment that is not seen; a prescriber cancels and moves what he booked, no more."""
    if not scope.sees(appointment) or scope.agent is None:
        return frozenset()
    helps = scope.may(Right.CHANGE) and not scope.is_prescriber_only
    booked_by_prescriber = appointment.booked_by_id == scope.agent.pk and Role.PRESCRIBER in scope.roles.values()
    if not helps and not booked_by_prescriber:
        return frozenset()
    found = _of_state(appointment, now)
    if not helps:
        found &= {Ability.CANCEL, Ability.MOVE}
    return frozenset(found | ({Ability.SEE_FAMILY} if helps else set()))


def _of_state(appointment: Appointment, now: datetime) -> set[Ability]:
    if appointment.is_cancelled:
        return set()
    if appointment.status != Status.UNKNOWN:
        return {Ability.REOPEN, Ability.SETTLE}
    if may_settle(appointment.starts_at, now):
        return {Ability.CANCEL, Ability.SETTLE}
    found = {Ability.CANCEL, Ability.MOVE}
    if appointment.type.is_collective and appointment.seats_left > 0:
        found.add(Ability.ENROL)
    return found
