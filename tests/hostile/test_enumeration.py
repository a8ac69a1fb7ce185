"""Whoever tries addresses and numbers learns neither which exist nor, by the time it takes, which might."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rdv.access import codes
from rdv.models import Agent
from reminders.models import OutboundMessage
from tests.factories import NOW, agent, family
from tests.hostile.page import read
from tests.hostile.site import Site

PASSWORD = "une phrase bien longue"
UNKNOWN = ("06 39 98 77 77", "personne@exemple.test")


def shown(answer: Any) -> tuple[int, str, str]:
    """All that a stranger sees: without the token of the form and what he typed himself."""
    html = answer.content.decode()
    page = read(html)
    for value in [*page.hidden.values(), *page.boxes.values()]:
        html = html.replace(value, "·") if value else html
    return answer.status_code, answer.headers.get("Location", ""), html


@contextmanager
def hashes(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The passwords that are hashed meanwhile: what costs time."""
    made: list[str] = []
    real = MD5PasswordHasher.encode

    def encode(self: Any, password: str, salt: str) -> str:
        made.append(password)
        return real(self, password, salt)

    with monkeypatch.context() as patch:
        patch.setattr(MD5PasswordHasher, "encode", encode)
        yield made


@pytest.fixture
def accounts(site: Site) -> dict[str, str]:
    """Addresses of all kinds, by what they are."""
    known = site.people["agent"]
    known.set_password(PASSWORD)
    known.save()
    gone = agent(site.organisation, is_active=False)
    gone.set_password(PASSWORD)
    gone.save()
    keyless = agent(site.organisation)
    return {
        "known": str(known.email),
        "other case": str(known.email).upper(),
        "left": str(gone.email),
        "without a password": str(keyless.email),
        "unknown": "personne@exemple.test",
        "no address": "camille",
    }


def log_in(email: str, password: str = "un mot de passe faux") -> Any:
    return Client().post("/agents/connexion/", {"email": email, "password": password})


