"""Families of the waiting list that only a voice reaches are called about what the others read."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from rdv.booking.cancel import cancel
from rdv.models import EntryStatus, Offer, OfferStatus, PhoneKind, RoundStatus, WaitingListEntry
from rdv.models.actor import Actor
from rdv.waitinglist.closing import close
from rdv.waitinglist.entries import leave, resume
from rdv.waitinglist.rounds import advance_due
from rdv.waitinglist.silences import pause_and_ask
from reminders import desk
from reminders.closing import close_stale
from reminders.fallback import another_way
from reminders.models import CallResult, OutboundMessage, Task, TaskEnd, TaskKind, TaskOutcome
from tests.factories import NOW, World, family
from tests.waitinglist.support import waiting

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=20)


def on_a_landline(world: World) -> WaitingListEntry:
    file = family(world.territory, phone="+33199000077", organisation=world.organisation)
    file.contacts.update(phone_kind=PhoneKind.FIXED)
    return waiting(world, family=file)


def paused(entry: WaitingListEntry) -> None:
    """Three offers of which it was told stayed without an answer."""
    with transaction.atomic():
        pause_and_ask(WaitingListEntry.objects.filter(pk=entry.pk), now=NOW)


def the_call(kind: TaskKind) -> Task:
    return Task.objects.get(kind=kind)


def test_who_has_a_landline_alone_is_asked_by_telephone_whether_it_still_waits() -> None:
    world = World()
    entry = on_a_landline(world)
    paused(entry)
    task = the_call(TaskKind.CALL_WAITING)
    assert (task.entry, task.family, task.contact, task.organisation) == (
        entry, entry.family, entry.contact, world.organisation,
    )  # fmt: skip
    assert not OutboundMessage.objects.filter(kind="still_waiting").exists()
    client = Client()
    client.force_login(world.agent)
    page = client.get(reverse("agents:task", args=[task.pk])).content.decode()
    assert reverse("agents:entry", args=[entry.pk]) in page
    assert "01 99 00 00 77" in client.get(reverse("agents:calls")).content.decode().replace("\xa0", " ")


def test_who_is_written_to_is_not_called_as_well() -> None:
    world = World()
    paused(waiting(world))
    assert OutboundMessage.objects.filter(kind="still_waiting").exists()
    assert not Task.objects.exists()


def test_a_type_that_writes_nothing_asks_by_telephone() -> None:
    paused(waiting(World(tells_families=False)))
    assert the_call(TaskKind.CALL_WAITING).done_at is None


def test_a_message_that_does_not_arrive_becomes_the_call() -> None:
    world = World()
    entry = waiting(world)
    paused(entry)
    with transaction.atomic():
        another_way(OutboundMessage.objects.get(kind="still_waiting"), now=NOW)
    assert the_call(TaskKind.CALL_WAITING).entry == entry


@pytest.mark.parametrize(
    ("answer", "end"),
    [
        (resume, TaskEnd.SAID_YES),
        (leave, TaskEnd.SAID_NO),
        (EntryStatus.FULFILLED, TaskEnd.REBOOKED),
        (EntryStatus.PAUSED, None),
    ],
)
def test_the_question_closes_by_itself_once_it_is_answered_or_the_wait_is_over(
    answer: object, end: TaskEnd | None
) -> None:
    entry = on_a_landline(World())
    paused(entry)
    if callable(answer):
        answer(entry.pk, by=Actor.family(), now=LATER)
    else:
        WaitingListEntry.objects.filter(pk=entry.pk).update(status=answer)
    close_stale(LATER + timedelta(days=300))
    assert (the_call(TaskKind.CALL_WAITING).closed_as or None) == end


class Called:
    """A family on a landline was to be called about Tuesday 9:00, which goes to another."""

    def __init__(self, **type_values: object) -> None:
        self.world = World(**type_values)
        self.entry = on_a_landline(self.world)
        given_back = self.world.book(9).appointment
        cancel(given_back.pk, by=Actor.family(), now=NOW, for_family=True)
        advance_due(now=NOW)
        self.offer = Offer.objects.get()

    def hears(self, how: CallResult | TaskOutcome) -> None:
        task = the_call(TaskKind.CALL_OFFER)
        if isinstance(how, CallResult):
            desk.record_try(task, result=how, by=self.world.agent, now=NOW)
        else:
            desk.finish(task, outcome=how, by=self.world.agent, now=NOW)

    def loses(self, status: RoundStatus = RoundStatus.FILLED) -> None:
        with transaction.atomic():
            close(Offer.objects.get().round, status, now=LATER)
        assert Offer.objects.get().status == OfferStatus.VOID


@pytest.mark.parametrize("how", [CallResult.LEFT_MESSAGE, TaskOutcome.REACHED])
def test_who_heard_of_a_place_on_the_phone_is_called_when_another_has_it(how: CallResult | TaskOutcome) -> None:
    called = Called()
    called.hears(how)
    called.loses()
    close_stale(LATER)
    task = the_call(TaskKind.CALL_TAKEN)
    assert (task.offer, task.family, task.done_at) == (called.offer, called.entry.family, None)
    assert task.due_at == called.offer.round.starts_at
    assert "prise par une autre famille" in task.detail
    assert not Task.objects.filter(kind=TaskKind.CALL_OFFER, done_at=None).exists()


def test_a_place_that_was_withdrawn_is_not_said_to_be_another_s() -> None:
    called = Called()
    called.hears(TaskOutcome.REACHED)
    called.loses(RoundStatus.WITHDRAWN)
    assert "ne peut plus lui être proposée" in the_call(TaskKind.CALL_TAKEN).detail


@pytest.mark.parametrize("how", [None, CallResult.NO_ANSWER, TaskOutcome.GIVEN_UP])
def test_who_never_heard_of_it_is_not_called(how: CallResult | TaskOutcome | None) -> None:
    called = Called()
    if how:
        called.hears(how)
    called.loses()
    assert not Task.objects.filter(kind=TaskKind.CALL_TAKEN).exists()


def test_a_type_that_writes_nothing_tells_it_by_telephone_too() -> None:
    called = Called(tells_families=False)
    called.hears(TaskOutcome.REACHED)
    called.loses()
    assert the_call(TaskKind.CALL_TAKEN).offer == called.offer
    assert not OutboundMessage.objects.filter(kind="offer_taken").exists()


def test_whose_yes_on_the_phone_came_second_is_told_by_the_task_that_waits_for_it() -> None:
    called = Called()
    Offer.objects.update(answered_by="phone", told_at=NOW)
    called.loses()
    close_stale(LATER)
    assert [task.kind for task in Task.objects.filter(done_at=None)] == [TaskKind.CALL_OFFER]


@pytest.mark.parametrize(
    ("status", "end"), [(EntryStatus.FULFILLED, TaskEnd.REBOOKED), (EntryStatus.LEFT, TaskEnd.OVER)]
)
def test_who_waits_no_more_need_not_hear_of_it(status: EntryStatus, end: TaskEnd) -> None:
    called = Called()
    called.hears(TaskOutcome.REACHED)
    called.loses()
    WaitingListEntry.objects.update(status=status)
    close_stale(LATER)
    assert the_call(TaskKind.CALL_TAKEN).closed_as == end
