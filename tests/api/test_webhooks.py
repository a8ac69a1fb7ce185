"""Notifications: written with what they tell, signed, tried again, and never sent to a private address."""

import base64
import hashlib
import hmac
import json
import socket
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from threading import Thread
from time import time
from typing import Any

import pytest

from api.models import Webhook, WebhookDelivery
from api.upkeep import sweep
from api.v1.webhooks import addresses, send
from api.v1.webhooks.send import DELAYS, deliver_due
from rdv.access.scopes import TokenScope
from rdv.booking.cancel import cancel
from rdv.booking.move import move
from rdv.models import Appointment, Role
from rdv.models.actor import Actor
from tests.api.support import Caller, booking
from tests.factories import NOW, World, agent

EVERYTHING = ["appointment.booked", "appointment.moved", "appointment.cancelled", "absence.declared"]


class Receiver:
    """Another system on this machine: keeps what it gets, answers what the test says."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        kept = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                kept.got.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(kept.answers.pop(0) if kept.answers else 204)
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/hook?a=1"


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """On this machine, which is private: the guard is lifted for the test alone."""
    monkeypatch.setattr(addresses, "SCHEMES", ("http",))
    monkeypatch.setattr(addresses, "is_public", lambda _: True)
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


def ask(api: Caller, url: str, events: list[str] | None = None) -> dict[str, Any]:
    answer = api.post("webhooks/", {"url": url, "events": events or EVERYTHING})
    assert answer.status_code == 201, answer.json()
    return answer.json()


def test_a_booking_is_told_signed_and_names_nobody(api: Caller, world: World, receiver: Receiver) -> None:
    hook = ask(api, receiver.url)
    made = api.post("appointments/", booking(world)).json()
    assert deliver_due(now=NOW) == 1
    ((headers, body),) = receiver.got
    told = json.loads(body)
    assert (told["type"], told["timestamp"]) == ("appointment.booked", "2027-01-11T08:00:00+01:00")
    names = ("id", "reference", "status", "start", "end", "time_zone", "location", "agents", "sequence")
    assert {name: told["data"][name] for name in names} == {name: made[name] for name in names}
    for word in ("Noé", "Alix", "Exemple", "39981234", "/r/"):
        assert word not in body.decode()
    named = {name.lower(): value for name, value in headers.items()}
    assert abs(int(named["webhook-timestamp"]) - time()) < 60
    key = base64.b64decode(hook["secret"].removeprefix("whsec_"))
    signed = f"{named['webhook-id']}.{named['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert named["webhook-signature"] == f"v1,{expected}"
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.last_status, delivery.event_id) == ("delivered", 204, named["webhook-id"])
    assert deliver_due(now=NOW + timedelta(days=9)) == 0


def test_the_published_signature_is_ours() -> None:
    """The example of the Standard Webhooks specification's reference libraries."""
    assert (
        send.signature(
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1614265330,
            b'{"test": 2432232314}',
        )
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_each_event_wanted_is_told_once_and_the_others_never(api: Caller, world: World, receiver: Receiver) -> None:
    ask(api, receiver.url, ["appointment.moved", "appointment.cancelled"])
    made = world.book(9).appointment
    move(made.pk, start=world.at(10), by=Actor.of(world.agent), now=NOW)
    cancel(made.pk, by=Actor.family(), now=NOW, for_family=True)
    assert deliver_due(now=NOW) == 2
    told = [json.loads(body) for _, body in receiver.got]
    assert [(one["type"], one["data"]["sequence"]) for one in told] == [
        ("appointment.moved", 1),
        ("appointment.cancelled", 2),
    ]


def test_an_absence_names_the_appointments_that_it_hits(api: Caller, world: World, receiver: Receiver) -> None:
    ask(api, receiver.url, ["absence.declared"])
    hit = world.book(9).appointment
    body = {"agent": world.agent.pk, "start": world.at(8).isoformat(), "end": world.at(18).isoformat()}
    api.post("absences/", body)
    assert deliver_due(now=NOW) == 1
    assert json.loads(receiver.got[0][1])["data"]["appointments"] == [hit.pk]


def test_a_discreet_appointment_is_told_to_nobody(api: Caller, world: World, receiver: Receiver) -> None:
    ask(api, receiver.url)
    world.type.service.is_discreet = True
    world.type.service.save()
    world.book(9)
    assert WebhookDelivery.objects.count() == 0


def test_what_is_not_taken_is_tried_again_later_and_given_up_in_the_end(
    api: Caller, world: World, receiver: Receiver
) -> None:
    ask(api, receiver.url)
    world.book(9)
    receiver.answers = [500] * (len(DELAYS) + 1)
    now = NOW
    for tries, delay in enumerate(DELAYS, 1):
        assert deliver_due(now=now) == 0
        row = WebhookDelivery.objects.get()
        assert (row.state, row.tries, row.last_status) == ("planned", tries, 500)
        assert delay <= row.next_try_at - now <= delay * 1.2
        assert deliver_due(now=row.next_try_at - timedelta(seconds=1)) == 0
        now = row.next_try_at
    deliver_due(now=now)
    assert WebhookDelivery.objects.get().state == "failed"
    assert len(receiver.got) == len(DELAYS) + 1
    assert len({dict(headers)["webhook-id"] for headers, _ in receiver.got}) == 1


def test_redirections_are_not_followed_and_gone_is_for_good(api: Caller, world: World, receiver: Receiver) -> None:
    hook = ask(api, receiver.url)
    world.book(9)
    receiver.answers = [302, 410]
    deliver_due(now=NOW)
    assert WebhookDelivery.objects.get().last_status == 302
    deliver_due(now=NOW + timedelta(hours=1))
    assert WebhookDelivery.objects.get().state == "failed"
    assert api.get(f"webhooks/{hook['id']}/").json()["is_active"] is False


def test_a_receiver_that_is_down_is_tried_again(api: Caller, world: World, receiver: Receiver) -> None:
    ask(api, receiver.url)
    world.book(9)
    receiver.server.shutdown()
    receiver.server.server_close()
    assert deliver_due(now=NOW) == 0
    row = WebhookDelivery.objects.get()
    assert (row.state, row.last_status, row.last_error) == ("planned", None, "ConnectionRefusedError")


def test_a_worker_that_dies_leaves_it_to_the_next(
    api: Caller, world: World, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: Any) -> int:
        raise KeyboardInterrupt

    ask(api, receiver.url)
    world.book(9)
    with monkeypatch.context() as patch:
        patch.setattr(send, "post", dies)
        with pytest.raises(KeyboardInterrupt):
            deliver_due(now=NOW)
    assert deliver_due(now=NOW) == 0
    assert deliver_due(now=NOW + send.LEASE) == 1


def test_a_refused_booking_tells_nothing(api: Caller, world: World, receiver: Receiver) -> None:
    ask(api, receiver.url)
    api.post("appointments/", booking(world, start=world.at(14).isoformat()))
    assert (Appointment.objects.count(), WebhookDelivery.objects.count()) == (0, 0)


def test_a_revoked_token_is_told_nothing(api: Caller, world: World, receiver: Receiver) -> None:
    ask(api, receiver.url)
    api.token.revoked_at = NOW
    api.token.save()
    world.book(9)
    assert WebhookDelivery.objects.count() == 0


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://10.0.0.8/x",
        "https://169.254.169.254/latest/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[fd00::1]/",
        "https://localhost/",
        "https://redis/",
        "https://base.internal/",
        "https://user:secret@example.org/",
        "http://example.org/",
        "ftp://example.org/",
        "https://",
        "https://[x",
        "https://example.org:99999/",
        "https://exa mple.org/",
        "https://example..org/",
        "https://example.org/a b",
        "https://example.org/a\r\nX-Header: b",
        "x\x00",
    ],
)
def test_private_addresses_are_refused_when_they_are_written(api: Caller, url: str) -> None:
    answer = api.post("webhooks/", {"url": url, "events": EVERYTHING})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["url"])


