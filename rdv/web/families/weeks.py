"""The free slots of a place, week by week, as strings and links."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from rdv import moments
from rdv.booking.selectors import Search, slots_at
from rdv.models import Location
from rdv.scheduling.slots import Slot
from rdv.web.families.doors import language

NOON = 12
WEEK = timedelta(days=7)
FARTHEST = timedelta(weeks=60)
LOOK_AHEAD = timedelta(weeks=4)
ENOUGH = 8  # slots on a page: fewer are no choice


@dataclass(frozen=True, slots=True)
class SlotButton:
    """`value` is the instant in UTC; `name` what a screen reader says."""

    hour: str
    name: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Half:
    label: str
    slots: list[SlotButton]


@dataclass(frozen=True, slots=True)
class Day:
    label: str
    halves: list[Half]


@dataclass(frozen=True, slots=True)
class Week:
    """A week that has free slots."""

    title: str
    days: list[Day]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The weeks shown and the way to the others: Mondays as ISO dates, "" where there is nothing."""

    weeks: list[Week] = field(default_factory=list)
    previous: str = ""
    following: str = ""
    following_label: str = ""


def days_of(slots: Sequence[Slot], zone: str) -> list[Day]:
    """The slots by local day, mornings apart from afternoons."""
    found = []
    for day, of_day in groupby(slots, key=lambda slot: moments.local(slot.start, zone).date()):
        halves = [
            Half(_("Matin") if morning else _("Après-midi"), [button(slot.start, zone) for slot in of_half])
            for morning, of_half in groupby(of_day, key=lambda slot: moments.local(slot.start, zone).hour < NOON)
        ]
        found.append(Day(moments.day(day, language=language()), halves))
    return found


def button(start: datetime, zone: str) -> SlotButton:
    """The button of one start."""
    return SlotButton(
        hour=moments.hour(start, zone, language=language()),
        name=moments.moment(start, zone, language=language()),
        value=start.isoformat(),
    )


def monday_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def read_monday(text: str) -> date | None:
    """The Monday of the week asked for in an address; anything else is no week."""
    try:
        return monday_of(date.fromisoformat(text))
    except (ValueError, OverflowError):
        return None


def calendar_at(search: Search, place: Location, wanted: date | None) -> Calendar | None:
    """From the week asked for, or the first with a free slot: one week, and more while slots are few.

    None when nothing is free at all. Three searches at most.
    """
    zone = place.zone
    first = next(iter(slots_at(search, place, limit=1)), None)
    if first is None:
        return None
    this_monday, first_monday = _week_of(search.now, zone), _week_of(first.start, zone)
    monday = min(max(wanted or first_monday, this_monday), this_monday + FARTHEST)
    found = slots_at(between(search, midnight(monday, zone), midnight(monday + LOOK_AHEAD, zone)), place)
    weeks = _enough(found, zone)
    shown_until = max((day for day, _slots in weeks), default=monday + LOOK_AHEAD - WEEK) + WEEK
    later = next(iter(slots_at(between(search, midnight(shown_until, zone), None), place, limit=1)), None)
    return Calendar(
        weeks=[Week(_title(day), days_of(slots, zone)) for day, slots in weeks],
        previous=(monday - WEEK).isoformat() if monday > first_monday else "",
        following=_week_of(later.start, zone).isoformat() if later else "",
        following_label=moments.moment(later.start, zone, language=language()) if later else "",
    )


def _enough(slots: Sequence[Slot], zone: str) -> list[tuple[date, list[Slot]]]:
    """Whole weeks by their Monday, until there is something to choose from."""
    weeks: list[tuple[date, list[Slot]]] = []
    for monday, of_week in groupby(slots, key=lambda slot: _week_of(slot.start, zone)):
        if sum(len(found) for _day, found in weeks) >= ENOUGH:
            break
        weeks.append((monday, list(of_week)))
    return weeks


def _title(monday: date) -> str:
    return _("Semaine du %(day)s") % {"day": moments.plain_day(monday, language=language())}


def _week_of(instant: datetime, zone: str) -> date:
    return monday_of(moments.local(instant, zone).date())


def between(search: Search, after: datetime, before: datetime | None) -> Search:
    """The same search between two instants."""
    return replace(search, after=after, before=before)


def midnight(day: date, zone: str) -> datetime:
    """When a local day begins."""
    return datetime.combine(day, time(0), ZoneInfo(zone))
