"""The total table of states: what each verb may do, and how participations add up to the appointment. Pure."""

from collections.abc import Iterable
from enum import StrEnum

from rdv.models.appointment import Status


class Change(StrEnum):
    """What may happen to the state of a participation."""

    EXCUSE = "excuse"
    REVOKE = "revoke"
    MARK_SEEN = "mark_seen"
    MARK_ABSENT = "mark_absent"
    REOPEN = "reopen"


HAPPENED = {Status.SEEN, Status.NOSHOW}

# change -> (from which states, to which). A cancellation frees the slot, so nothing comes back from it.
TRANSITIONS: dict[Change, tuple[frozenset[Status], Status]] = {
    Change.EXCUSE: (frozenset({Status.UNKNOWN}), Status.EXCUSED),
    Change.REVOKE: (frozenset({Status.UNKNOWN}), Status.REVOKED),
    Change.MARK_SEEN: (frozenset({Status.UNKNOWN, Status.NOSHOW, Status.SEEN}), Status.SEEN),
    Change.MARK_ABSENT: (frozenset({Status.UNKNOWN, Status.SEEN, Status.NOSHOW}), Status.NOSHOW),
    Change.REOPEN: (frozenset({Status.SEEN, Status.NOSHOW, Status.UNKNOWN}), Status.UNKNOWN),
}

OUTCOMES = {Status.SEEN: Change.MARK_SEEN, Status.NOSHOW: Change.MARK_ABSENT, Status.UNKNOWN: Change.REOPEN}


def allowed(change: Change, status: Status) -> bool:
    """Whether the change may be made from this state."""
    return status in TRANSITIONS[change][0]


def add_up(statuses: Iterable[Status]) -> Status:
    """The state of an appointment from those of the people in it.

    While one person is still awaited it is unknown; then one person seen makes it seen; all absent, a no-show; all
    cancelled, revoked if the service cancelled any of them, else excused. Nobody at all: unknown (an empty session).
    """
    given = list(statuses)
    standing = [status for status in given if status not in (Status.EXCUSED, Status.REVOKED)]
    if not given or Status.UNKNOWN in standing:
        return Status.UNKNOWN
    if standing:
        return Status.SEEN if Status.SEEN in standing else Status.NOSHOW
    return Status.REVOKED if Status.REVOKED in given else Status.EXCUSED
