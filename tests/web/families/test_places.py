"""Where: every place that has the type, soonest first; a commune or a few words narrow them."""

import re
from datetime import timedelta

import pytest
from django.contrib.messages import SUCCESS
from django.contrib.messages.storage.base import Message
from django.contrib.messages.storage.cookie import CookieStorage
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rdv.models import Commune, Location, OfferedType
from tests.factories import TODAY, World, agent, location, opening, organisation

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return response.content.decode()


def places(client: Client, world: World, query: str = "") -> str:
    return text(client.get(f"/prendre/{world.type.slug}/{query}"))


def names(page: str) -> list[str]:
    return re.findall(r'card__link" href="/prendre/[^"]+"><bdi lang="fr">([^<]+)', page)


def second_place(world: World, day=TODAY + timedelta(days=8), **values: object) -> Location:
    at = location(world.organisation, **{"name": "Les Glycines", "city": "Vieille-Halle"} | values)
    opening(agent(world.organisation), at, world.type, day=day)
    return at


def test_the_soonest_comes_first_and_a_full_place_offers_the_waiting_list(client: Client) -> None:
    world = World(max_attendees=1)
    second_place(world)
    assert names(places(client, world)) == [world.location.name, "Les Glycines"]
    for hour in (9, 10, 11):
        world.book(hour)
        world.book(hour, 30)
    page = places(client, world)
    assert names(page) == ["Les Glycines"]
    assert "Complet pour le moment" in page
    slots = text(client.get(reverse("families:place", args=[world.type.slug, world.location.pk, "x"])))
    assert "Aucun créneau libre ici pour le moment" in slots
    assert f"/liste-attente/?motif={world.type.slug}&amp;lieu={world.location.pk}" in slots


def test_a_place_where_nobody_receives_for_the_type_is_not_listed(client: Client) -> None:
    world = World(max_attendees=1)
    location(world.organisation, name="Sans accueil")
    second_place(world, is_active=False)
    elsewhere = organisation(world.territory)
    OfferedType.objects.create(type=world.type, organisation=elsewhere, is_active=False)
    opening(agent(elsewhere), location(elsewhere, name="Pas ici"), world.type)
    page = places(client, world)
    assert names(page) == [world.location.name]
    assert "Sans accueil" not in page
    assert "Pas ici" not in page


class Served(World):
    """Two places; the commune of Orgeval is served by the second one alone."""

    def __init__(self) -> None:
        super().__init__(max_attendees=1)
        self.other = second_place(self, latitude=48.9, longitude=2.1)
        self.commune = Commune.objects.create(
            territory=self.territory,
            insee_code="99001",
            name="Orgeval",
            postcodes=["99120"],
            latitude=48.8,
            longitude=2.1,
        )
        self.commune.locations.add(self.other)


@pytest.mark.parametrize("words", ["orgeval", "ORGE", " Orgeval ", "99120"])
def test_a_commune_by_its_name_or_its_postcode_shows_the_places_that_serve_it(client: Client, words: str) -> None:
    world = Served()
    page = places(client, world, f"?ou={words}")
    assert names(page) == ["Les Glycines"]
    assert "à environ 11\u00a0km" in page
    assert "Voir tous les lieux" in page


def test_several_communes_are_a_question(client: Client) -> None:
    world = Served()
    Commune.objects.create(territory=world.territory, insee_code="99002", name="Orge-la-Ville", postcodes=["99120"])
    page = places(client, world, "?ou=99120")
    assert "Quelle commune\u00a0?" in page
    assert "?commune=99002" in page
    assert names(places(client, world, "?commune=99001")) == ["Les Glycines"]


def test_words_find_a_place_by_its_name_or_town(client: Client) -> None:
    world = Served()
    assert names(places(client, world, "?ou=glycines")) == ["Les Glycines"]
    assert names(places(client, world, "?ou=vieille halle")) == ["Les Glycines"]


@pytest.mark.parametrize("query", ["?ou=Ailleurs", "?commune=<x>", "?ou=%00", "?ou=" + "é" * 500, "?commune=99999"])
def test_words_that_mean_nothing_here_show_every_place(client: Client, query: str) -> None:
    assert len(names(places(client, Served(), query))) == 2


@pytest.mark.parametrize("week", ["", "2027-01-11", "2027-99-99", "9999-12-31", "0001-01-01", "lundi", "2026-01-01"])
def test_any_week_in_the_address_gives_a_page(client: Client, week: str) -> None:
    world = World(max_attendees=1)
    address = reverse("families:place", args=[world.type.slug, world.location.pk, "lieu"])
    assert client.get(address, {"semaine": week}).status_code == 200


