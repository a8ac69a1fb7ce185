"""What every answer says to browsers and to whatever stands between: who may keep it, frame it, and hear of it."""

from collections.abc import Iterator
from typing import Any

from django.test import Client

from rdv.web.public import errors
from tests.api.support import Caller
from tests.hostile.addresses import Address, every_address
from tests.hostile.site import Site

# What belongs to nobody: the rest is about somebody, or says that it isn't.
FOR_ALL = (
    "prendre/", "mentions-legales/", "donnees-personnelles/", "accessibilite/", "stats/", "theme.css", "healthz",
    "readyz", "metrics", "demo/", "api/v1/docs/", "api/v1/openapi.json", "langue/",
    "favicon", "robots.txt",
)  # fmt: skip
SECRET = ("r/", "liste-attente/offre/")
FRAMED_BY_US = "demo/courriels/<int:pk>/html/"


def opened(site: Site, client: Client, part: str) -> Iterator[tuple[Address, Any]]:
    """Every address of a part, with values that lead somewhere if any do."""
    for address in every_address():
        if address.part != part or address.is_catch_all:
            continue
        answers = []
        for values in site.tries(address)[:8]:
            answers.append(client.get(address.path(values)))
            if answers[-1].status_code < 400:
                break
        yield address, answers[-1]


def every_answer(site: Site) -> list[tuple[Address, Any]]:
    """Pages of families, agents and the demonstration, feeds and webhooks; found, refused or sent elsewhere."""
    found: list[tuple[Address, Any]] = []
    for part in ("", "demo", "agenda", "sms", "api"):
        found += opened(site, site.family_at_the_form(), part)
    found += opened(site, site.client("admin"), "agents")
    found += opened(site, Client(), "agents")
    return found


def wrong(answers: list[tuple[Address, Any]], is_right: Any) -> set[str]:
    return {f"/{address.route} ({answer.status_code})" for address, answer in answers if not is_right(address, answer)}


def test_what_every_answer_says_to_what_stands_between(site: Site) -> None:
    """All in one pass: framed and guessed by nobody; kept by nobody where it is about somebody."""
    answers = every_answer(site)
    nobody = {"same-origin", "no-referrer"}
    assert wrong(answers, has_policy) == set()
    assert wrong(answers, lambda _a, one: one.headers.get("X-Content-Type-Options") == "nosniff") == set()
    assert wrong(answers, lambda a, one: one.headers.get("X-Frame-Options") or a.route == FRAMED_BY_US) == set()
    assert wrong(answers, lambda _a, one: one.headers.get("Referrer-Policy") in nobody) == set()
    assert wrong(answers, lambda _a, one: one.headers.get("Cross-Origin-Opener-Policy") == "same-origin") == set()
    personal = [pair for pair in answers if pair[0].route and not pair[0].route.startswith(FOR_ALL)]
    shown = [pair for pair in personal if pair[1].status_code == 200]
    assert len(shown) > 40
    # On a telephone that is lent, and in a proxy of a maternity ward.
    assert wrong(shown, is_kept_by_nobody) == set()
    # The address of a link is the secret itself: neither the next site nor our own next page hears of it.
    secret = [pair for pair in answers if pair[0].route.startswith(SECRET)]
    assert len(secret) > 10
    assert wrong(secret, lambda _a, one: one.headers.get("Referrer-Policy") == "no-referrer") == set()
    pages = [pair for pair in secret if pair[1].status_code == 200]
    assert wrong(pages, lambda _a, one: one.headers.get("X-Robots-Tag", "").startswith("noindex")) == set()


def has_policy(address: Address, answer: Any) -> bool:
    given = answer.headers.get("Content-Security-Policy", "")
    inside = address.route == FRAMED_BY_US
    framed = "frame-ancestors 'self'" if inside else "frame-ancestors 'none'"
    return ("unsafe" not in given or inside) and framed in given and "default-src" in given


def is_kept_by_nobody(address: Address, answer: Any) -> bool:
    """A calendar program asks again every few minutes; its feed is for it alone."""
    given = answer.headers.get("Cache-Control", "")
    return "no-store" in given or (address.part == "agenda" and given.startswith("private"))


def test_what_the_api_gives_is_kept_by_nobody(site: Site) -> None:
    api = Caller(site.territory)
    answers = {
        path: api.get(path) for path in ("appointments/", "families/", f"appointments/{site.open.pk}/", "messages/")
    }
    assert {path: one.headers.get("Cache-Control") for path, one in answers.items()} == dict.fromkeys(
        answers, "no-store"
    )


def test_cookies_are_for_the_server_alone(site: Site) -> None:
    client = Client()
    client.get("/agents/connexion/")
    admin = site.people["admin"]
    admin.set_password("une phrase bien longue")
    admin.save()
    client.post("/agents/connexion/", {"email": admin.email, "password": "une phrase bien longue"})
    client.post("/langue/", {"language": "fr", "next": "/"})
    client.get("/agents/journee/?jour=faux")
    assert {"sessionid", "csrftoken", "django_language"} <= set(client.cookies)
    for cookie in client.cookies.values():
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] == "Lax", cookie.key
        assert not cookie["domain"], cookie.key


def test_another_host_is_refused_in_words(site: Site, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    for host in ("ailleurs.example", "127.0.0.1.ailleurs.example", "a b", "", "[::1", "x" * 300):
        answer = Client(raise_request_exception=False).get("/", headers={"host": host})
        assert answer.status_code == 400
        assert "n’a pas pu être lue" in answer.content.decode()
        assert "ailleurs" not in answer.content.decode()


def test_a_host_that_a_proxy_did_not_write_is_not_believed(site: Site, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    headers = {
        "x-forwarded-host": "ailleurs.example",
        "forwarded": "host=ailleurs.example",
        "x-host": "ailleurs.example",
    }
    for path in (f"/r/{site.link.token}/", f"/r/{site.link.token}/rendez-vous.ics", "/"):
        answer = Client().get(path, headers=headers)
        assert b"ailleurs" not in answer.content
        assert "ailleurs" not in str(answer.headers)


def test_error_pages_are_real_pages(site: Site, rf: Any) -> None:
    """Each has its policy, says what to do, and is in French: those of the framework are none of these."""
    client = Client(raise_request_exception=False)
    asked = [
        (client.get("/nulle-part/"), 404),
        (client.get("/theme\x00.css"), 404),
        (client.post("/"), 405),
        (Client(enforce_csrf_checks=True).post("/rendez-vous/", {"address": "1"}), 403),
        (client.get("/reservation/verifier/"), 410),
        (errors.server_error(rf.get("/")), 500),
    ]
    for answer, status in asked:
        assert answer.status_code == status
        assert '<html lang="fr"' in answer.content.decode()
