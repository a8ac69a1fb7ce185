"""What booking refuses, as problems: conflicts are 409, what the rules don't admit is a field to correct."""

from collections.abc import Iterator
from contextlib import contextmanager

from api.v1.problems import Invalid, Problem, field_error
from api.v1.slots import slots_json
from rdv.booking.errors import BookingError, NobodyComes, NotBookable, ReasonMissing, SlotTaken
from rdv.models import Location
from rdv.scheduling.rules import Reason

# The field that a caller would change.
FIELDS = {
    Reason.TOO_YOUNG: "attendees",
    Reason.TOO_OLD: "attendees",
    Reason.BIRTH_DATE_NEEDED: "attendees",
    Reason.TOO_MANY_PEOPLE: "attendees",
    Reason.NOT_FOR_YOU: "appointment_type",
    Reason.TYPE_CLOSED: "appointment_type",
    Reason.TOO_LONG: "appointment_type",
    Reason.OTHER_AGENT_NEEDED: "agent",
}
TAKEN = (Reason.TAKEN, Reason.FULL)


@contextmanager
def refusals(location: Location) -> Iterator[None]:
    """Turn the errors of a verb into problems; alternatives are slots of `location`."""
    try:
        yield
    except BookingError as error:
        raise problem_of(error, location) from error


@contextmanager
def verdict() -> Iterator[None]:
    """As `refusals`, for verbs that propose no other slot."""
    try:
        yield
    except BookingError as error:
        raise problem_of(error, None) from error


def problem_of(error: BookingError, location: Location | None) -> Problem:
    """409 for a conflict, 400 with the field for a rule; `location` is where alternatives are."""
    if isinstance(error, SlotTaken):
        slots = slots_json(error.alternatives, location) if location else []
        return Problem(409, error.code, error.text, alternatives=slots)
    if isinstance(error, NotBookable):
        if error.reason in TAKEN:
            return Problem(409, "slot_taken", error.text, alternatives=[])
        return field_error(FIELDS.get(error.reason, "start"), error.text, reason=error.reason.value)
    if isinstance(error, NobodyComes):
        return Invalid({"attendees": [error.text]})
    if isinstance(error, ReasonMissing):
        return Invalid({"overbooking_reason": [error.text]})
    return Problem(409, error.code, error.text)
