"""Scenarios 9, 10 and 12: STOP, a number that somebody else has now, a number that nobody has."""

from datetime import timedelta

import pytest

from rdv.models import Appointment, Contact, Family, PhoneState, Status
from reminders.models import OutboundMessage, TaskKind
from tests.factories import TODAY, World, family, opening, paris
from tests.reminders.inbound.support import MOTHER, Desk, booked, contact_of, mother_of, tasks

STRANGER = "+33639989999"


@pytest.fixture
def world() -> World:
    made = World()
    made.day = TODAY + timedelta(days=10)
    opening(made.agent, made.location, made.type, day=made.day)
    return made


@pytest.fixture
def appointment(desk: Desk, world: World) -> Appointment:
    made = booked(world, mother_of(world), 9)
    desk.sends()
    return made


@pytest.mark.parametrize("text", ["STOP", "STOP au 36999"])
def test_stop_ends_the_sms_and_keeps_the_appointment(desk: Desk, appointment: Appointment, text: str) -> None:
    seen = len(desk.sms())
    desk.receives(text)

    appointment.refresh_from_db()
    assert appointment.status == Status.UNKNOWN
    assert contact_of().sms_stopped_at == desk.now
    (said,) = desk.new_sms(seen)
    assert "plus nos SMS" in said
    (task,) = tasks(TaskKind.STOPPED)
    assert task.appointment == appointment


def test_after_stop_nothing_is_sent_and_nothing_loops(desk: Desk, world: World, appointment: Appointment) -> None:
    desk.receives("STOP")
    seen, requests = len(desk.sms()), len(desk.standin.requests)
    desk.receives("STOP")
    desk.at(paris(world.day - timedelta(days=3), 10))
    desk.at(paris(world.day - timedelta(days=1), 10))

    assert desk.new_sms(seen) == []
    assert len(desk.standin.requests) == requests
    assert not OutboundMessage.objects.filter(channel="sms", state__in=["failed", "claimed"]).exists()
    assert tasks(TaskKind.CALL_REMINDER)


def test_stop_counts_for_everybody_with_that_number(desk: Desk, world: World, appointment: Appointment) -> None:
    family(world.territory, phone=MOTHER)
    desk.receives("STOP")
    assert not Contact.objects.filter(phone=MOTHER, sms_stopped_at=None).exists()


def test_start_takes_it_back(desk: Desk, appointment: Appointment) -> None:
    desk.receives("STOP")
    seen = len(desk.sms())
    desk.receives("START")
    assert contact_of().sms_stopped_at is None
    assert len(desk.new_sms(seen)) == 1


@pytest.mark.parametrize("text", ["vous vous trompez de numéro"])
def test_a_wrong_number_learns_nothing_and_is_not_written_to_again(
    desk: Desk, world: World, appointment: Appointment, text: str
) -> None:
    seen = len(desk.sms())
    desk.receives(text)

    appointment.refresh_from_db()
    assert appointment.status == Status.UNKNOWN
    assert contact_of().phone_state == PhoneState.TO_CHECK
    (said,) = desk.new_sms(seen)
    for secret in ("Léa", "Sam", "Exemple", "jeudi", "21", "9h", "/r/", world.location.name):
        assert secret not in said
    (task,) = tasks(TaskKind.WRONG_NUMBER)
    assert task.appointment == appointment

    desk.at(paris(world.day - timedelta(days=1), 10))
    assert len(desk.new_sms(seen)) == 1


def test_an_unknown_number_gets_the_address_and_learns_nothing(desk: Desk, appointment: Appointment) -> None:
    assert desk.receives("bonjour je veux un rdv", sender=STRANGER) == 200

    (said,) = desk.sms(STRANGER)
    assert desk.site in said
    assert "/r/" not in said
    assert (Family.objects.count(), Contact.objects.count()) == (1, 1)


def test_an_unknown_number_is_answered_once_a_day(desk: Desk, appointment: Appointment) -> None:
    for text in ("bonjour", "ANNULER", "oui", "vous êtes là ?"):
        desk.receives(text, sender=STRANGER)
    assert len(desk.sms(STRANGER)) == 1
    desk.waits(hours=25)
    desk.receives("bonjour", sender=STRANGER)
    assert len(desk.sms(STRANGER)) == 2


def test_a_stranger_who_wants_nothing_gets_nothing(desk: Desk, appointment: Appointment) -> None:
    for text in ("STOP", "merci"):
        desk.receives(text, sender=STRANGER)
    assert desk.sms(STRANGER) == []


def test_a_sender_that_is_no_telephone_is_not_answered(desk: Desk, appointment: Appointment) -> None:
    desk.receives("Votre forfait arrive à échéance", sender="Orange")
    assert desk.sms("Orange") == []


def test_two_machines_stop_answering_each_other(desk: Desk, appointment: Appointment) -> None:
    seen = len(desk.sms())
    for number in range(12):
        desk.receives(f"Je déplace le rdv svp, message automatique {'x' * number}")
        desk.receives("déplacer le rdv")
    assert len(desk.new_sms(seen)) <= 8