def test_a_wrong_log_in_is_wrong_in_one_way(accounts: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    answers, costs = {}, {}
    for what, email in accounts.items():
        with hashes(monkeypatch) as made:
            answers[what] = shown(log_in(email))
        costs[what] = len(made)
    assert len(set(answers.values())) == 1, {what: answer[:2] for what, answer in answers.items()}
    assert costs == dict.fromkeys(accounts, 1)


def test_the_right_password_of_somebody_who_left_is_a_wrong_one(accounts: dict[str, str]) -> None:
    assert shown(log_in(accounts["left"], PASSWORD)) == shown(log_in(accounts["unknown"], PASSWORD))
    assert log_in(accounts["known"], PASSWORD).headers["Location"] == "/agents/"


def test_the_limit_comes_at_the_same_try_known_or_not(accounts: dict[str, str], settings: Any) -> None:
    settings.RATE_LIMITS = {}
    tries = {what: [log_in(accounts[what]).status_code for _try in range(12)] for what in ("known", "left", "unknown")}
    assert tries["known"] == tries["left"] == tries["unknown"] == [200] * 10 + [429] * 2
    assert log_in(accounts["known"], PASSWORD).status_code == 429


@pytest.fixture
def addresses(site: Site) -> dict[str, str]:
    """Telephones and e-mail addresses of families, by what they lead to."""
    met, told = site.contact(), family(site.territory, phone="+33639980003", email="seule@exemple.test")
    met.email = "sam@exemple.test"
    met.save()
    walled = site.walled_family.contacts.get()
    stopped = told.contacts.get()
    return {
        "has an appointment": met.phone,
        "by e-mail": met.email,
        "has none": stopped.phone,
        "has none, by e-mail": stopped.email,
        "discreet": walled.phone,
        "the neighbour's": site.foreign.family.contacts.get().phone,
        "unknown": UNKNOWN[0],
        "unknown, by e-mail": UNKNOWN[1],
    }


def test_asking_for_a_code_is_answered_in_one_way(site: Site, addresses: dict[str, str]) -> None:
    """The same page next, the same words; what is sent, or not, is nobody else's to see."""
    answers, costs = {}, {}
    for what, address in addresses.items():
        client = Client()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            first = client.post("/rendez-vous/", {"address": address})
        second = shown(client.get("/rendez-vous/code/"))
        answers[what] = (first.status_code, first.headers["Location"], second[0])
        costs[what] = len(queries)
    assert set(answers.values()) == {(302, "/rendez-vous/code/", 200)}
    assert max(costs.values()) - min(costs.values()) <= 6, costs
    sent = set(OutboundMessage.objects.filter(kind="access_code").values_list("to", flat=True))
    assert sent == {addresses["has an appointment"], addresses["by e-mail"]}


def test_the_page_of_the_code_shows_only_what_was_typed(site: Site, addresses: dict[str, str]) -> None:
    pages = {}
    for what in ("has an appointment", "has none", "discreet", "unknown"):
        client = Client()
        client.post("/rendez-vous/", {"address": addresses[what]})
        html = client.get("/rendez-vous/code/").content.decode()
        context_address = client.get("/rendez-vous/code/").context["address"]
        token = read(html).hidden["csrfmiddlewaretoken"]
        pages[what] = html.replace(context_address, "·").replace(token, "·")
    assert len(set(pages.values())) == 1


def test_a_wrong_code_is_wrong_in_one_way(site: Site, addresses: dict[str, str]) -> None:
    answers, costs = set(), {}
    for what, address in addresses.items():
        client = Client()
        client.post("/rendez-vous/", {"address": address})
        spoken = client.get("/rendez-vous/code/").context["address"]
        with CaptureQueriesContext(connection) as queries:
            answer = shown(client.post("/rendez-vous/code/", {"code": "000000"}))
        answers.add((answer[0], answer[1], answer[2].replace(spoken, "·")))
        costs[what] = len(queries)
    assert len(answers) == 1
    assert len(set(costs.values())) == 1, costs


def test_the_right_code_of_an_unknown_address_opens_an_empty_list(site: Site) -> None:
    """Proving an address that we don't know shows that: nothing for this address."""
    client = Client()
    client.post("/rendez-vous/", {"address": UNKNOWN[0]})
    code = codes.issue(territory=site.territory, address="+33639987777", now=NOW)
    page = client.post("/rendez-vous/code/", {"code": code}, follow=True)
    assert page.status_code == 200
    assert "/r/" not in page.content.decode()


def test_a_code_opens_its_own_address_alone(site: Site, addresses: dict[str, str]) -> None:
    code = codes.issue(territory=site.territory, address=addresses["has none"], now=NOW)
    client = Client()
    client.post("/rendez-vous/", {"address": addresses["has an appointment"]})
    client.post("/rendez-vous/code/", {"code": code})
    assert client.get("/rendez-vous/liste/").headers["Location"] == "/rendez-vous/"


def test_the_discreet_file_of_a_telephone_is_not_in_its_list(site: Site, addresses: dict[str, str]) -> None:
    """Scenario 28: the telephone may be the mother's."""
    phone = addresses["discreet"]
    code = codes.issue(territory=site.territory, address=phone, now=NOW)
    client = Client()
    client.post("/rendez-vous/", {"address": phone})
    code = codes.issue(territory=site.territory, address=phone, now=NOW)
    page = client.post("/rendez-vous/code/", {"code": code}, follow=True).content.decode()
    assert "/r/" not in page
    assert site.discreet_type.public_label not in page


@pytest.mark.parametrize("path", ["families/", "appointments/", "agents/"])
def test_numbers_of_rows_tell_a_program_nothing_about_others(site: Site, path: str) -> None:
    """What exists elsewhere and what exists nowhere are refused with the same words."""
    from tests.api.support import Caller

    api = Caller(site.territory, agent=site.people["elsewhere"])
    there = {"families/": site.walled_family.pk, "appointments/": site.walled.pk, "agents/": 1}[path]
    answers = [api.get(f"{path}{pk}/") for pk in (there, 99_999_999)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def test_an_agents_address_is_not_in_pages_for_everybody(site: Site) -> None:
    emails = [email for email in Agent.objects.values_list("email", flat=True) if email]
    for path in ("/", f"/prendre/{site.type.slug}/", f"/r/{site.link.token}/"):
        page = Client().get(path, follow=True).content.decode()
        assert not any(email in page for email in emails)
