"""Appointments that need more than one agent: a room, a team, a chain, brothers and sisters, the seats of a session.

What each of them has already does not stand in its own way; what can't be advised says why.
"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rdv.booking.sessions import open_session
from rdv.disruption.carrying_out import work
from rdv.disruption.deciding import Choice, decide
from rdv.disruption.options import Possible, Reason, possibilities
from rdv.models import (
    Agent,
    Appointment,
    AppointmentType,
    Decision,
    Disruption,
    Hold,
    Occupation,
    Person,
    Profession,
    Room,
    Step,
    TypeStep,
)
from tests import factories as make
from tests.disruption.world import SickDay
from tests.factories import NOW

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=11)


def empty_day(**type_values: object) -> SickDay:
    return SickDay(hours=(), **type_values)


def advised(disruption: Disruption) -> list[Possible]:
    hit = list(Appointment.objects.with_people().filter(disruptions__disruption=disruption).order_by("starts_at", "pk"))
    found = possibilities(disruption, hit, now=NOW)
    return [found[one.pk] for one in hit]


def carried_out(day: SickDay, disruption: Disruption, appointment: Appointment) -> Appointment:
    """What is advised is decided, its time kept, then done."""
    (possible,) = advised(disruption)
    assert possible.best is not None
    move = Choice(
        appointment_id=appointment.pk,
        decision=Decision.MOVE,
        start=possible.best.start,
        location_id=possible.best.location_id,
        agents=possible.best.agents,
    )
    decide(disruption.pk, [move], by=day.by, now=NOW)
    work(now=NOW)
    row = disruption.hits.get()
    assert (row.step, row.problem) == (Step.PLANNED, "")
    assert work(now=LATER) == 1
    assert not Hold.objects.exists()
    return Appointment.objects.get(pk=appointment.pk)


def agents_of(appointment: Appointment) -> set[int]:
    return set(appointment.appointment_agents.values_list("agent_id", flat=True))


def doctor(day: SickDay) -> Agent:
    made = make.agent(day.organisation, profession=Profession.DOCTOR)
    make.opening(made, day.location, day.type, day=day.day)
    return made


def test_the_only_room_is_its_own() -> None:
    day = empty_day(needs_room=True)
    room = Room.objects.create(location=day.location, name="Salle 1")
    booked = day.book(9, agents=[day.agent.pk]).appointment
    moved = carried_out(day, day.declare(), booked)
    assert (moved.starts_at, agents_of(moved)) == (day.at(9), {day.colleague.pk})
    assert Occupation.objects.get(appointment=moved, agent=None).room == room


def test_a_room_of_somebody_else_is_not() -> None:
    day = empty_day(needs_room=True)
    Room.objects.create(location=day.location, name="Salle 1")
    day.book(9, agents=[day.agent.pk])
    day.book(9, 30, agents=[day.colleague.pk])
    (possible,) = advised(day.declare())
    taken = {option.start for option in (possible.best, *possible.others) if option}
    assert taken == {day.at(9)}


def test_the_colleague_who_is_there_already_stays() -> None:
    day = empty_day(agents_needed=2)
    mate = make.agent(day.organisation)
    make.opening(mate, day.location, day.type, day=day.day)
    booked = day.book(9, agents=[day.agent.pk, mate.pk]).appointment
    disruption = day.declare()
    (possible,) = advised(disruption)
    assert possible.best is not None
    assert set(possible.best.agents) == {mate.pk, day.colleague.pk}
    moved = carried_out(day, disruption, booked)
    assert (moved.starts_at, agents_of(moved)) == (day.at(9), {mate.pk, day.colleague.pk})


def test_only_the_time_of_who_steps_in_is_kept_meanwhile() -> None:
    day = empty_day(agents_needed=2)
    mate = make.agent(day.organisation)
    make.opening(mate, day.location, day.type, day=day.day)
    booked = day.book(9, agents=[day.agent.pk, mate.pk]).appointment
    disruption = day.declare()
    choice = Choice(
        appointment_id=booked.pk,
        decision=Decision.MOVE,
        start=day.at(9),
        location_id=day.location.pk,
        agents=[mate.pk, day.colleague.pk],
    )
    decide(disruption.pk, [choice], by=day.by, now=NOW)
    work(now=NOW)
    kept = Occupation.objects.filter(hold__isnull=False)
    assert [(row.agent_id, row.starts_at, row.ends_at) for row in kept] == [
        (day.colleague.pk, day.at(9), day.at(9, 30))
    ]


def test_one_link_of_a_chain_is_replaced_by_somebody_of_her_trade() -> None:
    """A nurse for 15 minutes, then a doctor for 20: the nurse who is free can't replace the doctor."""
    day = empty_day()
    for position, (profession, minutes) in enumerate(((Profession.CHILD_NURSE, 15), (Profession.DOCTOR, 20))):
        TypeStep.objects.create(type=day.type, position=position, profession=profession, duration_minutes=minutes)
    day.type = AppointmentType.objects.with_rules().get(pk=day.type.pk)
    sick, other = doctor(day), doctor(day)
    booked = day.book(9, agents=[day.agent.pk, sick.pk]).appointment
    moved = carried_out(day, day.declare(agent=sick), booked)
    assert (moved.starts_at, agents_of(moved)) == (day.at(9), {day.agent.pk, other.pk})


