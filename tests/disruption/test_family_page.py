"""The page of an appointment that can't take place says so, from the message on until it is settled."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from rdv import clock
from rdv.access.waiting import wait_token
from rdv.booking.proposals import refuse
from rdv.disruption.carrying_out import work
from rdv.models import Decision, Disruption, Participation
from rdv.models.actor import Actor
from rdv.waitinglist.entries import leave
from tests.disruption.world import SickDay
from tests.factories import NOW

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=11)
NOT_HELD = "ne peut pas avoir lieu, de notre fait"


@pytest.fixture(autouse=True)
def after_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)


@pytest.fixture
def day() -> SickDay:
    return SickDay(hours=((11, 0),))


def page(day: SickDay) -> str:
    return Client().get(reverse("families:appointment", args=[day.bookings[0].link.token])).content.decode()


def proposed(day: SickDay) -> Disruption:
    disruption = day.declare()
    day.decide(disruption, Decision.PROPOSE)
    work(now=LATER)
    return disruption


def test_what_nobody_decided_or_told_is_not_said(day: SickDay) -> None:
    disruption = day.declare()
    assert NOT_HELD not in page(day)
    day.decide(disruption, Decision.PROPOSE)
    assert NOT_HELD not in page(day)
    assert "Je viens" in page(day)


def test_while_other_dates_are_proposed_nobody_says_that_it_comes(day: SickDay) -> None:
    Participation.objects.update(confirmed_at=NOW)
    proposed(day)
    shown = page(day)
    assert NOT_HELD in shown
    assert "Choisir une date" in shown
    assert "c’est noté" not in shown


def test_who_found_no_date_reads_that_somebody_calls(day: SickDay) -> None:
    proposed(day)
    refuse(day.row(0).proposal_id or 0, by=Actor.family(), now=LATER)
    shown = page(day)
    assert NOT_HELD in shown
    assert "Nous vous appelons pour trouver une autre date" in shown
    assert "Je viens" not in shown
    assert "Ajouter à mon agenda" not in shown
    assert "si une place se libère plus tôt" not in shown
    assert "Déplacer le rendez-vous" in shown


def test_saying_that_one_comes_from_an_old_tab_notes_nothing(day: SickDay) -> None:
    proposed(day)
    answer = Client().post(reverse("families:confirm", args=[day.bookings[0].link.token]), follow=True)
    assert NOT_HELD in answer.content.decode()
    assert Participation.objects.get().confirmed_at is None


def test_once_it_is_held_after_all_the_page_is_as_always(day: SickDay) -> None:
    disruption = proposed(day)
    refuse(day.row(0).proposal_id or 0, by=Actor.family(), now=LATER)
    day.decide(disruption, Decision.KEEP, now=LATER)
    work(now=LATER)
    assert NOT_HELD not in page(day)
    assert "Je viens" in page(day)


def test_who_chooses_a_date_reads_that_it_is_noted(day: SickDay) -> None:
    proposed(day)
    family, link = Client(), day.bookings[0].link
    chosen = family.post(reverse("families:dates", args=[link.token]), {"date": "A"}, follow=True)
    assert "C’est noté, voici votre nouveau rendez-vous." in chosen.content.decode()
    assert "C’est noté" not in family.get(reverse("families:appointment", args=[link.token])).content.decode()


def test_who_is_first_on_the_list_instead_reads_so_and_finds_it(day: SickDay) -> None:
    disruption = day.declare()
    day.decide(disruption, Decision.CANCEL)
    work(now=LATER)
    shown, entry = page(day), day.row(0).entry
    assert "Vous êtes sur la liste d’attente" in shown
    assert reverse("families:wait", args=[wait_token(entry.pk)]) in shown
    leave(entry.pk, by=Actor.family(), now=LATER)
    assert "Vous êtes sur la liste d’attente" not in page(day)
