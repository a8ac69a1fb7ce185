"""A list of things to do holds what can still be done: the rest closes by itself, and says why."""

from datetime import datetime, timedelta

import pytest

from rdv.booking.cancel import cancel
from rdv.models import Appointment
from rdv.models.actor import Actor
from reminders.closing import close_stale
from reminders.inbound.decisions import Action
from reminders.models import InboundMessage, Task, TaskEnd, TaskKind
from reminders.todo import open_task
from tests.factories import NOW, World

pytestmark = pytest.mark.django_db
MOTHER = "+33639980001"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def appointment(world: World) -> Appointment:
    return world.book(9).appointment


def heard(world: World, about: Appointment, at: datetime, outcome: str = "", sender: str = MOTHER) -> InboundMessage:
    return InboundMessage.objects.create(
        territory=world.territory,
        provider="twilio",
        provider_id=f"{sender}{at}",
        sender=sender,
        body="12",
        received_at=at,
        appointment=about,
        outcome=outcome,
    )


def asked(world: World, kind: TaskKind, about: Appointment | None, **values: object) -> Task:
    family = about.participations.get().family if about else None
    open_task(kind=kind, key="essai", territory=world.territory, family=family, appointment=about, now=NOW, **values)
    return Task.objects.get(kind=kind)


def end_of(task: Task, now: datetime) -> str | None:
    """How the task has ended by then; None while it is open."""
    close_stale(now)
    task.refresh_from_db()
    return task.closed_as if task.done_at else None


@pytest.mark.parametrize(
    ("kind", "closes"),
    [(kind, kind not in (TaskKind.WRONG_NUMBER, TaskKind.UNREACHABLE, TaskKind.ANSWERED)) for kind in TaskKind],
)
def test_what_its_term_has_passed_is_closed_unless_a_number_is_to_be_mended(
    world: World, appointment: Appointment, kind: TaskKind, closes: bool
) -> None:
    task = asked(world, kind, appointment, due_at=appointment.starts_at)
    assert end_of(task, appointment.starts_at) is None
    assert end_of(task, appointment.starts_at + timedelta(minutes=1)) == (TaskEnd.PASSED if closes else None)


def test_without_a_term_the_appointment_is_one(world: World, appointment: Appointment) -> None:
    task = asked(world, TaskKind.UNCERTAIN, appointment)
    assert end_of(task, appointment.starts_at + timedelta(minutes=1)) == TaskEnd.PASSED


def test_what_is_about_no_appointment_stays(world: World) -> None:
    assert end_of(asked(world, TaskKind.UNCLEAR, None), NOW + timedelta(days=300)) is None


@pytest.mark.parametrize(
    ("kind", "end"),
    [
        (TaskKind.CALL_REMINDER, TaskEnd.CANCELLED),
        (TaskKind.WANTS_TO_MOVE, TaskEnd.CANCELLED),
        (TaskKind.UNCLEAR, TaskEnd.CANCELLED),
        (TaskKind.CALL_CHANGE, None),
        (TaskKind.UNCERTAIN, None),
    ],
)
def test_a_cancelled_appointment_needs_no_reminder_and_its_cancellation_is_still_told(
    world: World, appointment: Appointment, kind: TaskKind, end: TaskEnd | None
) -> None:
    task = asked(world, kind, appointment)
    assert end_of(task, NOW) is None
    cancel(appointment.pk, by=Actor.family(), now=NOW, for_family=True)
    assert end_of(task, NOW) == end


@pytest.mark.parametrize(("outcome", "end"), [(Action.CONFIRM, TaskEnd.SAID_YES), (Action.CANCEL, TaskEnd.SAID_NO)])
def test_an_unclear_reply_is_settled_by_a_clear_one_of_the_same_telephone(
    world: World, appointment: Appointment, outcome: str, end: TaskEnd
) -> None:
    task = asked(world, TaskKind.UNCLEAR, appointment, reply=heard(world, appointment, NOW))
    heard(world, appointment, NOW - timedelta(hours=1), outcome)
    heard(world, appointment, NOW + timedelta(hours=1), outcome, sender="+33639980002")
    heard(world, world.book(10).appointment, NOW + timedelta(hours=2), outcome)
    assert end_of(task, NOW + timedelta(hours=3)) is None
    heard(world, appointment, NOW + timedelta(hours=3), outcome)
    assert end_of(task, NOW + timedelta(hours=3)) == end


def test_what_a_person_has_done_stays_as_she_left_it(world: World, appointment: Appointment) -> None:
    task = asked(world, TaskKind.CALL_REMINDER, appointment, due_at=appointment.starts_at)
    Task.objects.update(done_at=NOW, done_by=world.agent)
    assert end_of(task, appointment.starts_at + timedelta(days=1)) == ""
    assert (task.done_at, task.done_by) == (NOW, world.agent)
