"""Days asked for in an address, and the stretch of time that a day is at a place."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.utils.translation import gettext as _

from rdv import moments
from rdv.scheduling.recurrence import to_utc
from rdv.web.agents.workspace import AgentRequest
from rdv.web.fields import read_day

FARTHEST = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True)
class Days:
    """`count` days from `first`, in the zone of a place, with its neighbours for the arrows of a page."""

    first: date
    count: int
    zone: str
    today: date

    @property
    def start(self) -> datetime:
        return to_utc(self.first, time(0), self.zone)

    @property
    def end(self) -> datetime:
        return to_utc(self.first + timedelta(days=self.count), time(0), self.zone)

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.count - 1)

    @property
    def previous(self) -> date:
        return self.first - timedelta(days=self.count)

    @property
    def following(self) -> date:
        return self.first + timedelta(days=self.count)

    @property
    def is_now(self) -> bool:
        return self.first <= self.today <= self.last

    @property
    def title(self) -> str:
        if self.count == 1:
            return moments.relative_day(self.first, self.today)
        return moments.days(self.first, self.last)

    def all(self) -> list[date]:
        return [self.first + timedelta(days=offset) for offset in range(self.count)]


def one_day(request: AgentRequest, zone: str) -> Days:
    """The day `jour` of the address, today without one."""
    today = moments.local(request.now, zone).date()
    return Days(asked_day(request, "jour", today), 1, zone, today)


def one_week(request: AgentRequest, zone: str) -> Days:
    """The week, Monday to Sunday, of the day `jour`."""
    today = moments.local(request.now, zone).date()
    day = asked_day(request, "jour", today)
    return Days(day - timedelta(days=day.weekday()), 7, zone, today)


def asked_day(request: AgentRequest, name: str, today: date) -> date:
    """A day of the address; one that can't be read, or is years away, is said and becomes today."""
    typed = request.GET.get(name, "")
    if not typed:
        return today
    try:
        day = read_day(typed)
    except ValueError:
        messages.warning(request, _("Cette date n’est pas lisible : voici la date du jour."))
        return today
    if abs(day - today) > FARTHEST:
        messages.warning(request, _("Cette date est trop lointaine : voici la date du jour."))
        return today
    return day


def instant(day: date, hour: time, zone: str) -> datetime:
    """The instant of a wall-clock time; an hour that doesn't exist that night becomes the next one that does."""
    return to_utc(day, hour, zone)


def read_start(typed: str, zone: str) -> datetime | None:
    """A start in an address: ISO 8601, local to the place when it has no offset; None when it can't be read."""
    try:
        found = datetime.fromisoformat(typed)
    except ValueError:
        return None
    try:
        return found.replace(tzinfo=ZoneInfo(zone)) if found.tzinfo is None else found.astimezone(ZoneInfo(zone))
    except OverflowError:
        return None
