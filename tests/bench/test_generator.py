"""The synthetic département of the benchmarks: were it not like a real one, the figures would say nothing."""

from collections import Counter, defaultdict
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Count, Min

from bench.appointments import how_full, load_appointments
from bench.department import Department, find_department, make_department
from bench.people import load_families, load_waiting_list
from bench.size import FULL, Size
from rdv.booking.selectors import Search, first_slots
from rdv.models import (
    AgentCalendar,
    Appointment,
    AppointmentAgent,
    AppointmentLink,
    Occupation,
    OpeningOccurrence,
    Participation,
    Status,
    WaitingListEntry,
)
from tests.factories import NOW

SIZE = Size(locations=3, agents=7, families=40, past_days=15, past_per_day=8, waiting=12)

pytestmark = pytest.mark.django_db


@pytest.fixture
def department() -> Department:
    made = make_department(SIZE, now=NOW)
    load_families(SIZE, made, now=NOW)
    load_waiting_list(SIZE, made, now=NOW)
    load_appointments(SIZE, made, now=NOW)
    found = find_department()
    assert found
    return found


def test_it_has_what_the_size_says(department: Department) -> None:
    assert (len(department.locations), len(department.agents)) == (SIZE.locations, SIZE.agents)
    assert Appointment.objects.filter(starts_at__lt=NOW).count() == SIZE.past == 840
    assert WaitingListEntry.objects.filter(persons__isnull=False).count() == SIZE.waiting
    everything = Appointment.objects.count()
    assert Participation.objects.count() == AppointmentLink.objects.count() == everything
    assert AppointmentAgent.objects.count() == everything


def test_appointments_ahead_lie_in_the_openings_of_their_agents(department: Department) -> None:
    ahead = AppointmentAgent.objects.filter(starts_at__gte=NOW)
    opened = OpeningOccurrence.objects.filter(starts_at__gte=NOW, starts_at__lt=NOW + timedelta(weeks=12))
    hours = defaultdict(list)
    for row in opened:
        hours[row.agent_id, row.location_id].append((row.starts_at, row.ends_at))
    assert ahead.count() > 500
    for row in ahead.select_related("appointment"):
        stretches = hours[row.agent_id, row.appointment.location_id]
        assert any(start <= row.starts_at and row.ends_at <= end for start, end in stretches)


def test_what_is_cancelled_occupies_nobody(department: Department) -> None:
    occupied = Appointment.objects.annotate(rows=Count("occupations"))
    assert set(occupied.values_list("status", "rows")) == {
        (Status.UNKNOWN, 1),
        (Status.SEEN, 1),
        (Status.NOSHOW, 1),
        (Status.EXCUSED, 0),
    }


def test_the_constraints_are_back_after_the_load(department: Department) -> None:
    taken = Occupation.objects.order_by("pk")[0]
    taken.pk = None
    with pytest.raises(IntegrityError, match="occupation_no_overlap_per_agent"), transaction.atomic():
        taken.save(force_insert=True)


def test_calendars_tell_who_is_free(department: Department) -> None:
    assert AgentCalendar.objects.count() == SIZE.agents
    found = first_slots(Search(type=department.types[0], now=NOW), department.locations)
    assert all(row.slot for row in found)
    for row in found:
        assert row.slot
        rivals = Occupation.objects.overlapping(row.slot.start, row.slot.end).filter(agent__in=row.slot.agents)
        assert not rivals.exists()


def test_agents_receive_at_home_and_once_a_week_elsewhere(department: Department) -> None:
    places = OpeningOccurrence.objects.values("agent").annotate(places=Count("location", distinct=True))
    assert Counter(row["places"] for row in places.order_by("agent")) == {2: SIZE.agents}
    assert OpeningOccurrence.objects.aggregate(first=Min("starts_at"))["first"].date() == NOW.date()


def test_twelve_weeks_are_six_tenths_full() -> None:
    weeks = [how_full(week, full_for_long=False) for week in range(12)]
    assert sum(weeks) / 12 == pytest.approx(0.6)
    assert [how_full(week, full_for_long=True) for week in (0, 8, 9)] == [1, 1, 0]


def test_the_full_size_is_the_one_of_the_targets() -> None:
    assert (FULL.locations, FULL.agents, FULL.past, FULL.waiting) == (120, 500, 1_000_000, 5000)
    assert FULL.scaled(0.25).past == 250_000
    assert FULL.scaled(4).locations == 480
