"""What a freed slot can hold: brothers and sisters, chains of professionals, several agents, rooms, wishes."""

from datetime import date, time, timedelta

import pytest

from rdv.models import Appointment, AppointmentType, Location, Occupation, OfferRound, Profession, Room
from rdv.waitinglist.offers import accept
from tests.factories import NOW, World, agent, family, location, opening, who
from tests.waitinglist.support import SMS, asked, free, queue, waiting

pytestmark = pytest.mark.django_db


def test_buffers_are_kept_free_with_the_slot() -> None:
    world = World(buffer_before_minutes=5, buffer_after_minutes=10, grid_minutes=15)
    queue(world, 1)
    round_ = free(world.book(10).appointment)
    kept = Occupation.objects.get()
    assert (kept.round, kept.starts_at, kept.ends_at) == (round_, world.at(9, 55), world.at(10, 40))
    assert kept.expires_at == round_.closes_at


def test_a_family_of_two_is_offered_a_slot_long_enough_for_both() -> None:
    world = World(extra_per_sibling_minutes=30)
    pair = waiting(world, NOW - timedelta(days=2), children=2)
    alone = waiting(world, NOW - timedelta(days=1))
    # 9:00 to 10:00 comes back whole; 11:30 has nothing after it.
    long = free(world.book(9, who=who(children=2)).appointment)
    assert long.ends_at == world.at(10)
    offers = asked(long)
    assert [offer.entry for offer in offers] == [pair, alone]
    booked = accept(offers[0].pk, by=SMS, now=NOW).appointment
    assert (booked.ends_at, booked.participations.count()) == (world.at(10), 2)


def test_a_family_of_two_is_passed_over_when_only_one_fits() -> None:
    world = World(extra_per_sibling_minutes=30)
    pair = waiting(world, NOW - timedelta(days=2), children=2)
    alone = waiting(world, NOW - timedelta(days=1))
    short = free(world.book(11, 30).appointment)
    assert [offer.entry for offer in asked(short)] == [alone]
    assert short.log[0]["skipped"] == [{"entry": pair.pk, "rank": 1, "reason": "doesnt_fit"}]


def chained() -> tuple[World, list[int]]:
    """A nurse for 15 minutes, then a doctor for 20."""
    world = World(duration_minutes=35, grid_minutes=15)
    world.type.steps.create(position=0, profession=Profession.CHILD_NURSE, duration_minutes=15)
    world.type.steps.create(position=1, profession=Profession.DOCTOR, duration_minutes=20)
    world.type = AppointmentType.objects.with_rules().get(pk=world.type.pk)
    doctor = agent(world.organisation, profession=Profession.DOCTOR)
    opening(doctor, world.location, world.type, day=world.day)
    world.location = Location.objects.select_related("organisation__territory").get(pk=world.location.pk)
    return world, [world.agent.pk, doctor.pk]


def test_a_chain_is_offered_whole_and_booked_with_the_same_professionals() -> None:
    world, both = chained()
    queue(world, 2)
    appointment = world.book(9).appointment
    free(appointment)
    round_ = OfferRound.objects.get()
    assert (round_.starts_at, round_.ends_at) == (world.at(9), world.at(9, 35))
    assert sorted(round_.occupations.values_list("agent_id", flat=True)) == sorted(both)
    first, _ = asked(round_)
    booked = accept(first.pk, by=SMS, now=NOW).appointment
    assert [row.agent_id for row in booked.appointment_agents.all()] == both


def test_two_agents_together_make_one_round() -> None:
    world = World(agents_needed=2)
    other = agent(world.organisation)
    opening(other, world.location, world.type, day=world.day)
    world.location = Location.objects.select_related("organisation__territory").get(pk=world.location.pk)
    queue(world, 1)
    free(world.book(9).appointment)
    round_ = OfferRound.objects.get()
    assert sorted(row.agent_id for row in round_.occupations.all()) == sorted([world.agent.pk, other.pk])
    (offer,) = asked(round_)
    assert accept(offer.pk, by=SMS, now=NOW).appointment.appointment_agents.count() == 2


def test_a_type_that_needs_a_room_gets_one() -> None:
    world = World(needs_room=True)
    room = Room.objects.create(location=world.location, name="Salle 1")
    queue(world, 1)
    (offer,) = asked(free(world.book(9).appointment))
    booked = accept(offer.pk, by=SMS, now=NOW).appointment
    assert booked.occupations.exclude(room=None).get().room == room


def test_wishes_are_kept() -> None:
    world = World()
    elsewhere = location(world.organisation)
    somebody_else = agent(world.organisation)
    waiting(world, NOW - timedelta(days=9), locations=[elsewhere])
    waiting(world, NOW - timedelta(days=8), agent=somebody_else)
    waiting(world, NOW - timedelta(days=7), half_days=["2-pm"])
    waiting(world, NOW - timedelta(days=6), notice_minutes=60 * 30)
    late = waiting(world, NOW - timedelta(days=5), locations=[world.location, elsewhere], half_days=["2-am"])
    (offer,) = asked(free(world.book(9).appointment))
    assert offer.entry == late


def test_age_and_interval_are_those_of_the_day_of_the_slot() -> None:
    world = World(age_min_months=2, age_max_months=12, minimum_interval_days=28)
    seen = waiting(world, NOW - timedelta(days=9))
    last = world.book(11, who=who(seen.family)).appointment
    before = NOW - timedelta(days=10)
    Appointment.objects.filter(pk=last.pk).update(starts_at=before, ends_at=before + timedelta(minutes=30))
    # Booking by itself ended its wait; a second wait for the same child comes too close to that appointment.
    again = waiting(world, NOW - timedelta(days=9), family=seen.family)
    grown = family(world.territory, phone="+33639981234")
    grown.persons.update(birth_date=date(2025, 6, 1))
    waiting(world, NOW - timedelta(days=8), family=grown)
    fine = waiting(world, NOW - timedelta(days=7))
    round_ = free(world.book(9).appointment)
    assert [offer.entry for offer in asked(round_)] == [fine]
    assert {one["reason"] for one in round_.log[0]["skipped"]} == {"not_admitted"}
    assert again.pk in {one["entry"] for one in round_.log[0]["skipped"]}


def test_the_appointment_to_be_moved_is_no_obstacle_to_its_own_move() -> None:
    world = World(minimum_interval_days=28)
    opening(world.agent, world.location, world.type, day=world.day + timedelta(days=7), start=time(9), end=time(10))
    world.location = Location.objects.select_related("organisation__territory").get(pk=world.location.pk)
    later = world.book(11).appointment
    mover = waiting(world, family=later.participations.get().family, current_appointment=later)
    (offer,) = asked(free(world.book(9).appointment))
    assert offer.entry == mover
    assert accept(offer.pk, by=SMS, now=NOW).appointment == later


@pytest.mark.parametrize(
    ("values", "asked_for"),
    [
        ({"phone_kind": "fixed"}, 1),
        ({"sms_stopped_at": NOW}, 1),
        ({"phone_state": "to_check"}, 0),
        ({"phone_state": "to_check", "email": "sam@exemple.test"}, 1),
        ({"phone": "", "phone_kind": ""}, 0),
        ({"may_be_told": False}, 0),
    ],
)
def test_whoever_can_be_told_somehow_is_asked(values: dict[str, object], asked_for: int) -> None:
    world = World()
    entry = waiting(world)
    type(entry.contact).objects.filter(pk=entry.contact_id).update(**values)
    assert len(asked(free(world.book(9).appointment))) == asked_for
