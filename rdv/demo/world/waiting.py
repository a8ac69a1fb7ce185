"""Families that wait: many for the doctor who has nothing left, some everywhere, some for an earlier appointment."""

from collections.abc import Iterator
from datetime import timedelta

from rdv.demo.world.agenda import FULL_PLACE, FULL_TYPE
from rdv.demo.world.base import World
from rdv.demo.world.cast import CAST
from rdv.demo.world.families import Household
from rdv.demo.world.rows import Rows
from rdv.models import (
    Appointment,
    AppointmentType,
    Channel,
    HalfDay,
    Location,
    Person,
    Status,
    WaitingListEntry,
)

FOR_THE_FULL_PLACE = 24
PER_PLACE_AND_TYPE = 3
COMMON = ("consultation-puericulture", "consultation-medicale", "vaccination")
PRIORITIES = ("Enfant prématuré, suivi rapproché", "Signalé par la maternité", "Retard vaccinal")


class Queue:
    """The waiting list being made: each family waits once."""

    def __init__(self, world: World, households: list[Household], rows: Rows) -> None:
        self.world = world
        self.entries: list[WaitingListEntry] = []
        self.persons: list[Person] = []
        self.places: list[Location] = []
        self.waiting: set[int] = set()
        self.later = _later_appointments(world, rows)
        self.households = households

    def make(self) -> None:
        """The families of the visit first, then chance."""
        for number in sorted(CAST):
            household = self.households[number]
            wanted = FULL_TYPE if household.place.slug == FULL_PLACE else "consultation-puericulture"
            self._join(household, self.world.types[wanted], household.place)
        for type_, place, count in self._wanted():
            for household in self._who(type_, place, count):
                self._join(household, type_, place)
        self._save()

    def _wanted(self) -> Iterator[tuple[AppointmentType, Location, int]]:
        yield self.world.types[FULL_TYPE], self.world.locations[FULL_PLACE], FOR_THE_FULL_PLACE
        for place in self.world.locations.values():
            if place.slug not in (FULL_PLACE, "maison-du-parc", "halle", "bus"):
                for slug in COMMON:
                    yield self.world.types[slug], place, PER_PLACE_AND_TYPE

    def _who(self, type_: AppointmentType, place: Location, count: int) -> list[Household]:
        rules = type_.rules_for(place.organisation, self.world.today)
        near = [
            household
            for household in self.households
            if household.place.organisation_id == place.organisation_id
            and household.family.pk not in self.waiting
            and not household.family.discreet_service_id
            and household.of_age(rules.age_min_months, rules.age_max_months, self.world.today)
        ]
        return self.world.rng.sample(near, min(count, len(near)))

    def _join(self, household: Household, type_: AppointmentType, place: Location) -> None:
        world = self.world
        anywhere = world.chance(0.25)
        priority = 1 if world.chance(0.06) else 0
        any_time = any(household is self.households[number] for number in CAST) or world.chance(0.65)
        by_phone = not household.contacts[0].email and world.chance(0.5)
        self.waiting.add(household.family.pk)
        self.entries.append(
            WaitingListEntry(
                territory=world.territory,
                family=household.family,
                contact=household.contacts[0],
                type=type_,
                any_location=anywhere,
                any_half_day=any_time,
                half_days=[] if any_time else sorted(world.rng.sample(HalfDay.values[:10], 5)),
                notice_minutes=world.rng.choice((120, 120, 240, 1440)),
                current_appointment=self.later.get((household.family.pk, type_.pk)),
                priority=priority,
                priority_reason=world.rng.choice(PRIORITIES) if priority else "",
                waiting_since=world.ago(days=40, at_least=0.5),
                channel=Channel.PHONE if by_phone else Channel.WEB,
                created_by=world.secretaries[place.organisation_id] if by_phone or priority else None,
            )
        )
        rules = type_.rules_for(place.organisation, world.today)
        self.persons.append(household.of_age(rules.age_min_months, rules.age_max_months, world.today)[0])
        self.places.append(place)

    def _save(self) -> None:
        WaitingListEntry.objects.bulk_create(self.entries)
        of_person, of_place = WaitingListEntry.persons.through, WaitingListEntry.locations.through
        pairs = list(zip(self.entries, self.persons, self.places, strict=True))
        of_person.objects.bulk_create(
            of_person(waitinglistentry_id=entry.pk, person_id=person.pk) for entry, person, _ in pairs
        )
        of_place.objects.bulk_create(
            of_place(waitinglistentry_id=entry.pk, location_id=place.pk)
            for entry, _, place in pairs
            if not entry.any_location
        )


def _later_appointments(world: World, rows: Rows) -> dict[tuple[int, int], Appointment]:
    """The appointment that each family would like earlier: three weeks ahead or more."""
    after = world.now + timedelta(weeks=3)
    return {
        (row.family_id, row.appointment.type_id): row.appointment
        for row in rows.participations
        if row.status == Status.UNKNOWN and row.appointment.starts_at > after and not row.appointment.is_collective
    }