def test_weeks_follow_each_other_without_losing_a_slot(client: Client) -> None:
    world = World(max_attendees=1)
    opening(world.agent, world.location, world.type, day=TODAY + timedelta(days=1), rrule="FREQ=WEEKLY")
    address = reverse("families:place", args=[world.type.slug, world.location.pk, "lieu"])
    seen: list[str] = []
    query = ""
    for _ in range(20):
        page = text(client.get(address + query))
        seen += re.findall(r'name="debut" value="([^"]+)"', page)
        following = re.search(r'rel="next" href="(\?[^"]+)"', page)
        if not following:
            break
        query = following[1]
    assert len(seen) == len(set(seen)) == 6 * 12


def test_a_type_or_a_place_that_does_not_exist_is_not_found(client: Client) -> None:
    world = World(max_attendees=1)
    assert client.get("/prendre/rien/").status_code == 404
    assert client.get(f"/prendre/{world.type.slug}/999999-x/").status_code == 404
    internal = World(bookable_by="agent")
    assert client.get(f"/prendre/{internal.type.slug}/").status_code == 404


def test_an_instance_without_a_territory_says_so(client: Client) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "Aucun rendez-vous en ligne pour le moment" in text(page)
    assert client.get("/rendez-vous/").status_code == 404


def test_more_places_cost_no_more_queries(client: Client) -> None:
    world = World(max_attendees=1)
    address = f"/prendre/{world.type.slug}/"
    client.get(address)
    with CaptureQueriesContext(connection) as one:
        client.get(address)
    for number in range(8):
        second_place(world, day=world.day, name=f"Lieu de plus {number}")
    client.get(address)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(one)


def test_a_session_offers_its_seats_until_they_are_taken(client: Client) -> None:
    """Scenario 35: seats, then the waiting list; leaving says "votre participation"."""
    world = World(is_collective=True, capacity=1, duration_minutes=60, max_attendees=1)
    world.open_session(14)
    assert "Dès demain à 14\u00a0h" in places(client, world)
    link = world.book(14).link
    page = places(client, world)
    assert "Aucun créneau libre pour le moment" in page
    assert "Annuler votre participation" in text(client.get(f"/r/{link.token}/"))
    page = text(client.post(f"/r/{link.token}/annuler/", follow=True))
    assert "Votre participation est annulée" in page
    assert "Dès demain à 14\u00a0h" in places(client, world)


def test_the_commune_said_on_the_first_page_goes_along(client: Client) -> None:
    world = Served()
    page = text(client.get("/?ou=orgeval"))
    assert "Votre commune\u00a0: <strong>Orgeval</strong>" in page
    assert f"/prendre/{world.type.slug}/?commune=99001" in page
    Commune.objects.create(territory=world.territory, insee_code="99002", name="Orge-la-Ville", postcodes=["99120"])
    assert "Quelle commune\u00a0?" in text(client.get("/?ou=99120"))


class Many(World):
    """Twenty-three places, the world's own first, two of them full."""

    def __init__(self) -> None:
        super().__init__(max_attendees=1)
        for number in range(20):
            second_place(self, name=f"Lieu {number:02}", city="Vauville")
        for number in range(2):
            location_full = location(self.organisation, name=f"Plein {number}")
            opening(agent(self.organisation), location_full, self.type, day=TODAY - timedelta(days=1))


def test_twenty_places_are_a_page_and_the_others_follow(client: Client) -> None:
    world = Many()
    first, second = places(client, world), places(client, world, "?page=2")
    assert names(first) == [world.location.name, *(f"Lieu {number:02}" for number in range(19))]
    assert names(second) == ["Lieu 19"]
    assert "Lieux 1 à 20 sur 23" in first
    assert "Plein" not in first
    assert re.findall("Plein .", second) == ["Plein 0", "Plein 1"]
    assert 'href="?page=2" rel="next"' in first
    assert names(places(client, world, "?page=99")) == names(places(client, world, "?page=0")) == ["Lieu 19"]
    narrowed = places(client, world, "?ou=vauville")
    assert len(names(narrowed)) == 20
    assert "Voir tous les lieux" in narrowed


def test_a_page_that_is_kept_has_each_reader_s_own_token(client: Client) -> None:
    world = World(max_attendees=1)
    other = Client(enforce_csrf_checks=True)
    pages = [places(one, world) for one in (client, other, other)]
    tokens = [re.search(r'name="csrfmiddlewaretoken" value="(\w{64})"', page)[1] for page in pages]  # type: ignore[index]
    assert len(set(tokens)) == 3
    said = {"language": "en", "csrfmiddlewaretoken": tokens[1], "next": "/"}
    assert other.post("/langue/", said).status_code == 302
    assert "Where would you like to come?" in places(other, world)
    assert "Où voulez-vous venir" in places(client, world)


def test_what_was_just_done_is_said_once_on_a_page_that_is_kept(client: Client) -> None:
    world = World(max_attendees=1)
    places(client, world)
    client.cookies["messages"] = CookieStorage(HttpRequest())._encode([Message(SUCCESS, "C’est noté.")])
    assert ["C’est noté." in places(client, world) for _ in range(2)] == [True, False]
