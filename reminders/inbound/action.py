"""What can be done about a reply: values only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rdv.models import Offer
from reminders.inbound.reply import Intent
from reminders.inbound.situation import Candidate


class Action(StrEnum):
    """What is done; also what is kept of the reply as its outcome."""

    CONFIRM = "confirm"
    CANCEL = "cancel"
    MOVE = "move"
    ASK_MOVE = "ask_move"  # which appointment is to be moved
    TAKE = "take"  # one of the dates proposed
    KEEP = "keep"  # none of them
    STAY = "stay"  # on the waiting list
    LEAVE = "leave"
    JOIN = "join"  # the waiting list, for an earlier slot
    INVITE = "invite"  # the link of the invitation, again
    REFUSE = "refuse"  # the invitation
    EXPIRED = "expired"
    TELL = "tell"  # the contact may not cancel: the secretary is told
    ACCEPT = "accept"
    DECLINE = "decline"
    ASK_WHICH = "ask_which"
    ASK_SURE = "ask_sure"
    ASK_PART = "ask_part"
    ASK_DAY = "ask_day"
    ASK_AGAIN = "ask_again"
    STOP = "stop"
    START = "start"
    WRONG_NUMBER = "wrong_number"
    HELP = "help"
    NOTHING = "nothing"
    GONE = "gone"
    CALLED_OFF = "called_off"  # a yes to what does not take place
    NO_APPOINTMENT = "no_appointment"
    TO_AGENT = "to_agent"  # somebody of the service wrote: the answer is his to read
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Decision:
    """An action, the appointments that it touches, and what the question that it asks is for.

    `start` is the date to move to.
    """

    action: Action
    targets: Sequence[Candidate] = ()
    offer: Offer | None = None
    wanted: Intent | None = None
    start: datetime | None = None
