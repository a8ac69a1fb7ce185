"""The pages that every instance has are open to all, set up or not, and errors say what to do."""

from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client, RequestFactory

from rdv.models import Territory
from rdv.territories import territory_for
from rdv.web.public import errors

PAGES = ["/mentions-legales/", "/donnees-personnelles/", "/accessibilite/", "/stats/"]

pytestmark = pytest.mark.django_db


def territory(slug: str = "val", **values: object) -> Territory:
    return Territory.objects.create(slug=slug, department_code="99", **{"name": "Val-d’Exemple", **values})


@pytest.mark.parametrize("address", PAGES)
def test_public_pages_need_no_log_in_nor_territory(client: Client, address: str) -> None:
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", PAGES)
def test_public_pages_carry_the_name_and_telephone_of_the_territory(client: Client, address: str) -> None:
    territory(phone="01 99 00 12 34")
    page = client.get(address).content.decode()
    assert "Val-d’Exemple" in page
    assert 'href="tel:+33199001234"' in page


def test_legal_texts_come_from_the_territory_and_what_is_missing_is_said(client: Client) -> None:
    territory(legal={"editor": "Département du Val-d’Exemple"})
    page = client.get("/mentions-legales/").content.decode()
    assert "Département du Val-d’Exemple" in page
    assert page.count("Non renseigné par le département") == 3


def test_an_address_leads_to_its_own_territory_and_any_other_to_the_first() -> None:
    first, second = territory("one"), territory("two", hosts=["rdv.exemple.fr"])
    territory("three", is_active=False, hosts=["ferme.exemple.fr"])
    assert territory_for("rdv.exemple.fr:8000") == second
    assert territory_for("RDV.exemple.fr") == second
    assert territory_for("ferme.exemple.fr") == first


def test_the_page_links_the_colours_of_the_territory(client: Client) -> None:
    territory(theme={"primary": "#7a1f5c"})
    page = client.get("/stats/").content.decode()
    link = page.split('href="/theme.css?v=')[1].split('"')[0]
    response = client.get(f"/theme.css?v={link}")
    assert response["Content-Type"] == "text/css"
    assert "--brand:#7a1f5c;" in response.content.decode()


def test_the_icon_of_the_tab_has_the_colours_of_the_territory(client: Client) -> None:
    assert "#0e6168" in client.get("/favicon.svg").content.decode()
    territory(theme={"primary": "#7a1f5c", "accent": "#118833"})
    page = client.get("/stats/").content.decode()
    version = page.split('href="/favicon.svg?v=')[1].split('"')[0]
    icon = client.get(f"/favicon.svg?v={version}")
    assert (icon.status_code, icon["Content-Type"]) == (200, "image/svg+xml")
    drawn = icon.content.decode()
    assert 'fill="#7a1f5c"' in drawn
    assert 'fill="#118833"' in drawn
    assert "#0e6168" not in drawn


def test_a_browser_that_is_told_of_no_icon_finds_one(client: Client) -> None:
    where = client.get("/favicon.ico")["Location"]
    assert where.endswith(".ico")
    own = finders.find("rdv/img/favicon.ico")
    assert own is not None
    assert Path(own).read_bytes()[:6] == bytes((0, 0, 1, 0, 3, 0))


def test_pages_run_no_inline_script_or_style(client: Client) -> None:
    response = client.get("/accessibilite/")
    assert "default-src 'self'" in response["Content-Security-Policy"]
    page = response.content.decode()
    assert "<script>" not in page
    assert "style=" not in page


def test_the_language_of_the_browser_does_not_translate_half_a_page(client: Client) -> None:
    response = client.get("/stats/", headers={"accept-language": "en"})
    assert response["Content-Language"] == "fr"
    assert '<html lang="fr" dir="ltr">' in response.content.decode()


@pytest.mark.parametrize(
    ("back", "target"), [("/stats/", "/stats/"), ("https://ailleurs.example/", "/"), ("//ailleurs.example", "/")]
)
def test_choosing_a_language_comes_back_to_this_site_only(client: Client, back: str, target: str) -> None:
    response = client.post("/langue/", {"language": "fr", "next": back})
    assert (response.status_code, response["Location"]) == (302, target)
    assert response.cookies["django_language"].value == "fr"


def test_a_language_without_a_catalogue_is_not_kept(client: Client) -> None:
    assert "django_language" not in client.post("/langue/", {"language": "xx", "next": "/"}).cookies


def test_an_address_that_only_takes_answers_says_so_and_announces_its_true_length(client: Client) -> None:
    """A browser shows nothing at all when less is announced than is sent."""
    response = client.get("/langue/")
    assert response.status_code == 405
    assert "Rien n’a été modifié" in response.content.decode()
    assert int(response["Content-Length"]) == len(response.content)


def test_a_page_that_does_not_exist_says_so_in_french(client: Client) -> None:
    response = client.get("/cette-page-n-existe-pas/")
    assert response.status_code == 404
    assert "Cette page n’existe pas" in response.content.decode()


def test_a_form_sent_without_its_token_is_refused_with_a_way_out() -> None:
    territory()
    response = Client(enforce_csrf_checks=True).post("/rendez-vous/", {"address": "06 39 98 00 01"})
    assert response.status_code == 403
    assert "Rien n’a été enregistré" in response.content.decode()


@pytest.mark.parametrize(
    ("view", "status", "words"),
    [
        (errors.bad_request, 400, "n’a pas pu être lue"),
        (errors.forbidden, 403, "Vous n’avez pas accès"),
        (errors.not_found, 404, "n’existe pas"),
        (errors.server_error, 500, "ne répond pas"),
    ],
)
def test_error_pages_keep_their_status_and_speak_plainly(view, status: int, words: str) -> None:
    response = view(RequestFactory().get("/"))
    assert response.status_code == status
    assert words in response.content.decode()


@pytest.mark.parametrize(("seconds", "words"), [(20, "attendre une minute"), (130, "attendre 3 minutes")])
def test_too_many_tries_say_how_long_to_wait(seconds: float, words: str) -> None:
    response = errors.too_many_requests(RequestFactory().get("/"), retry_after=seconds)
    assert (response.status_code, response["Retry-After"]) == (429, str(seconds))
    assert words in response.content.decode()


def test_the_page_of_a_breakdown_asks_nothing_of_the_database(django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        errors.server_error(RequestFactory().get("/"))
