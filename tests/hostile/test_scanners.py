"""Scanners of mail and previews of messages open every link, and change nothing: not even a session is begun."""

import pytest
from django.db import connection
from django.test import Client

from rdv.models import Appointment, Offer
from tests.hostile.addresses import every_address
from tests.hostile.site import Site
from tests.hostile.watch import Watch, fingerprint

ROBOT = {"user-agent": "Mozilla/5.0 (compatible; Barracuda Sentinel)", "accept": "*/*"}


def test_opening_every_link_writes_nothing(site: Site) -> None:
    """All pages that need no account, with the tokens of real messages in them; twice, as scanners do."""
    before, watch = fingerprint(), Watch(everything=True)
    links = [
        address.path(values)
        for address in every_address()
        if address.is_open and not address.is_catch_all
        for values in site.tries(address)[:3]
    ]
    with connection.execute_wrapper(watch):
        answers = {link: Client().get(link, headers=ROBOT).status_code for link in links}
        again = {link: Client().head(link, headers=ROBOT).status_code for link in links}
    assert {link: status for link, status in answers.items() if status >= 500 and link != "/readyz"} == {}
    # Providers report by GET with a key; a HEAD reports nothing, and is refused.
    ours = {link: status for link, status in answers.items() if not link.startswith(("/demo/twilio/", "/sms/ovh/"))}
    assert {link: again[link] for link in ours} == ours
    assert watch.tables == set()
    assert fingerprint() == before


def test_a_head_is_answered_as_its_get(site: Site) -> None:
    """A link checker that gets an error calls the message dangerous."""
    client = Client()
    for path in ("/", f"/r/{site.link.token}/", f"/liste-attente/offre/{site.offer.token}/", "/rendez-vous/"):
        assert client.head(path).status_code == client.get(path).status_code == 200
        assert client.head(path).content == b""


@pytest.mark.parametrize("page", ["", "annuler/", "deplacer/", "plus-tot/"])
def test_a_link_that_was_only_opened_still_leads_to_the_same_appointment(site: Site, page: str) -> None:
    Client().get(f"/r/{site.link.token}/{page}", headers=ROBOT)
    assert Appointment.objects.get(pk=site.open.pk).status == "unknown"
    assert Offer.objects.get(pk=site.offer.pk).status == "live"


def test_a_button_opened_as_a_link_does_nothing(site: Site) -> None:
    """Buttons are POST: their addresses, opened or reloaded, say so or lead back."""
    before = fingerprint()
    token = site.link.token
    buttons = [f"/r/{token}/venir/", f"/liste-attente/offre/{site.offer.token}/oui/"]
    for path in buttons:
        answer = Client().get(path)
        assert answer.status_code == 405
        assert answer.headers["Allow"] == "POST"
        assert "Rien n’a été modifié" in answer.content.decode()
    reloaded = {
        f"/prendre/{site.type.slug}/{site.location.pk}/retenir/": f"/prendre/{site.type.slug}/",
        f"/r/{token}/deplacer/retenir/": f"/r/{token}/deplacer/",
    }
    for path, back in reloaded.items():
        answer = Client().get(path)
        assert (answer.status_code, answer.headers["Location"][: len(back)]) == (302, back)
    assert fingerprint() == before
