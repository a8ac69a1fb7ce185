"""The SMS provider over real HTTP, and what each of its answers lets us do next."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from reminders.providers import twilio_http
from reminders.providers.base import (
    AccountError,
    DeliveryState,
    Found,
    Inbound,
    OutOfCredit,
    PermanentError,
    Problem,
    ProviderError,
    StatusUpdate,
    TransientError,
    UncertainError,
)
from reminders.providers.twilio_sms import TwilioProvider
from tests.standins import twilio

FAMILY = "+33639980001"
TEXT = "RDV mardi 12 mai à 9h30, MDS de Val-d'Exemple"


@pytest.fixture
def standin() -> Iterator[twilio.TwilioStandIn]:
    with twilio.running() as server:
        yield server


@pytest.fixture
def provider(standin: twilio.TwilioStandIn) -> TwilioProvider:
    return TwilioProvider(account_sid="ACtest", auth_token=standin.auth_token, base_url=standin.url)


def send(provider: TwilioProvider, **changes: str) -> str:
    message = {"to": FAMILY, "body": TEXT, "sender": "36999", "reference": "m1", "status_url": ""} | changes
    return provider.send(**message).provider_id


def test_a_message_reaches_the_provider_whole(standin: twilio.TwilioStandIn, provider: TwilioProvider) -> None:
    provider_id = send(provider, status_url="https://rdv.example.org/sms/twilio/status/")
    assert standin.requests == [
        {
            "To": FAMILY,
            "From": "36999",
            "Body": TEXT,
            "StatusCallback": "https://rdv.example.org/sms/twilio/status/",
        }
    ]
    assert provider_id == standin.messages[0]["sid"]


def test_a_messaging_service_may_be_the_sender(standin: twilio.TwilioStandIn, provider: TwilioProvider) -> None:
    send(provider, sender="MG0123")
    assert standin.requests[0]["MessagingServiceSid"] == "MG0123"
    assert "From" not in standin.requests[0]


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        (21211, Problem.INVALID_NUMBER),
        (21610, Problem.OPTED_OUT),
        (21614, Problem.LANDLINE),
        (21612, Problem.UNREACHABLE),
        (21617, Problem.REFUSED),
        (29999, Problem.REFUSED),
    ],
)
def test_a_refused_number_is_permanent(
    standin: twilio.TwilioStandIn, provider: TwilioProvider, code: int, problem: Problem
) -> None:
    standin.fail(code)
    with pytest.raises(PermanentError) as raised:
        send(provider)
    assert (raised.value.code, raised.value.problem, raised.value.retryable) == (str(code), problem, False)
    assert standin.messages == []


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (402, 20001, OutOfCredit),
        (400, 10001, OutOfCredit),
        (401, 20003, AccountError),
        (403, 20008, AccountError),
        (400, 21606, AccountError),
        (500, 20500, TransientError),
    ],
)
def test_an_account_in_trouble_is_told_from_a_number_in_trouble(
    standin: twilio.TwilioStandIn, provider: TwilioProvider, status: int, code: int, error: type[ProviderError]
) -> None:
    standin.fail(code, status=status)
    with pytest.raises(error) as raised:
        send(provider)
    assert type(raised.value) is error


def test_a_wrong_token_is_the_account_s_trouble(standin: twilio.TwilioStandIn) -> None:
    provider = TwilioProvider(account_sid="ACtest", auth_token="wrong", base_url=standin.url)
    with pytest.raises(AccountError):
        send(provider)


def test_the_rate_limit_says_how_long_to_wait(standin: twilio.TwilioStandIn, provider: TwilioProvider) -> None:
    standin.too_many(retry_after=30)
    with pytest.raises(TransientError) as raised:
        send(provider)
    assert raised.value.retry_after == timedelta(seconds=30)
    assert raised.value.retryable


def test_a_provider_that_is_down_took_nothing() -> None:
    """Nothing listens there: the request never left, so it may be sent again."""
    provider = TwilioProvider(account_sid="ACtest", auth_token="x", base_url="http://127.0.0.1:9")
    with pytest.raises(TransientError) as raised:
        send(provider)
    assert raised.value.code == "unreachable"


@pytest.mark.parametrize("accepting", [True, False])
def test_a_cut_connection_is_uncertain_until_the_provider_is_asked(
    standin: twilio.TwilioStandIn, provider: TwilioProvider, accepting: bool
) -> None:
    started = datetime.now(UTC)
    standin.drop(accepting=accepting)
    with pytest.raises(UncertainError):
        send(provider)
    found = provider.look_up(to=FAMILY, body=TEXT, since=started)
    expected = Found(standin.messages[0]["sid"], DeliveryState.SENT) if accepting else None
    assert found == expected


def test_a_late_answer_is_uncertain(
    standin: twilio.TwilioStandIn, provider: TwilioProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(twilio_http, "TIMEOUT", 0.05)
    standin.slow(0.3)
    with pytest.raises(UncertainError):
        send(provider)
    assert len(standin.messages) == 1


@pytest.mark.parametrize("status", [502, 504])
def test_a_gateway_that_gave_up_is_uncertain(
    standin: twilio.TwilioStandIn, provider: TwilioProvider, status: int
) -> None:
    standin.answer(status)
    with pytest.raises(UncertainError):
        send(provider)


def test_an_older_message_with_the_same_text_is_not_taken_for_this_one(
    standin: twilio.TwilioStandIn, provider: TwilioProvider
) -> None:
    send(provider)
    assert provider.look_up(to=FAMILY, body=TEXT, since=datetime.now(UTC) + timedelta(hours=1)) is None
    assert provider.look_up(to=FAMILY, body="autre texte") is None
    assert provider.look_up(to="+33639980002", body=TEXT) is None


def test_a_message_is_found_by_its_id(standin: twilio.TwilioStandIn, provider: TwilioProvider) -> None:
    provider_id = send(provider)
    standin.messages[0] |= {"status": "undelivered", "error_code": 30003}
    assert provider.look_up(provider_id=provider_id) == Found(provider_id, DeliveryState.FAILED, "30003")
    assert provider.look_up(provider_id="SMunknown") is None


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        ({"MessageSid": "SM1", "MessageStatus": "delivered"}, StatusUpdate("SM1", DeliveryState.DELIVERED)),
        ({"SmsSid": "SM1", "SmsStatus": "sent"}, StatusUpdate("SM1", DeliveryState.SENT)),
        (
            {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30006"},
            StatusUpdate("SM1", DeliveryState.FAILED, "30006", Problem.LANDLINE),
        ),
        (
            {"MessageSid": "SM1", "MessageStatus": "failed", "ErrorCode": "x"},
            StatusUpdate("SM1", DeliveryState.FAILED, "x", Problem.UNREACHABLE),
        ),
        ({"MessageSid": "SM1", "MessageStatus": "telepathy"}, None),
        ({"MessageStatus": "delivered"}, None),
        ({}, None),
    ],
)
def test_a_status_callback_is_read(
    provider: TwilioProvider, form: dict[str, str], expected: StatusUpdate | None
) -> None:
    assert provider.read_status(form) == expected


def test_an_inbound_message_is_read(provider: TwilioProvider) -> None:
    form = {"MessageSid": "SM1", "From": FAMILY, "To": "36999", "Body": "Oui 🙏"}
    assert provider.read_inbound(form) == Inbound("SM1", FAMILY, "36999", "Oui 🙏")
    assert provider.read_inbound({"Body": "Oui"}) is None
