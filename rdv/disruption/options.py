"""Where each appointment that is hit could go: colleagues at the same hour or that day, three dates else.

One search for each type, place and number of people: the number of queries does not grow with the appointments.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from heapq import nsmallest
from zoneinfo import ZoneInfo

from rdv.booking.proposals import AROUND, REACTION, ProposedSlot, nearest_on_different_days
from rdv.booking.selectors import Search, slots_at
from rdv.disruption.assigning import Option, Wanted, assign_all
from rdv.models import Absence, Appointment, AppointmentType, Disruption, Location
from rdv.scheduling.rules import Booker, TypeRules
from rdv.scheduling.slots import Slot

# A family on its way can't be told of another hour.
SOONEST = timedelta(minutes=15)
# How many places are tried for one appointment.
TRIED = 40
# Among how many near slots three dates are chosen.
NEAREST = 80
SHOWN = 4


@dataclass(frozen=True, slots=True)
class Possible:
    """What could be done with one appointment: `best` leaves room for the others, `others` are also free now."""

    best: Option | None = None
    others: Sequence[Option] = ()
    dates: Sequence[ProposedSlot] = ()


@dataclass(frozen=True, slots=True)
class _Group:
    """What appointments have in common that are looked for together."""

    type_id: int
    location: Location
    attendees: int


@dataclass(frozen=True, slots=True)
class _Free:
    """A free slot, with its local day."""

    location: Location
    day: date
    slot: Slot
    rules: TypeRules


def possibilities(
    disruption: Disruption | Absence, appointments: Sequence[Appointment], *, now: datetime
) -> dict[int, Possible]:
    """For each appointment, by its number; whoever is absent is left out. They are loaded with their people."""
    wanted: list[Wanted] = []
    dates: dict[int, list[ProposedSlot]] = {}
    for group, hit in _groups(one for one in appointments if not one.is_collective).items():
        free = _free(group, hit, disruption, now=now)
        by_day: dict[tuple[int, date], list[_Free]] = defaultdict(list)
        for each in free:
            by_day[each.location.pk, each.day].append(each)
        places = dict.fromkeys(each.location.pk for each in free)
        for one in hit:
            day = one.starts_at.astimezone(ZoneInfo(one.zone)).date()
            that_day = [each for place in places for each in by_day.get((place, day), ())]
            wanted.append(Wanted(one.pk, one.starts_at, _options(one, that_day)))
            dates[one.pk] = _dates(one, free, now)
    best = assign_all(wanted)
    found = {one.pk: Possible(best.get(one.pk), _shown(one, best.get(one.pk)), dates[one.pk]) for one in wanted}
    return {one.pk: found.get(one.pk, Possible()) for one in appointments}


def _dates(one: Appointment, free: Sequence[_Free], now: datetime) -> list[ProposedSlot]:
    near = nsmallest(NEAREST, free, key=lambda each: abs(each.slot.start - one.starts_at))
    slots = [ProposedSlot(each.slot.start, each.location.pk) for each in near if each.slot.start > now + REACTION]
    return nearest_on_different_days(
        [each for each in slots if each.start != one.starts_at], around=one.starts_at, zone=one.zone
    )


def _shown(wanted: Wanted, best: Option | None) -> list[Option]:
    return [option for option in wanted.options if option != best][: SHOWN - 1]


def _groups(appointments: Iterable[Appointment]) -> Mapping[_Group, list[Appointment]]:
    found: dict[_Group, list[Appointment]] = defaultdict(list)
    for one in appointments:
        found[_Group(one.type_id, one.location, max(one.seats_taken, 1))].append(one)
    return found


def _places(disruption: Disruption | Absence, location: Location) -> list[Location]:
    """The same place; when it closes, the other ones of the team."""
    if disruption.location_id is None:
        return [location]
    others = location.organisation.locations.filter(is_active=True).exclude(pk=disruption.location_id)
    return list(others.select_related("organisation__territory").order_by("name", "pk"))


def _free(group: _Group, hit: Sequence[Appointment], disruption: Disruption | Absence, *, now: datetime) -> list[_Free]:
    """The free slots around these appointments, without who is absent."""
    type_ = AppointmentType.objects.with_rules().get(pk=group.type_id)
    starts = [one.starts_at for one in hit]
    search = Search(
        type=type_,
        now=now,
        booker=Booker.AGENT,
        attendees=group.attendees,
        after=max(now + SOONEST, min(starts) - AROUND),
        before=max(*starts, now) + AROUND,
        moving=True,
    )
    single = type_.agents_needed == 1 and not type_.steps.all()
    found = []
    for place in _places(disruption, group.location):
        zone = ZoneInfo(place.zone)
        rules = type_.rules_for(place.organisation, starts[0].astimezone(zone).date())
        for slot in slots_at(search, place):
            agents = _there(slot, disruption, single=single)
            if agents:
                day = slot.start.astimezone(zone).date()
                found.append(_Free(place, day, Slot(slot.start, slot.end, agents), rules))
    return found


def _there(slot: Slot, absence: Disruption | Absence, *, single: bool) -> tuple[int, ...]:
    """Those who receive; one of several who are needed together can't be left out."""
    if absence.agent_id is None or slot.end <= absence.starts_at or slot.start >= absence.ends_at:
        return tuple(slot.agents)
    there = tuple(agent for agent in slot.agents if agent != absence.agent_id)
    return there if single or len(there) == len(slot.agents) else ()


def _options(one: Appointment, that_day: Sequence[_Free]) -> list[Option]:
    """Of the same day alone: who would come another day is asked. The nearest hours first."""
    together = len(one.appointment_agents.all()) > 1
    found: list[Option] = []
    for each in sorted(that_day, key=lambda free: abs(free.slot.start - one.starts_at)):
        slot, rules = each.slot, each.rules
        before, after = timedelta(minutes=rules.buffer_before), timedelta(minutes=rules.buffer_after)
        whom = [tuple(slot.agents)] if together else [(agent,) for agent in slot.agents]
        found += [Option(slot.start, slot.end, agents, each.location.pk, before, after) for agents in whom]
    return found[:TRIED]
