"""The five-minute visit, without JavaScript: the real webhooks, rounds of offers and messages."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from rdv import clock
from rdv.booking.people import ContactSpec, PersonSpec, Who
from rdv.demo import time
from rdv.demo.models import DemoClock
from rdv.models import Appointment, PhoneKind, Status
from rdv.models.actor import Actor
from rdv.waitinglist.entries import Wish, join
from tests.e2e.support import defects, leads_on, person
from tests.factories import NOW, TODAY, World, booking, opening, paris

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MINE, HERS = "33639980001", "33639980002"
DAY = TODAY + timedelta(days=7)


@pytest.fixture
def demo(live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The demonstration's own settings, at the factories' NOW; gives its address."""
    settings.PUBLIC_URL = settings.DEMO_URL = live_server.url
    settings.TWILIO_API_URL = f"{live_server.url}/demo/twilio"
    settings.EMAIL_BACKEND = "rdv.demo.mail.MailboxBackend"
    monkeypatch.setattr(clock, "source", time.offset)
    DemoClock.objects.create(pk=1, offset_seconds=round((NOW - timezone.now()).total_seconds()))
    time.offset.forget()
    cache.clear()
    yield live_server.url
    time.offset.forget()


def who(first_name: str, digits: str) -> Who:
    contact = ContactSpec(first_name, "Exemple", f"+{digits}", PhoneKind.MOBILE)
    return Who([PersonSpec(f"Enfant de {first_name}")], contact=contact)


@pytest.fixture
def world() -> World:
    """One slot in a week, taken by one family while another waits."""
    made = World()
    opening(made.agent, made.location, made.type, day=DAY)
    booking(made.type, made.location, paris(DAY, 9), who=who("Samira", MINE))
    join(Wish(type=made.type, who=who("Emma", HERS), locations=[made.location]), by=Actor.family(), now=NOW)
    return made


def answer(page: Page, text: str) -> None:
    page.get_by_label("Votre réponse").fill(text)
    leads_on(page, page.get_by_role("button", name="Envoyer").click)


def test_a_slot_given_back_by_sms_goes_to_the_family_that_waits(demo: str, chromium: Browser, world: World) -> None:
    page = person(chromium, javascript=False).new_page()
    page.goto(f"{demo}/demo/telephone/{MINE}/")
    leads_on(page, page.get_by_role("button", name="Jusqu’au prochain SMS de ce numéro").click)
    expect(page.get_by_role("listitem").filter(has_text="Rappel")).to_be_visible()
    answer(page, "non je peux pas désolée")
    expect(page.get_by_role("listitem").filter(has_text="annulé")).to_be_visible()
    assert Appointment.objects.get().status == Status.EXCUSED

    page.goto(f"{demo}/demo/")
    leads_on(page, page.get_by_role("link", name="06 39 98 00 02").click)
    expect(page.get_by_role("listitem").filter(has_text="Place libre")).to_be_visible()
    answer(page, "Oui !")
    expect(page.get_by_role("listitem").filter(has_text="RDV pris")).to_be_visible()
    taken = Appointment.objects.get(status=Status.UNKNOWN)
    assert taken.starts_at == paris(DAY, 9)
    assert taken.participations.get().person.first_name == "Enfant de Emma"


def test_the_pages_of_the_demonstration_are_accessible(demo: str, chromium: Browser, world: World) -> None:
    page = person(chromium).new_page()
    for address in ("/demo/", "/demo/telephone/", f"/demo/telephone/{MINE}/", "/demo/courriels/"):
        page.goto(f"{demo}{address}")
        assert defects(page, [320, 1280]) == [], address
