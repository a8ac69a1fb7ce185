"""Scenario 7 by every way: whoever of the family cancels late, the secretary is told once; not of what she does."""

from datetime import timedelta

import pytest

from rdv.booking.cancel import cancel
from rdv.models import Person
from rdv.models.actor import Actor
from rdv.models.appointment import Channel
from reminders.models import Task, TaskKind
from tests import factories as make
from tests.factories import NOW, World
from tests.reminders.support import booked

pytestmark = pytest.mark.django_db(transaction=True)


def late() -> list[Task]:
    return list(Task.objects.filter(kind=TaskKind.LATE_CANCELLATION).order_by("pk"))


@pytest.mark.parametrize(
    "by", [*(Actor.family(way) for way in (Channel.WEB, Channel.SMS, Channel.EMAIL)), Actor.application()]
)
def test_a_late_cancellation_by_the_family_is_told_to_the_secretary(by: Actor) -> None:
    world = World()
    appointment, family = booked(world, 10)
    cancel(appointment.pk, by=by, now=world.at(9, 20), for_family=True, family=family, reason="Ma fille est malade")
    (task,) = late()
    assert (task.appointment, task.organisation, task.family) == (appointment, world.organisation, family)
    assert (task.due_at, task.detail) == (world.at(10), "Ma fille est malade")


@pytest.mark.parametrize("for_family", [True, False])
def test_what_an_agent_cancels_is_known_to_the_service(for_family: bool) -> None:
    world = World()
    appointment, _ = booked(world, 10)
    cancel(appointment.pk, by=Actor.of(world.agent), now=world.at(9, 20), for_family=for_family)
    assert late() == []


def test_a_cancellation_in_time_asks_nothing_of_anybody() -> None:
    world = World()
    appointment, _ = booked(world, 10)
    cancel(appointment.pk, by=Actor.family(), now=NOW - timedelta(days=3), for_family=True)
    assert late() == []


def test_one_child_less_is_no_lost_slot_but_the_last_one_is() -> None:
    world = World()
    family = make.family(world.territory)
    Person.objects.create(family=family, first_name="Noé")
    appointment = world.book(10, who=make.who(family, children=2)).appointment
    for number, person in enumerate(family.persons.order_by("pk")):
        cancel(appointment.pk, by=Actor.family(), now=world.at(9), for_family=True, family=family, persons=[person.pk])
        assert len(late()) == number


def test_each_family_that_leaves_a_workshop_late_is_told_of() -> None:
    world = World(is_collective=True, capacity=8)
    session = world.open_session(10)
    families = [make.family(world.territory, phone=f"+3363998000{number}") for number in (1, 2)]
    for family in families:
        world.book(10, who=make.who(family))
    for family in families:
        cancel(session.pk, by=Actor.family(), now=world.at(9), for_family=True, family=family)
    assert [task.family for task in late()] == families
