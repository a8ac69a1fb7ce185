"""An absence in a browser: decided at the keyboard, followed on its board, answered by a family; at two widths."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, expect

from rdv import clock
from rdv.disruption.carrying_out import work
from rdv.models import Absence
from tests.disruption.world import SickDay
from tests.e2e.support import defects, leads_on, person, screenshot
from tests.factories import NOW

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_sick_day_is_decided_and_followed(
    live_server: Any, chromium: Browser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    now = NOW
    monkeypatch.setattr(clock, "now", lambda: now)
    folder = Path(os.environ.get("RDV_SCREENSHOTS", tmp_path))
    day = SickDay()
    login = Client()
    login.force_login(day.secretary)
    context = person(chromium, width=1280)
    context.add_cookies([{"name": "sessionid", "value": login.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(f"{live_server.url}{reverse('agents:new_absence')}")
    page.get_by_label("Qui est absent").select_option(f"agent-{day.agent.pk}")
    for label in ("Premier jour", "Dernier jour"):
        page.get_by_label(label).fill(day.day.isoformat())
    leads_on(page, page.get_by_role("button", name="Continuer").click)
    expect(page.get_by_role("alert")).to_contain_text("3 rendez-vous tombent dans cette absence")
    assert defects(page) == []
    screenshot(page, "absence-liste", folder)
    page.set_viewport_size({"width": 360, "height": 800})
    screenshot(page, "absence-liste-360", folder)

    button = page.get_by_role("button", name="Enregistrer l’absence et ces décisions")
    button.focus()
    leads_on(page, lambda: page.keyboard.press("Enter"))
    expect(page.get_by_text("Décidé, pas encore fait").first).to_be_visible()
    assert defects(page) == []
    screenshot(page, "absence-decide", folder)

    now = NOW + timedelta(minutes=11)
    work(now=now)
    page.reload()
    assert defects(page) == []
    page.set_viewport_size({"width": 360, "height": 800})
    screenshot(page, "absence-tableau", folder)
    assert Absence.objects.get().disruption.hits.exclude(step="done").count() == 0

    family = person(chromium, width=360).new_page()
    family.goto(f"{live_server.url}{reverse('families:dates', args=[day.bookings[2].link.token])}")
    assert defects(family) == []
    screenshot(family, "absence-dates", folder)
    leads_on(family, family.locator("button[value=A]").click)
    expect(family.get_by_role("heading", level=1)).to_have_text("Votre rendez-vous")
