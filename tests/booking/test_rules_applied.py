"""Chains, rooms, ages, intervals, overbooking: the rules of a type, applied where it is booked."""

from datetime import date, timedelta

import pytest

from rdv.booking.absences import declare_absence, withdraw_absence
from rdv.booking.errors import NotBegun, NotBookable, SlotTaken
from rdv.booking.outcome import record_outcome
from rdv.booking.people import ContactSpec, PersonSpec, Who
from rdv.booking.selectors import Search, slots_at
from rdv.models import (
    Absence,
    Agent,
    Location,
    Membership,
    Occupation,
    OpeningPeriod,
    Profession,
    Role,
    Room,
    Status,
    TypeRevision,
    TypeStep,
)
from rdv.models.actor import Actor
from rdv.models.appointment_type import AppointmentType
from rdv.scheduling.rules import Booker, Reason
from tests.factories import NOW, PARIS, World, agent, family, opening, organisation, who

pytestmark = pytest.mark.django_db


def starts(world: World, **values: object) -> list[tuple[int, int]]:
    location = Location.objects.select_related("organisation__territory").get(pk=world.location.pk)
    slots = slots_at(Search(type=world.type, now=NOW, **values), location)
    local = [slot.start.astimezone(PARIS) for slot in slots]
    return [(start.hour, start.minute) for start in local]


def test_a_chain_reserves_both_agents_or_nobody() -> None:
    world = World(duration_minutes=35, grid_minutes=30)
    doctor = agent(world.organisation, profession=Profession.DOCTOR)
    opening(
        doctor, world.location, world.type, day=world.day, start=world.at(9, 30).time(), end=world.at(10, 30).time()
    )
    TypeStep.objects.create(type=world.type, position=1, profession=Profession.CHILD_NURSE, duration_minutes=15)
    TypeStep.objects.create(type=world.type, position=2, profession=Profession.DOCTOR, duration_minutes=20)
    world.type = AppointmentType.objects.with_rules().get(pk=world.type.pk)
    world.location = Location.objects.select_related("organisation__territory").get(pk=world.location.pk)
    assert starts(world) == [(9, 30)]
    booked = world.book(9, 30).appointment
    assert [(row.agent, row.starts_at, row.ends_at) for row in booked.appointment_agents.all()] == [
        (world.agent, world.at(9, 30), world.at(9, 45)),
        (doctor, world.at(9, 45), world.at(10, 5)),
    ]
    assert Occupation.objects.count() == 2
    with pytest.raises(SlotTaken):
        world.book(9, 30)


def test_buffers_are_kept_around_and_inside_the_opening() -> None:
    world = World(duration_minutes=30, grid_minutes=15, buffer_before_minutes=5, buffer_after_minutes=10)
    assert starts(world)[0] == (9, 15)
    assert starts(world)[-1] == (11, 15)
    world.book(9, 15)
    assert starts(world)[0] == (10, 0)


def test_a_type_that_needs_a_room_stops_at_the_last_free_room() -> None:
    world = World(needs_room=True)
    other = agent(world.organisation)
    opening(other, world.location, world.type, day=world.day)
    world.location = Location.objects.select_related("organisation__territory").get(pk=world.location.pk)
    assert starts(world) == []
    Room.objects.create(location=world.location, name="Salle 1")
    assert (9, 0) in starts(world)
    world.book(9)
    assert (9, 0) not in starts(world)
    with pytest.raises(SlotTaken):
        world.book(9)
    Room.objects.create(location=world.location, name="Salle 2")
    assert world.book(9).created


def test_age_is_judged_on_the_day_of_the_appointment_with_the_values_then_in_force() -> None:
    world = World(age_min_months=0, age_max_months=12)
    toddler = Who(
        [PersonSpec("Noé", birth_date=date(2025, 3, 1))],
        contact=ContactSpec("Alix", phone="+33639980009", phone_kind="mobile"),
    )
    with pytest.raises(NotBookable) as refused:
        world.book(9, who=toddler)
    assert refused.value.reason is Reason.TOO_OLD
    TypeRevision.objects.create(type=world.type, valid_from=world.day, age_max_months=36)
    world.type = AppointmentType.objects.with_rules().get(pk=world.type.pk)
    assert world.book(9, who=toddler).created


