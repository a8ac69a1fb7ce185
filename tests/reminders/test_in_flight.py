"""A worker dies, an answer never comes, a report is late: nothing is lost, and no reminder comes twice."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from rdv.booking.cancel import cancel
from rdv.models import Contact
from rdv.models.actor import Actor
from reminders import claiming, dispatch, receipts, record
from reminders.models import DeliveryReceipt, MessageState, OutboundMessage, Queued, Task
from reminders.prepare import prepare
from reminders.providers import accounts, twilio_http
from reminders.providers.base import DeliveryState, Problem, Sent, TransientError
from reminders.receipts import apply_status
from reminders.run import run_due
from reminders.states import REACHED_FROM, advance
from reminders.sweep import IN_FLIGHT, sweep
from tests import factories as make
from tests.factories import NOW, World, paris
from tests.races.support import Rival
from tests.reminders.support import booked, contact, rows
from tests.standins.twilio import TwilioStandIn

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2027, 1, 14)
EVE = paris(date(2027, 1, 13), 9)
LATER = NOW + timedelta(minutes=3)


@pytest.fixture
def world() -> World:
    made = World()
    make.opening(made.agent, made.location, made.type, day=DAY)
    made.day = DAY
    made.agent.notify = "none"
    made.agent.save(update_fields=["notify"])
    return made


@pytest.fixture
def deaf(monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider can't be asked."""

    def cannot_tell(*_: Any, **__: Any) -> None:
        raise TransientError("unreachable")

    provider = accounts.sms_provider()
    monkeypatch.setattr(provider, "look_up", cannot_tell, raising=False)


def taken() -> list[int]:
    """What a worker has claimed, and marked as such."""
    with transaction.atomic():
        return claiming.take(dispatch.claim(NOW), now=NOW)


def message(kind: str = "booked") -> OutboundMessage:
    return OutboundMessage.objects.get(kind=kind, channel="sms")


def test_a_worker_that_died_before_sending_is_relieved(world: World, provider: TwilioStandIn) -> None:
    _, family = booked(world)
    (pk,) = dispatch.claim(NOW)
    sweep(NOW + IN_FLIGHT - timedelta(seconds=1))
    assert (Queued.objects.get(pk=pk).is_held, dispatch.claim(NOW + IN_FLIGHT - timedelta(seconds=1))) == (True, [])
    run_due(NOW + IN_FLIGHT)
    assert rows(family, kind="booked") == [("booked", "sms", "sent")]
    assert len(provider.messages) == 1


def test_a_worker_that_died_after_sending_does_not_send_again(world: World, provider: TwilioStandIn) -> None:
    """Killed between the provider's answer and the record: the provider is asked, and knows."""
    _, family = booked(world)
    (ready,) = prepare(dispatch.claim(NOW), now=NOW)
    account = accounts.sms_provider()
    assert account is not None
    taken = account.send(to=ready.message.to, body=ready.text, sender="36999", reference="x")
    run_due(NOW + IN_FLIGHT)
    assert rows(family, kind="booked") == [("booked", "sms", "sent")]
    assert message().provider_id == taken.provider_id
    assert len(provider.messages) == 1


@pytest.mark.parametrize(("accepting", "sent_in_all"), [(True, 1), (False, 1)])
def test_a_cut_connection_is_asked_about(
    world: World, provider: TwilioStandIn, accepting: bool, sent_in_all: int
) -> None:
    _, family = booked(world)
    provider.drop(accepting=accepting)
    run_due(NOW)
    assert rows(family, kind="booked") == [("booked", "sms", "uncertain")]
    run_due(LATER)
    assert rows(family, kind="booked") == [("booked", "sms", "sent")]
    assert len(provider.messages) == sent_in_all


def test_a_slow_provider_is_not_sent_the_same_twice(
    world: World, provider: TwilioStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio_http, "TIMEOUT", 0.2)
    accounts._cached.cache_clear()
    _, family = booked(world)
    provider.slow(0.5)
    run_due(NOW)
    run_due(LATER)
    assert (rows(family, kind="booked"), len(provider.messages)) == ([("booked", "sms", "sent")], 1)
    accounts._cached.cache_clear()


def test_when_nobody_can_tell_a_change_is_sent_again(world: World, provider: TwilioStandIn, deaf: None) -> None:
    appointment, family = booked(world)
    run_due(NOW)
    cancel(appointment.pk, by=Actor.of(world.agent), now=NOW, for_family=False)
    provider.drop(accepting=True)
    run_due(NOW)
    run_due(LATER)
    assert rows(family, kind="cancelled_by_service") == [("cancelled_by_service", "sms", "sent")]
    assert len([sms for sms in provider.messages if "annulé" in sms["body"]]) == 2
    assert not Task.objects.exists()


