"""Where appointments could go, each as if it were not where it is: its own agents and room don't stand in its way.

What is free is read once for all of them: the number of queries does not grow with the appointments.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from rdv.booking.freetime import OwnTime, busy_agents, free_rooms, own_time
from rdv.booking.openmasks import open_masks
from rdv.booking.selectors import ONE_DAY, Search, Stretch, cut_timeline, stretches_of
from rdv.models import Location
from rdv.scheduling.placing import assign, room_is_free
from rdv.scheduling.slots import AgentTime, Slot, SlotRules, Step, find_slots

NOTHING = OwnTime()


@dataclass(frozen=True, slots=True)
class Away:
    """An agent who does not receive meanwhile, or a place where nobody does, whatever the opening hours still say."""

    start: datetime
    end: datetime
    agent_id: int | None = None
    location_id: int | None = None


class Elsewhere:
    """The free time of several places, for appointments of one type with the same needs.

    `own`: those that may go elsewhere. Of a session, `team` says how many agents it has, whatever the type says, and
    `hours` when those who could hold it are there: opening hours don't count.
    """

    def __init__(
        self,
        search: Search,
        places: Sequence[Location],
        *,
        own: Collection[int] = (),
        away: Away | None = None,
        team: int | None = None,
        hours: Mapping[int, int] | None = None,
    ) -> None:
        self.search, self.away, self.team = search, away, team
        self.stretches = {place.pk: list(stretches_of(search, place)) for place in places}
        latest = max((each.latest for found in self.stretches.values() for each in found), default=search.now)
        self.timeline = cut_timeline(search, latest + ONE_DAY)
        self.opened = (
            open_masks(places, search.type.pk, search.timeline)
            if hours is None
            else {place.pk: hours for place in places}
        )
        everyone = {agent for masks in self.opened.values() for agent in masks}
        self.busy = busy_agents(everyone, self.timeline, now=search.now, ignoring_hold=search.ignoring_hold)
        self.free_rooms = free_rooms(places, search.type, self.timeline, now=search.now)
        self.own = own_time(own, self.timeline)

    def slots(
        self, place: Location, *, of: int | None = None, after: datetime | None = None, before: datetime | None = None
    ) -> list[Slot]:
        """The slots there, those that appointment `of` itself occupies among them; from `after`, until `before`."""
        agents, rooms = self._agents(place, of), self._rooms(place, of)
        found: list[Slot] = []
        for stretch in self.stretches[place.pk]:
            found += find_slots(
                self.timeline,
                self._needed(stretch),
                agents,
                zone=stretch.zone,
                earliest=max(stretch.earliest, after or stretch.earliest),
                latest=min(stretch.latest, before or stretch.latest),
                rooms=None if rooms is None else list(rooms.values()),
                allowed=stretch.allowed,
            )
        return found

    def rules(self, place: Location, start: datetime) -> SlotRules | None:
        """What is needed at that start; None when it is out of the question."""
        stretch = next((one for one in self.stretches[place.pk] if one.admits(self.search, start)), None)
        return self._needed(stretch) if stretch else None

    def teams(
        self, place: Location, start: datetime, *, of: int, keep: Sequence[int] = ()
    ) -> Iterator[tuple[int, ...]]:
        """Who could take appointment `of` at that start, on the grid or not; its agents of `keep` stay when they can.

        One team for each colleague who could step in.
        """
        rules = self.rules(place, start)
        if rules is None or self.rooms_left(place, start, of=of) == 0:
            return
        agents = self._agents(place, of)
        known = set()
        for one in [None, *(agent.agent for agent in agents if agent.agent not in keep)]:
            preference = [*keep, *([one] if one else [])]
            parts = assign(self.timeline, rules, agents, start, preference=preference)
            if parts is None:
                return
            team = tuple(dict.fromkeys(part.agent for part in parts))
            if frozenset(team) not in known:
                known.add(frozenset(team))
                yield team

    def rooms_left(self, place: Location, start: datetime, *, of: int) -> int | None:
        """How many rooms are free for it; None when it needs none."""
        rooms, rules = self._rooms(place, of), self.rules(place, start)
        if rooms is None or rules is None:
            return None
        return sum(room_is_free(self.timeline, rules, mask, start) for mask in rooms.values())

    def _needed(self, stretch: Stretch) -> SlotRules:
        if self.team is None:
            return stretch.rules
        return replace(stretch.rules, steps=(Step(stretch.rules.duration, agents=self.team),))

    def _agents(self, place: Location, of: int | None) -> list[AgentTime]:
        own, opened = self._own(of).agents, self.opened[place.pk]
        return [
            AgentTime(
                one.agent,
                (one.free | own.get(one.agent, 0) & opened[one.agent] & self.timeline.full)
                & ~self._gone(one.agent, place),
                one.profession,
            )
            for one in self.busy.free(opened, self.search.agents)
        ]

    def _rooms(self, place: Location, of: int | None) -> dict[int, int] | None:
        if self.free_rooms is None:
            return None
        own = self._own(of).rooms
        return {pk: mask | own.get(pk, 0) for pk, mask in self.free_rooms[place.pk].items()}

    def _own(self, of: int | None) -> OwnTime:
        return self.own.get(of, NOTHING) if of is not None else NOTHING

    def _gone(self, agent: int, place: Location) -> int:
        away = self.away
        if away is None or (away.agent_id != agent and away.location_id != place.pk):
            return 0
        return self.timeline.busy(away.start, away.end)


def end_of(start: datetime, rules: SlotRules) -> datetime:
    """When the family leaves."""
    return start + timedelta(minutes=rules.duration)
