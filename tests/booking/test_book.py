"""Booking one slot: what is written, and what is refused."""

import pytest

from rdv.booking.errors import AlreadyBooked, NotBookable, RequestKeyReused, SlotTaken
from rdv.booking.people import Who
from rdv.booking.selectors import Search, first_slots, slots_at
from rdv.models import Appointment, AppointmentEvent, Location, Occupation
from rdv.scheduling.rules import Reason
from tests.factories import NOW, PARIS, World, agent, opening, who

pytestmark = pytest.mark.django_db


def starts(world: World, **values: object) -> list[str]:
    location = Location.objects.select_related("organisation__territory").get(pk=world.location.pk)
    slots = slots_at(Search(type=world.type, now=NOW, **values), location)
    return [slot.start.astimezone(PARIS).strftime("%H:%M") for slot in slots]


def test_a_booked_start_leaves_the_list_and_shifts_no_other() -> None:
    world = World()
    assert starts(world) == ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30"]
    booked = world.book(9, 30)
    assert booked.created
    assert starts(world) == ["09:00", "10:00", "10:30", "11:00", "11:30"]
    occupation = Occupation.objects.get()
    assert (occupation.agent, occupation.appointment) == (world.agent, booked.appointment)
    assert AppointmentEvent.objects.get().verb == "booked"


def test_a_second_booking_of_the_same_start_is_told_the_nearest_free_ones() -> None:
    world = World()
    world.book(9, 30)
    with pytest.raises(SlotTaken) as refused:
        world.book(9, 30)
    assert [slot.start for slot in refused.value.alternatives] == [
        world.at(9),
        world.at(10),
        world.at(10, 30),
        world.at(11),
        world.at(11, 30),
    ]
    assert Appointment.objects.count() == 1


def test_the_same_request_books_once() -> None:
    world = World()
    first = world.book(9, request_key="form-1")
    again = world.book(9, request_key="form-1")
    assert (again.appointment, again.created) == (first.appointment, False)


def test_two_tabs_of_the_same_family_make_one_appointment() -> None:
    world = World()
    people = who()
    first = world.book(9, who=people, request_key="tab-1")
    again = world.book(9, who=people, request_key="tab-2")
    assert (again.appointment, again.created) == (first.appointment, False)


def test_the_least_loaded_agent_is_chosen() -> None:
    world = World()
    other = agent(world.organisation)
    opening(other, world.location, world.type, day=world.day)
    world.location = Location.objects.select_related("organisation__territory").get(pk=world.location.pk)
    first, second = world.book(9), world.book(9, 30)
    chosen = [b.appointment.appointment_agents.get().agent for b in (first, second)]
    assert chosen == [world.agent, other]


@pytest.mark.parametrize(
    ("hour", "minute", "reason"),
    [(9, 10, Reason.OFF_GRID), (14, 0, Reason.NOT_OPEN), (8, 30, Reason.NOT_OPEN)],
)
def test_a_start_that_does_not_exist_says_why(hour: int, minute: int, reason: Reason) -> None:
    world = World()
    with pytest.raises(NotBookable) as refused:
        world.book(hour, minute)
    assert refused.value.reason is reason


def test_first_slots_come_soonest_first_in_a_constant_number_of_queries(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    world = World()
    places = list(Location.objects.select_related("organisation__territory").order_by("pk"))
    search = Search(type=world.type, now=NOW)
    first_slots(search, places)
    with django_assert_num_queries(2):
        found = first_slots(search, places)
    assert [(row.location, row.slot and row.slot.start) for row in found] == [(world.location, world.at(9))]


def test_one_more_child_is_not_forgotten_in_silence() -> None:
    world = World()
    other = agent(world.organisation)
    opening(other, world.location, world.type, day=world.day)
    world.location = Location.objects.select_related("organisation__territory").get(pk=world.location.pk)
    people = who(children=2)
    alone = Who(people.persons[:1], contact=people.contact)
    world.book(9, who=alone)
    with pytest.raises(AlreadyBooked):
        world.book(9, who=people)
    assert Appointment.objects.get().participations.count() == 1


def test_two_requests_of_one_name_show_nobody_anothers_appointment() -> None:
    world = World()
    elsewhere = World()
    world.book(9, request_key="form-1")
    with pytest.raises(RequestKeyReused):
        elsewhere.book(9, request_key="form-1")
