"""What an absence hit is not called seen with all the others of its day: it probably did not take place."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from rdv import clock
from rdv.booking.absences import withdraw_absence
from rdv.booking.move import move
from rdv.disruption.carrying_out import work
from rdv.models import Absence, Appointment, Decision, Status
from tests.disruption.world import SickDay
from tests.factories import NOW

pytestmark = pytest.mark.django_db

URL = reverse("agents:outcomes") + "?qui=tous"
MARK = "est déclaré absent à cette heure"


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> SickDay:
    made = SickDay(hours=((9, 0), (9, 30), (11, 0)))
    monkeypatch.setattr(clock, "now", lambda: made.at(18))
    return made


def all_seen(day: SickDay, desk: Client, **ticked: str) -> list[str]:
    desk.post(URL, {"tous": str(day.day), "vu": [one.pk for one in day.appointments], **ticked})
    return [Appointment.objects.get(pk=one.pk).status for one in day.appointments]


def test_it_is_marked_and_left_out_unless_it_is_ticked(day: SickDay, desk: Client) -> None:
    day.declare()
    page = desk.get(URL).content.decode()
    assert page.count(MARK) == 3
    assert "ne sont renseignés que s’ils sont cochés" in page
    assert all_seen(day, desk) == [Status.UNKNOWN] * 3
    first = day.appointments[0].pk
    assert all_seen(day, desk, **{f"rdv-{first}": "seen"}) == [Status.SEEN, Status.UNKNOWN, Status.UNKNOWN]


def test_what_was_kept_or_given_to_a_colleague_is_settled_as_always(day: SickDay, desk: Client) -> None:
    disruption = day.declare()
    day.decide(disruption, Decision.KEEP)
    work(now=NOW)
    move(day.appointments[1].pk, start=day.at(9, 30), agents=[day.colleague.pk], by=day.by, now=NOW)
    assert desk.get(URL).content.decode().count(MARK) == 1
    assert all_seen(day, desk) == [Status.SEEN, Status.SEEN, Status.UNKNOWN]


def test_an_absence_that_is_withdrawn_marks_nothing(day: SickDay, desk: Client) -> None:
    day.declare()
    withdraw_absence(Absence.objects.get(), by=day.by, now=NOW + timedelta(minutes=1))
    assert MARK not in desk.get(URL).content.decode()
    assert all_seen(day, desk) == [Status.SEEN] * 3


def test_a_place_that_was_closed_says_so(day: SickDay, desk: Client) -> None:
    day.declare(agent=None, location=day.location, kind="closed")
    assert desk.get(URL).content.decode().count("Le lieu est déclaré fermé à cette heure") == 3
