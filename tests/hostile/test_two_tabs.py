"""A browser with two tabs, a finger that presses twice, a page that is a quarter of an hour old."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from rdv.models import Appointment, AppointmentLink, Hold, Status
from tests.factories import World, appointment_type, opening
from tests.hostile.page import read
from tests.web.families.journey import PARENT, Family

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World(max_attendees=1)


def at_the_check(family: Family, hour: int) -> dict[str, str]:
    """Choose a slot, say who comes; gives what the last page's button will send."""
    family.hold(family.world.at(hour))
    return read(family.say().content.decode()).hidden


def confirm(family: Family, hidden: dict[str, str]) -> Any:
    return family.client.post(reverse("families:check"), hidden)


def test_pressing_twice_books_once(world: World) -> None:
    family = Family(world)
    hidden = at_the_check(family, 9)
    first, second = confirm(family, hidden), confirm(family, hidden)
    assert Appointment.objects.count() == 1
    assert first.headers["Location"] == second.headers["Location"]


def test_what_a_tab_shows_is_what_its_button_books(world: World) -> None:
    """Ten o'clock was chosen in the other tab meanwhile: nine o'clock's button must not book it unseen."""
    family = Family(world)
    nine = at_the_check(family, 9)
    at_the_check(family, 10)
    answer = confirm(family, nine)
    booked = [one.starts_at for one in Appointment.objects.all()]
    assert booked in ([], [world.at(9)])
    assert "10\u00a0h" in answer.content.decode()
    assert "n’a pas été pris" in answer.content.decode()


def test_after_that_warning_the_same_page_books_what_it_shows(world: World) -> None:
    family = Family(world)
    nine = at_the_check(family, 9)
    at_the_check(family, 10)
    shown = read(confirm(family, nine).content.decode()).hidden
    confirm(family, shown)
    assert [one.starts_at for one in Appointment.objects.all()] == [world.at(10)]


def test_a_button_without_its_slot_books_nothing(world: World) -> None:
    family = Family(world)
    at_the_check(family, 9)
    answer = confirm(family, {})
    assert not Appointment.objects.exists()
    assert "9\u00a0h" in answer.content.decode()


def test_an_old_tab_after_the_booking_leads_to_the_appointment(world: World) -> None:
    family = Family(world)
    hidden = at_the_check(family, 9)
    there = confirm(family, hidden).headers["Location"]
    assert confirm(family, hidden).headers["Location"] == there
    assert family.client.post(reverse("families:contact"), PARENT).status_code == 410
    assert family.client.get(reverse("families:check")).status_code == 410
    assert family.client.get(reverse("families:booked")).headers["Location"] == there


def test_a_browser_keeps_one_slot_at_a_time(world: World) -> None:
    family = Family(world)
    for hour in (9, 10, 11, 9):
        family.hold(world.at(hour))
    assert [one.starts_at for one in Hold.objects.all()] == [world.at(9)]


def test_another_type_in_another_tab_does_not_mix_the_answers(world: World) -> None:
    other = appointment_type(world.territory, world.service, public_label="Pesée", max_attendees=1)
    opening(world.agent, world.location, other, day=world.day)
    family = Family(world)
    first = at_the_check(family, 9)
    address = reverse("families:hold", args=[other.slug, world.location.pk])
    family.post(address, debut=world.at(10).isoformat())
    confirm(family, first)
    assert {(one.type_id, one.starts_at) for one in Appointment.objects.all()} <= {(world.type.pk, world.at(9))}


@pytest.mark.parametrize("act", ["venir/", "annuler/"])
def test_an_answer_pressed_twice_counts_once(world: World, act: str) -> None:
    link, client = world.book(9).link, Client()
    answers = [client.post(f"/r/{link.token}/{act}") for _press in range(3)]
    assert {answer.status_code for answer in answers} <= {302, 409}
    appointment = Appointment.objects.get()
    assert appointment.events.exclude(verb="booked").count() == 1


def choose(client: Client, link: AppointmentLink, world: World, hour: int) -> dict[str, str]:
    """Choose another slot of the same place; gives what the next page's button will send."""
    chosen = {"lieu": world.location.pk, "debut": world.at(hour).isoformat()}
    page = client.post(f"/r/{link.token}/deplacer/retenir/", chosen, follow=True)
    return read(page.content.decode()).hidden


def test_a_move_made_in_one_tab_is_the_one_it_showed(world: World) -> None:
    link, client = world.book(9).link, Client()
    ten = choose(client, link, world, 10)
    eleven = choose(client, link, world, 11)
    answer = client.post(f"/r/{link.token}/deplacer/verifier/", ten)
    assert answer.status_code == 422
    assert "11\u00a0h" in answer.content.decode()
    assert Appointment.objects.get().starts_at == world.at(9)
    client.post(f"/r/{link.token}/deplacer/verifier/", eleven)
    assert Appointment.objects.get().starts_at == world.at(11)


def test_cancelled_in_one_tab_cannot_be_moved_in_the_other(world: World) -> None:
    link, client = world.book(9).link, Client()
    sent = choose(client, link, world, 11)
    client.post(f"/r/{link.token}/annuler/")
    answer = client.post(f"/r/{link.token}/deplacer/verifier/", sent)
    appointment = Appointment.objects.get()
    assert (appointment.status, appointment.starts_at) == (Status.EXCUSED, world.at(9))
    assert answer.headers["Location"] == f"/r/{link.token}/"


def test_the_move_of_one_appointment_is_not_made_to_another(world: World) -> None:
    """Two appointments of one phone, each in its tab: the slot chosen for one never moves the other."""
    client = Client()
    mine, other = world.book(9).link, world.book(10).link
    client.post(f"/r/{other.token}/deplacer/verifier/", choose(client, mine, world, 11))
    assert sorted(one.starts_at for one in Appointment.objects.all()) == [world.at(9), world.at(10)]


def test_moved_by_two_presses_is_moved_once(world: World) -> None:
    link, client = world.book(9).link, Client()
    sent = choose(client, link, world, 11)
    for _press in range(2):
        client.post(f"/r/{link.token}/deplacer/verifier/", sent)
    appointment = Appointment.objects.get()
    assert (appointment.starts_at, appointment.sequence) == (world.at(11), 1)
