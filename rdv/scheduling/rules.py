"""Who may have an appointment of a type and when: admission, booking window and deadlines.

Shared by the pages, the API and booking itself, so that what is shown is what is accepted.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache

from rdv.scheduling.reasons import MESSAGES, Reason
from rdv.scheduling.recurrence import to_utc
from rdv.scheduling.timeline import Timeline
from rdv.scheduling.values import SlotRules, Step

__all__ = [
    "AGENT_HORIZON_DAYS",
    "MESSAGES",
    "MOST_SIBLINGS",
    "Attendee",
    "Booker",
    "Reason",
    "TypeRules",
    "admitted_mask",
    "age_in_months",
    "is_admitted_throughout",
    "is_late",
    "may_book",
    "may_cancel",
    "may_move",
    "why_not_admitted",
    "why_not_in_window",
    "window",
]

# Agents plan beyond what families see, but a year typed wrong must not book the next century.
AGENT_HORIZON_DAYS = 2 * 365
# One appointment of one agent for brothers and sisters; beyond, somebody should look at it.
MOST_SIBLINGS = 8


class Booker(StrEnum):
    """Who books, and who may book a type: each may do what those before it may."""

    EVERYONE = "everyone"
    INVITED = "invited"
    PRESCRIBER = "prescriber"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class TypeRules:
    """The rules of an appointment type (motif), all overrides applied. In minutes unless the name says otherwise.

    ``steps`` empty = one step of ``duration`` for ``agents_needed`` agents. ``age_max_months`` is the first age that
    is too old. ``capacity`` above 1 = a collective appointment.
    """

    duration: int
    steps: tuple[Step, ...] = ()
    agents_needed: int = 1
    grid: int = 15
    buffer_before: int = 0
    buffer_after: int = 0
    earliest_notice: int = 0
    latest_notice_days: int = 84
    age_min_months: int | None = None
    age_max_months: int | None = None
    minimum_interval_days: int = 0
    extra_per_sibling: int = 0
    capacity: int = 1
    bookable_by: Booker = Booker.EVERYONE
    cancel_deadline: int = 120
    move_deadline: int = 120
    needs_room: bool = False
    same_agent: bool = False

    @property
    def has_age_window(self) -> bool:
        return self.age_min_months is not None or self.age_max_months is not None

    def slot_rules(self, attendees: int = 1) -> SlotRules:
        """What a slot must hold for so many people: every step lasts longer for each additional sibling."""
        if attendees < 1:
            raise ValueError(f"an appointment has at least one attendee: {attendees}")
        extra = self.extra_per_sibling * (attendees - 1)
        steps = self.steps or (Step(self.duration, agents=self.agents_needed),)
        return SlotRules(
            steps=tuple(Step(step.minutes + extra, step.profession, step.agents) for step in steps),
            buffer_before=self.buffer_before,
            buffer_after=self.buffer_after,
            grid=self.grid,
        )


@dataclass(frozen=True, slots=True)
class Attendee:
    """A person who would come; ``previous`` = the days of her other appointments of the type, past and future."""

    birth_date: date | None = None
    previous: tuple[date, ...] = ()


def age_in_months(birth: date, on: date) -> int:
    """Completed months of age; negative before birth.

    A month is completed on the same day of the month or, where there is none, on its last day: born on 31 January,
    one month on 28 February; born on 29 February, twelve months on 28 February (code de procédure civile, art. 641).
    """
    months = (on.year - birth.year) * 12 + on.month - birth.month
    completed_on = min(birth.day, monthrange(on.year, on.month)[1])
    return months if on.day >= completed_on else months - 1


def why_not_admitted(rules: TypeRules, attendees: Sequence[Attendee], on: date) -> Reason | None:
    """Why these people can't come together on this local day, or None. Says nothing about free time."""
    if len(attendees) > (rules.capacity if rules.capacity > 1 else MOST_SIBLINGS):
        return Reason.TOO_MANY_PEOPLE
    for attendee in attendees:
        reason = _why_not_of_age(rules, attendee.birth_date, on)
        if reason:
            return reason
        if any(abs((on - other).days) < rules.minimum_interval_days for other in attendee.previous):
            return Reason.TOO_CLOSE_TO_PREVIOUS
    return None


