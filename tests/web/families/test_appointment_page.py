"""/r/<token>/: the present state, and what the family can still do."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rdv.booking.cancel import cancel
from rdv.booking.people import ContactSpec, PersonSpec, Who
from rdv.models import Appointment, Status
from rdv.models.actor import Actor
from tests.factories import NOW, World, agent, location, opening, who

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return response.content.decode()


def test_reading_the_page_changes_nothing_and_is_kept_by_nobody(client: Client) -> None:
    world = World()
    link = world.book(9).link
    for address in ("", "annuler/", "deplacer/", "deplacer/verifier/", "rendez-vous.ics"):
        response = client.get(f"/r/{link.token}/{address}")
        assert response.status_code in (200, 302)
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in response["Cache-Control"]
    assert client.get(f"/r/{link.token}/venir/").status_code == 405
    appointment = Appointment.objects.get()
    assert (appointment.status, appointment.sequence) == (Status.UNKNOWN, 0)
    assert appointment.participations.get().confirmed_at is None
    assert appointment.events.count() == 1


def test_a_family_says_that_it_comes_once(client: Client) -> None:
    world = World()
    link = world.book(9).link
    assert "Je viens" in text(client.get(f"/r/{link.token}/"))
    for _ in range(2):
        page = client.post(f"/r/{link.token}/venir/", follow=True)
    assert "Vous venez\u00a0: c’est noté" in text(page)
    assert Appointment.objects.get().events.filter(verb="confirmed").count() == 1


def test_cancelling_asks_first_then_offers_to_book_again(client: Client) -> None:
    world = World()
    link = world.book(9).link
    assert "Oui, annuler" in text(client.get(f"/r/{link.token}/annuler/"))
    page = text(client.post(f"/r/{link.token}/annuler/", follow=True))
    assert "Ce rendez-vous est annulé" in page
    assert f"/r/{link.token}/reprendre/" in page
    assert Appointment.objects.get().status == Status.EXCUSED


def test_one_of_several_children_stays_at_home(client: Client) -> None:
    world = World()
    booked = world.book(9, who=who(children=2))
    first, second = booked.appointment.participations.order_by("pk")
    page = text(client.get(f"/r/{booked.link.token}/annuler/"))
    assert "Qui ne viendra pas\u00a0?" in page
    refused = client.post(f"/r/{booked.link.token}/annuler/", {"persons": []})
    assert "Cochez au moins un prénom." in text(refused)
    page = text(client.post(f"/r/{booked.link.token}/annuler/", {"persons": [first.person_id]}, follow=True))
    assert "Enfant 0 (ne vient plus)" in page
    assert "Enfant 0 ne vient plus. Le rendez-vous est maintenu pour Enfant 1." in page
    second.refresh_from_db()
    assert second.status == Status.UNKNOWN


def test_moving_keeps_the_link_and_says_where_it_was(client: Client) -> None:
    world = World()
    link = world.book(9).link
    assert "Il est prévu mardi 12 janvier à 9\u00a0h." in text(client.get(f"/r/{link.token}/deplacer/"))
    check = client.post(
        f"/r/{link.token}/deplacer/retenir/",
        {"lieu": world.location.pk, "debut": world.at(11).isoformat()},
        follow=True,
    )
    assert "mardi 12 janvier à 11\u00a0h" in text(check)
    assert "retenu pour vous" in text(check)
    assert Appointment.objects.get().starts_at == world.at(9)
    sent = {"choix": check.context["choice"]}
    page = text(client.post(f"/r/{link.token}/deplacer/verifier/", sent, follow=True))
    assert Appointment.objects.get().starts_at == world.at(11)
    assert "C’est noté, voici votre nouveau rendez-vous." in page
    assert "il était prévu mardi 12 janvier à 9\u00a0h" in page


def test_a_lost_race_while_moving_keeps_the_appointment_and_shows_what_is_near(client: Client) -> None:
    world = World()
    link = world.book(9).link
    world.book(11)
    chosen = {"lieu": world.location.pk, "debut": world.at(11).isoformat()}
    response = client.post(f"/r/{link.token}/deplacer/retenir/", chosen)
    assert response.status_code == 409
    assert "vient d’être pris" in text(response)
    assert "10\u00a0h\u00a030" in text(response)
    assert Appointment.objects.get(links=link).starts_at == world.at(9)


@pytest.mark.parametrize("address", ["", "annuler/", "deplacer/", "rendez-vous.ics"])
def test_an_unknown_link_says_what_to_do(client: Client, address: str) -> None:
    World()
    response = client.get(f"/r/abcdefgh23456789/{address}")
    assert response.status_code == 404
    assert "Ce lien ne mène à aucun rendez-vous" in text(response)
    assert response["Referrer-Policy"] == "no-referrer"


def test_after_the_service_cancelled_the_link_still_answers(client: Client) -> None:
    world = World()
    booked = world.book(9)
    cancel(booked.appointment.pk, by=Actor.of(world.agent), now=NOW, for_family=False)
    page = text(client.get(f"/r/{booked.link.token}/"))
    assert "Annulé par le service" in page
    assert "Reprendre rendez-vous" in page


def test_a_past_appointment_is_shown_as_past_then_forgotten(client: Client, at) -> None:
    world = World()
    link = world.book(9).link
    at.now = NOW + timedelta(days=3)
    page = text(client.get(f"/r/{link.token}/"))
    assert "Passé" in page
    assert "Annuler le rendez-vous" not in page
    assert client.post(f"/r/{link.token}/annuler/").status_code == 302
    assert Appointment.objects.get().status == Status.UNKNOWN
    at.now = NOW + timedelta(days=40)
    assert client.get(f"/r/{link.token}/").status_code == 404


def test_a_late_cancellation_is_accepted_and_says_so(client: Client, at) -> None:
    world = World()
    link = world.book(9).link
    at.now = world.at(8, 20)
    assert "mieux que de ne pas venir" in text(client.get(f"/r/{link.token}/annuler/"))
    client.post(f"/r/{link.token}/annuler/")
    assert Appointment.objects.get().is_late


def test_moving_to_another_place(client: Client) -> None:
    world = World()
    other = location(world.organisation, name="Les Glycines", address="2 rue des Glycines")
    opening(agent(world.organisation), other, world.type, day=world.day)
    link = world.book(9).link
    page = text(client.get(f"/r/{link.token}/deplacer/ailleurs/"))
    assert f"/r/{link.token}/deplacer/?lieu={other.pk}" in page
    chosen = {"lieu": other.pk, "debut": world.at(10).isoformat()}
    check = client.post(f"/r/{link.token}/deplacer/retenir/", chosen, follow=True)
    assert "2 rue des Glycines" in text(check)
    client.post(f"/r/{link.token}/deplacer/verifier/", {"choix": check.context["choice"]})
    assert Appointment.objects.get().location == other


def test_a_family_moves_what_an_agent_booked_for_it(client: Client) -> None:
    world = World(bookable_by="agent")
    link = world.book(9, by=Actor.of(world.agent)).link
    chosen = {"lieu": world.location.pk, "debut": world.at(10).isoformat()}
    check = client.post(f"/r/{link.token}/deplacer/retenir/", chosen, follow=True)
    client.post(f"/r/{link.token}/deplacer/verifier/", {"choix": check.context["choice"]})
    assert Appointment.objects.get().starts_at == world.at(10)
    client.post(f"/r/{link.token}/annuler/")
    assert "Reprendre rendez-vous" not in text(client.get(f"/r/{link.token}/"))


def test_after_the_deadline_it_can_no_longer_be_moved_online(client: Client, at) -> None:
    world = World()
    link = world.book(9).link
    at.now = world.at(8)
    page = text(client.get(f"/r/{link.token}/"))
    assert "Il est trop tard pour le déplacer en ligne." in page
    for address in ("deplacer/", "deplacer/ailleurs/", "plus-tot/"):
        assert client.get(f"/r/{link.token}/{address}").status_code == 302


def test_the_calendar_file_names_no_child_and_no_type(client: Client) -> None:
    world = World()
    link = world.book(9).link
    response = client.get(f"/r/{link.token}/rendez-vous.ics")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    body = response.content.decode()
    assert "DTSTART;TZID=Europe/Paris:20270112T090000" in body
    assert world.type.public_label not in body
    assert "Enfant" not in body


def test_a_browser_that_sends_no_origin_can_still_act_and_change_language() -> None:
    """Pages of a link forbid referrers, and browsers then send "Origin: null"."""
    world = World()
    link = world.book(9).link
    client = Client(enforce_csrf_checks=True)
    response = client.post(f"/r/{link.token}/venir/", headers={"origin": "null"})
    assert response.status_code == 302
    assert client.post("/langue/", {"language": "fr"}, headers={"origin": "null"}).status_code == 302


def test_another_family_in_the_same_session_is_not_shown(client: Client) -> None:
    world = World(is_collective=True, capacity=4, duration_minutes=60)
    world.open_session(14)
    first = world.book(14, who=Who([PersonSpec("Zoé")], contact=ContactSpec("A", "Un", "+33639980011", "mobile")))
    second = world.book(14, who=Who([PersonSpec("Max")], contact=ContactSpec("B", "Deux", "+33639980012", "mobile")))
    page = text(client.get(f"/r/{second.link.token}/"))
    assert "Max" in page
    assert "Zoé" not in page
    client.post(f"/r/{second.link.token}/annuler/")
    assert first.appointment.participations.get(family=first.family).status == Status.UNKNOWN


def test_tokens_cannot_be_tried_at_will(client: Client, settings) -> None:
    World()
    settings.RATE_LIMITS = {"unknown-link-ip": 3}
    statuses = [client.get(f"/r/inconnu{number}/").status_code for number in range(5)]
    assert statuses == [404, 404, 404, 429, 429]


def test_the_page_asks_the_same_number_of_questions_for_one_child_and_for_four(client: Client) -> None:
    world = World()
    counts = []
    for hour, children in ((9, 1), (10, 4)):
        link = world.book(hour, who=who(children=children)).link
        client.get(f"/r/{link.token}/")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/r/{link.token}/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
