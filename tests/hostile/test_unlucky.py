"""What changes between the page and the click: closed, gone, moved, too late. It is said, and nothing typed is lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from psycopg.errors import LockNotAvailable

from api.upkeep import sweep
from rdv import clock
from rdv.booking.absences import declare_absence
from rdv.booking.cancel import cancel
from rdv.booking.move import move
from rdv.models import Absence, Appointment, Hold, Status
from rdv.models.actor import Actor
from tests.factories import NOW, World, agent, location, opening
from tests.hostile.page import read
from tests.web.families.journey import Family

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World(max_attendees=1)


@pytest.fixture
def family(world: World) -> Family:
    """Somebody on the last page, nine o'clock in hand."""
    found = Family(world)
    found.hold(world.at(9))
    found.say(last_name="Zéphyr")
    return found


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    def wait(**time: float) -> None:
        monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(**time))

    return wait


def text(answer: Any) -> str:
    return answer.content.decode()


def is_kept(family: Family) -> bool:
    """What was typed comes back with the next slot chosen."""
    family.hold(family.world.at(11))
    return read(text(family.get(reverse("families:contact")))).boxes.get("last_name") == "Zéphyr"


def confirm(family: Family) -> Any:
    page = family.client.get(reverse("families:check"))
    hidden = read(text(page)).hidden if page.status_code == 200 else {}
    return family.client.post(reverse("families:check"), hidden)


@pytest.mark.parametrize("what", ["type", "location", "territory"])
def test_what_is_booked_closes_meanwhile(world: World, family: Family, what: str) -> None:
    """No longer offered: the page says to begin again, not that it doesn't exist."""
    row = {"type": world.type, "location": world.location, "territory": world.territory}[what]
    row.is_active = False
    row.save()
    for answer in (
        family.client.get(reverse("families:check")),
        family.client.get(reverse("families:contact")),
        confirm(family),
    ):
        assert answer.status_code in ((410,) if what != "territory" else (404, 410))
    assert not Appointment.objects.exists()


def test_the_agent_is_absent_meanwhile(world: World, family: Family) -> None:
    absence = Absence(agent=world.agent, starts_at=world.at(8), ends_at=world.at(18))
    declare_absence(absence, by=Actor.of(world.agent), now=NOW)
    answer = confirm(family)
    assert answer.status_code == 422
    assert "n’a pas pu être pris" in text(answer)
    assert not Appointment.objects.exists()


def test_an_hour_later_the_slot_is_still_free(world: World, family: Family, later: Any) -> None:
    """The hold is long gone, and nobody came: it is simply booked."""
    later(hours=1)
    assert confirm(family).status_code == 302
    assert Appointment.objects.get().starts_at == world.at(9)


def test_an_hour_later_another_family_has_it(world: World, family: Family, later: Any) -> None:
    later(hours=1)
    world.book(9, now=NOW + timedelta(minutes=30))
    answer = confirm(family)
    assert answer.status_code == 409
    assert "9\u00a0h\u00a030" in text(answer)
    assert Appointment.objects.count() == 1
    assert is_kept(family)


def test_the_hour_of_the_slot_passes_meanwhile(world: World, family: Family, later: Any) -> None:
    later(days=2)
    answer = confirm(family)
    assert answer.status_code == 422
    assert "déjà passé" in text(answer)
    assert not Appointment.objects.exists()


def test_the_hold_is_swept_meanwhile(world: World, family: Family) -> None:
    Hold.objects.all().delete()
    assert confirm(family).status_code == 302
    assert Appointment.objects.get().starts_at == world.at(9)


def test_the_only_slot_is_lost_and_none_is_left(world: World, family: Family) -> None:
    """A page without a single slot still says what to do."""
    Hold.objects.all().delete()
    for hour, minute in ((9, 0), (9, 30), (10, 0), (10, 30), (11, 0), (11, 30)):
        world.book(hour, minute)
    answer = confirm(family)
    assert answer.status_code == 409
    assert "liste-attente" in text(answer)
    assert read(text(family.get(reverse("families:contact")))).title


