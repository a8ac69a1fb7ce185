"""A real worker sends what a commit left in the outbox; killed while sending, it neither loses nor doubles."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from reminders import outbox
from reminders.kinds import Kind
from reminders.models import InboundMessage, OutboundMessage
from reminders.sweep import IN_FLIGHT, sweep
from tests.factories import territory
from tests.reminders.support import FAMILY
from tests.standins import twilio

pytestmark = [pytest.mark.broker, pytest.mark.django_db(transaction=True)]


class Line:
    """What the provider does with the next message: it takes it, then keeps the line until it is let go."""

    def __init__(self) -> None:
        self.taken, self.let_go = threading.Event(), threading.Event()

    def __call__(self, handler: Any, form: dict[str, str]) -> None:
        answer = handler.server.standin.accept(form)
        self.taken.set()
        self.let_go.wait(30)
        handler.reply(201, answer)


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[twilio.TwilioStandIn]:
    """The provider as the worker's own process sees it: through the environment."""
    with twilio.running() as standin:
        standin.account_sid = settings.TWILIO_ACCOUNT_SID = "ACdemo"
        standin.auth_token = settings.TWILIO_AUTH_TOKEN = "demo-twilio"
        settings.TWILIO_API_URL = standin.url
        monkeypatch.setenv("TWILIO_API_URL", standin.url)
        yield standin


def answer() -> OutboundMessage:
    """Say something at once, at whatever hour the tests are run."""
    here, now = territory(), timezone.now()
    reply = InboundMessage.objects.create(
        territory=here, provider="twilio", provider_id="SM1", sender=FAMILY, body="aide", received_at=now
    )
    with transaction.atomic():
        outbox.say(kind=Kind.RECEIPT, template="receipt_stopped", territory=here, phone=FAMILY, now=now, reply=reply)
    return OutboundMessage.objects.get()


def kill(process: "subprocess.Popen[str]") -> None:
    """The worker and its children, without a word."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
    process.kill()
    process.wait(timeout=10)
    for child in children:
        os.kill(int(child), signal.SIGKILL)


def test_a_worker_killed_while_sending_neither_loses_nor_doubles(
    outside: twilio.TwilioStandIn, celery_process: "subprocess.Popen[str]"
) -> None:
    line = Line()
    outside.behaviours.append(line)
    message = answer()
    assert line.taken.wait(30)
    kill(celery_process)
    line.let_go.set()
    message.refresh_from_db()
    assert (message.state, message.provider_id) == ("claimed", "")
    assert sweep(timezone.now() + IN_FLIGHT) == 1
    message.refresh_from_db()
    assert (message.state, message.provider_id) == ("sent", outside.messages[0]["sid"])
    assert len(outside.messages) == 1