def is_admitted_throughout(rules: TypeRules, attendees: Sequence[Attendee], first: date, last: date) -> bool:
    """Whether these people are surely admitted on every day of a stretch: spares the mask of most children.

    Ages only grow: whoever is of age on the first and on the last day is so in between.
    """
    if any(attendee.previous for attendee in attendees):
        return False
    return all(why_not_admitted(rules, attendees, day) is None for day in (first, last))


def admitted_mask(timeline: Timeline, rules: TypeRules, attendees: Sequence[Attendee], zone: str) -> int:
    """The steps of the local days on which these people are admitted; see ``allowed`` in ``find_slots``."""
    return _admitted_mask(timeline, rules, tuple(attendees), zone)


def may_book(rules: TypeRules, booker: Booker) -> bool:
    """Whether this kind of person books this type; an agent always does."""
    ranks = list(Booker)
    return ranks.index(booker) >= ranks.index(rules.bookable_by)


def window(rules: TypeRules, now: datetime, booker: Booker) -> tuple[datetime, datetime]:
    """The first and the last instant at which an appointment may start, both included.

    Agents are not bound by notice; nobody books in the past.
    """
    if booker is Booker.AGENT:
        return now, now + timedelta(days=AGENT_HORIZON_DAYS)
    return now + timedelta(minutes=rules.earliest_notice), now + timedelta(days=rules.latest_notice_days)


def why_not_in_window(rules: TypeRules, start: datetime, now: datetime, booker: Booker) -> Reason | None:
    """IN_THE_PAST, TOO_SOON, TOO_FAR or None; NOT_FOR_YOU when the type is not theirs to book."""
    earliest, latest = window(rules, now, booker)
    if not may_book(rules, booker):
        return Reason.NOT_FOR_YOU
    if start < now:
        return Reason.IN_THE_PAST
    if start < earliest:
        return Reason.TOO_SOON
    return Reason.TOO_FAR if start > latest else None


def is_late(starts_at: datetime, deadline_minutes: int, now: datetime) -> bool:
    """Whether a cancellation or a move comes after its deadline; exactly at the deadline is in time."""
    return now > starts_at - timedelta(minutes=deadline_minutes)


def may_cancel(starts_at: datetime, now: datetime) -> bool:
    """A family may cancel until the appointment begins: a late cancellation is recorded as late, and frees the slot."""
    return now < starts_at


def may_move(starts_at: datetime, deadline_minutes: int, now: datetime) -> bool:
    """A family may move an appointment itself until its deadline."""
    return now < starts_at and not is_late(starts_at, deadline_minutes, now)


def may_settle(starts_at: datetime, now: datetime) -> bool:
    """Nobody was seen, and nobody has missed anything, before the hour."""
    return now >= starts_at


def _why_not_of_age(rules: TypeRules, birth_date: date | None, on: date) -> Reason | None:
    if not rules.has_age_window:
        return None
    if birth_date is None:
        return Reason.BIRTH_DATE_NEEDED
    age = age_in_months(birth_date, on)
    if rules.age_min_months is not None and age < rules.age_min_months:
        return Reason.TOO_YOUNG
    if rules.age_max_months is not None and age >= rules.age_max_months:
        return Reason.TOO_OLD
    return None


# A search of all locations asks the same question once per location, and the zones are few.
@lru_cache(maxsize=32)
def _admitted_mask(timeline: Timeline, rules: TypeRules, attendees: tuple[Attendee, ...], zone: str) -> int:
    if not rules.has_age_window and not rules.minimum_interval_days:
        return timeline.full if why_not_admitted(rules, attendees, timeline.origin.date()) is None else 0
    mask = 0
    midnight = time(0)
    # A day before and after: the local day of the first instant may not be its UTC day.
    day = timeline.origin.date() - timedelta(days=1)
    while day <= timeline.end.date() + timedelta(days=1):
        if why_not_admitted(rules, attendees, day) is None:
            mask |= timeline.open(
                to_utc(day, midnight, zone),
                to_utc(day + timedelta(days=1), midnight, zone),
            )
        day += timedelta(days=1)
    return mask
