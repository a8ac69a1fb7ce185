"""Scenario 3: a number is an answer only when it is one that was offered."""

from datetime import timedelta

import pytest

from rdv.models import Appointment, Participation, Status
from reminders.models import TaskKind
from tests.factories import World, paris
from tests.reminders.inbound.support import Desk, booked, mother_of, open_question, tasks


@pytest.fixture
def reminded(desk: Desk) -> Appointment:
    """An appointment tomorrow at eleven, booked four days ago."""
    world = World()
    booked_at = desk.now - timedelta(days=4)
    desk.now = booked_at
    appointment = booked(world, mother_of(world), 11, now=booked_at)
    desk.sends()
    desk.at(paris(world.day - timedelta(days=1), 10))
    question = open_question()
    assert question is not None
    assert question.appointment == appointment
    return appointment


@pytest.mark.parametrize("text", ["2.", " 2 ", "deux"])
def test_two_cancels(desk: Desk, reminded: Appointment, text: str) -> None:
    desk.receives(text)
    reminded.refresh_from_db()
    assert reminded.status == Status.EXCUSED


def test_one_confirms(desk: Desk, reminded: Appointment) -> None:
    desk.receives("1")
    assert Participation.objects.get(appointment=reminded).confirmed_at == desk.now


@pytest.mark.parametrize("text", ["12", "2?"])
def test_what_is_not_sure_is_asked_once_and_read_by_a_person(desk: Desk, reminded: Appointment, text: str) -> None:
    seen = len(desk.sms())
    desk.receives(text)

    reminded.refresh_from_db()
    assert reminded.status == Status.UNKNOWN
    (asked,) = desk.new_sms(seen)
    assert "pas compris" in asked
    (task,) = tasks(TaskKind.UNCLEAR)
    assert (task.appointment, task.detail) == (reminded, text)

    desk.receives("12 ?")
    assert len(desk.new_sms(seen)) == 1
    assert len(tasks(TaskKind.UNCLEAR)) == 1


def test_the_question_that_was_asked_again_can_be_answered(desk: Desk, reminded: Appointment) -> None:
    desk.receives("12")
    desk.receives("non")
    reminded.refresh_from_db()
    assert reminded.status == Status.EXCUSED


def test_nothing_was_offered_so_a_number_says_nothing(desk: Desk) -> None:
    world = World()
    appointment = booked(world, mother_of(world), 9)
    desk.sends()
    desk.receives("2")
    appointment.refresh_from_db()
    assert appointment.status == Status.UNKNOWN


def test_a_digit_after_the_answer_is_not_an_answer(desk: Desk, reminded: Appointment) -> None:
    """Once it has said yes, a family that writes "2" is asked what it means."""
    desk.receives("1")
    desk.receives("2")

    reminded.refresh_from_db()
    assert reminded.status == Status.UNKNOWN
