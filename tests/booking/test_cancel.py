"""Cancelling frees the time, says who gave up, and spares those who still come."""

from datetime import timedelta

import pytest

from rdv.booking import events
from rdv.booking.cancel import cancel
from rdv.booking.errors import AlreadyCancelled, InThePast, TransitionRefused
from rdv.booking.outcome import record_outcome
from rdv.booking.selectors import Search, slots_at
from rdv.models import AgentCalendar, Occupation, Status
from rdv.models.actor import Actor
from tests.factories import NOW, World, who

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[events.Event]:
    """What the verbs said, while the real receivers stay out of it."""
    said: list[events.Event] = []
    for kind in (events.AppointmentCancelled, events.ParticipationsCancelled, events.SlotFreed):
        monkeypatch.setitem(events._receivers, kind, [said.append])
    return said


def test_a_family_that_cancels_in_time_is_excused_and_the_slot_is_free(published: list[events.Event]) -> None:
    world = World()
    booked = world.book(9).appointment
    cancelled = cancel(booked.pk, by=Actor.family(), now=NOW, for_family=True, reason="enfant malade")
    assert (cancelled.status, cancelled.is_late, cancelled.sequence) == (Status.EXCUSED, False, 1)
    assert not Occupation.objects.exists()
    assert AgentCalendar.objects.get().mask()[1] == 0
    assert world.at(9) in [slot.start for slot in slots_at(Search(type=world.type, now=NOW), world.location)]
    assert [type(event).__name__ for event in published] == ["AppointmentCancelled", "SlotFreed"]


def test_a_late_cancellation_is_recorded_as_late_and_still_frees_the_slot(published: list[events.Event]) -> None:
    world = World()
    booked = world.book(9).appointment
    late = world.at(9) - timedelta(minutes=40)
    cancelled = cancel(booked.pk, by=Actor.family(), now=late, for_family=True)
    assert (cancelled.status, cancelled.is_late) == (Status.EXCUSED, True)
    assert not Occupation.objects.exists()


def test_the_service_revokes_and_is_never_late() -> None:
    world = World()
    booked = world.book(9).appointment
    cancelled = cancel(booked.pk, by=Actor.of(world.agent), now=world.at(8, 50), for_family=False)
    assert (cancelled.status, cancelled.is_late) == (Status.REVOKED, False)


def test_cancelling_twice_is_refused_and_changes_nothing() -> None:
    world = World()
    booked = world.book(9).appointment
    cancel(booked.pk, by=Actor.family(), now=NOW, for_family=True)
    with pytest.raises(AlreadyCancelled):
        cancel(booked.pk, by=Actor.family(), now=NOW, for_family=True)
    booked.refresh_from_db()
    assert (booked.sequence, booked.events.count()) == (1, 2)


def test_a_family_does_not_cancel_what_has_begun_nor_anybody_what_was_held() -> None:
    world = World()
    booked = world.book(9).appointment
    with pytest.raises(InThePast):
        cancel(booked.pk, by=Actor.family(), now=world.at(9), for_family=True)
    record_outcome(booked.pk, status=Status.SEEN, by=Actor.of(world.agent), now=world.at(10))
    with pytest.raises(TransitionRefused):
        cancel(booked.pk, by=Actor.of(world.agent), now=world.at(10), for_family=False)


def test_cancelling_one_sibling_keeps_the_others(published: list[events.Event]) -> None:
    world = World(extra_per_sibling_minutes=15)
    booked = world.book(9, who=who(children=3)).appointment
    assert booked.ends_at - booked.starts_at == timedelta(minutes=60)
    first = booked.participations.first()
    cancel(booked.pk, by=Actor.family(), now=NOW, for_family=True, persons=[first.person_id])
    booked.refresh_from_db()
    assert (booked.status, booked.seats_taken) == (Status.UNKNOWN, 2)
    assert [p.status for p in booked.participations.all()] == ["excused", "unknown", "unknown"]
    assert Occupation.objects.count() == 1
    assert [type(event).__name__ for event in published] == ["ParticipationsCancelled"]


def test_when_those_who_stay_have_been_seen_the_appointment_has_been() -> None:
    """One sibling was seen, then the other gives up: nothing is left to be settled."""
    world = World()
    booked = world.book(9, who=who(children=2)).appointment
    first, second = booked.participations.order_by("pk")
    after = world.at(9, 20)
    record_outcome(booked.pk, status=Status.SEEN, by=Actor.of(world.agent), now=after, persons=[first.person_id])
    by = Actor.of(world.agent)
    cancelled = cancel(booked.pk, by=by, now=after, for_family=True, persons=[second.person_id])
    cancelled.refresh_from_db()
    assert cancelled.status == Status.SEEN
