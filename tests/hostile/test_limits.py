"""Whatever can be tried is limited, and a limit can't be walked around."""

import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse

from rdv.access import throttle
from rdv.models import Appointment
from tests.factories import World
from tests.hostile.watch import fingerprint
from tests.waitinglist.support import asked, free, waiting
from tests.web.families.journey import PARENT, Family

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def world() -> World:
    return World(max_attendees=1)


def test_links_that_lead_nowhere_are_limited_and_shut_nobody_elses(world: World) -> None:
    """A mobile operator's customers share one address: one of them who tries links must not shut the others' out.

    Tokens have 80 random bits: the limit spares work, it is not what keeps them from being found.
    """
    link, client = world.book(9).link, Client()
    tries = [client.get(f"/r/{n:016d}/").status_code for n in range(throttle.UNKNOWN_LINK_BY_IP.limit)]
    assert set(tries) == {404}
    for path in ("/r/abcdefgh23456789/", "/liste-attente/offre/abcdefgh23456789/"):
        answer = client.get(path)
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) > 0
        assert "Trop d’essais" in answer.content.decode()
    assert client.get(f"/r/{link.token}/").status_code == 200
    assert client.post(f"/r/{link.token}/annuler/").status_code == 302


def test_a_proposed_slot_can_be_taken_from_an_address_that_tried_links(world: World, settings: Any) -> None:
    settings.RATE_LIMITS = {"unknown-link-ip": 0}
    waiting(world)
    round_ = free(world.book(9).appointment)
    assert round_
    offer = asked(round_)[0]
    assert Client().get("/liste-attente/offre/abcdefgh23456789/").status_code == 429
    assert Client().get(f"/liste-attente/offre/{offer.token}/").status_code == 200


def test_a_header_of_ones_own_is_no_other_address(world: World, settings: Any) -> None:
    """Without a proxy of ours, X-Forwarded-For is a story; behind one, its last word counts."""
    settings.RATE_LIMITS = {"unknown-link-ip": 3}
    answers = [
        Client().get("/r/abcdefgh23456789/", headers={"x-forwarded-for": f"192.0.2.{n}"}).status_code for n in range(4)
    ]
    assert answers == [404, 404, 404, 429]
    settings.BEHIND_PROXY = True
    behind = [
        Client().get("/r/abcdefgh23456789/", headers={"x-forwarded-for": f"192.0.2.{n}, 198.51.100.1"}).status_code
        for n in range(4)
    ]
    assert behind == [404, 404, 404, 429]


def test_one_household_is_one_address_however_many_it_has(world: World, settings: Any) -> None:
    settings.RATE_LIMITS = {"unknown-link-ip": 3}
    answers = [Client(REMOTE_ADDR=f"2001:db8::{n:x}").get("/r/abcdefgh23456789/").status_code for n in range(4)]
    assert answers == [404, 404, 404, 429]


def test_slots_cannot_all_be_held_from_one_address(world: World, settings: Any) -> None:
    settings.RATE_LIMITS = {"hold-ip": 2}
    address = reverse("families:hold", args=[world.type.slug, world.location.pk])
    answers = [Client().post(address, {"debut": world.at(hour).isoformat()}) for hour in (9, 10, 11)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert "Trop d’essais" in answers[2].content.decode()


@pytest.mark.parametrize("limit", ["booking-phone", "booking-ip"])
def test_bookings_are_limited_and_what_was_typed_is_kept(world: World, settings: Any, limit: str) -> None:
    """One telephone can't fill an agenda; whoever waits as told finds the form as it was."""
    settings.RATE_LIMITS = {limit: 1}
    for hour in (9, 10):
        family = Family(world)
        family.hold(world.at(hour))
        family.say(last_name="Zéphyr")
        answer = family.confirm()
    assert answer.status_code == 429
    assert Appointment.objects.count() == 1
    assert "Zéphyr" in family.get(reverse("families:contact")).content.decode()


def test_codes_are_limited_by_address_and_by_place(world: World) -> None:
    """Nobody's telephone can be flooded; several telephones neither, from one place."""
    statuses = [Client().post("/rendez-vous/", {"address": PARENT["phone"]}).status_code for _try in range(4)]
    assert statuses == [302, 302, 302, 429]
    limit = throttle.CODE_BY_IP.limit
    others = [Client().post("/rendez-vous/", {"address": f"a{n}@exemple.test"}).status_code for n in range(limit)]
    assert others[-1] == 429


def test_a_code_cannot_be_guessed(world: World) -> None:
    client = Client()
    client.post("/rendez-vous/", {"address": PARENT["phone"]})
    answers = [client.post("/rendez-vous/code/", {"code": f"{n:06d}"}) for n in range(20)]
    assert {answer.status_code for answer in answers[:15]} == {200}
    assert answers[-1].status_code == 429


def test_a_form_larger_than_any_answer_is_refused_in_words(world: World) -> None:
    before = fingerprint()
    client = Client(raise_request_exception=False)
    large = "a" * (django_settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
    answer = client.post("/rendez-vous/", f"address={large}", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    assert "n’a pas pu être lue" in answer.content.decode()
    parts = {f"champ-{n}": "1" for n in range(1_100)}
    answer = client.post("/rendez-vous/", parts)
    assert answer.status_code == 400
    assert fingerprint() == before


def test_a_search_reads_no_further_than_it_shows(world: World, django_assert_max_num_queries: Any) -> None:
    """A thousand parameters and words without end cost no more than a few."""
    query = "&".join(f"ou={'a' * 50}" for _n in range(60))
    with django_assert_max_num_queries(12):
        assert Client().get(f"/prendre/{world.type.slug}/?{query}").status_code in (200, 302)


def test_the_server_waits_for_nobody_without_end() -> None:
    """Slow senders meet bounded lines and headers, short keep-alives, a time-out, and a proxy in front."""
    given = runpy.run_path(str(ROOT / "deploy" / "gunicorn.conf.py"))
    assert given["worker_class"] == "gthread"
    assert given["threads"] >= 8
    assert given["timeout"] <= 60
    assert given["keepalive"] <= 10
    assert given["limit_request_line"] <= 4_094
    assert given["limit_request_fields"] <= 100
    assert given["limit_request_field_size"] <= 8_190
    assert django_settings.DATA_UPLOAD_MAX_MEMORY_SIZE <= 2_500_000
    assert django_settings.DATABASES["default"]["OPTIONS"]["options"].find("lock_timeout") > 0
    deployment = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    assert re.search(r"(?i)proxy|mandataire", deployment)
