"""E-mail by a provider's API, its reports of refusal, and what a family's mail program makes of our mails."""

import base64
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import icalendar
import pytest
from django.conf import settings as live
from django.core import mail
from django.core.mail import get_connection
from django.test import Client

from rdv.booking.cancel import cancel
from rdv.booking.move import move
from rdv.models import Contact
from rdv.models.actor import Actor
from reminders.models import OutboundMessage, Task
from reminders.providers.base import (
    AccountError,
    OutOfCredit,
    PermanentError,
    Problem,
    ProviderError,
    TransientError,
    UncertainError,
)
from reminders.providers.email import Email, send_email
from reminders.run import run_due
from tests.factories import NOW, World
from tests.reminders.support import booked
from tests.standins import rest
from tests.standins.rest import Call, Reply, StandIn

SECRET = "brevo:un-secret-au-hasard"
REPORTS = "/courriels/brevo/"
ID = "<202611230800.12345678901@smtp-relay.mailin.fr>"
EMAIL = Email(
    to="famille@exemple.test",
    subject="Votre rendez-vous",
    text="À bientôt",
    html="<p>À bientôt</p>",
    sender="PMI <pmi@rdv.exemple.test>",
    reply_to="mds@exemple.test",
    reference="message-42",
    thread="fil-7",
    calendar="BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nEND:VCALENDAR\r\n",
    calendar_method="CANCEL",
)


class BrevoMail:
    """The API for mails: https://developers.brevo.com/reference/sendtransacemail."""

    def answer(self, call: Call) -> Reply:
        return Reply(201, {"messageId": ID})


@pytest.fixture(scope="module")
def api() -> Iterator[StandIn]:
    with rest.running() as running:
        yield running


@pytest.fixture
def brevo(api: StandIn, settings: Any) -> StandIn:
    api.play(BrevoMail())
    settings.ANYMAIL = {"BREVO_API_KEY": "cle", "BREVO_API_URL": f"{api.url}/v3/", "WEBHOOK_SECRET": SECRET}
    return api


def send() -> str:
    connection = get_connection("anymail.backends.brevo.EmailBackend")
    return send_email(EMAIL, connection=connection).provider_id


def test_a_mail_leaves_by_the_api_with_all_that_it_says(brevo: StandIn) -> None:
    assert send() == ID
    sent = brevo.calls[0].json
    assert (sent["sender"]["email"], sent["to"][0]["email"]) == ("pmi@rdv.exemple.test", "famille@exemple.test")
    assert (sent["subject"], sent["textContent"], sent["htmlContent"]) == (EMAIL.subject, EMAIL.text, EMAIL.html)
    assert sent["replyTo"]["email"] == "mds@exemple.test"
    assert sent["headers"]["Auto-Submitted"] == "auto-generated"
    assert sent["headers"]["References"] == "<fil-7@rdv.exemple.test>"
    assert base64.b64decode(sent["attachment"][0]["content"]) == EMAIL.calendar.encode()


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, {"code": "invalid_parameter", "message": "email is not valid in to"}, PermanentError),
        (400, {"code": "invalid_parameter", "message": "subject is missing"}, PermanentError),
        (401, {"code": "unauthorized", "message": "Key not found"}, AccountError),
        (402, {"code": "not_enough_credits", "message": "Not enough credits"}, OutOfCredit),
        (429, {}, TransientError),
        (503, None, TransientError),
        (500, None, UncertainError),
    ],
)
def test_each_refusal_of_the_api(brevo: StandIn, status: int, body: Any, error: type[ProviderError]) -> None:
    brevo.prepared.append(Reply(status, body))
    with pytest.raises(error) as raised:
        send()
    assert type(raised.value) is error
    if isinstance(raised.value, PermanentError):
        wrong = "email" in body["message"]
        assert raised.value.problem is (Problem.INVALID_ADDRESS if wrong else Problem.REFUSED)


def test_a_cut_is_uncertain_and_nobody_there_is_not(brevo: StandIn, settings: Any) -> None:
    brevo.prepared.append(Reply(cut=True))
    with pytest.raises(UncertainError):
        send()
    settings.ANYMAIL = {**settings.ANYMAIL, "BREVO_API_URL": "http://127.0.0.1:9/v3/"}
    with pytest.raises(TransientError):
        send()


@pytest.fixture
def mailed(brevo: StandIn) -> OutboundMessage:
    """A mail about an appointment, handed over."""
    booked(World(), email="sam@exemple.test", phone="")
    rows = OutboundMessage.objects.filter(channel="email", contact__isnull=False)
    rows.update(state="sent", sent_at=NOW, provider="email", provider_id=ID, to="sam@exemple.test")
    return rows.get()


