"""Several appointments of a contact on one day make one message: across batches, at each new try, by another way."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail

from rdv.booking.cancel import cancel
from rdv.booking.move import move
from rdv.models import Contact
from rdv.models.actor import Actor
from reminders import dispatch
from reminders.models import OutboundMessage, Task
from reminders.run import run_due
from tests import factories as make
from tests.factories import NOW, World, paris
from tests.reminders.support import booked, rows
from tests.standins.twilio import TwilioStandIn

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2027, 1, 14)
EVE = paris(date(2027, 1, 13), 9)
TOGETHER = "Rappel : 2 RDV jeudi 14 janvier à 9h et 10h30, L"


@pytest.fixture
def world() -> World:
    made = World()
    make.opening(made.agent, made.location, made.type, day=DAY)
    made.day = DAY
    made.agent.notify = "none"
    made.agent.save(update_fields=["notify"])
    return made


def reminders(provider: TwilioStandIn) -> list[str]:
    return [str(sms["body"])[:48] for sms in reversed(provider.messages) if "Rappel" in str(sms["body"])]


def test_even_when_a_batch_ends_between_them(
    world: World, provider: TwilioStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, family = booked(world, 9)
    booked(world, 10, phone="+33639980002")
    booked(world, 10, 30, family=family)
    run_due(NOW)
    monkeypatch.setattr(dispatch, "BATCH", 1)
    run_due(EVE)
    assert TOGETHER in reminders(provider)
    assert len(reminders(provider)) == 2


def test_tried_again_it_still_speaks_of_both(world: World, provider: TwilioStandIn) -> None:
    _, family = booked(world, 9)
    booked(world, 10, 30, family=family)
    run_due(NOW)
    provider.answer(503)
    run_due(EVE)
    assert reminders(provider) == []
    run_due(EVE + timedelta(minutes=2))
    assert reminders(provider) == [TOGETHER]


def test_tried_again_it_leaves_out_what_was_cancelled_meanwhile(world: World, provider: TwilioStandIn) -> None:
    _, family = booked(world, 9)
    second, _ = booked(world, 10, 30, family=family)
    run_due(NOW)
    provider.answer(503)
    run_due(EVE)
    cancel(second.pk, by=Actor.family(), now=EVE, for_family=True)
    run_due(EVE + timedelta(minutes=2))
    assert [text[:36] for text in reminders(provider)] == ["Rappel : RDV jeudi 14 janvier à 9h, "]


@pytest.mark.parametrize("moved", [False, True])
def test_when_the_one_that_carried_them_is_no_more_the_others_are_said_all_the_same(
    world: World, provider: TwilioStandIn, moved: bool
) -> None:
    first, family = booked(world, 9)
    for minute in (0, 30):
        booked(world, 10, minute, family=family)
    run_due(NOW)
    provider.answer(503)
    run_due(EVE)
    if moved:
        move(first.pk, start=world.at(11), by=Actor.family(), now=EVE)
    else:
        cancel(first.pk, by=Actor.family(), now=EVE, for_family=True)
    run_due(EVE + timedelta(minutes=2))
    assert reminders(provider) == ["Rappel : 2 RDV jeudi 14 janvier à 10h et 10h30, "[:48]]
    run_due(EVE + timedelta(minutes=30))
    assert len(reminders(provider)) == 1


def test_even_when_it_was_on_its_way(world: World, provider: TwilioStandIn) -> None:
    """The first is cancelled while the provider is being asked, and refuses: nothing could replace it then."""
    first, family = booked(world, 9)
    booked(world, 10, 30, family=family)
    run_due(NOW)
    provider.answer(503)
    run_due(EVE)
    carrier = OutboundMessage.objects.filter(appointment=first, kind="reminder", state="planned").latest("due_at")
    OutboundMessage.objects.filter(pk=carrier.pk).update(state="claimed")
    cancel(first.pk, by=Actor.family(), now=EVE, for_family=True)
    OutboundMessage.objects.filter(pk=carrier.pk).update(state="planned")
    run_due(EVE + timedelta(minutes=2))
    assert [text[:39] for text in reminders(provider)] == ["Rappel : RDV jeudi 14 janvier à 10h30, "]


def test_by_email_in_its_place_it_speaks_of_both(world: World, provider: TwilioStandIn) -> None:
    _, family = booked(world, 9, email="sam@exemple.test")
    booked(world, 10, 30, family=family)
    run_due(NOW)
    mail.outbox.clear()
    provider.fail(30003)
    run_due(EVE)
    run_due(EVE + timedelta(minutes=1))
    (email,) = mail.outbox
    assert "Ce jour-là, vous avez aussi rendez-vous à 10h30." in email.body


def test_by_phone_in_its_place_both_are_called(world: World, provider: TwilioStandIn) -> None:
    first, family = booked(world, 9)
    second, _ = booked(world, 10, 30, family=family)
    run_due(NOW)
    provider.fail(30003)
    run_due(EVE)
    called = Task.objects.filter(kind="call_reminder").values_list("appointment", flat=True)
    assert sorted(called) == sorted([first.pk, second.pk])


def test_a_discreet_appointment_is_never_said_with_another(provider: TwilioStandIn) -> None:
    world = World()
    discreet = make.service(world.territory, name="Santé sexuelle", is_discreet=True, neutral_sender="36111")
    other = make.appointment_type(world.territory, discreet)
    make.opening(world.agent, world.location, world.type, other, day=DAY)
    world.day = DAY
    _, family = booked(world, 9)
    world.type = other
    booked(world, 10, 30, family=family)
    run_due(NOW)
    run_due(EVE)
    sent = [sms for sms in provider.messages if "à 9h" in sms["body"] or "à 10h30" in sms["body"]]
    assert not [sms for sms in sent if "à 9h" in sms["body"] and "10h30" in sms["body"]]
    assert {sms["from"] for sms in sent if "10h30" in sms["body"]} == {"36111"}
    assert len([one for one in rows(family, kind="reminder") if one[2] == "sent"]) == 2


def test_both_ways_failed_and_a_person_calls(world: World, provider: TwilioStandIn, settings: Any) -> None:
    """The e-mail was given up long ago, then the SMS comes back refused: its key is taken, so nobody would know."""
    appointment, family = booked(world, 9, email="sam@exemple.test")
    run_due(NOW)
    cancel(appointment.pk, by=Actor.of(world.agent), now=NOW, for_family=False)
    family.messages.filter(kind="cancelled_by_service", channel="email").update(state="failed")
    provider.fail(21610)
    run_due(NOW)
    assert Contact.objects.get(family=family).sms_stopped_at is not None
    assert Task.objects.filter(kind="call_change", appointment=appointment).count() == 1
