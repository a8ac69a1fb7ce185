"""A freed slot as it really is: what could be booked there now, read from the rows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rdv.booking.errors import BookingError, NotBookable, SlotOffered, SlotTaken
from rdv.booking.freetime import Truth, free_rooms, read_truth
from rdv.models import AppointmentType, Location, OfferRound, OpeningOccurrence
from rdv.models.appointment import LONGEST_OCCUPATION
from rdv.scheduling.placing import assign, room_is_free
from rdv.scheduling.rules import Reason, TypeRules
from rdv.scheduling.slots import Part, SlotRules
from rdv.scheduling.timeline import Timeline, on_grid
from rdv.waitinglist.eligibility import Opportunity
from rdv.waitinglist.seats import FreedSeats, seats_of


@dataclass(frozen=True, slots=True, kw_only=True)
class FreedSlot:
    """A start at a place for a type, with the time that its agents have around it."""

    type: AppointmentType
    location: Location
    start: datetime
    rules: TypeRules
    agents: Collection[int]
    timeline: Timeline
    truth: Truth
    rooms: Collection[int] | None  # free masks; None = it needs none

    def parts(self, attendees: int, *, preference: Sequence[int] = ()) -> tuple[Part, ...] | None:
        """Who would receive so many people at this start, or None when they can't be received."""
        if not on_grid(self.start, self.location.zone, self.rules.grid):
            return None
        rules = self.rules.slot_rules(attendees)
        if not self._has_room(rules):
            return None
        free = self.truth.free(self.agents, over_offers=False)
        return assign(self.timeline, rules, free, self.start, preference=preference)

    def why_not_free(self, attendees: int) -> BookingError | None:
        """Why so many people can't be received at this start: nobody receives then, it is being offered, or taken."""
        if self.parts(attendees) is not None:
            return None
        rules = self.rules.slot_rules(attendees)
        if assign(self.timeline, rules, self.truth.open_time(self.agents), self.start) is None:
            return NotBookable(Reason.NOT_OPEN)
        free = self.truth.free(self.agents, over_offers=True)
        is_taken = not self._has_room(rules) or assign(self.timeline, rules, free, self.start) is None
        return SlotTaken() if is_taken else SlotOffered()

    def longest(self, until: datetime, *, through: int) -> tuple[Part, ...] | None:
        """The parts for as many people as the freed time holds; one of them belongs to the agent who was freed."""
        for attendees in range(self.type.max_attendees, 0, -1):
            end = self.start + timedelta(minutes=self.rules.slot_rules(attendees).duration)
            if end > until and attendees > 1:
                continue
            parts = self.parts(attendees, preference=[through])
            if parts and any(part.agent == through and part.start == self.start for part in parts):
                return parts
        return None

    def opportunity(self, *, given_back_by: Collection[int]) -> Opportunity:
        sizes = range(1, self.type.max_attendees + 1)
        return Opportunity(
            start=self.start,
            zone=self.location.zone,
            location=self.location.pk,
            agents=self.agents,
            rules=self.rules,
            fits={attendees: self.parts(attendees) is not None for attendees in sizes},
            given_back_by=given_back_by,
        )

    def _has_room(self, rules: SlotRules) -> bool:
        rooms = self.rooms
        return rooms is None or any(room_is_free(self.timeline, rules, room, self.start) for room in rooms)


def look(
    type_: AppointmentType,
    location: Location,
    start: datetime,
    *,
    agents: Collection[int] | None,
    now: datetime,
    ignoring_round: int | None = None,
) -> FreedSlot:
    """Read the slot; `agents` None = whoever receives there then."""
    rules = type_.rules_for(location.organisation, start.astimezone(ZoneInfo(location.zone)).date())
    longest = rules.slot_rules(type_.max_attendees)
    timeline = Timeline.covering(
        start - timedelta(minutes=longest.buffer_before),
        start + timedelta(minutes=longest.duration + longest.buffer_after),
    )
    if agents is None:
        opened = OpeningOccurrence.objects.filter(
            period__types=type_,
            location=location,
            starts_at__gt=timeline.origin - LONGEST_OCCUPATION,
            starts_at__lt=timeline.end,
            ends_at__gt=timeline.origin,
        )
        agents = sorted(set(opened.values_list("agent_id", flat=True)))
    truth = read_truth(location, type_, timeline, agents, now=now, ignoring_round=ignoring_round)
    rooms = free_rooms([location], type_, timeline, now=now, ignoring_round=ignoring_round)
    return FreedSlot(
        type=type_,
        location=location,
        start=start,
        rules=rules,
        agents=agents,
        timeline=timeline,
        truth=truth,
        rooms=None if rooms is None else rooms[location.pk].values(),
    )


def agents_of(round_: OfferRound) -> list[int] | None:
    """Whose time a round is about: that which it keeps, nobody's when that is gone; None = whoever receives.

    A last call keeps nothing: it is about the time of its agent, as long as that is free.
    """
    if not round_.standby:
        return sorted({row.agent_id for row in round_.occupations.all() if row.agent_id})
    single = round_.type.agents_needed == 1 and not round_.type.steps.all()
    return [round_.agent_id] if single else None


def slot_of(round_: OfferRound, *, now: datetime) -> FreedSlot | FreedSeats:
    """The slot of a round as it stands now."""
    if round_.session_id:
        return seats_of(round_, now=now)
    agents = agents_of(round_)
    return look(round_.type, round_.location, round_.starts_at, agents=agents, now=now, ignoring_round=round_.pk)
