"""Each French provider over real HTTP: what it is told, and what each of its answers lets us do next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reminders.providers import http
from reminders.providers.base import (
    AccountError,
    DeliveryState,
    Inbound,
    OutOfCredit,
    PermanentError,
    Problem,
    ProviderError,
    SmsProvider,
    StatusUpdate,
    TransientError,
    UncertainError,
    tag_of,
)
from reminders.providers.brevo import BrevoProvider
from reminders.providers.ovh import OvhProvider
from reminders.providers.smsmode import SmsmodeProvider
from tests.standins import rest
from tests.standins.french_sms import OVH_KEYS, BrevoWorld, OvhWorld, SmsmodeWorld
from tests.standins.rest import Reply, StandIn

FAMILY = "+33639980001"
TEXT = "RDV mardi 12 mai à 9h30, MDS de Val-d'Exemple"
STATUS_URL = "https://rdv.exemple.test/sms/x/status/?key=secret"
NAMES = ["ovh", "brevo", "smsmode"]
LAST_WEEK = datetime(2026, 11, 16, tzinfo=UTC)


@dataclass
class Bench:
    """A provider and its stand-in."""

    server: StandIn
    provider: SmsProvider
    world: Any

    def send(self, **changes: str) -> str:
        message = {"to": FAMILY, "body": TEXT, "sender": "RDV", "reference": "reminder:1", "status_url": STATUS_URL}
        return self.provider.send(**message | changes).provider_id

    def refuse(self, status: int, body: Any = None, **headers: str) -> None:
        self.server.prepared.append(Reply(status, body, headers))


@pytest.fixture(scope="module")
def server() -> Iterator[StandIn]:
    with rest.running() as running:
        yield running


def make(name: str, url: str) -> tuple[SmsProvider, Any]:
    match name:
        case "ovh":
            return OvhProvider(**OVH_KEYS, base_url=url), OvhWorld()
        case "brevo":
            return BrevoProvider(api_key="xkeysib-essai", base_url=url), BrevoWorld()
    return SmsmodeProvider(api_key="cle-essai", base_url=url), SmsmodeWorld()


@pytest.fixture
def bench(request: pytest.FixtureRequest, server: StandIn) -> Bench:
    provider, world = make(request.param, server.url)
    server.play(world)
    return Bench(server, provider, world)


each = pytest.mark.parametrize("bench", NAMES, indirect=True)
ovh = pytest.mark.parametrize("bench", ["ovh"], indirect=True)
brevo = pytest.mark.parametrize("bench", ["brevo"], indirect=True)
smsmode = pytest.mark.parametrize("bench", ["smsmode"], indirect=True)


@ovh
def test_ovh_gets_a_signed_job_that_is_no_advertisement(bench: Bench) -> None:
    assert bench.send() == "26929925"
    assert bench.server.calls[-1].json == {
        "message": TEXT,
        "receivers": [FAMILY],
        "charset": "UTF-8",
        "coding": "7bit",
        "noStopClause": True,
        "priority": "high",
        "tag": tag_of("reminder:1"),
        "sender": "RDV",
    }
    bench.send(sender="", body="موعد")
    second = bench.server.calls[-1].json
    assert (second["coding"], second["senderForResponse"], "sender" in second) == ("8bit", True, False)
    assert [call.path for call in bench.server.calls].count("/auth/time") == 1


@brevo
def test_brevo_gets_a_transactional_message(bench: Bench) -> None:
    assert bench.send() == "1511882900176220"
    assert bench.server.calls[-1].json == {
        "sender": "RDV",
        "recipient": "33639980001",
        "content": TEXT,
        "type": "transactional",
        "tag": tag_of("reminder:1"),
        "unicodeEnabled": False,
        "webUrl": STATUS_URL,
    }


@smsmode
def test_smsmode_gets_a_message_with_our_key_and_addresses(bench: Bench) -> None:
    assert bench.send() == bench.world.messages[0]["messageId"]
    assert bench.server.calls[-1].json == {
        "recipient": {"to": "33639980001"},
        "body": {"text": TEXT, "encoding": "GSM7"},
        "refClient": tag_of("reminder:1"),
        "from": "RDV",
        "callbackUrlStatus": STATUS_URL,
        "callbackUrlMo": STATUS_URL.replace("status", "inbound"),
    }


@each
def test_the_segments_that_are_billed_are_told(bench: Bench) -> None:
    message = {"to": FAMILY, "body": TEXT, "sender": "RDV", "reference": "r"}
    assert bench.provider.send(**message).segments == 1


@each
def test_a_number_that_is_refused_is_permanent(bench: Bench) -> None:
    with pytest.raises(PermanentError) as raised:
        bench.send(to="+33100000000")
    assert raised.value.problem is Problem.INVALID_NUMBER


@each
@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (402, {"code": "not_enough_credits", "message": "Not enough credits"}, OutOfCredit),
        (401, {"code": "unauthorized", "message": "Key not found"}, AccountError),
        (403, {"message": "This call has not been granted"}, AccountError),
        (400, {"message": "Invalid sender"}, AccountError),
        (400, {"message": "Message too long"}, PermanentError),
        (503, None, TransientError),
        (500, {"message": "Internal error"}, UncertainError),
        (502, None, UncertainError),
        (200, {}, ProviderError),
    ],
)
def test_each_refusal_says_what_may_be_done_next(
    bench: Bench, status: int, body: Any, error: type[ProviderError]
) -> None:
    bench.refuse(status, body)
    with pytest.raises(error) as raised:
        bench.send()
    assert error is ProviderError or type(raised.value) is error


@each
@pytest.mark.parametrize("header", ["Retry-After", "x-sib-ratelimit-reset"])
def test_a_limit_says_how_long_to_wait(bench: Bench, header: str) -> None:
    bench.refuse(429, None, **{header: "17"})
    with pytest.raises(TransientError) as raised:
        bench.send()
    assert raised.value.retry_after == timedelta(seconds=17)


@each
@pytest.mark.parametrize("taken", [True, False])
def test_a_cut_connection_is_uncertain_until_the_provider_is_asked_by_our_key(bench: Bench, taken: bool) -> None:
    bench.server.prepared.append(Reply(cut=True, done=taken))
    with pytest.raises(UncertainError):
        bench.send()
    found = bench.provider.look_up(reference="reminder:1", to=FAMILY, body=TEXT)
    assert (found is not None) == taken
    assert found is None or found.state is DeliveryState.SENT


@each
def test_an_answer_that_comes_too_late_is_uncertain(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.send(reference="warm")
    monkeypatch.setattr(http, "TIMEOUT", 0.05)
    bench.server.prepared.append(Reply(201, {}, late=0.15))
    with pytest.raises(UncertainError):
        bench.send()


@pytest.mark.parametrize("name", NAMES)
def test_a_provider_that_is_down_took_nothing(name: str) -> None:
    provider, _ = make(name, "http://127.0.0.1:9")
    with pytest.raises(TransientError):
        provider.send(to=FAMILY, body=TEXT, sender="RDV", reference="r")
    with pytest.raises(TransientError):
        provider.look_up(reference="r", to=FAMILY, body=TEXT)


@each
def test_asking_a_provider_in_trouble_says_that_it_can_t_tell(bench: Bench) -> None:
    bench.send()
    bench.refuse(500)
    with pytest.raises(TransientError):
        bench.provider.look_up(reference="reminder:1", to=FAMILY, body=TEXT)


@each
def test_another_message_is_not_taken_for_this_one(bench: Bench) -> None:
    bench.send()
    assert bench.provider.look_up(reference="reminder:2", to="+33639980002", body="autre") is None
    assert bench.provider.look_up(provider_id="1", to=FAMILY) is None


@ovh
def test_ovh_says_what_became_of_a_message(bench: Bench) -> None:
    pk = bench.send()
    bench.world.outgoing[int(pk)] |= {"deliveryReceipt": 2, "ptt": 23}
    found = bench.provider.look_up(provider_id=pk)
    assert found is not None
    assert (found.provider_id, found.state, found.code) == (pk, DeliveryState.FAILED, "23")
    bench.world.jobs[7] = {"id": 7, "receiver": FAMILY, "message": TEXT}
    waiting = bench.provider.look_up(reference="jamais vu", to=FAMILY, body=TEXT)
    assert waiting is not None
    assert (waiting.provider_id, waiting.state) == ("7", DeliveryState.SENT)


@brevo
def test_brevo_s_last_event_counts(bench: Bench) -> None:
    pk = bench.send()
    bench.world.happens("delivered", int(pk), "33639980001")
    bench.world.happens("accepted", int(pk), "33639980001")
    found = bench.provider.look_up(provider_id=pk, to=FAMILY)
    assert found is not None
    assert found.state is DeliveryState.DELIVERED


@smsmode
def test_smsmode_says_what_became_of_a_message(bench: Bench) -> None:
    pk = bench.send()
    bench.world.messages[0]["status"] = {"value": "UNDELIVERED", "detail": "EXPIRED"}
    found = bench.provider.look_up(provider_id=pk)
    assert found is not None
    assert (found.state, found.code) == (DeliveryState.FAILED, "EXPIRED")


DELIVERED, FAILED, SENT = DeliveryState.DELIVERED, DeliveryState.FAILED, DeliveryState.SENT


@pytest.mark.parametrize(
    ("name", "form", "expected"),
    [
        ("ovh", {"id": "5", "ptt": "4", "description": "1"}, StatusUpdate("5", DELIVERED)),
        ("ovh", {"id": "5", "ptt": "2", "description": "8"}, StatusUpdate("5", SENT)),
        ("ovh", {"id": "5", "ptt": "23", "description": "2"}, StatusUpdate("5", FAILED, "23", Problem.INVALID_NUMBER)),
        ("ovh", {"id": "5", "ptt": "999", "description": "2"}, StatusUpdate("5", FAILED, "999", Problem.UNREACHABLE)),
        ("ovh", {"id": "5", "description": "x"}, None),
        ("brevo", {"messageId": 123, "msg_status": "delivered"}, StatusUpdate("123", DELIVERED)),
        ("brevo", {"messageId": 123, "msg_status": "sent"}, StatusUpdate("123", SENT)),
        ("brevo", {"messageId": 1, "msg_status": "hard_bounce"}, StatusUpdate("1", FAILED, "", Problem.INVALID_NUMBER)),
        ("brevo", {"messageId": 1, "msg_status": "soft_bounce"}, StatusUpdate("1", FAILED, "", Problem.UNREACHABLE)),
        ("brevo", {"messageId": 1, "msg_status": "replied"}, None),
        ("smsmode", {"messageId": "a", "status": {"value": "DELIVERED"}}, StatusUpdate("a", DELIVERED)),
        ("smsmode", {"messageId": "a", "status": {"value": "ENROUTE"}}, StatusUpdate("a", SENT)),
        (
            "smsmode",
            {"messageId": "a", "status": {"value": "UNDELIVERABLE", "detail": "UNKNOWN"}},
            StatusUpdate("a", FAILED, "UNKNOWN", Problem.INVALID_NUMBER),
        ),
        ("smsmode", {"messageId": "a", "status": "DELIVERED"}, None),
        ("smsmode", {}, None),
        ("brevo", {}, None),
        ("ovh", {}, None),
    ],
)
def test_a_report_is_read(name: str, form: dict[str, Any], expected: StatusUpdate | None) -> None:
    provider, _ = make(name, "http://127.0.0.1:9")
    assert provider.read_status(form) == expected
    assert provider.read_inbound(form) is None


@ovh
def test_ovh_s_replies_are_fetched(bench: Bench) -> None:
    bench.world.incoming[9] = {"id": 9, "sender": "0033639980001", "message": "Oui 🙏", "tag": "", "credits": 1}
    assert bench.provider.incoming(since=LAST_WEEK) == [Inbound("9", FAMILY, "", "Oui 🙏")]
    assert bench.server.calls[-2].query == {"creationDatetime.from": "2026-11-16T00:00:00+00:00"}


@brevo
def test_brevo_s_replies_are_fetched_and_each_has_its_own_key(bench: Bench) -> None:
    bench.world.happens("replies", 12, "33639980001", reply="OUI")
    bench.world.happens("replies", 12, "33639980001", reply="Non finalement")
    found = bench.provider.incoming(since=LAST_WEEK)
    assert [(one.sender, one.text) for one in found] == [(FAMILY, "Non finalement"), (FAMILY, "OUI")]
    assert len({one.provider_id for one in found}) == 2
    assert [one.provider_id for one in bench.provider.incoming(since=LAST_WEEK)] == [one.provider_id for one in found]


@smsmode
def test_smsmode_s_replies_are_fetched(bench: Bench) -> None:
    bench.send()
    pk = bench.world.replies("33639980001", "NON")
    assert bench.provider.incoming(since=LAST_WEEK) == [Inbound(pk, FAMILY, "", "NON")]


@each
def test_the_credit_that_is_left_is_told_where_it_is_known(bench: Bench) -> None:
    expected = {"ovh": 950.0, "brevo": 82.85, "smsmode": None}
    assert bench.provider.credit() == expected[bench.provider.name]


@pytest.mark.parametrize("name", NAMES)
def test_wrong_keys_are_the_account_s_trouble(name: str, server: StandIn) -> None:
    _, world = make(name, server.url)
    server.play(world)
    wrong: dict[str, SmsProvider] = {
        "ovh": OvhProvider(**OVH_KEYS | {"application_key": "autre"}, base_url=server.url),
        "brevo": BrevoProvider(api_key="autre", base_url=server.url),
        "smsmode": SmsmodeProvider(api_key="autre", base_url=server.url),
    }
    with pytest.raises(AccountError):
        wrong[name].send(to=FAMILY, body=TEXT, sender="RDV", reference="r")
