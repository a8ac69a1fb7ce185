"""Who is off the list of calls because it has a new appointment: all those who had the cancelled one, nobody else."""

from datetime import date, timedelta

import pytest

from rdv.booking.people import PersonSpec, Who
from rdv.disruption.board import hit_rows
from rdv.disruption.carrying_out import work
from rdv.models import Decision, Disruption, Participation, Person
from tests import factories as make
from tests.disruption.world import SickDay
from tests.factories import NOW, TODAY

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=11)


def cancelled(children: int = 1) -> tuple[SickDay, Disruption, list[Participation]]:
    day = SickDay(hours=())
    day.bookings = [day.book(9, agents=[day.agent.pk], who=make.who(children=children))]
    day.appointments = [one.appointment for one in day.bookings]
    disruption = day.declare()
    day.decide(disruption, Decision.CANCEL)
    assert work(now=LATER) == 1
    return day, disruption, list(day.appointments[0].participations.order_by("pk"))


def book_again(day: SickDay, hour: int, person: Person) -> None:
    again = Who([PersonSpec(person.first_name, pk=person.pk)], family=person.family)
    start = make.paris(TODAY + timedelta(days=2), hour)
    make.booking(day.type, day.location, start, who=again, now=LATER + timedelta(minutes=30))


def is_rebooked(disruption: Disruption) -> bool:
    (row,) = hit_rows(disruption)
    return row.rebooked


def test_another_child_that_is_booked_leaves_the_first_one_to_call() -> None:
    day, disruption, (lea,) = cancelled()
    noe = Person.objects.create(family=lea.family, first_name="Noé", birth_date=date(2026, 6, 1))
    book_again(day, 9, noe)
    assert not is_rebooked(disruption)
    book_again(day, 10, lea.person)
    assert is_rebooked(disruption)


def test_two_who_came_together_are_both_to_be_booked_again() -> None:
    day, disruption, (first, second) = cancelled(children=2)
    book_again(day, 9, first.person)
    assert not is_rebooked(disruption)
    book_again(day, 10, second.person)
    assert is_rebooked(disruption)


def test_what_was_booked_before_the_cancellation_is_another_visit() -> None:
    day, disruption, (lea,) = cancelled()
    book_again(day, 9, lea.person)
    disruption.hits.update(done_at=LATER + timedelta(hours=1))
    assert not is_rebooked(disruption)
