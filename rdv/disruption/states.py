"""Where each appointment that was hit stands, in one word: a total function, so that none is in no state. Pure."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from rdv.models import Decision, ProposalStatus, Step


class State(StrEnum):
    """What the board of an absence counts."""

    TO_DECIDE = "to_decide"
    PLANNED = "planned"
    TO_CALL = "to_call"
    PASSED = "passed"
    UNDELIVERED = "undelivered"
    SENDING = "sending"
    TOLD = "told"
    ANSWERED = "answered"
    REBOOKED = "rebooked"
    KEPT = "kept"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


class Reach(IntEnum):
    """Whether a family knows, from the best to the worst: an appointment with several families is as its worst."""

    TOLD = 1
    WAITING = 2
    UNDELIVERED = 3
    TO_CALL = 4
    NOBODY = 5  # nothing was written to anybody, and nobody has called


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`stands`: neither cancelled nor held. `is_hit`: still under the absence. `rebooked`: after a cancellation.

    `has_begun`: too late to decide anything.
    """

    step: Step
    decision: Decision
    stands: bool = True
    is_hit: bool = True
    has_begun: bool = False
    proposal: ProposalStatus | None = None
    rebooked: bool = False
    reach: Reach = Reach.NOBODY
    replied: bool = False


UNANSWERED = (ProposalStatus.REFUSED, ProposalStatus.EXPIRED)


def state_of(facts: Facts) -> State:
    """The one state of an appointment that was hit."""
    match facts.step:
        case Step.WITHDRAWN:
            return State.WITHDRAWN
        case Step.OPEN:
            if not facts.stands or not facts.is_hit:
                return State.SETTLED
            if facts.has_begun:
                return State.PASSED
            was_called = facts.reach == Reach.TOLD
            return State.TO_CALL if facts.proposal in UNANSWERED and not was_called else State.TO_DECIDE
        case Step.PLANNED:
            return State.PLANNED if facts.stands else State.SETTLED
        case Step.DONE:
            return _done(facts)


def _done(facts: Facts) -> State:
    match facts.decision:
        case Decision.CANCEL if facts.rebooked:
            return State.REBOOKED
        case Decision.PROPOSE if facts.proposal == ProposalStatus.CHOSEN:
            return State.REBOOKED
        case Decision.PROPOSE if not facts.stands or not facts.is_hit:
            return State.SETTLED
        case Decision.MOVE if not facts.stands:
            return State.SETTLED
        case Decision.KEEP:
            return State.KEPT
        case _:
            return _reached(facts)


def _reached(facts: Facts) -> State:
    if facts.reach == Reach.TOLD:
        return State.ANSWERED if facts.replied else State.TOLD
    by_reach = {Reach.WAITING: State.SENDING, Reach.UNDELIVERED: State.UNDELIVERED}
    return by_reach.get(facts.reach, State.TO_CALL)
