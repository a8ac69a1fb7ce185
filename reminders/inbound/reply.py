"""What a reply was understood to say: values only."""

from dataclasses import dataclass
from enum import StrEnum

ALL_OPTIONS = "*"
"""``Reply.choice`` when the family named every option ("les deux")."""
NO_OPTION = "-"
"""``Reply.choice`` when no option fits ("aucune")."""

COMMANDS = frozenset({"cancels"})
"""Why a no is one: it says outright that an appointment is given up, whatever was asked."""
PLAIN = frozenset({"cancels", "cannot_come"})
"""As well, or it says that nobody comes; the others only answer a question."""

AS_PLANNED = "as_planned"
"""Why a yes is one: it keeps to what stands already, so it takes no other slot while something stands."""

COMING = frozenset({"comes", "see_you", "somebody_brings", AS_PLANNED})
"""Why a yes is one: it says that somebody comes to an appointment; the others only answer a question."""

TAKES = "takes"
"""Why a yes is one: it takes a slot, so it answers an offer and nothing else."""


class Intent(StrEnum):
    """What the sender wants; ``UNCLEAR`` is an answer like another: nothing is guessed."""

    YES = "yes"
    NO = "no"
    MOVE = "move"
    LATE = "late"
    HELP = "help"
    STOP = "stop"
    START = "start"
    WRONG_NUMBER = "wrong_number"
    WHICH = "which"
    CODE = "code"
    WAIT = "wait"  # to be on the waiting list for an earlier slot
    THANKS = "thanks"
    UNCLEAR = "unclear"


class MentionKind(StrEnum):
    """How a reply pointed at an appointment or at a person."""

    WEEKDAY = "weekday"
    RELATIVE_DAY = "relative_day"
    WEEK = "week"
    DATE = "date"
    TIME = "time"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Mention:
    """A day, an hour or a name in the reply, to be compared with the appointment it is tied to.

    ``value``: ``weekday`` "0" (Monday) to "6"; ``relative_day`` "0" today, "1" tomorrow, "2";
    ``week`` "0" this one, "1" the next; ``date`` "12" or "12/03"; ``time`` "14:30";
    ``name`` without accents, lower case.
    """

    kind: MentionKind
    value: str


@dataclass(frozen=True, slots=True)
class Late:
    """Oui mais en retard: the family comes, later; ``minutes`` if it said how many."""

    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A reply, understood.

    ``choice`` is the option (``WHICH``) or the offer's code (``CODE``). ``said`` is the yes or no
    that came with it: an offer declined must not read as an appointment cancelled, so its intent
    is never ``NO``. ``why`` is a stable word for the log and for the secretary's inbox.
    """

    intent: Intent
    why: str
    choice: str | None = None
    said: Intent | None = None
    note: Late | None = None
    mentions: tuple[Mention, ...] = ()
