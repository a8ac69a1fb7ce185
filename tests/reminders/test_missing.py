"""What should have been planned is planned again, once, in a constant number of queries."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rdv.booking.cancel import cancel
from rdv.booking.move import move
from rdv.models import Appointment, AppointmentEvent
from rdv.models.actor import Actor
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


def imported() -> None:
    """The appointments are there, as an import writes them: nothing was said, and nothing happened to them here."""
    OutboundMessage.objects.all().delete()
    AppointmentEvent.objects.all().delete()


def test_reminders_that_nobody_planned_are_planned_once(world: World) -> None:
    """Rows written by an import, without any event."""
    appointment, family = booked(world)
    imported()
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
    imported()
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
    imported()
    plan_of = missing.reminder_plan

    def breaking(appointment: Appointment) -> list[Lead]:
        if appointment.pk == broken.pk:
            raise ValueError("a plan that nobody foresaw")
        return plan_of(appointment)

    monkeypatch.setattr(missing, "reminder_plan", breaking)
    assert plan_missing(NOW) == 1
    assert rows(family) == [("reminder", "sms", "planned")]


def family_keys() -> set[str]:
    """What families are told at once, by key; whether or not it was replaced since."""
    said = OutboundMessage.objects.filter(agent=None).exclude(kind="reminder")
    return set(said.values_list("key", flat=True))


def lost(version: int) -> None:
    """The rows of a version, as if its event had never been published."""
    OutboundMessage.objects.filter(version=version).delete()


def test_a_confirmation_that_was_never_written_is_written_once_with_the_key_of_its_event(world: World) -> None:
    _, family = booked(world, email="sam@exemple.test")
    written = family_keys()
    lost(0)
    assert plan_missing(NOW + timedelta(minutes=5)) > len(written) > 0
    assert family_keys() == written
    assert plan_missing(NOW + timedelta(minutes=6)) == 0
    assert rows(family, kind="booked") == [("booked", "email", "planned"), ("booked", "sms", "planned")]


def test_a_change_of_hour_that_was_never_told_is_told_and_the_old_hour_is_not(world: World) -> None:
    appointment, family = booked(world)
    move(appointment.pk, start=world.at(11), by=Actor.family(), now=NOW)
    written = family_keys()
    lost(1)
    plan_missing(NOW + timedelta(minutes=5))
    assert family_keys() == written
    assert plan_missing(NOW + timedelta(minutes=6)) == 0
    assert [row for row in rows(family, version=1) if row[0] != "reminder"] == [("moved", "sms", "planned")]


@pytest.mark.parametrize(("known", "told"), [(True, 1), (False, 0)])
def test_a_cancellation_is_told_to_whoever_knew_of_the_appointment(world: World, known: bool, told: int) -> None:
    appointment, family = booked(world, by=Actor.of(world.agent))
    if known:
        OutboundMessage.objects.filter(kind="booked").update(state="sent")
    cancel(appointment.pk, by=Actor.of(world.agent), now=NOW, for_family=False)
    OutboundMessage.objects.filter(kind__startswith="cancelled").delete()
    plan_missing(NOW + timedelta(minutes=5))
    plan_missing(NOW + timedelta(minutes=6))
    assert len(rows(family, kind="cancelled_by_service")) == told


def test_what_a_person_was_asked_to_tell_is_not_asked_again(world: World) -> None:
    appointment, family = booked(world, phone="")
    OutboundMessage.objects.filter(kind="booked").update(state="sent")
    move(appointment.pk, start=world.at(11), by=Actor.of(world.agent), now=NOW)
    assert family.tasks.filter(kind="call_change").update(done_at=NOW) == 1
    plan_missing(NOW + timedelta(minutes=5))
    assert family.tasks.filter(kind="call_change").count() == 1