@pytest.mark.parametrize("act", ["venir/", "annuler/", "deplacer/retenir/", "deplacer/verifier/", "plus-tot/"])
@pytest.mark.parametrize("state", ["cancelled by the service", "past", "seen"])
def test_a_link_pressed_too_late_says_how_it_stands(world: World, later: Any, act: str, state: str) -> None:
    booked = world.book(9)
    if state == "cancelled by the service":
        cancel(booked.appointment.pk, by=Actor.of(world.agent), now=NOW, for_family=False)
    else:
        later(days=2)
    if state == "seen":
        Appointment.objects.update(status=Status.SEEN)
        booked.appointment.participations.update(status=Status.SEEN)
    before = list(Appointment.objects.values_list("status", "starts_at", "sequence"))
    chosen = {"lieu": world.location.pk, "debut": world.at(11).isoformat()}
    answer = Client().post(f"/r/{booked.link.token}/{act}", chosen, follow=True)
    assert answer.status_code in (200, 409)
    assert read(text(answer)).title
    assert list(Appointment.objects.values_list("status", "starts_at", "sequence")) == before


def test_moved_by_the_service_while_the_family_was_choosing(world: World) -> None:
    """The family's choice is the last word, and the page had said from when to when."""
    booked, client = world.book(9), Client()
    chosen = {"lieu": world.location.pk, "debut": world.at(11).isoformat()}
    page = client.post(f"/r/{booked.link.token}/deplacer/retenir/", chosen, follow=True)
    move(booked.appointment.pk, start=world.at(10), by=Actor.of(world.agent), now=NOW)
    client.post(f"/r/{booked.link.token}/deplacer/verifier/", read(text(page)).hidden)
    assert Appointment.objects.get().starts_at == world.at(11)


def test_the_place_chosen_for_a_move_closes_meanwhile(world: World) -> None:
    other = location(world.organisation, name="Les Glycines")
    opening(agent(world.organisation), other, world.type, day=world.day)
    booked, client = world.book(9), Client()
    page = client.post(
        f"/r/{booked.link.token}/deplacer/retenir/", {"lieu": other.pk, "debut": world.at(11).isoformat()}, follow=True
    )
    other.is_active = False
    other.save()
    answer = client.post(f"/r/{booked.link.token}/deplacer/verifier/", read(text(page)).hidden)
    appointment = Appointment.objects.get()
    assert answer.status_code == 409
    assert (appointment.starts_at, appointment.location_id) == (world.at(9), world.location.pk)


def test_a_place_that_closes_does_not_take_its_appointments_along(world: World) -> None:
    """The link still shows where it was to be, and lets cancel."""
    booked = world.book(9)
    world.location.is_active = False
    world.location.save()
    page = Client().get(f"/r/{booked.link.token}/")
    assert world.location.name in text(page)
    Client().post(f"/r/{booked.link.token}/annuler/")
    assert Appointment.objects.get().status == Status.EXCUSED


def test_a_database_that_is_busy_is_no_failure_of_ours(
    world: World, family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lock waited for in vain: the page says to try again, and the same button then books."""

    def wait_in_vain(*_args: Any, **_named: Any) -> None:
        raise OperationalError("canceling statement due to lock timeout") from LockNotAvailable()

    hidden = read(text(family.client.get(reverse("families:check")))).hidden
    with monkeypatch.context() as patch:
        patch.setattr("rdv.web.families.reserving.book", wait_in_vain)
        answer = family.client.post(reverse("families:check"), hidden)
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "Rien n’est perdu" in text(answer)
    assert not Appointment.objects.exists()
    assert family.client.post(reverse("families:check"), hidden).status_code == 302


def test_what_was_typed_and_never_sent_is_forgotten(world: World, family: Family) -> None:
    """A form left half-way holds names and a telephone: its session goes once it has expired."""
    sweep(now=NOW)
    assert Session.objects.count() == 1
    Session.objects.update(expire_date=timezone.now() - timedelta(minutes=1))
    sweep(now=NOW)
    assert not Session.objects.exists()
