"""An agent's calendar feed: his own hours, kept up to date, with no family in it."""

import icalendar
import pytest
from django.test import Client

from rdv.access.tokens import open_feed
from rdv.booking.cancel import cancel
from rdv.booking.move import move
from rdv.models.actor import Actor
from tests.factories import NOW, World, who


def path(world: World) -> str:
    return open_feed(world.agent).removeprefix("http://127.0.0.1:8000")


def events(file: bytes) -> dict[str, icalendar.Event]:
    return {str(event["uid"]): event for event in icalendar.Calendar.from_ical(file).events}


def test_the_feed_follows_moves_and_cancellations_without_naming_anybody(client: Client, world: World) -> None:
    people = who(phone="+33639989999")
    first = world.book(9, who=people).appointment
    second = world.book(10).appointment
    move(first.pk, start=world.at(11), by=Actor.of(world.agent), now=NOW)
    cancel(second.pk, by=Actor.family(), now=NOW, for_family=True)
    answer = client.get(path(world))
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    found = events(answer.content)
    moved, cancelled = found[f"{first.uid}@rdv-pmi"], found[f"{second.uid}@rdv-pmi"]
    assert (moved.start, moved["sequence"], str(moved["summary"])) == (world.at(11), 1, "Consultation de puériculture")
    assert str(cancelled["status"]) == "CANCELLED"
    for word in ("Enfant", "Alix", "Famille", "9989999", first.reference):
        assert word not in answer.content.decode()


def test_a_discreet_service_shows_hours_and_nothing_else(client: Client, world: World) -> None:
    world.service.is_discreet = True
    world.service.save()
    world.book(9)
    text = client.get(path(world)).content.decode()
    assert "SUMMARY:Rendez-vous\r\n" in text
    assert "puériculture" not in text
    assert world.location.name not in text


def test_a_reader_that_has_it_gets_nothing_new(client: Client, world: World) -> None:
    world.book(9)
    answer = client.get(path(world))
    again = client.get(path(world), headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("secret", ["x", "x" * 32, "x" * 300, "é", "0123456789abcdef"])
def test_an_address_that_leads_nowhere_is_not_found(client: Client, world: World, secret: str) -> None:
    assert client.get(f"/agenda/{secret}.ics").status_code == 404


def test_an_agent_who_left_has_no_feed(client: Client, world: World) -> None:
    address = path(world)
    world.agent.is_active = False
    world.agent.save()
    assert client.get(address).status_code == 404


def test_reading_only_and_not_too_often(client: Client, world: World, settings) -> None:
    settings.RATE_LIMITS = {"feed-ip": 1}
    assert client.post(path(world)).status_code == 405
    assert client.get(path(world)).status_code == 200
    assert client.get(path(world)).status_code == 429


def test_it_costs_the_same_for_one_and_for_many(client: Client, world: World, django_assert_num_queries) -> None:
    address = path(world)
    world.book(9)
    with django_assert_num_queries(3):
        client.get(address)
    for hour, minute in ((9, 30), (10, 0), (10, 30)):
        world.book(hour, minute)
    with django_assert_num_queries(3):
        client.get(address)
