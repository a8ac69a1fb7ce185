"""The agents' workspace in a browser: every page at two widths with axe, the keyboard, the calendar over the list."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from rdv import clock
from rdv.web.agents.workspace import MENU
from tests.access.test_url_roles import CHANGED_BY_POST, TABLE, arguments
from tests.e2e.support import WIDTHS, defects, leads_on, person, violations
from tests.factories import NOW
from tests.web.agents.world import Office

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

POSTED = {name for name, expected in TABLE.items() if expected == CHANGED_BY_POST}
NOT_PAGES = {"absence_status", "events", "letter", "log_in", *POSTED}
# Each an equal share of the pages, so that two workers can divide them.
PARTS = 2


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return Office()


def logged_in(chromium: Browser, office: Office, site: str, who: str, **options: Any) -> Page:
    context = person(chromium, **options)
    cookie = office.client(who).cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])
    return context.new_page()


def addresses(office: Office) -> list[str]:
    """Every page, and those that ask for more than a number."""
    names = [name for name in TABLE if name not in NOT_PAGES]
    plain = [reverse(f"agents:{name}", args=arguments(office, name)) for name in names]
    day = office.day.isoformat()
    chosen = f"motif={office.type.pk}&lieu={office.location.pk}"
    return [
        *plain,
        f"{reverse('agents:place_day', args=[office.location.pk])}?jour={day}",
        f"{reverse('agents:day')}?jour={day}&agent={office.agent.pk}",
        f"{reverse('agents:find_slot')}?motif={office.type.pk}",
        f"{reverse('agents:find_slot')}?{chosen}",
        f"{reverse('agents:confirm')}?{chosen}&debut={day}T10:00&famille={office.family.pk}",
        f"{reverse('agents:confirm')}?{chosen}&debut={day}T10:00&surreservation=1&agent={office.agent.pk}",
        f"{reverse('agents:families')}?q=famille",
        f"{reverse('agents:offer_slot')}?lieu={office.location.pk}&debut={day}T11:00",
        f"{reverse('agents:offer_slot')}?{chosen}&debut={day}T11:00&inscription={office.entry.pk}",
    ]


@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_of_the_workspace_has_a_defect_that_a_tool_finds(
    live_server: Any, chromium: Browser, office: Office, part: int
) -> None:
    page = logged_in(chromium, office, live_server.url, "territory")
    found = {}
    for address in addresses(office)[part::PARTS]:
        page.goto(f"{live_server.url}{address}")
        found[address] = defects(page)
    assert found == {address: [] for address in found}


def test_the_week_becomes_a_calendar_and_stays_a_list_without_javascript(
    live_server: Any, chromium: Browser, office: Office
) -> None:
    address = f"{live_server.url}{reverse('agents:week')}?jour={office.day.isoformat()}&agent={office.agent.pk}"
    page = logged_in(chromium, office, live_server.url, "secretary", width=WIDTHS["desktop"])
    page.goto(address)
    page.get_by_role("button", name="Calendrier").click()
    expect(page.locator(".ec-event a")).to_have_count(1)
    assert violations(page) == []
    leads_on(page, page.locator(".ec-event a").click)
    assert page.url.endswith(reverse("agents:appointment", args=[office.open.pk]))

    plain = logged_in(chromium, office, live_server.url, "secretary", javascript=False)
    plain.goto(address)
    assert plain.get_by_role("button", name="Calendrier").count() == 0
    leads_on(plain, plain.locator("#liste").get_by_role("link", name="Enfant 0").click)
    assert plain.url.endswith(reverse("agents:appointment", args=[office.open.pk]))


def test_a_secretary_books_with_the_keyboard_alone(live_server: Any, chromium: Browser, office: Office) -> None:
    page = logged_in(chromium, office, live_server.url, "secretary", width=WIDTHS["desktop"])
    page.goto(f"{live_server.url}{reverse('agents:book')}")
    expect(page.locator("[autofocus]")).to_be_focused()
    page.keyboard.type(office.family.contacts.get().last_name)
    enter(page, ":focus")
    enter(page, ".found a")
    page.get_by_label("Motif").select_option(str(office.type.pk))
    enter(page, "main form button")
    enter(page, "a.slot")
    leads_on(page, lambda: page.get_by_role("button", name="Prendre le rendez-vous").press("Enter"))
    expect(page.get_by_role("heading", name="Rendez-vous pris")).to_be_visible()


def test_the_menu_folds_on_a_telephone_and_lies_open_on_a_desk(
    live_server: Any, chromium: Browser, office: Office
) -> None:
    """Without JavaScript; nothing of it is beyond the edge of the screen, waiting to be pushed there."""
    page = logged_in(chromium, office, live_server.url, "territory", javascript=False)
    page.goto(f"{live_server.url}{reverse('agents:absences')}")
    menu = page.get_by_role("navigation", name="Menu principal")
    expect(menu.get_by_role("link")).to_have_count(0)
    menu.get_by_text("Menu").click()
    expect(menu.get_by_role("link")).to_have_count(len(MENU))
    expect(menu.locator("[aria-current]:visible")).to_have_text("Absences")
    edges = [entry.bounding_box() or {"x": -1, "width": 0} for entry in menu.get_by_role("link").all()]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= WIDTHS["phone"] for box in edges)

    page.set_viewport_size({"width": WIDTHS["desktop"], "height": 800})
    page.reload()
    expect(menu.get_by_role("link")).to_have_count(len(MENU))
    leads_on(page, menu.get_by_role("link", name="Textes").click)


def enter(page: Page, selector: str) -> None:
    """Press Enter on the first of these, which leads to another page."""
    leads_on(page, lambda: page.locator(selector).first.press("Enter"))
