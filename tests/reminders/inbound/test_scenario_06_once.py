"""Scenario 6: a reply delivered twice is honoured once; a forged one leaves no trace."""

from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest

from rdv.models import AppointmentEvent, Status
from reminders.inbound import process_pending
from reminders.models import InboundMessage, OutboundMessage
from tests.factories import World
from tests.reminders.inbound.support import MOTHER, SENDER, Desk, booked, mother_of

FORM = {"MessageSid": "SMforged", "From": MOTHER, "To": SENDER, "Body": "ANNULER", "NumMedia": "0"}


def _status(request: Request) -> int:
    try:
        with urlopen(request, timeout=10) as response:
            return int(response.status)
    except HTTPError as error:
        return error.code


def test_the_same_message_twice_has_one_effect_and_one_receipt(desk: Desk) -> None:
    world = World()
    booked(world, mother_of(world), 9)
    desk.sends()
    seen = len(desk.sms())

    assert desk.receives("ANNULER", sid="SM0001") == 200
    assert desk.receives("ANNULER", sid="SM0001") == 200

    assert InboundMessage.objects.count() == 1
    assert AppointmentEvent.objects.filter(verb="cancelled").count() == 1
    assert len(desk.new_sms(seen)) == 1


def test_a_crash_between_storing_and_handling_loses_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider is answered, the reply is handled by the next pass, once."""
    world = World()
    appointment = booked(world, mother_of(world), 9)
    desk.sends()
    with monkeypatch.context() as broken:
        broken.setattr("reminders.inbound.pending.handle", lambda *_, **__: 1 / 0)
        assert desk.receives("ANNULER") == 200
    appointment.refresh_from_db()
    assert appointment.status == Status.UNKNOWN

    assert process_pending(desk.now) == 1
    assert process_pending(desk.now) == 0
    appointment.refresh_from_db()
    assert appointment.status == Status.EXCUSED


def test_what_can_never_be_handled_is_read_by_a_person(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    booked(world, mother_of(world), 9)
    monkeypatch.setattr("reminders.inbound.pending.handle", lambda *_, **__: 1 / 0)
    desk.receives("ANNULER")
    desk.waits(minutes=6)
    assert process_pending(desk.now) == 1
    reply = InboundMessage.objects.get()
    assert (reply.outcome, reply.tasks.get().kind) == ("failed", "unclear")


def test_a_forged_webhook_is_refused_without_a_trace(desk: Desk) -> None:
    world = World()
    appointment = booked(world, mother_of(world), 9)
    for path in ("inbound", "status"):
        for signature in ("", "forged", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="):
            headers = {"X-Twilio-Signature": signature}
            forged = Request(f"{desk.site}/sms/twilio/{path}/", urlencode(FORM).encode(), headers)
            assert _status(forged) == 403
    assert InboundMessage.objects.count() == 0
    appointment.refresh_from_db()
    assert appointment.status == Status.UNKNOWN


def test_a_signature_of_another_message_is_refused(desk: Desk) -> None:
    url = f"{desk.site}/sms/twilio/inbound/"
    good = desk.standin.signed(url, FORM)
    forged = Request(url, urlencode(FORM | {"Body": "OUI"}).encode(), dict(good.header_items()))
    assert _status(forged) == 403
    assert _status(good) == 200


def test_get_is_not_a_message(desk: Desk) -> None:
    assert _status(Request(f"{desk.site}/sms/twilio/inbound/?From=x&MessageSid=y")) == 405


def test_odd_bytes_and_missing_fields_are_no_error(desk: Desk) -> None:
    """PostgreSQL stores no NUL, and a provider may send less than it documents."""
    World()
    url = f"{desk.site}/sms/twilio/inbound/"
    assert desk.receives("non\x00") == 200
    assert InboundMessage.objects.get().body == "non"
    for form in ({}, {"MessageSid": "SM7"}, {"From": MOTHER}, {"MessageSid": "S" * 300, "From": "F" * 300}):
        assert _status(desk.standin.signed(url, form)) == 200


def test_reports_only_move_a_message_forward(desk: Desk) -> None:
    world = World()
    booked(world, mother_of(world), 9)
    desk.sends()
    url, sid = f"{desk.site}/sms/twilio/status/", str(desk.standin.messages[0]["sid"])
    for status in ("delivered", "sent", "delivered", "undelivered"):
        assert desk.standin.deliver(url, sid, status) == 204
    assert OutboundMessage.objects.get(provider_id=sid).state == "delivered"


def test_a_refused_number_is_known_for_what_it_is(desk: Desk) -> None:
    """30006: a landline. The contact gets no more SMS, and somebody is asked to call."""
    world = World()
    of = mother_of(world)
    booked(world, of, 9)
    desk.sends()
    sid = str(desk.standin.messages[0]["sid"])
    assert desk.standin.deliver(f"{desk.site}/sms/twilio/status/", sid, "undelivered", code="30006") == 204
    assert OutboundMessage.objects.get(provider_id=sid).state == "failed"
    assert not of.contacts.get().can_get_sms
