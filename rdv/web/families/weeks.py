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
FARTHEST = timedelta(weeks=60)


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
    """A week's slots and the way to the others: Mondays as ISO dates, "" where there is nothing."""

    title: str
    days: list[Day] = field(default_factory=list)
    previous: str = ""
    following: str = ""
    next_label: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.days


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


def week_at(search: Search, place: Location, wanted: date | None) -> Week | None:
    """The week asked for, else the first with a free slot; None when nothing is free at all.

    Three searches at most, whatever the week.
    """
    zone = place.zone
    first = next(iter(slots_at(search, place, limit=1)), None)
    if first is None:
        return None
    first_monday = monday_of(moments.local(first.start, zone).date())
    this_monday = monday_of(moments.local(search.now, zone).date())
    monday = min(max(wanted or first_monday, this_monday), this_monday + FARTHEST)
    start, end = _bounds(monday, zone)
    slots = slots_at(replace_window(search, start, end), place)
    later = next(iter(slots_at(replace_window(search, end, None), place, limit=1)), None)
    return Week(
        title=_("Semaine du %(day)s") % {"day": moments.plain_day(monday, language=language())},
        days=days_of(slots, zone),
        previous=(monday - timedelta(days=7)).isoformat() if monday > first_monday else "",
        following=monday_of(moments.local(later.start, zone).date()).isoformat() if later else "",
        next_label=moments.moment(later.start, zone, language=language()) if later else "",
    )


def replace_window(search: Search, after: datetime, before: datetime | None) -> Search:
    """The same search between two instants."""
    return replace(search, after=after, before=before)


def _bounds(monday: date, zone: str) -> tuple[datetime, datetime]:
    midnight = datetime.combine(monday, time(0), ZoneInfo(zone))
    return midnight, datetime.combine(monday + timedelta(days=7), time(0), ZoneInfo(zone))
