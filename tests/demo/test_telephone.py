"""The simulated telephone: the real adapter sends over HTTP, and answers come back signed."""

from datetime import timedelta

import pytest
from django.test import Client, override_settings
from pytest_django.live_server_helper import LiveServer
from twilio.request_validator import RequestValidator

from rdv.demo import network
from rdv.demo.models import DemoSms
from rdv.demo.network import NotCarried, signature
from reminders.providers.base import AccountError, DeliveryState, PermanentError
from reminders.providers.twilio_sms import TwilioProvider
from tests.factories import NOW, family, territory

FORM = {"From": "+33639980001", "To": "36999", "Body": "Oui, à 9h30 !", "MessageSid": "SM1"}


def test_the_signature_is_twilios() -> None:
    url = "https://rdv.exemple.fr/sms/twilio/inbound/"
    assert RequestValidator("secret").validate(url, FORM, signature(url, FORM, "secret"))


@pytest.fixture
def provider(live_server: LiveServer) -> TwilioProvider:
    return TwilioProvider(
        account_sid="ACtest", auth_token="test-twilio-token", base_url=f"{live_server.url}/demo/twilio"
    )


@pytest.mark.django_db(transaction=True)
def test_the_real_adapter_sends_to_the_stand_in(provider: TwilioProvider) -> None:
    sent = provider.send(to="+33639980001", body="RDV mar. 10/03 à 9h30", sender="36999", reference="k")
    row = DemoSms.objects.get()
    assert (row.sid, row.phone, row.sender, row.body) == (
        sent.provider_id,
        "+33639980001",
        "36999",
        "RDV mar. 10/03 à 9h30",
    )
    found = provider.look_up(provider_id=sent.provider_id)
    assert found is not None
    assert (found.provider_id, found.state) == (sent.provider_id, DeliveryState.SENT)
    by_text = provider.look_up(to="+33639980001", body="RDV mar. 10/03 à 9h30", since=row.at - timedelta(minutes=5))
    assert by_text is not None
    assert by_text.provider_id == sent.provider_id


@pytest.mark.django_db(transaction=True)
def test_the_stand_in_refuses_as_twilio_does(provider: TwilioProvider, live_server: LiveServer) -> None:
    with pytest.raises(PermanentError):
        provider.send(to="0639980001", body="Bonjour", sender="36999", reference="k")
    stranger = TwilioProvider(account_sid="ACtest", auth_token="wrong", base_url=f"{live_server.url}/demo/twilio")
    with pytest.raises(AccountError):
        stranger.send(to="+33639980001", body="Bonjour", sender="36999", reference="k")
    assert not DemoSms.objects.exists()


@pytest.mark.django_db
def test_a_telephone_shows_its_conversation(client: Client) -> None:
    family(territory(), phone="+33639980001")
    DemoSms.objects.create(sid="SM1", phone="+33639980001", sender="36999", body="Venez-vous ?", at=NOW)
    DemoSms.objects.create(
        sid="SM2", phone="+33639980001", sender="36999", body="oui", is_from_family=True, at=NOW + timedelta(minutes=4)
    )
    DemoSms.objects.create(sid="SM3", phone="+33639980002", sender="36999", body="À une autre", at=NOW)
    page = client.get("/demo/telephone/33639980001/").content.decode()
    assert page.index("Venez-vous ?") < page.index("bubble--sent")
    assert "Sam Exemple" in page
    assert "À une autre" not in page
    listed = client.get("/demo/telephone/").content.decode()
    assert "Venez-vous ?" not in listed
    assert "À une autre" in listed


@pytest.mark.django_db
def test_any_number_can_be_typed(client: Client) -> None:
    territory()
    answer = client.post("/demo/telephone/", {"phone": "06 39 98 12 34"})
    assert answer.headers["Location"] == "/demo/telephone/33639981234/"
    assert client.get("/demo/telephone/33639981234/").status_code == 200
    for typed in ("0639981234", "+33639981234"):
        assert client.get(f"/demo/telephone/{typed}/").headers["Location"] == "/demo/telephone/33639981234/"
    for address in ("abc", "12345678", "999999999999", "٠٦٣٩٩٨١٢٣٤", "0639/fil", "abc/fil"):
        assert client.get(f"/demo/telephone/{address}/").status_code == 404, address
    assert "Erreur" in client.post("/demo/telephone/", {"phone": "06 39"}).content.decode()


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_nobody_takes_is_said_and_kept_on_the_telephone(client: Client) -> None:
    territory()
    with override_settings(DEMO_URL="http://127.0.0.1:9"):
        answer = client.post("/demo/telephone/33639980001/", {"body": "oui"}, follow=True)
    assert "n’est pas passé" in answer.content.decode()
    assert DemoSms.objects.get().is_from_family


@pytest.mark.django_db
def test_a_receipt_for_nobody_is_not_sent() -> None:
    row = DemoSms.objects.create(sid="SM1", phone="+33639980404", sender="36999", body="x", at=NOW)
    network.deliver(row)
    assert DemoSms.objects.get().status == "undelivered"


@pytest.mark.django_db(transaction=True)
def test_a_refused_call_says_what_answered(live_server: LiveServer) -> None:
    with override_settings(DEMO_URL=live_server.url), pytest.raises(NotCarried, match="a répondu 404"):
        network.post("/sms/twilio/nowhere/", FORM)
