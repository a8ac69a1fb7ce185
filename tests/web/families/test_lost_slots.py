"""A slot that is lost is a normal screen, and nothing that was typed is lost with it."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from rdv.booking.errors import BookingError, InThePast, NobodyComes
from rdv.booking.request import Booking, BookingRequest
from rdv.models import Appointment, Hold
from rdv.web.families import reserving
from tests.factories import NOW, World
from tests.web.families.journey import PARENT, Family

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return response.content.decode()


def test_another_family_was_faster_to_choose() -> None:
    world = World(max_attendees=1)
    world.book(9)
    page = Family(world).hold(world.at(9))
    assert page.status_code == 409
    assert "Ce créneau vient d’être pris" in text(page)
    assert 'aria-label="mardi 12 janvier à 9\u00a0h\u00a030"' in text(page)


def test_another_family_takes_a_slot_whose_time_is_over_and_what_was_typed_is_kept(at) -> None:
    """Scenario 22: the one who comes second sees near slots, with her data kept."""
    world = World(max_attendees=1)
    family = Family(world)
    family.hold(world.at(9))
    family.say()
    at.now = NOW + timedelta(minutes=11)
    world.book(9, now=at.now)
    page = family.confirm()
    assert page.status_code == 409
    assert "vous n’aurez rien à retaper" in text(page)
    check = family.hold(world.at(10))
    assert check.redirect_chain[-1][0] == reverse("families:check")
    assert "06\u00a039\u00a098\u00a000\u00a001" in text(check)
    family.confirm()
    assert Appointment.objects.filter(starts_at=world.at(10)).count() == 1


def test_a_slot_whose_time_is_over_but_still_free_is_booked_all_the_same(at) -> None:
    world = World(max_attendees=1)
    family = Family(world)
    family.hold(world.at(9))
    at.now = NOW + timedelta(minutes=30)
    assert "Le créneau n’est plus retenu" in text(family.get(reverse("families:contact")))
    page = family.say()
    assert "retenu pour vous jusqu’à 8\u00a0h\u00a040" in text(page)
    family.confirm()
    assert Appointment.objects.get().starts_at == world.at(9)


def test_holding_again_from_the_form_counts_as_one_more_hold(settings) -> None:
    world = World(max_attendees=1)
    family = Family(world)
    family.hold(world.at(9))
    settings.RATE_LIMITS = {"hold-ip": 2}
    assert family.say(first_name="").status_code == 200
    page = family.say()
    assert page.status_code == 429
    assert int(page["Retry-After"]) > 0


def test_a_hold_of_another_start_that_is_over_is_a_lost_slot_and_what_was_typed_is_kept(at) -> None:
    """The session says ten o’clock, its hold was at nine: the slots are shown again, the right one among them."""
    world = World(max_attendees=1)
    family = Family(world)
    family.hold(world.at(9))
    family.say()
    session = family.client.session
    session["prendre"] = session["prendre"] | {"start": world.at(10).isoformat()}
    session.save()
    at.now = NOW + timedelta(minutes=11)
    page = family.confirm()
    assert page.status_code == 409
    assert "Ce créneau n’est plus retenu pour vous</h1>" in text(page)
    assert "Choisissez-le à nouveau s’il est encore dans la liste" in text(page)
    assert "vous n’aurez rien à retaper" in text(page)
    assert 'aria-label="mardi 12 janvier à 10\u00a0h"' in text(page)
    assert not Appointment.objects.exists()


@pytest.mark.parametrize("error", [NobodyComes, InThePast, BookingError])
def test_whatever_booking_refuses_is_said_on_the_check_page(
    monkeypatch: pytest.MonkeyPatch, error: type[BookingError]
) -> None:
    def refuse(wanted: BookingRequest, *, now: datetime) -> Booking:
        raise error

    world = World(max_attendees=1)
    family = Family(world)
    family.hold(world.at(9))
    family.say()
    monkeypatch.setattr(reserving, "book", refuse)
    page = family.confirm()
    assert page.status_code == 422
    assert error.message in text(page)
    assert "06\u00a039\u00a098\u00a000\u00a001" in text(page)


def test_sending_twice_and_going_back_book_once() -> None:
    world = World(max_attendees=1)
    family = Family(world)
    family.hold(world.at(9))
    family.say()
    kept = Hold.objects.get()
    first = family.confirm()
    again = family.post(reverse("families:check"), retenue=str(kept.token))
    assert again.redirect_chain[-1] == first.redirect_chain[-1]
    assert Appointment.objects.count() == 1
    back = family.get(reverse("families:check"))
    assert back.status_code == 410
    assert "Votre rendez-vous est déjà pris" in text(back)
    assert family.get(reverse("families:booked")).redirect_chain[-1][0].startswith("/r/")


def test_two_tabs_of_one_browser_book_once() -> None:
    """The second request had loaded its session before the first one ended."""
    world = World(max_attendees=1)
    family = Family(world)
    family.hold(world.at(9))
    family.say()
    session = family.client.session
    draft, token = dict(session["prendre"]), session["prendre"]["hold"]
    family.confirm()
    session = family.client.session
    session["prendre"], session["faits"] = draft, {}
    session.save()
    page = family.post(reverse("families:check"), retenue=token)
    assert page.redirect_chain[-1][0] == f"/r/{Appointment.objects.get().links.get().token}/"


def test_a_browser_holds_one_slot_and_another_cannot_use_its_hold() -> None:
    world = World(max_attendees=1)
    one, other = Family(world), Family(world)
    one.hold(world.at(9))
    one.hold(world.at(10))
    assert Hold.objects.get().starts_at == world.at(10)
    assert other.hold(world.at(10)).status_code == 409
    assert other.hold(world.at(9)).status_code == 200


def test_what_was_typed_is_gone_from_the_session_once_it_is_booked() -> None:
    world = World(max_attendees=1)
    family = Family(world)
    family.book(world.at(9))
    assert "prendre" not in family.client.session
    assert PARENT["phone"] not in str(dict(family.client.session))


@pytest.mark.parametrize("start", ["", "demain", "2027-01-12T09:00", "2027-01-12T09:00:00+99:00", "9" * 400])
def test_a_start_that_is_no_instant_leads_back_to_the_slots(client: Client, start: str) -> None:
    world = World(max_attendees=1)
    address = reverse("families:hold", args=[world.type.slug, world.location.pk])
    response = client.post(address, {"debut": start})
    assert response.status_code == 302
    assert response["Location"].startswith(f"/prendre/{world.type.slug}/")


@pytest.mark.parametrize("minutes", [7, 24 * 60 * 400])
def test_a_start_that_nobody_offers_is_refused_with_the_reason(minutes: int) -> None:
    world = World(max_attendees=1)
    page = Family(world).hold(world.at(9) + timedelta(minutes=minutes))
    assert page.status_code == 409
    assert "Ce créneau ne convient pas" in text(page)
    assert not Hold.objects.exists()


def test_two_families_want_the_last_place_in_the_same_second(monkeypatch: pytest.MonkeyPatch, at) -> None:
    """Scenario 22: the other family's request runs at the very instant before ours; exactly one wins."""
    world = World(max_attendees=1)
    ours, theirs = Family(world), Family(world)
    ours.hold(world.at(9))
    ours.say()
    at.now = NOW + timedelta(minutes=11)
    theirs.hold(world.at(9))
    theirs.say(first_name="Noor", phone="06 39 98 00 02")
    at.now = NOW + timedelta(minutes=22)
    book = reserving.book

    def book_second(wanted: BookingRequest, *, now: datetime) -> Booking:
        monkeypatch.setattr(reserving, "book", book)
        assert theirs.confirm().redirect_chain[-1][0].startswith("/r/")
        return book(wanted, now=now)

    monkeypatch.setattr(reserving, "book", book_second)
    page = ours.confirm()
    assert page.status_code == 409
    assert "vous n’aurez rien à retaper" in text(page)
    assert 'aria-label="mardi 12 janvier à 9\u00a0h\u00a030"' in text(page)
    contact = Appointment.objects.get().participations.get().family.contacts.get()
    assert contact.first_name == "Noor"


def test_without_a_hold_nobody_is_shown_the_appointment_of_another() -> None:
    """Two families whose slot could not be kept go back to the check page and send it all the same."""
    world = World(max_attendees=1)
    pages = []
    for hour, phone in ((9, "06 39 98 00 01"), (10, "06 39 98 00 02")):
        family = Family(world)
        family.hold(world.at(hour))
        family.say(phone=phone)
        session = family.client.session
        for name, value in session.items():
            if isinstance(value, dict) and "hold" in value:
                session[name] = value | {"hold": ""}
        session.save()
        Hold.objects.all().delete()
        pages.append(family.post(reverse("families:check"), retenue="").redirect_chain[-1])
    assert pages[0] != pages[1]
    assert Appointment.objects.count() == 2
