"""Scenario 19 with two accounts: the second one takes over, nothing is said twice, and the administrators know."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from reminders import breaker, trouble
from reminders.models import MessageState, OutboundMessage, Trouble, TroubleKind
from reminders.providers import accounts
from reminders.run import run_due
from tests.factories import NOW, World
from tests.reminders.providers.conftest import Two
from tests.reminders.support import booked
from tests.standins.rest import Reply

pytestmark = pytest.mark.django_db(transaction=True)
NO_CREDIT = Reply(402, {"message": "Not enough credits"})


@pytest.fixture
def world() -> World:
    made = World()
    made.agent.notify = "none"
    made.agent.save(update_fields=["notify"])
    return made


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


def said() -> list[tuple[str, str, str]]:
    """Who has each SMS, in whose name, and where it is."""
    rows = OutboundMessage.objects.filter(channel="sms").order_by("pk")
    return [(row.provider, row.sender, row.state) for row in rows]


def test_the_first_account_sends_in_the_name_of_the_territory(world: World, two: Two) -> None:
    booked(world)
    run_due(NOW)
    assert said() == [("ovh", "36999", "sent")]
    assert (len(two.ovh.outgoing), two.brevo.events) == (1, [])


def test_without_credit_the_second_account_takes_over_within_a_minute(world: World, two: Two) -> None:
    booked(world)
    two.first.prepared.append(NO_CREDIT)
    run_due(NOW)
    assert said() == [("ovh", "36999", "planned")]
    run_due(NOW + minutes(1))
    assert said() == [("brevo", "RDV", "sent")]
    assert (len(two.ovh.outgoing), len(two.brevo.events)) == (0, 1)
    told = [sent.body for sent in mail.outbox if sent.to == ["exploitation@exemple.test"]]
    assert len(told) == 1
    assert told[0].startswith("Le compte SMS n’a plus de crédit")
    assert "Les SMS partent par brevo en attendant." in told[0]
    assert [(row.provider, row.kind) for row in trouble.current()] == [("ovh", TroubleKind.CREDIT)]


def test_once_mended_the_first_account_sends_again_and_the_trouble_is_over(world: World, two: Two) -> None:
    booked(world, 9)
    two.first.prepared.append(NO_CREDIT)
    run_due(NOW)
    run_due(NOW + minutes(1))
    booked(world, 10, phone="+33639980002", now=NOW + minutes(6))
    run_due(NOW + minutes(6))
    assert [provider for provider, _, _ in said()] == ["brevo", "ovh"]
    assert list(trouble.current()) == []
    assert Trouble.objects.get().over_at == NOW + minutes(6)


def test_an_account_that_hangs_is_left_and_what_it_may_have_taken_is_not_given_to_the_other(
    world: World, two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker, "FAILURES", 1)
    booked(world, 9)
    two.first.prepared.append(Reply(cut=True, done=True))
    run_due(NOW)
    assert said() == [("ovh", "36999", "uncertain")]
    assert breaker.open_until("ovh", NOW) is not None
    booked(world, 10, phone="+33639980002")
    run_due(NOW)
    assert [(provider, state) for provider, _, state in said()] == [("ovh", "uncertain"), ("brevo", "sent")]
    run_due(NOW + minutes(3))
    assert [(provider, state) for provider, _, state in said()] == [("ovh", "sent"), ("brevo", "sent")]
    assert (len(two.ovh.outgoing), len(two.brevo.events)) == (1, 1)


def test_after_a_crash_the_account_that_had_the_message_is_asked_and_no_other(world: World, two: Two) -> None:
    """The worker died after the second account took it, before anything was recorded."""
    booked(world)
    run_due(NOW)
    message = OutboundMessage.objects.get(channel="sms")
    second = accounts.sms_provider("brevo")
    assert second is not None
    second.send(to=message.to, body=message.body, sender="RDV", reference=message.key)
    OutboundMessage.objects.update(
        state=MessageState.UNCERTAIN, provider="brevo", provider_id="", next_try_at=NOW + minutes(2)
    )
    run_due(NOW + minutes(3))
    assert [(provider, state) for provider, _, state in said()] == [("brevo", "sent")]
    assert (len(two.ovh.outgoing), len(two.brevo.events)) == (1, 1)


def test_when_every_account_is_closed_nothing_leaves_until_one_opens(world: World, two: Two) -> None:
    booked(world)
    two.first.prepared.append(NO_CREDIT)
    two.second.prepared.append(NO_CREDIT)
    run_due(NOW)
    run_due(NOW + minutes(1))
    run_due(NOW + minutes(2))
    assert [state for _, _, state in said()] == ["planned"]
    run_due(NOW + minutes(6))
    assert said() == [("ovh", "36999", "sent")]


@pytest.mark.parametrize(
    ("named", "wanted", "expected"),
    [("ovh", "36999", "36999"), ("ovh", "", ""), ("brevo", "36999", "RDV"), ("brevo", "", "RDV")],
)
def test_a_sender_belongs_to_one_account(two: Two, named: str, wanted: str, expected: str) -> None:
    assert accounts.sender(named, wanted) == expected


def test_an_account_that_is_no_longer_used_can_still_be_asked(two: Two, settings: Any) -> None:
    settings.SMS_PROVIDERS = ["brevo"]
    assert [one.name for one in accounts.sms_providers()] == ["brevo"]
    asked = accounts.sms_provider("ovh")
    assert asked is not None
    assert asked.name == "ovh"
    assert accounts.sms_provider("smsmode") is None