def test_when_nobody_can_tell_a_reminder_is_called_and_never_sent_twice(
    world: World, provider: TwilioStandIn, deaf: None
) -> None:
    _, family = booked(world)
    run_due(NOW)
    provider.drop(accepting=True)
    run_due(EVE)
    run_due(EVE + timedelta(minutes=3))
    assert rows(family, kind="reminder") == [("reminder", "sms", "failed")]
    assert [(task.kind, task.detail) for task in Task.objects.all()] == [("call_reminder", "SMS peut-être non parti")]
    assert len([sms for sms in provider.messages if "Rappel" in sms["body"]]) == 1


def report(status: str, *, code: str = "", problem: Problem | None = None, sid: str = "") -> bool:
    return apply_status(
        provider="twilio", provider_id=sid or message().provider_id, status=DeliveryState(status), error_code=code,
        problem=problem, now=NOW,
    )  # fmt: skip


def test_reports_bring_a_message_forward_and_never_back(world: World, provider: TwilioStandIn) -> None:
    booked(world)
    run_due(NOW)
    assert report("sent") is False
    assert report("delivered") is True
    assert message().state == MessageState.DELIVERED
    assert report("delivered") is False
    assert report("sent") is False
    assert report("failed", code="30003", problem=Problem.UNREACHABLE) is False
    assert message().state == MessageState.DELIVERED
    assert DeliveryReceipt.objects.count() == 3
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("code", "problem", "phone_state", "task"),
    [
        ("30003", Problem.UNREACHABLE, "to_check", "unreachable"),
        ("30005", Problem.INVALID_NUMBER, "to_check", "wrong_number"),
        ("30006", Problem.LANDLINE, "failed", ""),
    ],
)
def test_a_report_of_failure_marks_the_number_and_says_it_another_way(
    world: World, provider: TwilioStandIn, code: str, problem: Problem, phone_state: str, task: str
) -> None:
    _, family = booked(world)
    Contact.objects.filter(family=family).update(email="sam@exemple.test")
    run_due(NOW)
    assert report("failed", code=code, problem=problem) is True
    assert report("failed", code=code, problem=problem) is False
    assert contact(family).phone_state == phone_state
    assert rows(family, kind="booked") == [("booked", "email", "planned"), ("booked", "sms", "failed")]
    assert [one.kind for one in Task.objects.all()] == ([task] if task else [])


def test_a_report_that_comes_before_our_own_record_is_applied_by_it(world: World, provider: TwilioStandIn) -> None:
    """Providers call back before they have answered."""
    booked(world)
    taken = provider.accept({"To": "+33639980001", "Body": "…"})
    provider.messages.clear()
    assert report("delivered", sid=taken["sid"]) is False
    provider.behaviours.append(lambda handler, _: handler.reply(201, taken))
    run_due(NOW)
    assert message().state == MessageState.DELIVERED


def test_a_report_that_comes_while_we_record_is_applied(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """It finds no message yet, and the record does not find it either: each has still to commit."""
    booked(world)
    (pk,) = taken()
    recorded = Rival(
        lambda: record.sent([(OutboundMessage.objects.get(pk=pk), Sent("SM1"))], provider="twilio", now=NOW)
    )
    look = receipts._message

    def looking(provider: str, provider_id: str) -> OutboundMessage | None:
        seen = look(provider, provider_id)
        recorded.run()
        return seen

    monkeypatch.setattr(receipts, "_message", looking)
    report("delivered", sid="SM1")
    assert recorded.error is None
    assert message().state == MessageState.DELIVERED


def test_a_report_about_nothing_of_ours_changes_nothing() -> None:
    assert report("delivered", sid="SMunknown") is False


def test_the_table_of_states_only_goes_forward(world: World) -> None:
    """Where a message has ended, nothing takes it anywhere."""
    booked(world)
    row = message()
    for ended in (MessageState.DELIVERED, MessageState.FAILED, MessageState.DROPPED, MessageState.SUPERSEDED):
        assert all(ended not in sources for sources in REACHED_FROM.values())
        OutboundMessage.objects.filter(pk=row.pk).update(state=ended)
        assert not any(advance(row, target) for target in REACHED_FROM)
    assert set(REACHED_FROM) == set(MessageState)
