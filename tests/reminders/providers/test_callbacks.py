"""What the providers that sign nothing may tell us: reports with our key, and that there is something to fetch."""

from itertools import product
from typing import Any

import pytest
from django.test import Client

from reminders.inbound import fetching
from reminders.models import InboundMessage, OutboundMessage
from reminders.providers import accounts
from tests.factories import NOW, World
from tests.reminders.providers.conftest import KEY, Two
from tests.reminders.support import FAMILY, booked
from tests.standins.rest import Reply

pytestmark = pytest.mark.django_db

KEYS = ["", "fausse", KEY[:-1], KEY + "x", "é"]
NONSENSE = ["", "[]", "nul", '{"messageId": {"x": 1}}', '{"messageId": 7, "msg_status": [1]}', "\x00"]


@pytest.fixture
def sent(two: Two, settings: Any) -> OutboundMessage:
    booked(World())
    OutboundMessage.objects.filter(channel="sms").update(
        state="sent", sent_at=NOW, provider="ovh", provider_id="26929925"
    )
    return OutboundMessage.objects.get(channel="sms", provider="ovh")


def state(message: OutboundMessage) -> str:
    message.refresh_from_db()
    return message.state


def test_ovh_reports_by_the_address_it_calls(sent: OutboundMessage) -> None:
    report = {"key": KEY, "id": sent.provider_id, "ptt": "4", "date": "20261123", "description": "1"}
    assert Client().get("/sms/ovh/status/", report).status_code == 204
    assert state(sent) == "delivered"


def test_brevo_reports_in_json_and_a_late_report_changes_nothing(sent: OutboundMessage) -> None:
    OutboundMessage.objects.filter(pk=sent.pk).update(provider="brevo", provider_id="77")
    for status in ("delivered", "sent", "hard_bounce"):
        body = {"messageId": 77, "msg_status": status, "to": "33639980001"}
        answer = Client().post(f"/sms/brevo/status/?key={KEY}", body, content_type="application/json")
        assert answer.status_code == 204
        assert state(sent) == "delivered"


@pytest.mark.parametrize(
    "path", ["/sms/ovh/status/", "/sms/brevo/status/", "/sms/ovh/inbound/", "/sms/smsmode/inbound/"]
)
def test_without_our_key_nothing_is_read(sent: OutboundMessage, path: str, two: Two) -> None:
    calls = len(two.first.calls)
    for send, key in product((Client().get, Client().post), KEYS):
        assert send(f"{path}?key={key}&id={sent.provider_id}&description=1").status_code == 403
    assert (state(sent), len(two.first.calls), InboundMessage.objects.count()) == ("sent", calls, 0)


def test_an_account_that_we_don_t_have_is_refused(sent: OutboundMessage, settings: Any) -> None:
    answers = [Client().post(f"/sms/{name}/status/?key={KEY}").status_code for name in ("smsmode", "autre", "console")]
    assert answers == [403, 404, 404]
    settings.SMS_WEBHOOK_KEY = ""
    assert Client().get("/sms/ovh/status/?key=", {"id": "1"}).status_code == 403


def test_a_call_brings_the_reply_that_the_provider_holds_and_believes_nothing_that_it_carries(
    sent: OutboundMessage, two: Two
) -> None:
    two.ovh.incoming[9] = {"id": 9, "sender": FAMILY, "message": "ANNULER", "tag": "", "credits": 1}
    forged = {"key": KEY, "id": "10", "sender": "+33639980009", "message": "ANNULER"}
    for _twice in range(2):
        assert Client().get("/sms/ovh/inbound/", forged).status_code == 204
    stored = InboundMessage.objects.values_list("provider", "provider_id", "sender", "body", "outcome")
    assert [row[:4] for row in stored] == [("ovh", "9", FAMILY, "ANNULER")]
    assert sent.appointment is not None
    sent.appointment.refresh_from_db()
    assert sent.appointment.is_cancelled


def test_replies_are_fetched_each_minute_and_one_account_in_trouble_stops_no_other(
    sent: OutboundMessage, two: Two
) -> None:
    two.brevo.happens("replies", 1, "33639980001", reply="OUI")
    two.first.prepared.append(Reply(500))
    assert fetching.fetch_all(now=NOW) == 1
    assert fetching.fetch_all(now=NOW) == 0
    assert InboundMessage.objects.get().provider == "brevo"


def test_nonsense_breaks_nothing(sent: OutboundMessage) -> None:
    for body, content_type in product(NONSENSE, ("application/json", "application/x-www-form-urlencoded")):
        answer = Client().post(f"/sms/brevo/status/?key={KEY}", body, content_type=content_type)
        assert answer.status_code == 204
    assert state(sent) == "sent"


def test_the_addresses_to_give_to_a_provider_hold_the_key(two: Two, settings: Any) -> None:
    settings.PUBLIC_URL = "https://rdv.exemple.test"
    assert accounts.callback("ovh", "inbound") == f"https://rdv.exemple.test/sms/ovh/inbound/?key={KEY}"
    assert accounts.callback("twilio", "status") == "https://rdv.exemple.test/sms/twilio/status/"
