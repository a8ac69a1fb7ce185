"""One message that can't be handled stops no other, and a person hears of it."""

import smtplib
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction

from reminders import breaker, claiming, dispatch, record, trouble
from reminders.models import MessageState, OutboundMessage, Task
from reminders.prepare import UNWRITABLE
from reminders.providers.base import OutOfCredit, Sent
from reminders.providers.twilio_sms import TwilioProvider
from reminders.run import run_due
from reminders.sweep import IN_FLIGHT, sweep
from tests import factories as make
from tests.factories import NOW, World
from tests.reminders.support import booked, rows
from tests.standins.twilio import TwilioStandIn

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2027, 1, 14)


@pytest.fixture
def world() -> World:
    made = World()
    make.opening(made.agent, made.location, made.type, day=DAY)
    made.day = DAY
    made.agent.notify = "none"
    made.agent.save(update_fields=["notify"])
    return made


def states(**filters: Any) -> list[str]:
    found = OutboundMessage.objects.filter(kind="booked", **filters)
    return [row.state for row in found.order_by("appointment__starts_at", "channel")]


def test_a_text_that_cant_be_written_stops_no_other(world: World, provider: TwilioStandIn) -> None:
    broken, _ = booked(world, 9)
    booked(world, 10)
    OutboundMessage.objects.filter(appointment=broken, kind="booked").update(context={"template": "no_such_text"})
    run_due(NOW)
    assert states() == ["failed", "sent"]
    assert len(provider.messages) == 1
    assert [(task.kind, task.appointment, task.detail) for task in Task.objects.all()] == [
        ("uncertain", broken, UNWRITABLE)
    ]


def test_an_adapter_that_breaks_on_one_message_sends_the_others(
    world: World, provider: TwilioStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    booked(world, 9, phone="+33639980011")
    booked(world, 10, phone="+33639980012")
    send = TwilioProvider.send

    def breaking(self: TwilioProvider, *, to: str, **given: Any) -> Sent:
        if to == "+33639980011":
            raise ValueError("what no adapter foresaw")
        return send(self, to=to, **given)

    monkeypatch.setattr(TwilioProvider, "send", breaking)
    run_due(NOW)
    assert states() == ["uncertain", "sent"]


def test_a_mail_that_cant_be_made_leaves_the_others_and_the_sms(world: World, provider: TwilioStandIn) -> None:
    _, family = booked(world, 9, email="sam@exemple.test", phone="")
    booked(world, 10, email="alix@exemple.test", phone="")
    family.contacts.update(email="sam@exemple.test\nBcc: x@exemple.test")
    run_due(NOW)
    assert states() == ["failed", "sent"]
    assert [sent.to for sent in mail.outbox] == [["alix@exemple.test"]]


def test_a_record_that_is_refused_costs_no_other_its_own(world: World, provider: TwilioStandIn) -> None:
    """Two messages with one id of the provider: the first keeps it, and the third is recorded all the same."""
    for hour in (9, 10, 11):
        booked(world, hour)
    ready = [(row, Sent(sid)) for row, sid in zip(_claimed(), ("SM1", "SM1", "SM2"), strict=True)]
    dispatch._sent(ready, "twilio", NOW)
    assert sorted(states()) == ["claimed", "sent", "sent"]


def _claimed() -> list[OutboundMessage]:
    return list(OutboundMessage.objects.filter(pk__in=take(NOW)).order_by("pk"))


def take(now: datetime) -> list[int]:
    """What a worker has claimed, and marked as such."""
    with transaction.atomic():
        return claiming.take(dispatch.claim(now), now=now)


def test_a_message_that_cant_be_settled_leaves_no_other_in_flight(
    world: World, provider: TwilioStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken, _ = booked(world, 9)
    booked(world, 10)
    take(NOW)
    again = record.again

    def breaking(message: OutboundMessage, *given: Any, **more: Any) -> None:
        if message.appointment_id == broken.pk:
            raise ValueError("a row that nobody foresaw")
        again(message, *given, **more)

    monkeypatch.setattr(record, "again", breaking)
    assert sweep(NOW + IN_FLIGHT) == 1
    assert states() == ["claimed", "planned"]


def test_a_message_that_was_claimed_again_meanwhile_is_left_to_its_new_worker(world: World) -> None:
    """Two sweeps at once: the slower one must not plan again what is being sent."""
    booked(world, 9)
    take(NOW)
    seen_by_the_slower = OutboundMessage.objects.get(kind="booked")
    sweep(NOW + IN_FLIGHT)
    assert len(take(NOW + IN_FLIGHT)) == 1
    later = NOW + IN_FLIGHT + timedelta(seconds=1)
    record.again(seen_by_the_slower, later, now=later, reason="")
    assert states() == [MessageState.CLAIMED]


def test_an_alert_that_cant_be_mailed_loses_no_record(
    world: World, provider: TwilioStandIn, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.ADMIN_EMAILS = ["exploitation@exemple.test"]

    def refused(*_: Any, **__: Any) -> None:
        raise smtplib.SMTPServerDisconnected("no mail either")

    monkeypatch.setattr(trouble, "send_mail", refused)
    breaker.failed("twilio", OutOfCredit("30002"), now=NOW)
    assert breaker.open_until("twilio", NOW) is not None


def test_mail_servers_say_nothing_of_the_sms_account(world: World) -> None:
    for _ in range(breaker.FAILURES + 1):
        breaker.failed("email", OutOfCredit("535"), now=NOW)
    assert breaker.open_until("email", NOW) is None


def test_a_long_pass_ends_and_leaves_the_rest_to_the_next(
    world: World, provider: TwilioStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its `now` would be late: hours of sending and times to give up are judged by it."""
    _, family = booked(world, 9)
    booked(world, 10, family=family)
    monkeypatch.setattr(dispatch, "BATCH", 1)
    monkeypatch.setattr(dispatch, "LONGEST_PASS", 0)
    assert dispatch.dispatch(NOW) == 1
    assert [state for _, _, state in rows(family, kind="booked")] == ["sent", "planned"]
