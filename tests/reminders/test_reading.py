"""Rows read by their keys are those that the ORM would give."""

from datetime import date

import pytest

from rdv.models import Appointment, Participation
from reminders import reading
from reminders.models import OutboundMessage
from tests import factories as make
from tests.factories import World
from tests.reminders.support import booked

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    made = World()
    made.day = date(2027, 1, 14)
    make.opening(made.agent, made.location, made.type, day=made.day)
    return made


def values(row: object) -> dict[str, object]:
    return {name: value for name, value in vars(row).items() if name != "_state"}


def test_each_field_is_as_the_orm_reads_it(world: World) -> None:
    booked(world, 9)
    OutboundMessage.objects.update(context={"slots": [{"key": "A"}], "été": None})
    wanted = list(OutboundMessage.objects.order_by("pk"))
    read = sorted(reading.by_keys(OutboundMessage, [row.pk for row in wanted]), key=lambda row: row.pk)
    assert [values(row) for row in read] == [values(row) for row in wanted]


def test_what_rows_point_to_is_read_once(world: World, django_assert_num_queries) -> None:
    for hour in (9, 10):
        booked(world, hour)
    rows = list(Appointment.objects.all())
    known: reading.Known = {}
    with django_assert_num_queries(1):
        reading.tie(rows, "location", known)
        reading.tie(rows, "location", known)
        assert {row.location for row in rows} == {world.location}


def test_those_that_point_to_rows_need_no_other_query(world: World, django_assert_num_queries) -> None:
    _, family = booked(world, 9)
    rows = list(Appointment.objects.all())
    reading.tie_back(rows, "participations", Participation, "appointment")
    with django_assert_num_queries(0):
        assert [row.family_id for row in rows[0].participations.all()] == [family.pk]


def test_a_row_may_point_to_nothing(world: World, django_assert_num_queries) -> None:
    booked(world, 9)
    rows = list(OutboundMessage.objects.all())
    reading.tie(rows, "offer")
    with django_assert_num_queries(0):
        assert {row.offer for row in rows} == {None}
