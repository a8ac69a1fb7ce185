"""Scenario 19: the provider is down or out of credit."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail

from rdv.models import Contact
from reminders import breaker, dispatch
from reminders.models import OutboundMessage, TroubleKind
from reminders.providers.base import PermanentError, Problem, ProviderError, TransientError, UncertainError
from reminders.run import run_due
from tests import factories as make
from tests.factories import NOW, World, paris
from tests.reminders.support import booked, rows
from tests.standins.twilio import TwilioStandIn

pytestmark = pytest.mark.django_db(transaction=True)

EVE = paris(date(2027, 1, 13), 9)


@pytest.fixture
def world(settings: Any) -> World:
    settings.ADMIN_EMAILS = ["exploitation@exemple.test"]
    made = World()
    make.opening(made.agent, made.location, made.type, day=date(2027, 1, 14))
    made.day = date(2027, 1, 14)
    made.agent.notify = "none"
    made.agent.save(update_fields=["notify"])
    return made


def alerts() -> list[str]:
    return [sent.body for sent in mail.outbox if sent.to == ["exploitation@exemple.test"]]


def test_without_credit_the_administrators_know_at_once_and_emails_take_over(
    world: World, provider: TwilioStandIn
) -> None:
    _, without_email = booked(world, 9)
    run_due(NOW)
    _, with_email = booked(world, 10, email="sam@exemple.test")
    OutboundMessage.objects.filter(kind="booked").delete()
    provider.fail(30002, status=402, message="no credit")
    provider.fail(30002, status=402, message="no credit")
    run_due(EVE)
    run_due(EVE + timedelta(minutes=1))
    assert len(alerts()) == 1
    assert alerts()[0].startswith("Le compte SMS n’a plus de crédit")
    run_due(EVE + timedelta(minutes=5))
    assert rows(without_email, kind="reminder") == [("reminder", "sms", "sent")]
    assert [state for _, _, state in rows(with_email, kind="reminder")] == ["sent"]


def test_while_nothing_passes_reminders_go_by_email_and_the_others_wait_or_are_called(
    world: World, provider: TwilioStandIn
) -> None:
    _, without_email = booked(world, 9)
    _, with_email = booked(world, 10)
    run_due(NOW)
    Contact.objects.filter(family=with_email).update(email="sam@exemple.test")
    breaker._open("twilio", EVE + timedelta(hours=1), TroubleKind.DOWN, TransientError("essai"), EVE)
    for minutes in (0, 1):
        run_due(EVE + timedelta(minutes=minutes))
    assert rows(with_email, kind="reminder") == [("reminder", "email", "sent"), ("reminder", "sms", "dropped")]
    assert rows(without_email, kind="reminder") == [("reminder", "sms", "planned")]
    run_due(EVE + timedelta(hours=1))
    assert rows(without_email, kind="reminder") == [("reminder", "sms", "sent")]
    assert len(provider.messages) == 3


def test_a_provider_that_fails_ten_times_in_a_row_is_left_alone(world: World, provider: TwilioStandIn) -> None:
    for minute in (0, 30):
        for hour in (9, 10, 11):
            booked(world, hour, minute)
    for _ in range(12):
        provider.answer(500)
    run_due(NOW)
    assert breaker.open_until("twilio", NOW) is None
    run_due(NOW + timedelta(minutes=1))
    assert breaker.open_until("twilio", NOW + timedelta(minutes=1)) is not None
    assert alerts()[0].startswith("Le fournisseur de SMS ne répond plus")
    run_due(NOW + timedelta(minutes=4))
    assert len(provider.messages) == 6
    assert breaker.open_until("twilio", NOW + timedelta(minutes=4)) is None


@pytest.mark.parametrize(
    ("error", "opens"),
    [
        (UncertainError("timeout"), True),
        (TransientError("500"), True),
        (TransientError("429", retry_after=30), False),
        (PermanentError("21211", Problem.INVALID_NUMBER), False),
    ],
    ids=["hangs", "fails", "busy", "wrong number"],
)
def test_what_says_that_the_provider_is_down(error: ProviderError, *, opens: bool) -> None:
    """A provider that hangs is as down as one that fails; being busy, or refusing one number, is not being down."""
    for _ in range(breaker.FAILURES):
        breaker.failed("twilio", error, now=NOW)
    assert (breaker.open_until("twilio", NOW) is not None) == opens


def test_what_was_prepared_before_a_provider_failed_does_not_follow(
    world: World, provider: TwilioStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second batch is ready when the first is refused: it waits, and the provider is not asked again."""
    monkeypatch.setattr(dispatch, "BATCH", 1)
    booked(world, 9)
    booked(world, 10)
    provider.fail(30002, status=402, message="no credit")
    run_due(NOW)
    messages = OutboundMessage.objects.filter(kind="booked", channel="sms")
    assert len(provider.requests) == 1
    assert {(row.state, row.next_try_at > NOW) for row in messages} == {("planned", True)}
