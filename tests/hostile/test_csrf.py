"""A page of another site can't make somebody's browser act here."""

from django.test import Client

from tests.hostile.addresses import Address, every_address
from tests.hostile.page import read
from tests.hostile.site import Site
from tests.hostile.watch import fingerprint

# These prove by something else that the request is meant: a secret in the address, a signature, a token in a header;
# a language is nobody's secret.
BY_SECRET = ("r/", "i/", "liste-attente/offre/", "liste-attente/suivi/", "courriels/")
BY_SIGNATURE, BY_TOKEN = ("sms/",), ("api/v1/", "demo/twilio/")
HARMLESS = ("langue/",)
PROVEN_OTHERWISE = (*BY_SECRET, *BY_SIGNATURE, *BY_TOKEN, *HARMLESS)


def forged(site: Site, address: Address, client: Client) -> int:
    path = address.path(site.tries(address)[0])
    return client.post(path, {"_": "1"}, headers={"origin": "https://ailleurs.example"}).status_code


def test_a_form_of_another_site_is_refused_everywhere(site: Site) -> None:
    """With the cookies of whoever is logged in, or has a slot in hand."""
    before, answers = fingerprint(), {}
    browsers = {"agents": site.client("territory"), "": site.family_at_the_form(), "demo": Client()}
    before = fingerprint()
    for address in every_address():
        if address.part not in browsers or address.is_catch_all or address.route.startswith(PROVEN_OTHERWISE):
            continue
        browser = browsers[address.part]
        client = Client(enforce_csrf_checks=True)
        client.cookies = browser.cookies
        answers[address.route] = forged(site, address, client)
    assert len(answers) > 70
    assert {route: status for route, status in answers.items() if status != 403} == {}
    assert fingerprint() == before


def test_the_exceptions_are_these(site: Site) -> None:
    """A new address without the check is added above by hand, after thinking what proves the request instead."""
    client = Client(enforce_csrf_checks=True)
    open_to_forms = {
        address.route
        for address in every_address()
        if not address.is_catch_all
        and address.part != "api"
        and "Rien n’a été enregistré" not in client.post(address.path(site.tries(address)[0])).content.decode()
    }
    assert {route for route in open_to_forms if not route.startswith(PROVEN_OTHERWISE)} == set()


def test_the_token_of_a_page_is_enough(site: Site) -> None:
    client = Client(enforce_csrf_checks=True)
    hidden = read(client.get("/rendez-vous/").content.decode()).hidden
    answer = client.post("/rendez-vous/", {**hidden, "address": "06 39 98 77 77"})
    assert answer.status_code == 302
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post("/rendez-vous/", {**hidden, "address": "06 39 98 77 77"}).status_code == 403


def test_the_api_has_no_use_for_a_cookie(site: Site) -> None:
    """Logged in to the workspace is not logged in to the API: there is nothing to forge."""
    client = site.client("territory")
    assert client.get("/api/v1/appointments/").status_code == 401
    answer = client.post(
        f"/api/v1/appointments/{site.open.pk}/cancel/", {"by": "family"}, content_type="application/json"
    )
    assert answer.status_code == 401
