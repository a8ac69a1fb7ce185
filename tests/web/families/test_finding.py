"""Appointments are found again with a code; who tries numbers learns nothing."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from rdv.access.waiting import wait_token
from rdv.booking.people import ContactSpec, PersonSpec, Who
from rdv.models import PhoneKind, WaitingListEntry
from reminders.models import OutboundMessage
from tests.factories import NOW, World, appointment_type, family, opening, service, who
from tests.waitinglist.support import asked, free, waiting

pytestmark = pytest.mark.django_db

PHONE = "06 39 98 77 00"
E164 = "+33639987700"


def text(response) -> str:
    return response.content.decode()


def ask(client: Client, address: str = PHONE):
    return client.post("/rendez-vous/", {"address": address}, follow=True)


def sent_code() -> str:
    return OutboundMessage.objects.filter(kind="access_code").latest("pk").context["code"]


def enter(client: Client, address: str = PHONE):
    ask(client, address)
    return client.post("/rendez-vous/code/", {"code": sent_code()}, follow=True)


def plain(page: str) -> str:
    """A page without what differs from one request to the next."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)


def test_the_right_code_lists_the_coming_appointments_of_the_number(client: Client) -> None:
    world = World()
    mine = world.book(9, who=who(phone=E164)).link
    world.book(10)
    page = enter(client)
    assert page.redirect_chain[-1][0] == "/rendez-vous/liste/"
    assert re.findall(r"/r/(\w+)/", text(page)) == [mine.token]
    assert "no-store" in page["Cache-Control"]


def test_known_and_unknown_numbers_get_the_same_pages(client: Client) -> None:
    world = World()
    world.book(9, who=who(phone=E164))
    other = Client()
    known, unknown = ask(client), ask(other, "06 39 98 77 01")
    assert plain(text(known)).replace("77\u00a000", "77\u00a001") == plain(text(unknown))
    assert OutboundMessage.objects.filter(kind="access_code").count() == 1
    wrong = [one.post("/rendez-vous/code/", {"code": "000000"}) for one in (client, other)]
    assert all("Ce code n’est pas le bon" in text(page) for page in wrong)


def test_a_code_works_once_and_the_list_closes_after_half_an_hour(client: Client, at) -> None:
    world = World()
    world.book(9, who=who(phone=E164))
    enter(client)
    other = Client()
    at.now = NOW + timedelta(minutes=1)
    ask(other)
    client.post("/rendez-vous/fermer/")
    assert client.get("/rendez-vous/liste/").status_code == 302
    other.post("/rendez-vous/code/", {"code": sent_code()})
    assert other.get("/rendez-vous/liste/").status_code == 200
    at.now = NOW + timedelta(minutes=32)
    assert other.get("/rendez-vous/liste/").status_code == 302


def test_discreet_appointments_never_appear(client: Client) -> None:
    """Scenario 28: the daughter's appointment under her mother's number stays out of the mother's list."""
    world = World()
    mother = world.book(9, who=who(phone=E164)).link
    centre = service(world.territory, name="Centre de santé sexuelle", is_discreet=True)
    discreet = appointment_type(world.territory, centre)
    world.agent.services.add(centre)
    opening(world.agent, world.location, discreet, day=world.day, start=world.at(14).time(), end=world.at(16).time())
    world.type = discreet
    daughter = Who([PersonSpec("Inès", is_child=False)], contact=ContactSpec("Inès", "X", E164, PhoneKind.MOBILE))
    hidden = world.book(14, who=daughter).link
    page = text(enter(client))
    assert re.findall(r"/r/(\w+)/", page) == [mother.token]
    assert "Inès" not in page
    assert hidden.token not in page


def test_an_address_with_only_a_discreet_file_gets_no_code(client: Client) -> None:
    world = World()
    centre = service(world.territory, is_discreet=True)
    family(world.territory, phone=E164, discreet_service=centre)
    ask(client)
    assert not OutboundMessage.objects.filter(kind="access_code").exists()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Remplissez"),
        ("06 39 98", "Il manque un chiffre"),
        ("01 99 00 12 34", "téléphone fixe"),
        ("lea@", "adresse électronique complète"),
        ("06\x0039", "nul"),
    ],
)
def test_a_wrong_address_is_told_what_is_wrong(client: Client, typed: str, words: str) -> None:
    World()
    page = ask(client, typed)
    assert page.status_code == 200
    assert words in text(page)


def test_the_answer_that_is_awaited_comes_first(client: Client) -> None:
    world = World()
    waiting(world, NOW - timedelta(days=1), family=family(world.territory, phone=E164))
    waiting(world, family=family(world.territory, phone="+33639987799"))
    round_ = free(world.book(9).appointment)
    mine, other = asked(round_)
    page = text(enter(client))
    assert f'href="/liste-attente/offre/{mine.token}/"' in page
    assert other.token not in page
    assert page.index("Une proposition est en cours") < page.index("Ce que vous attendez")


def test_a_family_leaves_the_waiting_list_from_there_and_reads_that_it_did(client: Client) -> None:
    world = World()
    others = family(world.territory, phone="+33639987799")
    mine = family(world.territory, phone=E164)
    entries = [
        WaitingListEntry.objects.create(
            territory=world.territory, family=one, contact=one.contacts.get(), type=world.type, waiting_since=NOW
        )
        for one in (mine, others)
    ]
    enter(client)
    page = text(client.get("/rendez-vous/liste/"))
    leaving = f"/liste-attente/suivi/{wait_token(entries[0].pk)}/"
    assert f"{leaving}quitter/" in page
    assert wait_token(entries[1].pk) not in page
    client.post(f"{leaving}dire/", {"acte": "quitter", "sur": "1"})
    assert [WaitingListEntry.objects.get(pk=entry.pk).status for entry in entries] == ["left", "waiting"]
    page = text(client.get("/rendez-vous/liste/"))
    assert "Vous avez quitté cette liste d’attente." in page
    assert f'href="{leaving}"' in page


def test_who_left_the_list_by_mistake_finds_it_again_that_day_with_a_code(client: Client) -> None:
    world = World()
    mine = family(world.territory, phone=E164)
    entry = WaitingListEntry.objects.create(
        territory=world.territory, family=mine, contact=mine.contacts.get(), type=world.type, waiting_since=NOW
    )
    client.post(f"/liste-attente/suivi/{wait_token(entry.pk)}/dire/", {"acte": "quitter", "sur": "1"})
    assert f'href="/liste-attente/suivi/{wait_token(entry.pk)}/"' in text(enter(Client()))


def test_too_many_codes_for_one_number_ask_to_wait(client: Client) -> None:
    World()
    statuses = [ask(client).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
