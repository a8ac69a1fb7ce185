"""The visit, the mailbox and the clock of the demonstration."""

from datetime import timedelta

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import F
from django.test import Client

from rdv import clock
from rdv.demo import time, work
from rdv.demo.models import DemoClock, DemoEmail
from tests.factories import territory

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of the demonstration in this test alone."""
    monkeypatch.setattr(clock, "source", time.offset)
    time.offset.forget()
    yield
    time.offset.forget()


@pytest.fixture
def mail() -> DemoEmail:
    message = EmailMultiAlternatives(
        "Votre rendez-vous du mardi 10 mars",
        "Mardi 10 mars à 9 h 30",
        "Rendez-vous <rdv@demo.example>",
        ["sam@famille.example"],
        connection=get_connection("rdv.demo.mail.MailboxBackend"),
    )
    message.attach_alternative("<p style='color:red'>Mardi <b>10 mars</b></p>", "text/html")
    message.attach("rendez-vous.ics", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "text/calendar")
    assert message.send() == 1
    return DemoEmail.objects.get()


def test_the_visit_tells_the_story_and_the_accounts(client: Client) -> None:
    territory()
    page = client.get("/demo/").content.decode()
    for text in ("camille.roux@demo.example", "demo-rdv-2026", "demo-token", "/demo/telephone/33639987777/"):
        assert text in page


def test_the_mailbox_shows_text_html_and_the_calendar(client: Client, mail: DemoEmail) -> None:
    assert "Votre rendez-vous du mardi 10 mars" in client.get("/demo/courriels/").content.decode()
    assert "Aucun courriel" in client.get("/demo/courriels/?a=autre@famille.example").content.decode()
    page = client.get(f"/demo/courriels/{mail.pk}/").content.decode()
    assert "Mardi 10 mars à 9 h 30" in page
    assert "rendez-vous.ics" in page
    framed = client.get(f"/demo/courriels/{mail.pk}/html/")
    assert "<b>10 mars</b>" in framed.content.decode()
    assert "sandbox" in framed.headers["Content-Security-Policy"]
    assert "script-src" not in framed.headers["Content-Security-Policy"]
    calendar = client.get(f"/demo/courriels/{mail.pk}/pieces/0/")
    assert calendar.content == b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    assert calendar.headers["Content-Disposition"] == "attachment; filename*=UTF-8''rendez-vous.ics"
    assert client.get(f"/demo/courriels/{mail.pk}/pieces/1/").status_code == 404


def test_the_clock_moves_forward_for_everybody(demo_clock: None) -> None:
    before = clock.now()
    after = time.advance(timedelta(hours=5))
    assert after - before >= timedelta(hours=5)
    assert time.advance(timedelta(hours=-3)) >= after
    assert DemoClock.objects.get().offset_seconds == 5 * 3600


@pytest.mark.django_db(transaction=True)
def test_the_buttons_of_the_clock_move_it_and_come_back(client: Client, demo_clock: None) -> None:
    territory()
    before = clock.now()
    answer = client.post("/demo/horloge/", {"pas": "jour", "retour": "/demo/telephone/"})
    assert answer.headers["Location"] == "/demo/telephone/"
    assert clock.now() - before >= timedelta(days=1, seconds=-1)
    # A day and no more, however long the machine took for what fell due.
    assert DemoClock.objects.get().offset_seconds <= 24 * 3600
    elsewhere = client.post("/demo/horloge/", {"pas": "heure", "retour": "https://exemple.fr/"})
    assert elsewhere.headers["Location"] == "/demo/"
    assert client.get("/demo/horloge/").status_code == 405


@pytest.mark.django_db(transaction=True)
def test_without_any_planned_message_the_clock_stays(client: Client, demo_clock: None) -> None:
    territory()
    answer = client.post("/demo/horloge/", {"pas": "message"}, follow=True)
    assert "l’horloge n’a pas bougé" in answer.content.decode()
    assert not DemoClock.objects.exists()


def test_time_is_lived_step_by_step(demo_clock: None, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(work, "run_due", lambda *, now: seen.append(now))
    start = clock.now()
    work.advance(timedelta(hours=10))
    # What was due already is done before the first step, not three hours later.
    assert [round((now - start) / timedelta(hours=1)) for now in seen] == [0, 3, 6, 9, 10]


def test_time_moves_on_from_where_another_process_left_it(demo_clock: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two clicks in a row are served by two processes: the second must not start from a step of the first."""
    monkeypatch.setattr(work, "run_due", lambda *, now: None)
    start = clock.now()
    time.advance(timedelta(hours=1))
    clock.now()
    DemoClock.objects.update(offset_seconds=F("offset_seconds") + 9 * 3600)
    # More than one step: the end is reckoned before the first.
    assert round((work.advance(timedelta(hours=4)) - start) / timedelta(hours=1)) == 14
