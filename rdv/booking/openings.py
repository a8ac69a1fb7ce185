"""Opening periods become rows of open time over the horizon.

Exceptions, holidays, closing days and absences are settled here, at write time.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from rdv.booking.locks import lock_agents
from rdv.models import Absence, Agent, ClosingDay, Location, OpeningOccurrence, OpeningPeriod, Territory
from rdv.scheduling.holidays import public_holidays, school_holidays
from rdv.scheduling.intervals import Interval, subtract
from rdv.scheduling.recurrence import OpeningRule, occurrences, parse_rrule


def settle(periods: Iterable[OpeningPeriod], *, now: datetime) -> None:
    """Write anew the coming occurrences of these periods; joins the running transaction or makes one.

    The calendars of their agents are locked, so that no booking is checked against what is being changed.
    """
    wanted = OpeningPeriod.objects.filter(pk__in=[period.pk for period in periods])
    loaded = list(
        wanted.select_related("location__organisation__territory", "agent")
        .prefetch_related("exceptions")
        .order_by("pk")
    )
    if not loaded:
        return
    with transaction.atomic():
        lock_agents({period.agent_id for period in loaded}, now=now)
        absences = _absences(loaded, now)
        closings = _closings(loaded)
        rows = [row for period in loaded for row in _rows(period, closings, absences, now)]
        first_instants = {period.pk: _today(period, now) for period in loaded}
        stale = OpeningOccurrence.objects.filter(period__in=loaded)
        # A running occurrence is written again from its start of day; what lies before today is history.
        stale.filter(starts_at__gte=min(first_instants.values())).delete()
        OpeningOccurrence.objects.bulk_create(rows, batch_size=2000)
        touch({period.location_id for period in loaded})


def settle_agent(agent: Agent, *, now: datetime) -> None:
    """Settle all that one agent opens."""
    settle(agent.opening_periods.all(), now=now)


def settle_location(location: Location, *, now: datetime) -> None:
    """Settle all that is opened at one location."""
    settle(location.opening_periods.all(), now=now)


def settle_territory(territory: Territory, *, now: datetime) -> None:
    """Settle a whole territory at once, when it has just been loaded; `upkeep.roll` goes place by place."""
    settle(OpeningPeriod.objects.filter(location__organisation__territory=territory), now=now)


def touch(location_ids: Iterable[int]) -> None:
    """Say that the open time of these locations has changed."""
    for pk in sorted(location_ids):
        Location.objects.filter(pk=pk).update(openings_version=secrets.randbits(62))


def opening_rule(period: OpeningPeriod, closed: frozenset[date], first: date, last: date) -> OpeningRule:
    """The pure rule of a period between two days, in local time."""
    location = period.location
    skipped = set(closed)
    if period.skips_public_holidays:
        zone = location.effective_holiday_zone
        for year in range(first.year, last.year + 1):
            skipped |= public_holidays(zone, year, good_friday=location.keeps_good_friday).keys()
    school_zone = location.organisation.territory.school_zone
    if period.skips_school_holidays and school_zone:
        skipped |= set(school_holidays(school_zone, first, last))
    exceptions = period.exceptions.all() if period.pk else ()  # one that is only looked at has none
    changed = {e.day: (e.start_time, e.end_time) if e.start_time and e.end_time else None for e in exceptions}
    return OpeningRule(
        recurrence=parse_rrule(period.rrule, period.first_day),
        start_time=period.start_time,
        end_time=period.end_time,
        zone=location.zone,
        skip_days=frozenset(skipped),
        changed=changed,
    )


def preview(period: OpeningPeriod, *, first: date, last: date) -> list[Interval]:
    """What a period opens between two days, closing days and absences left out of account: shown before saving."""
    return occurrences(opening_rule(period, frozenset(), first, last), first, last)


def _rows(
    period: OpeningPeriod,
    closings: Sequence[ClosingDay],
    absences: dict[tuple[str, int], list[Interval]],
    now: datetime,
) -> list[OpeningOccurrence]:
    territory = period.location.organisation.territory
    first = now.astimezone(ZoneInfo(period.location.zone)).date()
    last = first + timedelta(days=territory.horizon_days)
    closed = frozenset(_closed_days(period.location, closings, first, last))
    opened = occurrences(opening_rule(period, closed, first, last), first, last)
    away = absences["agent", period.agent_id] + absences["location", period.location_id]
    return [
        OpeningOccurrence(
            period=period,
            agent_id=period.agent_id,
            location_id=period.location_id,
            starts_at=interval.start,
            ends_at=interval.end,
        )
        for interval in (subtract(opened, away) if away else opened)
    ]


def _today(period: OpeningPeriod, now: datetime) -> datetime:
    local = now.astimezone(ZoneInfo(period.location.zone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


def _absences(periods: Sequence[OpeningPeriod], now: datetime) -> dict[tuple[str, int], list[Interval]]:
    agents = {period.agent_id for period in periods}
    locations = {period.location_id for period in periods}
    found: dict[tuple[str, int], list[Interval]] = defaultdict(list)
    coming = Absence.objects.filter(
        Q(agent__in=agents) | Q(location__in=locations), ends_at__gt=now - timedelta(days=1)
    )
    for absence in coming:
        key = ("agent", absence.agent_id) if absence.agent_id else ("location", absence.location_id or 0)
        found[key].append(Interval(absence.starts_at, absence.ends_at))
    return found


def _closings(periods: Sequence[OpeningPeriod]) -> list[ClosingDay]:
    territories = {period.location.organisation.territory_id for period in periods}
    return list(ClosingDay.objects.filter(territory__in=territories))


def _closed_days(location: Location, closings: Sequence[ClosingDay], first: date, last: date) -> Iterable[date]:
    for closing in closings:
        concerns = (
            closing.territory_id == location.organisation.territory_id
            and closing.organisation_id in (None, location.organisation_id)
            and closing.location_id in (None, location.pk)
        )
        if concerns:
            day = max(closing.first_day, first)
            while day <= min(closing.last_day, last):
                yield day
                day += timedelta(days=1)
