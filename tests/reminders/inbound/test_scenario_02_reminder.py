"""Scenario 2: a reminder asks, the family answers in its own words."""

from datetime import timedelta

import pytest

from rdv.models import Appointment, Participation, Status
from tests.factories import TODAY, World, opening, paris, service
from tests.reminders.inbound.support import SENDER, Desk, booked, last_reply, mother_of


@pytest.fixture
def reminded(desk: Desk) -> Appointment:
    """An appointment in ten days, of which the family was reminded the day before."""
    world = World()
    world.day = TODAY + timedelta(days=10)
    opening(world.agent, world.location, world.type, day=world.day)
    appointment = booked(world, mother_of(world), 9)
    desk.sends()
    desk.at(paris(world.day - timedelta(days=1), 10))
    assert "Répondez" in desk.sms()[-1]
    return appointment


@pytest.mark.parametrize("text", ["non je peux pas", "Non désolée, ma fille est malade", "on ne pourra pas venir"])
def test_a_no_cancels(desk: Desk, reminded: Appointment, text: str) -> None:
    seen = len(desk.sms())
    desk.receives(text)

    reminded.refresh_from_db()
    assert (reminded.status, reminded.is_late) == (Status.EXCUSED, False)
    (said,) = desk.new_sms(seen)
    assert "bien annulé" in said


@pytest.mark.parametrize("text", ["Oui merci 🙏", "ok", "Oui", "on sera là"])
def test_a_yes_confirms_with_one_receipt(desk: Desk, reminded: Appointment, text: str) -> None:
    seen = len(desk.sms())
    desk.receives(text)

    assert Participation.objects.get(appointment=reminded).confirmed_at == desk.now
    assert len(desk.new_sms(seen)) == 1
    assert last_reply().outcome == "confirm"


def test_more_yeses_are_not_answered(desk: Desk, reminded: Appointment) -> None:
    desk.receives("oui")
    seen = len(desk.sms())
    for text in ("oui", "ok merci", "Merci bonne journée", "👍"):
        desk.receives(text)
    assert desk.new_sms(seen) == []


def test_yes_but_late_is_a_yes_that_the_agent_can_read(desk: Desk, reminded: Appointment) -> None:
    seen = len(desk.sms())
    desk.receives("oui mais j'aurai 15 min de retard")

    row = Participation.objects.get(appointment=reminded)
    assert (row.confirmed_at, row.note) == (desk.now, "en retard de 15 min")
    (said,) = desk.new_sms(seen)
    assert "retard" in said


def test_a_family_may_change_its_mind(desk: Desk, reminded: Appointment) -> None:
    desk.receives("oui")
    desk.waits(hours=2)
    desk.receives("finalement je ne peux pas venir")
    reminded.refresh_from_db()
    assert reminded.status == Status.EXCUSED


def test_another_day_than_the_appointment_s_is_never_guessed(desk: Desk, reminded: Appointment) -> None:
    """The appointment is on a Thursday: "je peux pas mardi" is about something else, or a mistake."""
    seen = len(desk.sms())
    desk.receives("je peux pas mardi")

    reminded.refresh_from_db()
    assert reminded.status == Status.UNKNOWN
    (asked,) = desk.new_sms(seen)
    assert "ANNULER" in asked
    desk.receives("ANNULER")
    reminded.refresh_from_db()
    assert reminded.status == Status.EXCUSED


def test_a_yes_to_another_day_gets_the_right_day(desk: Desk, reminded: Appointment) -> None:
    seen = len(desk.sms())
    desk.receives("oui à mardi")

    assert Participation.objects.get(appointment=reminded).confirmed_at is None
    (asked,) = desk.new_sms(seen)
    assert "jeudi 21 janvier" in asked
    desk.receives("oui")
    assert Participation.objects.get(appointment=reminded).confirmed_at == desk.now


def test_wanting_to_move_gets_the_link_and_nothing_is_moved(desk: Desk, reminded: Appointment) -> None:
    seen = len(desk.sms())
    desk.receives("Est-ce possible de décaler à vendredi ?")

    before = reminded.starts_at
    reminded.refresh_from_db()
    assert (reminded.status, reminded.starts_at) == (Status.UNKNOWN, before)
    (said,) = desk.new_sms(seen)
    assert f"{desk.site}/r/" in said


def test_a_discreet_service_on_the_common_number_hides_nobody(desk: Desk, reminded: Appointment) -> None:
    """Where there is one number for all, writing to it says nothing about the discreet service."""
    service(reminded.territory, is_discreet=True, neutral_sender=SENDER)
    desk.receives("non je peux pas")

    reminded.refresh_from_db()
    assert reminded.status == Status.EXCUSED
