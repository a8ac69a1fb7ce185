"""Where each appointment that is hit could go: colleagues at the same hour or that day, three dates else.

One search for each type, place and number of people: the number of queries does not grow with the appointments.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from heapq import nsmallest
from zoneinfo import ZoneInfo

from rdv.booking.elsewhere import Away, Elsewhere, end_of
from rdv.booking.proposals import AROUND, REACTION, ProposedSlot, nearest_on_different_days
from rdv.booking.selectors import Search
from rdv.disruption.assigning import Option, Wanted, assign_all
from rdv.disruption.together import torn_apart
from rdv.models import Absence, Agent, Appointment, AppointmentType, Disruption, Location
from rdv.scheduling.rules import Booker

# A family on its way can't be told of another hour.
SOONEST = timedelta(minutes=15)
# How many places are tried for one appointment.
TRIED = 40
# Among how many near slots three dates are chosen.
NEAREST = 80
SHOWN = 4


class Reason(StrEnum):
    """Why nothing is advised, and a person has to decide."""

    SESSION = "session"
    TOGETHER = "together"
    NOTHING_FREE = "nothing_free"


@dataclass(frozen=True, slots=True)
class Possible:
    """What could be done with one appointment: `best` leaves room for the others, `others` are also free now.

    Either something is advised (`best`, else `dates`), or there is a `reason` why not.
    """

    best: Option | None = None
    others: Sequence[Option] = ()
    dates: Sequence[ProposedSlot] = ()
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class _Group:
    """What appointments have in common that are looked for together; `team`: the agents of a session."""

    type_id: int
    location: Location
    attendees: int
    team: int | None


def possibilities(
    disruption: Disruption | Absence, appointments: Sequence[Appointment], *, now: datetime
) -> dict[int, Possible]:
    """For each appointment, by its number; whoever is absent is left out. They are loaded with their people."""
    wanted: list[Wanted] = []
    dates: dict[int, list[ProposedSlot]] = {}
    for group, hit in _groups(appointments).items():
        places = places_for(disruption, group.location)
        look = _look(group, hit, places, disruption, now=now)
        free = (
            [] if group.team else [ProposedSlot(slot.start, place.pk) for place in places for slot in look.slots(place)]
        )
        for one in hit:
            wanted.append(Wanted(one.pk, one.starts_at, _options(one, look, places)))
            dates[one.pk] = _dates(one, free, now)
    best = assign_all(wanted)
    apart = torn_apart(appointments, best)
    return {
        one.pk: _possible(one, each.options, best.get(one.pk), dates[one.pk], is_torn=one.pk in apart)
        for one, each in zip(appointments, _in_order(wanted, appointments), strict=True)
    }


def _in_order(wanted: Iterable[Wanted], appointments: Iterable[Appointment]) -> list[Wanted]:
    by_pk = {one.pk: one for one in wanted}
    return [by_pk[one.pk] for one in appointments]


def _possible(
    one: Appointment, options: Sequence[Option], best: Option | None, dates: Sequence[ProposedSlot], *, is_torn: bool
) -> Possible:
    best = None if is_torn else best
    others = [option for option in options if option != best][: SHOWN - 1]
    reason = None
    if best is None:
        nothing = None if dates else Reason.SESSION if one.is_collective else Reason.NOTHING_FREE
        reason = Reason.TOGETHER if is_torn else nothing
    return Possible(best, others, dates, reason)


def _dates(one: Appointment, free: Sequence[ProposedSlot], now: datetime) -> list[ProposedSlot]:
    near = nsmallest(NEAREST, free, key=lambda each: abs(each.start - one.starts_at))
    slots = [each for each in near if each.start > now + REACTION and each.start != one.starts_at]
    return nearest_on_different_days(slots, around=one.starts_at, zone=one.zone)


def _groups(appointments: Iterable[Appointment]) -> Mapping[_Group, list[Appointment]]:
    found: dict[_Group, list[Appointment]] = defaultdict(list)
    for one in appointments:
        team = max(len(one.appointment_agents.all()), 1) if one.is_collective else None
        seats = 1 if one.is_collective else max(one.seats_taken, 1)
        found[_Group(one.type_id, one.location, seats, team)].append(one)
    return found


def places_for(disruption: Disruption | Absence, location: Location) -> list[Location]:
    """The same place; when it closes, the other ones of the team besides: it opens again."""
    if disruption.location_id is None:
        return [location]
    others = location.organisation.locations.filter(is_active=True).exclude(pk=location.pk)
    return [location, *others.select_related("organisation__territory").order_by("name", "pk")]


def _look(
    group: _Group,
    hit: Sequence[Appointment],
    places: Sequence[Location],
    disruption: Disruption | Absence,
    *,
    now: datetime,
) -> Elsewhere:
    """The free time around these appointments, without who is absent."""
    starts = [one.starts_at for one in hit]
    search = Search(
        type=AppointmentType.objects.with_rules().get(pk=group.type_id),
        now=now,
        booker=Booker.AGENT,
        attendees=group.attendees,
        after=max(now + SOONEST, min(starts) - AROUND),
        before=max(*starts, now) + AROUND,
        moving=True,
    )
    away = Away(disruption.starts_at, disruption.ends_at, disruption.agent_id, disruption.location_id)
    hours = _team_hours(group, hit, search) if group.team else None
    return Elsewhere(search, places, own=[one.pk for one in hit], away=away, team=group.team, hours=hours)


def _team_hours(group: _Group, hit: Sequence[Appointment], search: Search) -> dict[int, int]:
    """Those of the team and the service who could hold a session, and those who do: but when they are absent."""
    there = {row.agent_id for one in hit for row in one.appointment_agents.all()}
    team = Agent.objects.active().filter(
        memberships__organisation=group.location.organisation_id, services=search.type.service_id, is_practitioner=True
    )
    hours = dict.fromkeys(there.union(team.values_list("pk", flat=True)), search.timeline.full)
    absences = Absence.objects.filter(agent__in=hours).during(search.timeline.origin, search.timeline.end)
    for agent, start, end in absences.values_list("agent_id", "starts_at", "ends_at"):
        hours[agent or 0] &= ~search.timeline.busy(start, end)
    return hours


def _options(one: Appointment, look: Elsewhere, places: Sequence[Location]) -> list[Option]:
    """Of the same day alone: who would come another day is asked. Its own hour, then the nearest ones."""
    keep = [row.agent_id for row in one.appointment_agents.all()]
    stays = Option(one.starts_at, one.ends_at, tuple(sorted(keep)), one.location_id)
    found: list[Option] = []
    for place, start in _starts(one, look, places):
        rules = look.rules(place, start)
        if rules is None or len(found) >= TRIED:
            continue
        own_place = start == one.starts_at and place.pk == one.location_id
        option = Option(
            start,
            end_of(start, rules),
            (),
            place.pk,
            timedelta(minutes=rules.buffer_before),
            timedelta(minutes=rules.buffer_after),
            # At its own hour it keeps its own room.
            None if own_place else look.rooms_left(place, start, of=one.pk),
        )
        teams = look.teams(place, start, of=one.pk, keep=keep)
        found += [replace(option, agents=team) for team in teams if not (own_place and set(team) == set(stays.agents))]
    return found[:TRIED]


def _starts(one: Appointment, look: Elsewhere, places: Sequence[Location]) -> Iterator[tuple[Location, datetime]]:
    """Its own hour, on the grid or not; a session that many come to keeps its hour and its place.

    An earlier one only when the family has the time to read it: it has made its plans for its own hour.
    """
    yield from ((place, one.starts_at) for place in places if not one.is_collective or place.pk == one.location_id)
    if one.is_collective:
        return
    there = one.starts_at.astimezone(ZoneInfo(one.zone))
    midnight = there.replace(hour=0, minute=0, second=0, microsecond=0)
    day = (midnight, midnight + timedelta(days=1) - timedelta(microseconds=1))
    that_day = [
        (place, slot.start) for place in places for slot in look.slots(place, of=one.pk, after=day[0], before=day[1])
    ]
    near = sorted(that_day, key=lambda each: abs(each[1] - one.starts_at))
    in_time = look.search.now + REACTION
    yield from (each for each in near if each[1] > one.starts_at or in_time <= each[1] < one.starts_at)