@pytest.mark.parametrize(
    ("found", "public"),
    [
        (["93.184.216.34"], True),
        (["2606:2800:220:1::1"], True),
        (["10.0.0.1"], False),
        (["93.184.216.34", "127.0.0.1"], False),
        (["fe80::1%eth0"], False),
        (["100.64.0.1"], False),
        (["224.0.0.1"], False),
        (["0.0.0.0"], False),
        (["2002:7f00:1::"], False),
    ],
)
def test_a_name_that_leads_to_a_private_address_is_refused_when_it_is_sent(
    monkeypatch: pytest.MonkeyPatch, found: list[str], public: bool
) -> None:
    rows = [(socket.AF_INET6 if ":" in one else socket.AF_INET, 1, 6, "", (one, 443)) for one in found]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: rows)
    if public:
        assert addresses.resolve("hook.example.org", 443) == found[0]
    else:
        with pytest.raises(addresses.Forbidden):
            addresses.resolve("hook.example.org", 443)


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is pointed elsewhere between the check and the connection changes nothing."""
    asked: list[Any] = []

    def refuse(address: Any, **_: Any) -> None:
        asked.append(address)
        raise ConnectionRefusedError

    answers = iter(["93.184.216.34", "127.0.0.1"])
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (next(answers), 443))])
    monkeypatch.setattr(socket, "create_connection", refuse)
    with pytest.raises(send.NotDelivered):
        send.post("https://hook.example.org/", b"{}", {})
    assert asked == [("93.184.216.34", 443)]


def test_every_written_form_of_an_address_is_understood() -> None:
    assert not addresses.is_public(ip_address("::ffff:127.0.0.1"))
    assert addresses.is_public(ip_address("64:ff9b::5db8:d822"))


def test_they_are_changed_listed_and_removed_by_their_own_token(api: Caller, world: World, receiver: Receiver) -> None:
    hook = ask(api, receiver.url)
    assert "secret" not in api.get("webhooks/").json()["results"][0]
    changed = api.patch(f"webhooks/{hook['id']}/", {"events": ["appointment.moved"], "is_active": False}).json()
    assert (changed["events"], changed["is_active"]) == (["appointment.moved"], False)
    world.book(9)
    assert api.get(f"webhooks/{hook['id']}/deliveries/").json()["count"] == 0
    other = Caller(world.territory)
    assert other.get(f"webhooks/{hook['id']}/").status_code == 404
    assert api.delete(f"webhooks/{hook['id']}/").status_code == 204
    assert Webhook.objects.count() == 0
    plain = Caller(world.territory, agent=agent(world.organisation, role=Role.ADMIN))
    assert plain.get("webhooks/").status_code == 403
    assert Caller(world.territory, scopes=(TokenScope.SLOTS_READ,)).get("webhooks/").status_code == 403


def test_deliveries_are_listed_and_forgotten_after_a_month(api: Caller, world: World, receiver: Receiver) -> None:
    hook = ask(api, receiver.url)
    world.book(9)
    deliver_due(now=NOW)
    (row,) = api.get(f"webhooks/{hook['id']}/deliveries/").json()["results"]
    assert (row["type"], row["state"], row["tries"], row["last_status"]) == ("appointment.booked", "delivered", 1, 204)
    sweep(now=NOW + timedelta(days=29))
    assert WebhookDelivery.objects.count() == 1
    sweep(now=NOW + timedelta(days=31))
    assert WebhookDelivery.objects.count() == 0
