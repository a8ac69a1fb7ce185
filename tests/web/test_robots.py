"""Search engines read what everybody may read; an address that is a secret is told to nobody."""

import re
from pathlib import Path
from urllib.robotparser import RobotFileParser

import pytest
from django.test import Client

from tests.factories import World

OPEN = (Path(__file__).resolve().parents[1] / "golden" / "open_urls.txt").read_text(encoding="utf-8").splitlines()
pytestmark = pytest.mark.django_db


def filled(route: str) -> str:
    return "/" + re.sub(r"<\w+:\w+>", "1", route)


def test_robots_may_read_the_public_pages_alone(client: Client) -> None:
    answer = client.get("/robots.txt")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    robots = RobotFileParser()
    robots.parse(answer.content.decode().splitlines())
    read = {route for route in OPEN if robots.can_fetch("*", filled(route))}
    assert {"", "stats/", "accessibilite/", "liste-attente/", "rendez-vous/", "theme.css", "favicon.svg"} <= read
    assert {"prendre/<slug:type_slug>/", "prendre/<slug:type_slug>/<int:place>-<slug:name>/"} <= read
    closed = ("agents/", "api/", "sms/", "courriels/", "demo/", "agenda/", "r/", "i/", "reservation/", "metrics")
    assert {route for route in read if route.startswith(closed) or "<str:" in route} == set()
    assert not robots.can_fetch("*", "/agents/journee/")


@pytest.mark.parametrize("route", [route for route in OPEN if "<str:token>" in route or "<str:secret>" in route])
def test_the_address_of_a_secret_is_told_to_nobody_even_when_it_is_refused(client: Client, route: str) -> None:
    World()
    answer = client.get(filled(route))
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.parametrize("address", ["/agents/connexion/", "/api/v1/", "/rendez-vous/liste/", "/reservation/verifier/"])
def test_what_belongs_to_somebody_is_not_indexed(client: Client, address: str) -> None:
    World()
    assert client.get(address)["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.parametrize("address", ["/", "/stats/", "/mentions-legales/"])
def test_a_public_page_may_be_found(client: Client, address: str) -> None:
    World()
    answer = client.get(address)
    assert answer.status_code == 200
    assert "X-Robots-Tag" not in answer
