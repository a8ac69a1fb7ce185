"""A family books, moves and cancels in a real browser: small screen, no JavaScript, keyboard alone."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from rdv import clock
from rdv.access.waiting import wait_token
from rdv.models import Appointment, Status
from tests.e2e.support import defects, leads_on, overflow, person
from tests.factories import NOW, World
from tests.waitinglist.support import waiting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TABS = 60


@pytest.fixture(autouse=True)
def frozen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The site lives at the factories' NOW."""
    cache.clear()
    monkeypatch.setattr(clock, "now", lambda: NOW)
    yield
    cache.clear()


@pytest.fixture
def world() -> World:
    return World(extra_per_sibling_minutes=10, documents_to_bring="Le carnet de santé")


def press(page: Page, name: str) -> None:
    leads_on(page, page.get_by_role("button", name=name, exact=True).click)


def choose(page: Page, name: str) -> None:
    leads_on(page, page.get_by_role("link", name=name).click)


def fill(page: Page) -> None:
    page.get_by_label("Prénom de l’enfant").fill("Léa")
    page.get_by_label("Votre prénom").fill("Alix")
    page.get_by_label("Votre nom").fill("Exemple")
    page.get_by_label("Votre téléphone").fill("06 39 98 00 01")


def test_the_whole_path_without_javascript_on_a_telephone(live_server, chromium: Browser, world: World) -> None:
    page = person(chromium, width=360, javascript=False).new_page()
    page.goto(live_server.url)
    choose(page, world.type.public_label)
    page.get_by_text("Un enfant", exact=True).click()
    press(page, "Continuer")
    choose(page, world.location.name)
    press(page, "mardi 12 janvier à 9\u00a0h\u00a030")
    expect(page.get_by_text("retenu pour vous jusqu’à 8\u00a0h\u00a010")).to_be_visible()
    fill(page)
    press(page, "Continuer")
    press(page, "Confirmer le rendez-vous")
    expect(page.get_by_role("heading", level=1)).to_have_text("C’est noté, votre rendez-vous est pris")
    expect(page.get_by_text("Le carnet de santé")).to_be_visible()
    choose(page, "Déplacer")
    press(page, "mardi 12 janvier à 11\u00a0h")
    press(page, "Confirmer le déplacement")
    expect(page.get_by_text("il était prévu mardi 12 janvier à 9\u00a0h\u00a030")).to_be_visible()
    choose(page, "Annuler")
    press(page, "Oui, annuler")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce rendez-vous est annulé")
    assert Appointment.objects.get().status == Status.EXCUSED


def reach(page: Page, words: str) -> None:
    """Press Tab until what has the focus answers to these words."""
    for _ in range(TABS):
        page.keyboard.press("Tab")
        focused = "document.activeElement.getAttribute('aria-label') || document.activeElement.innerText || ''"
        if words in page.evaluate(focused):
            return
    raise AssertionError(f"the keyboard does not reach « {words} » on {page.url}")


def type_in(page: Page, name: str, text: str) -> None:
    for _ in range(TABS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            page.keyboard.type(text)
            return
    raise AssertionError(f"the keyboard does not reach the field {name}")


def go(page: Page, words: str) -> None:
    reach(page, words)
    leads_on(page, lambda: page.keyboard.press("Enter"))


def test_the_whole_path_with_the_keyboard_alone(live_server, chromium: Browser, world: World) -> None:
    page = person(chromium, width=1280).new_page()
    page.goto(live_server.url)
    go(page, world.type.public_label)
    type_in(page, "count", " ")
    go(page, "Continuer")
    go(page, world.location.name)
    go(page, "mardi 12 janvier à 9\u00a0h")
    for name, text in (("child_1", "Léa"), ("first_name", "Alix"), ("last_name", "Exemple"), ("phone", "0639980001")):
        type_in(page, name, text)
    go(page, "Continuer")
    go(page, "Confirmer le rendez-vous")
    expect(page.get_by_role("heading", level=1)).to_have_text("C’est noté, votre rendez-vous est pris")
    assert Appointment.objects.count() == 1


def test_no_page_of_the_path_has_a_defect_that_a_tool_finds(live_server, chromium: Browser, world: World) -> None:
    page = person(chromium).new_page()
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        found[name] = defects(page, [320, 1280])

    page.goto(live_server.url)
    look("home")
    choose(page, world.type.public_label)
    press(page, "Continuer")
    look("who, with an error")
    page.get_by_text("2 enfants").click()
    press(page, "Continuer")
    look("places")
    choose(page, world.location.name)
    look("place")
    press(page, "mardi 12 janvier à 9\u00a0h")
    press(page, "Continuer")
    look("contact, with errors")
    page.get_by_label("Prénom de l’enfant 1").fill("Léa")
    page.get_by_label("Prénom de l’enfant 2").fill("Noé")
    page.get_by_label("Votre prénom").fill("Alix")
    page.get_by_label("Votre nom").fill("Exemple")
    page.get_by_label("Votre téléphone").fill("06 39 98 00 01")
    press(page, "Continuer")
    look("check")
    press(page, "Confirmer le rendez-vous")
    look("done")
    link = page.url
    for step in ("annuler/", "deplacer/", "deplacer/ailleurs/", "plus-tot/"):
        page.goto(link + step)
        look(step)
    page.goto(f"{live_server.url}/r/inconnu/")
    look("unknown link")
    page.goto(f"{live_server.url}/liste-attente/")
    look("waiting list")
    page.goto(f"{live_server.url}/liste-attente/?motif={world.type.slug}")
    look("wishes")
    page.goto(f"{live_server.url}/rendez-vous/")
    page.get_by_label("Votre téléphone mobile").fill("06 39 98 00 01")
    press(page, "Recevoir un code")
    look("code")
    assert found == {name: [] for name in found}


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_pages_fit_the_narrowest_telephone_in_both_directions(
    live_server, chromium: Browser, world: World, language: str
) -> None:
    """320 pixels: also what a page of 1280 is at 400 % (WCAG 1.4.10)."""
    place = reverse("families:place", args=[world.type.slug, world.location.pk, "lieu"])
    own = f"/r/{world.book(9).link.token}/"
    wait = reverse("families:wait", args=[wait_token(waiting(world).pk)])
    context = person(chromium, width=320, javascript=True)
    context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url}])
    page = context.new_page()
    found = {}
    for address in ("/", place, "/rendez-vous/", "/liste-attente/", wait, own, f"{own}deplacer/", f"{own}plus-tot/"):
        page.goto(f"{live_server.url}{address}")
        found[address] = overflow(page)
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        entries = [entry.bounding_box() or {} for entry in page.locator(".site-nav a").all()]
        assert len({box["y"] for box in entries}) == 1
    assert found == dict.fromkeys(found, 0)
