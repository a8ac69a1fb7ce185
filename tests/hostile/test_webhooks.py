"""What providers' addresses do with what is forged, replayed, stale or nonsense."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client

from reminders.inbound.signature import sign
from reminders.models import InboundMessage, OutboundMessage
from tests.hostile.attack import FORM
from tests.hostile.site import Site
from tests.hostile.values import EVERYTHING
from tests.hostile.watch import fingerprint

INBOUND, STATUS = "/sms/twilio/inbound/", "/sms/twilio/status/"


def reply(site: Site, **changes: str) -> dict[str, str]:
    """A reply of the mother, as Twilio sends it."""
    form = {"MessageSid": "SM1", "AccountSid": "ACtest", "From": site.contact().phone, "To": "36999", "Body": "NON"}
    return {**form, "NumMedia": "0", **changes}


def report(**changes: str) -> dict[str, str]:
    return {"MessageSid": "SMenvoi", "MessageStatus": "delivered", "AccountSid": "ACtest", **changes}


def post(
    path: str, form: dict[str, Any], *, signed: dict[str, Any] | None = None, url: str = "", token: str = ""
) -> Any:
    """Send a form with the signature of `signed` (the form itself, usually)."""
    values = {name: [str(value)] for name, value in (form if signed is None else signed).items()}
    mark = sign(token=token or settings.TWILIO_AUTH_TOKEN, url=url or settings.PUBLIC_URL + path, form=values)
    client = Client(raise_request_exception=False)
    return client.post(
        path, urlencode(form, errors="surrogatepass"), content_type=FORM, headers={"x-twilio-signature": mark}
    )


@pytest.mark.parametrize("path", [INBOUND, STATUS])
def test_what_was_not_signed_by_our_account_leaves_no_trace(site: Site, path: str) -> None:
    before, form = fingerprint(), reply(site)
    forged = {
        "no signature": Client().post(path, form),
        "another token": post(path, form, token="autre"),
        "no token": post(path, form, signed={}),
        "another text": post(path, {**form, "Body": "OUI"}, signed=form),
        "another sender": post(path, {**form, "From": "+33639980002"}, signed=form),
        "one field more": post(path, {**form, "Extra": "1"}, signed=form),
        "one field less": post(path, {k: v for k, v in form.items() if k != "To"}, signed=form),
        "another address": post(path, form, url=settings.PUBLIC_URL + (STATUS if path == INBOUND else INBOUND)),
        "another site": post(path, form, url="https://ailleurs.example" + path),
        "by GET": Client().get(path, form),
    }
    assert {what: answer.status_code for what, answer in forged.items()} == dict.fromkeys(forged, 403) | {"by GET": 405}
    assert fingerprint() == before


def test_a_signature_that_is_none(site: Site) -> None:
    before = fingerprint()
    for mark in ("", "x", "=" * 5000, "é", "AAAAAAAAAAAAAAAAAAAAAAAAAAA=", "\x00"):
        answer = Client().post(INBOUND, reply(site), headers={"x-twilio-signature": mark})
        assert answer.status_code == 403
        assert answer.content
    assert fingerprint() == before


def test_an_account_without_its_token_believes_nobody(site: Site, settings: Any) -> None:
    """Left empty, the token is no secret that everybody knows."""
    settings.TWILIO_AUTH_TOKEN = ""
    form = reply(site)
    mark = sign(token="", url=settings.PUBLIC_URL + INBOUND, form={name: [value] for name, value in form.items()})
    assert Client().post(INBOUND, form, headers={"x-twilio-signature": mark}).status_code == 403
    assert not InboundMessage.objects.filter(provider_id="SM1").exists()


def test_replayed_it_counts_once(site: Site) -> None:
    """An answer recorded on the way and sent again, an hour or a hundred times later."""
    assert post(INBOUND, reply(site)).status_code == 200
    after = fingerprint()
    for _time in range(5):
        assert post(INBOUND, reply(site)).status_code == 200
    assert fingerprint() == after


def test_a_reply_moved_to_another_id_needs_a_new_signature(site: Site) -> None:
    assert post(INBOUND, reply(site, MessageSid="SM2"), signed=reply(site)).status_code == 403


def test_nonsense_that_is_well_signed_breaks_nothing(site: Site) -> None:
    """A provider changes its mind about a field: it gets an answer, and its message is kept or left."""
    names, values = list(reply(site)), list(EVERYTHING.values())
    for turn, label in enumerate(EVERYTHING):
        name = names[turn % len(names)]
        for given in ({name: values[turn]}, dict.fromkeys(names, values[turn])):
            texts = {field: value.decode("utf-8", "replace") for field, value in given.items()}
            assert post(INBOUND, reply(site, MessageSid=f"SM-{label}") | texts).status_code == 200, label


def test_a_report_of_nonsense_breaks_nothing(site: Site) -> None:
    OutboundMessage.objects.filter(key="essai").update(kind="booked", provider="twilio", provider_id="SMenvoi")
    for label, value in EVERYTHING.items():
        for field in ("MessageSid", "MessageStatus", "ErrorCode"):
            form = report(MessageStatus="failed") | {field: value.decode("utf-8", "replace")}
            assert post(STATUS, form).status_code == 204, (field, label)


def test_a_reply_without_a_field_is_no_failure(site: Site) -> None:
    for missing in reply(site):
        form = {name: value for name, value in reply(site).items() if name != missing}
        assert post(INBOUND, form).status_code == 200


def test_reports_only_move_a_message_forward(site: Site) -> None:
    """Late, doubled, out of order, or about a message of nobody."""
    message = OutboundMessage.objects.get(key="essai")
    OutboundMessage.objects.filter(pk=message.pk).update(kind="booked", provider="twilio", provider_id="SMenvoi")
    states = []
    for status in ("queued", "delivered", "sent", "queued", "failed", "delivered", "undelivered", "nouveau"):
        assert post(STATUS, report(MessageStatus=status, ErrorCode="30003")).status_code == 204
        message.refresh_from_db()
        states.append(message.state)
    assert states == ["sent", *["delivered"] * 7]
    assert post(STATUS, report(MessageSid="SMinconnu")).status_code == 204


def test_somebody_unknown_learns_nothing_and_leaves_no_file(site: Site) -> None:
    families = type(site.family).objects.count()
    assert post(INBOUND, reply(site, From="+33639981111", Body="bonjour je veux un rdv")).status_code == 200
    assert type(site.family).objects.count() == families
    said = OutboundMessage.objects.filter(to="+33639981111")
    assert not any(person.first_name in one.body for one in said for person in site.family.persons.all())


def test_a_long_story_is_kept_and_cuts_nothing(site: Site) -> None:
    assert post(INBOUND, reply(site, Body="non " + "é" * 20_000)).status_code == 200
    assert InboundMessage.objects.get(provider_id="SM1").body.startswith("non é")


def test_a_body_without_end_is_not_read(site: Site) -> None:
    before = fingerprint()
    for path in (INBOUND, STATUS):
        answer = post(path, reply(site, Body="a" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)))
        assert answer.status_code == 400
    assert fingerprint() == before


def test_other_addresses_of_providers_do_not_exist(site: Site) -> None:
    for path in ("/sms/", "/sms/twilio/", "/sms/autre/inbound/"):
        assert Client().post(path, reply(site)).status_code == 404
