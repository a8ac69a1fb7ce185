"""What should have been planned is planned again, once, in a constant number of queries."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rdv.models import Appointment
from reminders import missing
from reminders.missing import plan_missing
from reminders.models import OutboundMessage
from reminders.planning import Lead
from tests import factories as make
from tests.factories import NOW, World, paris
from tests.reminders.support import booked, rows

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2027, 1, 14)
EVE = paris(date(2027, 1, 13), 9)


@pytest.fixture
def world() -> World:
    made = World()
    make.opening(made.agent, made.location, made.type, day=DAY)
    made.day = DAY
    return made


def test_reminders_that_nobody_planned_are_planned_once(world: World) -> None:
    """Rows written by an import, without any event."""
    appointment, family = booked(world)
    OutboundMessage.objects.all().delete()
    assert plan_missing(NOW) == 1
    assert plan_missing(NOW) == 0
    assert rows(family) == [("reminder", "sms", "planned")]
    planned = OutboundMessage.objects.get()
    assert (planned.due_at, planned.appointment, planned.version) == (EVE, appointment, 0)


def test_what_was_planned_by_its_event_is_left_alone(world: World) -> None:
    booked(world)
    before = list(OutboundMessage.objects.order_by("pk").values_list("key", flat=True))
    assert plan_missing(NOW) == 0
    assert list(OutboundMessage.objects.order_by("pk").values_list("key", flat=True)) == before


def test_one_that_should_have_left_is_due_at_once_while_it_serves(world: World) -> None:
    booked(world)
    OutboundMessage.objects.all().delete()
    assert plan_missing(EVE + timedelta(hours=5)) == 1
    OutboundMessage.objects.all().delete()
    assert plan_missing(world.at(8)) == 0


def test_planning_costs_the_same_for_one_and_for_many(world: World) -> None:
    counts = []
    for hours in ((9,), (10, 11)):
        for hour in hours:
            for minute in (0, 30):
                booked(world, hour, minute)
        OutboundMessage.objects.all().delete()
        with CaptureQueriesContext(connection) as queries:
            plan_missing(NOW)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_an_appointment_that_cant_be_planned_stops_no_other(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, _ = booked(world, 9)
    _, family = booked(world, 10)
    OutboundMessage.objects.all().delete()
    plan_of = missing.reminder_plan

    def breaking(appointment: Appointment) -> list[Lead]:
        if appointment.pk == broken.pk:
            raise ValueError("a plan that nobody foresaw")
        return plan_of(appointment)

    monkeypatch.setattr(missing, "reminder_plan", breaking)
    assert plan_missing(NOW) == 1
    assert rows(family) == [("reminder", "sms", "planned")]
