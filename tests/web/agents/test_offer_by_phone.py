"""A family that has a landline alone: what to propose to it is said in full, and its answer is given at the desk."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from rdv.booking.cancel import cancel
from rdv.models import CANCELLED, Appointment, Channel, EntryStatus, Offer, OfferStatus, PhoneKind
from rdv.models.actor import Actor
from rdv.waitinglist.rounds import advance_due
from reminders.closing import close_stale
from reminders.models import Task, TaskEnd, TaskKind, TaskOutcome
from tests.factories import NOW, World, agent, family, service, who
from tests.waitinglist.support import waiting

pytestmark = pytest.mark.django_db


class Called:
    """A family without a mobile is offered Tuesday 9:00, which another has given back: somebody is to call it."""

    def __init__(self) -> None:
        self.world = world = World()
        given_back = world.book(9).appointment
        file = family(world.territory, phone="+33199000077", organisation=world.organisation)
        file.contacts.update(phone_kind=PhoneKind.FIXED)
        self.entry = waiting(world, family=file)
        cancel(given_back.pk, by=Actor.family(), now=NOW, for_family=True)
        advance_due(now=NOW)
        self.offer = Offer.objects.get()
        self.task = Task.objects.get(kind=TaskKind.CALL_OFFER)
        self.desk = Client()
        self.desk.force_login(world.agent)

    def answer(self, said: str, client: Client | None = None):
        address = reverse("agents:answer_offer", args=[self.offer.pk])
        return (client or self.desk).post(address, {"reponse": said}, follow=True)

    def again(self) -> None:
        for row in (self.offer, self.task, self.entry):
            row.refresh_from_db()


def text(response) -> str:
    return response.content.decode().replace("\xa0", " ")


@pytest.fixture
def called() -> Called:
    return Called()


@pytest.mark.parametrize("name", ["task", "tasks", "calls"])
def test_what_is_read_out_is_the_slot_its_place_what_and_whom_for_and_until_when(called: Called, name: str) -> None:
    page = text(called.desk.get(reverse(f"agents:{name}", args=[called.task.pk] if name == "task" else [])))
    place = called.world.location.name
    child = called.entry.persons.get().first_name
    for words in ("mardi 12 janvier à 9 h", place, f"Consultation de puériculture – {child}", "Oui, elle le prend"):
        assert words in page
    assert "aujourd’hui à" in page


def test_who_calls_back_is_answered_from_its_place_on_the_list(called: Called) -> None:
    address = reverse("agents:entry", args=[called.entry.pk])
    assert "Oui, elle le prend" in text(called.desk.get(address))
    again = called.desk.post(
        reverse("agents:answer_offer", args=[called.offer.pk]), {"reponse": "non", "retour": "inscription"}, follow=True
    )
    assert again.redirect_chain[-1][0] == address
    assert "Oui, elle le prend" not in text(again)


def test_a_yes_books_it_and_ends_the_call_and_nobody_has_to_call_again(called: Called) -> None:
    page = called.answer("oui")
    called.again()
    booked = Appointment.objects.exclude(status__in=CANCELLED).get()
    assert page.redirect_chain[-1][0] == reverse("agents:appointment", args=[booked.pk])
    assert (called.offer.status, called.offer.answered_by) == (OfferStatus.ACCEPTED, Channel.PHONE)
    assert (called.task.done_by, called.task.outcome) == (called.world.agent, TaskOutcome.REACHED)
    assert (called.entry.status, called.entry.ended_at) == (EntryStatus.FULFILLED, NOW)
    assert not Task.objects.filter(done_at=None).exclude(kind=TaskKind.CALL_REMINDER).exists()


def test_a_yes_moves_the_appointment_that_it_had_without_another_call() -> None:
    world = World()
    given_back, file = world.book(9).appointment, family(World().territory, phone="+33199000077")
    file.territory, file.organisation = world.territory, world.organisation
    file.save()
    file.contacts.update(phone_kind=PhoneKind.FIXED)
    had = world.book(11, who=who(file)).appointment
    waiting(world, family=file, current_appointment=had)
    cancel(given_back.pk, by=Actor.family(), now=NOW, for_family=True)
    advance_due(now=NOW)
    desk = Client()
    desk.force_login(world.agent)
    desk.post(reverse("agents:answer_offer", args=[Offer.objects.get().pk]), {"reponse": "oui"})
    had.refresh_from_db()
    assert had.starts_at == world.at(9)
    assert not Task.objects.filter(done_at=None, kind=TaskKind.CALL_CHANGE).exists()


def test_a_no_keeps_the_place_and_asks_the_next(called: Called) -> None:
    page = text(called.answer("non"))
    called.again()
    assert "La famille garde sa place" in page
    assert (called.offer.status, called.entry.status) == (OfferStatus.DECLINED, EntryStatus.WAITING)
    assert called.task.outcome == TaskOutcome.REACHED
    assert "déjà terminée" in text(called.answer("non"))


def test_a_yes_that_has_to_wait_is_called_back_when_it_is_settled(called: Called) -> None:
    """Somebody who ranks before still has his minutes: the task stays, and says what to tell."""
    waiting(called.world)
    other = Offer.unsaved(
        round=called.offer.round,
        entry=waiting(called.world),
        family=waiting(called.world).family,
        rank=0,
        batch=1,
        code="9Z9",
        made_at=NOW,
        expires_at=called.offer.expires_at,
        explanation={**called.offer.explanation, "priority": 2},
    )
    other.family = other.entry.family
    other.save()
    assert "Son oui est noté" in text(called.answer("oui"))
    called.again()
    assert (called.offer.status, called.task.done_at) == (OfferStatus.CLAIMED, None)
    advance_due(now=NOW + timedelta(minutes=11))
    close_stale(NOW + timedelta(minutes=11))
    called.again()
    assert (called.offer.status, called.task.done_at) == (OfferStatus.ACCEPTED, None)
    assert "le rendez-vous est à elle : dites-le-lui" in text(called.desk.get(reverse("agents:tasks")))


@pytest.mark.parametrize(
    ("offer", "entry", "end"),
    [
        ({"status": OfferStatus.ACCEPTED}, {}, TaskEnd.SAID_YES),
        ({"status": OfferStatus.DECLINED, "answered_at": NOW}, {}, TaskEnd.SAID_NO),
        ({"status": OfferStatus.VOID}, {}, TaskEnd.OVER),
        ({}, {"status": EntryStatus.FULFILLED}, TaskEnd.REBOOKED),
        ({}, {"status": EntryStatus.LEFT}, TaskEnd.OVER),
        ({}, {}, None),
    ],
)
def test_the_call_closes_by_itself_when_there_is_nothing_to_propose_any_more(
    called: Called, offer: dict[str, object], entry: dict[str, object], end: TaskEnd | None
) -> None:
    for row, values in ((called.offer, offer), (called.entry, entry)):
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
    close_stale(NOW + timedelta(minutes=1))
    called.again()
    assert (called.task.closed_as or None) == end


def test_who_doesn_t_know_of_the_service_reads_nothing_and_answers_nothing(called: Called) -> None:
    stranger = agent(called.world.organisation, services=[service(called.world.territory)])
    client = Client()
    client.force_login(stranger)
    assert called.answer("oui", client).status_code == 404
    called.offer.refresh_from_db()
    assert called.offer.status == OfferStatus.LIVE
    assert "mardi 12 janvier" not in text(client.get(reverse("agents:tasks")))
