"""The page of an offer: who else is asked, what became of it, and what may be done instead."""

from datetime import timedelta

import pytest

from rdv.access.waiting import wait_token
from rdv.booking.cancel import cancel
from rdv.booking.move import move
from rdv.models import Appointment, OfferRound, RoundStatus, Service, WaitingListEntry
from rdv.models.actor import Actor
from rdv.waitinglist.entries import leave
from rdv.waitinglist.offers import accept
from rdv.waitinglist.rounds import advance_due
from tests.factories import NOW, World, who
from tests.waitinglist.support import asked, free, queue
from tests.web.families.journey import Family as Browser

pytestmark = pytest.mark.django_db

WEB = Actor.family()
MINUTE = timedelta(minutes=1)


def text(response) -> str:
    return response.content.decode()


class Offered:
    """Two families that wait are offered Tuesday 9:00; this one is the first unless `second`."""

    def __init__(self, *, second: bool = False) -> None:
        self.world = World()
        self.entries = queue(self.world, 2)
        offers = asked(free(self.world.book(9).appointment))
        self.offer, self.other = (offers[1], offers[0]) if second else (offers[0], offers[1])
        self.family = Browser(self.world)
        self.url = f"/liste-attente/offre/{self.offer.token}/"

    def page(self) -> str:
        return text(self.family.get(self.url))

    def booked(self) -> Appointment:
        self.family.post(f"{self.url}oui/")
        self.offer.refresh_from_db()
        assert self.offer.appointment is not None
        return self.offer.appointment


def test_it_says_that_others_are_asked_and_how_it_is_decided(at) -> None:
    offered = Offered()
    page = offered.page()
    assert "D’autres familles peuvent recevoir la même proposition." in page
    assert "Jusqu’à 8\u00a0h\u00a010, l’ordre de la liste d’attente décide." in page
    assert "Ensuite, la première famille qui dit oui a la place." in page
    at.now = NOW + 11 * MINUTE
    page = offered.page()
    assert "La première famille qui dit oui a la place." in page
    assert "l’ordre de la liste d’attente décide" not in page


def test_a_yes_that_waits_says_for_whom_and_until_when(at) -> None:
    offered = Offered(second=True)
    page = text(offered.family.post(f"{offered.url}oui/"))
    assert "Votre oui est reçu" in page
    assert "passent avant vous dans l’ordre de la liste d’attente. Elles ont jusqu’à 8\u00a0h\u00a010" in page
    assert "inscrites avant vous" not in page


def test_a_yes_that_waits_can_be_taken_back(at) -> None:
    """By SMS a no takes it back: so does the page, and the next family need not wait."""
    offered = Offered(second=True)
    page = text(offered.family.post(f"{offered.url}oui/"))
    assert "Finalement, non" in page
    assert f'action="{offered.url}non/"' in page
    assert "Vous avez dit non à cette proposition" in text(offered.family.post(f"{offered.url}non/"))


def test_it_says_for_which_child_and_leads_to_what_is_awaited(at) -> None:
    """Two children of one family may wait for the same: only the name tells their proposals apart."""
    offered = Offered()
    child = offered.entries[0].persons.get(birth_date__isnull=False)
    assert f"<bdi>{child.first_name}</bdi>" in offered.page()
    wait = f"/liste-attente/suivi/{wait_token(offered.entries[0].pk)}/"
    assert wait in offered.page()
    leave(offered.entries[0].pk, by=WEB, now=NOW)
    assert wait not in offered.page()
    Service.objects.update(is_discreet=True)
    assert child.first_name not in offered.page()


def test_a_yes_leads_to_the_appointment_and_says_that_it_is_done(at) -> None:
    offered = Offered()
    page = offered.family.post(f"{offered.url}oui/")
    assert page.redirect_chain[-1][0].startswith("/r/")
    assert "C’est noté, ce rendez-vous est à vous" in text(page)
    assert "C’est noté" not in text(offered.family.get(page.redirect_chain[-1][0]))


def test_an_old_link_says_that_the_appointment_was_cancelled(at) -> None:
    offered = Offered()
    cancel(offered.booked().pk, by=WEB, now=NOW, for_family=True)
    page = offered.page()
    assert "<h1>Ce rendez-vous est annulé</h1>" in page
    assert "C’est noté" not in page
    assert "Voir les créneaux libres" in page
    assert f"/liste-attente/?motif={offered.world.type.slug}" in page
    assert "est annulé" in text(offered.family.post(f"{offered.url}oui/"))


def test_an_old_link_shows_where_the_appointment_was_moved_to(at) -> None:
    offered = Offered()
    move(offered.booked().pk, start=offered.world.at(10), by=WEB, now=NOW)
    page = offered.page()
    assert "<strong>mardi 12 janvier à 10\u00a0h</strong>" in page
    assert "il était prévu mardi 12 janvier à 9\u00a0h" in page


def test_after_the_deadline_the_slot_that_is_free_again_may_be_taken(at) -> None:
    offered = Offered()
    at.now = max(offered.offer.expires_at, offered.other.expires_at) + MINUTE
    advance_due(now=at.now)
    OfferRound.objects.update(status=RoundStatus.EXHAUSTED)
    page = text(offered.family.client.post(f"{offered.url}oui/"))
    assert "Le délai pour répondre est passé" in page
    assert "La place proposée est encore libre" in page
    assert "Vous gardez votre place sur la liste d’attente." in page
    assert "votre rendez-vous" not in page
    assert f'value="{offered.world.at(9).astimezone(NOW.tzinfo).isoformat()}"' in page

    form = offered.family.post(f"{offered.url}prendre/", debut=offered.world.at(9).isoformat())
    assert form.redirect_chain[-1][0] == "/reservation/coordonnees/"
    assert 'value="Léa"' in text(form)


def test_what_another_family_has_is_taken_and_what_is_near_can_be_booked(at) -> None:
    offered = Offered(second=True)
    accept(offered.other.pk, by=WEB, now=NOW)
    page = offered.page()
    assert "<h1>Cette place est déjà prise</h1>" in page
    assert "encore libre" not in page
    assert f'action="{offered.url}prendre/"' in page
    assert "mardi 12 janvier à 9\u00a0h\u00a030" in page


def test_who_has_left_the_list_is_told_so_and_how_to_come_back(at) -> None:
    offered = Offered()
    leave(offered.offer.entry_id, by=WEB, now=NOW)
    page = text(offered.family.client.post(f"{offered.url}oui/"))
    assert "<h1>Vous n’êtes plus sur la liste d’attente</h1>" in page
    assert "gardez" not in page
    assert f"/liste-attente/?motif={offered.world.type.slug}" in page


def test_who_has_an_appointment_moves_it_to_what_is_near_and_gets_no_second_one(at) -> None:
    offered = Offered()
    entry = WaitingListEntry.objects.get(pk=offered.offer.entry_id)
    own = offered.world.book(11, who=who(entry.family)).link
    WaitingListEntry.objects.filter(pk=entry.pk).update(current_appointment=own.appointment, status="waiting")
    at.now = offered.offer.expires_at + MINUTE
    page = text(offered.family.client.post(f"{offered.url}oui/"))
    assert "Vous gardez votre rendez-vous prévu mardi 12 janvier à 11\u00a0h et votre place" in page
    assert f'action="/r/{own.token}/deplacer/retenir/"' in page
    refused = offered.family.client.post(f"{offered.url}prendre/", {"debut": offered.world.at(9, 30).isoformat()})
    assert (refused.status_code, refused.headers["Location"]) == (302, offered.url)
