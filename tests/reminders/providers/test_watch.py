"""The administrators know within minutes: an SMS to ourselves that does not come back, a credit that runs low."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from rdv.config import metrics
from rdv.management.commands import doctor
from reminders import canary, credit, trouble
from reminders.models import Canary, TroubleKind
from reminders.receipts import apply_status
from tests.factories import NOW
from tests.reminders.providers.conftest import KEY, Two
from tests.standins.rest import Reply
from tests.web.agents.world import Office

pytestmark = pytest.mark.django_db
MORNING = NOW.replace(hour=8, minute=0)
LATER = MORNING + timedelta(hours=1)


@pytest.fixture
def watched(two: Two, settings: Any) -> Two:
    settings.SMS_PROVIDERS = ["ovh"]
    settings.SMS_CANARY_NUMBER = "+33639980099"
    settings.SMS_LOW_CREDIT = {"ovh": 500}
    return two


def told() -> list[str]:
    return [sent.subject for sent in mail.outbox]


def open_kinds() -> list[str]:
    return [row.kind for row in trouble.current()]


def test_one_sms_a_day_and_account_to_a_telephone_of_the_service(watched: Two) -> None:
    for minutes in (0, 10, 20):
        canary.watch(MORNING + timedelta(minutes=minutes))
    assert [row["receiver"] for row in watched.ovh.outgoing.values()] == ["+33639980099"]
    canary.watch(MORNING + timedelta(days=1))
    assert len(watched.ovh.outgoing) == 2


def test_none_at_night_and_none_without_a_number(watched: Two, settings: Any) -> None:
    canary.watch(MORNING.replace(hour=2))
    settings.SMS_CANARY_NUMBER = ""
    canary.watch(MORNING)
    assert not Canary.objects.exists()


def test_its_receipt_proves_the_whole_way(watched: Two) -> None:
    canary.watch(MORNING)
    sent = Canary.objects.get().provider_id
    assert apply_status(provider="ovh", provider_id=sent, status="delivered", now=MORNING)
    canary.watch(LATER)
    assert (told(), open_kinds(), canary.last_arrival("ovh")) == ([], [], MORNING)


def test_without_a_receipt_the_account_is_asked_before_anybody_is_alarmed(watched: Two) -> None:
    canary.watch(MORNING)
    next(iter(watched.ovh.outgoing.values()))["deliveryReceipt"] = 1
    canary.watch(LATER)
    assert (told(), canary.last_arrival("ovh")) == ([], LATER)


def test_one_that_does_not_come_back_is_told_once_and_the_next_one_ends_it(watched: Two) -> None:
    canary.watch(MORNING)
    for hours in (1, 2, 3):
        canary.watch(MORNING + timedelta(hours=hours))
    assert (told(), open_kinds()) == (["RDV : un SMS de contrôle s’est perdu"], ["canary"])
    canary.watch(MORNING + timedelta(days=1))
    last = Canary.objects.latest("day").provider_id
    apply_status(provider="ovh", provider_id=last, status="delivered", now=MORNING + timedelta(days=1))
    assert open_kinds() == []


def test_one_that_is_not_even_taken_is_told_at_once(watched: Two) -> None:
    watched.first.prepared.append(Reply(402, {"message": "Not enough credits"}))
    canary.watch(MORNING)
    assert (len(told()), open_kinds()) == (1, ["canary"])


def test_a_low_credit_is_told_once_and_again_after_a_refill(watched: Two) -> None:
    for left, expected in ((600, 0), (400, 1), (390, 1), (5000, 1), (100, 2)):
        watched.ovh.credits = left
        credit.watch(NOW)
        assert (credit.known("ovh"), len(told())) == (left, expected)
    assert open_kinds() == ["low_credit"]


def test_an_account_that_can_t_tell_its_credit_alarms_nobody(watched: Two) -> None:
    watched.first.prepared.append(Reply(500))
    credit.watch(NOW)
    assert (credit.known("ovh"), told()) == (None, [])


def test_doctor_and_metrics_say_how_old_the_last_arrival_is(watched: Two) -> None:
    Canary.objects.create(provider="ovh", day=NOW.date(), sent_at=NOW, delivered_at=NOW - timedelta(hours=3))
    credit.watch(NOW)
    (found,) = doctor.sms(NOW)
    assert found.ok
    assert "SMS de contrôle reçu il y a 3 h" in found.detail
    assert "reste 950" in found.detail
    assert "/sms/ovh/inbound/?key=<SMS_WEBHOOK_KEY>" in found.detail
    assert KEY not in found.detail
    figures = metrics.exposition(NOW).decode()
    assert 'rdv_sms_canary_age_seconds{provider="ovh"} 10800.0' in figures
    assert 'rdv_sms_credit{provider="ovh"} 950.0' in figures
    trouble.begins("ovh", TroubleKind.ACCOUNT, now=NOW)
    assert 'rdv_sms_account_well{provider="ovh"} 0.0' in metrics.exposition(NOW).decode()
    assert [one.ok for one in doctor.sms(NOW)] == [False]
    assert [one.ok for one in doctor.sms(NOW + timedelta(days=2))] == [False]


def test_without_an_account_doctor_says_what_to_give(settings: Any) -> None:
    settings.SMS_PROVIDERS, settings.TWILIO_ACCOUNT_SID = [], ""
    (found,) = doctor.sms(NOW)
    assert (found.ok, found.detail) == (False, "aucun compte : SMS_PROVIDERS, ou TWILIO_ACCOUNT_SID")


def test_a_banner_tells_territory_administrators_and_nobody_else(two: Two) -> None:
    office = Office()
    trouble.begins("ovh", TroubleKind.CREDIT, now=NOW)
    seen = {who: office.client(who).get("/agents/").content.decode() for who in ("territory", "secretary")}
    assert "OVHcloud\u00a0: plus de crédit depuis le" in seen["territory"]
    assert "Les SMS partent par Brevo en attendant." in seen["territory"]
    assert "OVHcloud" not in seen["secretary"]