def test_before_the_absence_is_saved_the_same_is_advised() -> None:
    """The opening hours of who is absent are still there: she is in no team all the same."""
    day = empty_day(agents_needed=2)
    mate = make.agent(day.organisation)
    make.opening(mate, day.location, day.type, day=day.day)
    day.book(9, agents=[day.agent.pk, mate.pk])
    hit = list(Appointment.objects.with_people())
    possible = possibilities(day.absence(), hit, now=NOW)[hit[0].pk]
    assert possible.best is not None
    assert set(possible.best.agents) == {mate.pk, day.colleague.pk}


def test_nothing_is_advised_where_the_place_is_about_to_close() -> None:
    """Its hours are still there while the form is filled in; it is open again another day."""
    day = empty_day()
    day.book(9, agents=[day.agent.pk])
    hit = list(Appointment.objects.with_people())
    closing = day.absence(agent=None, location=day.location)
    possible = possibilities(closing, hit, now=NOW)[hit[0].pk]
    assert (possible.best, possible.others, possible.reason) == (None, [], None)
    assert [one.location_id for one in possible.dates] == [day.location.pk] * 3
    assert min(one.start for one in possible.dates) >= closing.ends_at


def test_nobody_to_complete_the_team_is_said() -> None:
    day = empty_day(agents_needed=2)
    mate = make.agent(day.organisation)
    make.opening(mate, day.location, day.type, day=day.day)
    day.book(11, agents=[day.agent.pk, mate.pk])
    day.colleague.is_active = False
    day.colleague.save()
    (possible,) = advised(day.declare())
    assert (possible.best, possible.dates, possible.reason) == (None, [], Reason.NOTHING_FREE)


def test_two_children_in_one_visit_need_the_longer_time() -> None:
    day = empty_day(extra_per_sibling_minutes=30)
    booked = day.book(9, agents=[day.agent.pk], who=make.who(children=2)).appointment
    moved = carried_out(day, day.declare(), booked)
    assert (moved.starts_at, moved.ends_at, agents_of(moved)) == (day.at(9), day.at(10), {day.colleague.pk})


@pytest.mark.parametrize(("children", "reason"), [(2, None), (3, Reason.TOGETHER)])
def test_visits_in_a_row_of_one_family_stay_together_or_a_person_decides(children: int, reason: Reason | None) -> None:
    """The colleague has an hour: enough for two children, one after the other."""
    day = empty_day()
    known = make.family(day.territory)
    for number in range(1, children):
        Person.objects.create(family=known, first_name=f"Enfant {number}", last_name="Exemple")
    for number, person in enumerate(make.who(known, children=children).persons):
        hour, half = divmod(number, 2)
        day.book(9 + hour, 30 * half, agents=[day.agent.pk], who=make.Who([person], family=known))
    found = advised(day.declare())
    assert [one.reason for one in found] == [reason] * children
    starts = [one.best.start for one in found if one.best]
    assert starts == ([] if reason else [day.at(9), day.at(9, 30)])


@pytest.mark.parametrize("is_free", [True, False])
def test_a_session_keeps_its_hour_with_somebody_of_the_team_or_a_person_decides(is_free: bool) -> None:
    """Who holds it needs no opening hours, as when it was opened; its families are not asked one by one."""
    day = empty_day(is_collective=True, capacity=8)
    session = open_session(
        type=day.type, location=day.location, agents=[day.agent], start=day.at(15), by=day.by, now=NOW
    )
    Agent.objects.filter(pk=day.secretary.pk).update(is_practitioner=False)
    if not is_free:
        day.colleague.absences.create(starts_at=day.at(14), ends_at=day.at(16))
    day.book(15)
    disruption = day.declare()
    (possible,) = advised(disruption)
    assert (possible.reason, possible.dates) == (None if is_free else Reason.SESSION, [])
    if is_free:
        moved = carried_out(day, disruption, session)
        assert (moved.starts_at, moved.seats_taken, moved.capacity) == (day.at(15), 1, 8)
        assert agents_of(moved) == {day.colleague.pk}


def test_what_was_overbooked_leaves_nothing_free() -> None:
    """The colleague has two appointments at nine: taking one away does not make her free."""
    day = empty_day()
    day.book(9, agents=[day.colleague.pk])
    booked = day.book(9, agents=[day.colleague.pk], by=day.by, overbooking_reason="urgence").appointment
    disruption = day.declare(agent=day.colleague, starts_at=day.at(9), ends_at=day.at(9, 5))
    assert disruption.hits.filter(appointment=booked).exists()
    starts = {option.start for one in advised(disruption) for option in one.others if day.colleague.pk in option.agents}
    assert day.at(9) not in starts


def test_the_number_of_queries_is_the_same_for_rooms_and_teams() -> None:
    counted = []
    for hours in ((9,), (9, 10, 11)):
        day = empty_day(needs_room=True)
        Room.objects.create(location=day.location, name="Salle 1")
        for hour in hours:
            day.book(hour, agents=[day.agent.pk])
        counted.append(_queries(day))
    assert counted[0] == counted[1]


def _queries(day: SickDay) -> int:
    hit = list(Appointment.objects.with_people().filter(location=day.location))
    disruption = day.declare()
    with CaptureQueriesContext(connection) as queries:
        possibilities(disruption, hit, now=NOW)
    return len(queries)
