"""A seat in a group: how to come to another session, said clearly, with nothing lost."""

import pytest
from django.test import Client

from rdv.booking.people import ContactSpec, PersonSpec, Who
from rdv.models import Status, WaitingListEntry
from tests.factories import World, who

pytestmark = pytest.mark.django_db


def test_the_page_lists_the_sessions_that_have_seats_and_keeps_the_one_at_hand(client: Client) -> None:
    world = World(is_collective=True, capacity=1, duration_minutes=60)
    for hour in (14, 16, 18):
        world.open_session(hour)
    mine = world.book(14, who=Who([PersonSpec("Zoé")], contact=ContactSpec("A", "Un", "+33639980011", "mobile")))
    world.book(18, who=who())
    assert "Changer de séance" in client.get(f"/r/{mine.link.token}/").content.decode()
    page = client.get(f"/r/{mine.link.token}/deplacer/")
    shown = page.content.decode()
    assert "prenez-y d’abord une place, puis annulez celle-ci" in shown
    assert [one["when"].split(" à ")[1] for one in page.context["sessions"]] == ["16\u00a0h"]
    refused = client.post(f"/r/{mine.link.token}/deplacer/retenir/", {"debut": world.at(16).isoformat()})
    assert refused.status_code == 302
    assert mine.appointment.participations.get().status == Status.UNKNOWN


def test_without_another_session_the_waiting_list_is_offered(client: Client) -> None:
    world = World(is_collective=True, capacity=4, duration_minutes=60)
    world.open_session(14)
    mine = world.book(14)
    shown = client.get(f"/r/{mine.link.token}/deplacer/").content.decode()
    assert f"/liste-attente/?motif={world.type.slug}" in shown


def test_who_has_a_seat_may_wait_for_an_earlier_one_and_keeps_it_meanwhile(client: Client) -> None:
    world = World(is_collective=True, capacity=1, duration_minutes=60)
    world.open_session(16)
    mine = world.book(16)
    page = f"/r/{mine.link.token}/"
    assert "Me prévenir si une place se libère plus tôt" in client.get(page).content.decode()
    answers = {"places": [world.location.pk], "half_days": ["2-am", "2-pm"], "notice": "120"}
    assert client.post(f"{page}plus-tot/", answers).status_code == 302
    assert WaitingListEntry.objects.get().current_appointment == mine.appointment
    assert "Nous vous prévenons si une place se libère plus tôt." in client.get(page).content.decode()
    assert mine.appointment.participations.get().status == Status.UNKNOWN