def test_two_vaccinations_are_too_close() -> None:
    world = World(minimum_interval_days=28)
    known = family(world.territory)
    world.book(9, who=who(known))
    with pytest.raises(NotBookable) as refused:
        world.book(10, who=who(known))
    assert refused.value.reason is Reason.TOO_CLOSE_TO_PREVIOUS


def test_an_agent_overbooks_with_a_reason_and_nobody_else_does() -> None:
    world = World()
    world.book(9)
    double = world.book(9, by=Actor.of(world.agent), agents=[world.agent.pk], overbooking_reason="urgence")
    overbooked = double.appointment.occupations.get()
    assert (overbooked.is_overbooked, overbooked.overbooking_reason) == (True, "urgence")
    with pytest.raises(SlotTaken):
        world.book(9, by=Actor.of(world.agent))


def test_an_absence_closes_its_time_tells_what_it_hits_and_can_be_withdrawn() -> None:
    world = World()
    booked = world.book(9, 30).appointment
    absence = Absence(agent=world.agent, starts_at=world.at(9), ends_at=world.at(11))
    hit = declare_absence(absence, by=Actor.of(world.agent), now=NOW)
    assert hit == [booked]
    assert starts(world) == [(11, 0), (11, 30)]
    withdraw_absence(absence, now=NOW)
    assert starts(world) == [(9, 0), (10, 0), (10, 30), (11, 0), (11, 30)]


def test_an_outcome_can_be_taken_back() -> None:
    world = World()
    booked = world.book(9).appointment
    by, now = Actor.of(world.agent), world.at(9) + timedelta(hours=1)
    assert record_outcome(booked.pk, status=Status.NOSHOW, by=by, now=now).status == Status.NOSHOW
    assert record_outcome(booked.pk, status=Status.SEEN, by=by, now=now).status == Status.SEEN
    assert record_outcome(booked.pk, status=Status.UNKNOWN, by=by, now=now).status == Status.UNKNOWN


@pytest.mark.parametrize("status", [Status.SEEN, Status.NOSHOW])
def test_nobody_was_seen_nor_missed_before_the_hour(status: Status) -> None:
    """Whoever says so: the pages and the API go through the same verb."""
    world = World()
    booked = world.book(9).appointment
    for by in (Actor.of(world.agent), Actor.application()):
        with pytest.raises(NotBegun, match="pas encore commencé"):
            record_outcome(booked.pk, status=status, by=by, now=world.at(9) - timedelta(seconds=1))
    assert record_outcome(booked.pk, status=status, by=Actor.application(), now=world.at(9)).status == status


def test_an_agent_who_left_receives_nobody() -> None:
    world = World()
    type(world.agent).objects.update(is_active=False)
    assert starts(world) == []
    with pytest.raises(NotBookable):
        world.book(9)
    assert OpeningPeriod.objects.exists()


def test_a_prescriber_is_bound_by_notice_and_by_what_is_open_to_prescribers() -> None:
    """Wherever he belongs he only prescribes; with any other role he acts for the service."""
    world = World(earliest_notice_minutes=2 * 24 * 60)
    prescriber = agent(world.organisation, role=Role.PRESCRIBER)
    assert Actor.of(prescriber).booker == Booker.PRESCRIBER
    with pytest.raises(NotBookable) as refused:
        world.book(9, by=Actor.of(prescriber))
    assert refused.value.reason == Reason.TOO_SOON
    Membership.objects.create(agent=prescriber, organisation=organisation(world.territory), role=Role.AGENT)
    assert Actor.of(Agent.objects.get(pk=prescriber.pk)).booker == Booker.AGENT
    assert Actor.of(world.agent).booker == Booker.AGENT
