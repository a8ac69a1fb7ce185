"""A worker asks the first families at once; without one, the pass of the next minute does."""

from collections.abc import Iterator
from datetime import timedelta
from unittest.mock import patch

import pytest
from kombu.exceptions import OperationalError

from rdv import clock
from rdv.config.celery import app
from rdv.models import Appointment, OfferRound
from rdv.waitinglist.missed import open_missed
from rdv.waitinglist.rounds import advance_due
from rdv.waitinglist.tasks import advance_due as every_minute
from tests.factories import NOW, World
from tests.waitinglist.support import free, queue

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Tasks run as soon as they are sent, at the hour of the test."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    app.conf.update(task_always_eager=True, task_eager_propagates=True)
    yield
    app.conf.update(task_always_eager=False, task_eager_propagates=False)


@pytest.mark.usefixtures("at_once")
def test_the_first_families_are_asked_as_soon_as_the_cancellation_is_written() -> None:
    world = World()
    queue(world, 2)
    round_ = free(world.book(9).appointment)
    assert round_.offers.pending().count() == 2


@pytest.mark.usefixtures("at_once")
def test_the_pass_of_each_minute_does_what_is_due() -> None:
    world = World()
    queue(world, 2)
    with patch("rdv.waitinglist.receivers.advance_round.delay"):
        round_ = free(world.book(9).appointment)
    assert round_.offers.count() == 0
    every_minute.delay()
    assert round_.offers.pending().count() == 2


def test_a_broker_that_is_gone_costs_a_minute_and_not_the_cancellation() -> None:
    world = World()
    queue(world, 2)
    appointment = world.book(9).appointment
    with patch("rdv.waitinglist.receivers.advance_round.delay", side_effect=OperationalError("no broker")):
        free(appointment)
    assert Appointment.objects.get(pk=appointment.pk).is_cancelled
    assert advance_due(now=NOW) == 1
    assert OfferRound.objects.get().offers.pending().count() == 2


def test_a_freed_slot_whose_event_was_lost_is_found_again() -> None:
    world = World()
    queue(world, 2)
    with patch("rdv.waitinglist.receivers.open_round", return_value=None):
        assert free(world.book(9).appointment) is None
    assert open_missed(now=NOW + timedelta(minutes=1)) == 1
    assert open_missed(now=NOW + timedelta(minutes=2)) == 0
    assert advance_due(now=NOW + timedelta(minutes=2)) == 1
    assert OfferRound.objects.get().offers.pending().count() == 2


def test_time_that_somebody_took_meanwhile_is_not_offered() -> None:
    world = World()
    queue(world, 1)
    with patch("rdv.waitinglist.receivers.open_round", return_value=None):
        free(world.book(9).appointment)
    world.book(9)
    assert open_missed(now=NOW + timedelta(minutes=1)) == 0


def test_a_failing_round_undoes_the_cancellation() -> None:
    """Receivers run inside the transaction: a freed slot without its round is never left behind."""
    world = World()
    queue(world, 2)
    appointment = world.book(9).appointment
    with (
        patch("rdv.waitinglist.receivers.open_round", side_effect=RuntimeError("broken")),
        pytest.raises(RuntimeError),
    ):
        free(appointment)
    assert not Appointment.objects.get(pk=appointment.pk).is_cancelled