def report(event: str, *, secret: str = SECRET, **more: Any) -> int:
    body = {"event": event, "email": "Sam@exemple.test", "message-id": ID, "ts_epoch": 1795000000000, **more}
    basic = base64.b64encode(secret.encode()).decode()
    sent = Client().post(REPORTS, body, content_type="application/json", headers={"authorization": f"Basic {basic}"})
    return sent.status_code


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("events", "state", "address", "asked"),
    [
        (["request", "delivered", "opened"], "delivered", "ok", []),
        (["hard_bounce", "delivered"], "failed", "bounced", ["unreachable"]),
        (["soft_bounce"], "failed", "ok", ["unreachable"]),
        (["invalid_email", "invalid_email"], "failed", "bounced", ["unreachable"]),
        (["delivered", "hard_bounce"], "delivered", "bounced", ["unreachable"]),
        (["delivered", "spam"], "delivered", "bounced", ["unreachable"]),
        (["nouveau"], "sent", "ok", []),
    ],
)
def test_a_report_marks_the_message_the_address_and_asks_a_person(
    mailed: OutboundMessage, events: list[str], state: str, address: str, asked: list[str]
) -> None:
    assert [report(event) for event in events] == [204] * len(events)
    mailed.refresh_from_db()
    assert (mailed.state, Contact.objects.get().email_state) == (state, address)
    assert list(Task.objects.filter(kind="unreachable").values_list("kind", flat=True)) == asked


@pytest.mark.django_db
def test_a_forged_report_leaves_no_trace(mailed: OutboundMessage, settings: Any) -> None:
    assert [report("hard_bounce", secret=wrong) for wrong in ("", "brevo:", "brevo:autre", ":")] == [403] * 4
    assert Client().post(REPORTS, {"event": "hard_bounce"}).status_code == 403
    assert Client().get(REPORTS).status_code == 405
    settings.ANYMAIL = {}
    assert report("hard_bounce", secret="") == 403
    assert Contact.objects.get().email_state == "ok"


@pytest.mark.django_db
def test_a_report_of_nonsense_breaks_nothing(mailed: OutboundMessage) -> None:
    basic = {"authorization": f"Basic {base64.b64encode(SECRET.encode()).decode()}"}
    for body in ("", "[]", "null", "{", '{"items": []}'):
        answer = Client().post(REPORTS, body, content_type="application/json", headers=basic)
        assert answer.status_code == 400
    assert report("delivered", email=None, **{"message-id": 12}) == 204


def read(sent: Any) -> EmailMessage:
    found = message_from_bytes(sent.message().as_bytes(), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def calendar_of(message: EmailMessage) -> tuple[str, icalendar.Event]:
    part = next(one for one in message.walk() if one.get_content_type() == "text/calendar")
    file = icalendar.Calendar.from_ical(part.get_payload(decode=True))
    assert str(file["method"]) == part.get_param("method")
    assert [str(zone["tzid"]) for zone in file.timezones] == ["Europe/Paris"]
    return str(file["method"]), file.events[0]


@pytest.mark.django_db(transaction=True)
def test_a_mail_program_shows_one_thread_and_one_event_that_moves_and_ends() -> None:
    """RFC 5546: the same UID, a higher SEQUENCE; RFC 5322: the same thread; RFC 3834: nothing answers by itself."""
    world = World()
    world.organisation.email = "mds@exemple.test"
    world.organisation.save(update_fields=["email"])
    appointment, _ = booked(world, 9, email="sam@exemple.test", phone="")
    by = Actor.of(world.agent)
    run_due(NOW)
    move(appointment.pk, start=world.at(11), by=by, now=NOW)
    run_due(NOW)
    cancel(appointment.pk, by=by, now=NOW, for_family=False)
    run_due(NOW + timedelta(minutes=1))
    mails = [read(sent) for sent in mail.outbox if sent.to == ["sam@exemple.test"]]
    events = [calendar_of(one) for one in mails]
    assert [method for method, _ in events] == ["REQUEST", "REQUEST", "CANCEL"]
    assert len({str(event["uid"]) for _, event in events}) == 1
    sequences = [int(event["sequence"]) for _, event in events]
    assert sequences == sorted(set(sequences))
    assert [event.start for _, event in events] == [world.at(9), world.at(11), world.at(11)]
    assert len({one["References"] for one in mails}) == 1
    assert len({one["Message-ID"] for one in mails}) == 3
    assert {one["Auto-Submitted"] for one in mails} == {"auto-generated"}
    assert {one["Reply-To"] for one in mails} == {"mds@exemple.test"}
    for one in mails:
        assert one.get_body(("plain",)) is not None
        html = one.get_body(("html",))
        assert html is not None
        assert '<html lang="fr">' in html.get_content()


@pytest.mark.django_db(transaction=True)
def test_an_arabic_mail_is_written_from_right_to_left() -> None:
    world = World()
    _, family = booked(world, email="sam@exemple.test", phone="")
    OutboundMessage.objects.filter(family=family).update(language="ar")
    run_due(NOW)
    html = read(next(sent for sent in mail.outbox if sent.to == ["sam@exemple.test"])).get_body(("html",))
    assert html is not None
    assert '<html lang="ar" dir="rtl">' in html.get_content()


@pytest.mark.django_db(transaction=True)
def test_who_answers_a_mail_reaches_a_person() -> None:
    """Without an address of the team it is the territory's, and without either the mail's own sender."""
    world = World()
    world.organisation.email = ""
    world.organisation.save(update_fields=["email"])
    for address in ("accueil@exemple.test", ""):
        world.territory.email = address
        world.territory.save(update_fields=["email"])
        mail.outbox.clear()
        booked(world, 9 if address else 10, email="sam@exemple.test", phone="")
        run_due(NOW)
        sent = read(next(one for one in mail.outbox if one.to == ["sam@exemple.test"]))
        assert sent["Reply-To"] == (address or None)
        assert address or sent["From"] == live.DEFAULT_FROM_EMAIL
