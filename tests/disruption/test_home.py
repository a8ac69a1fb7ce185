"""The first page of those who may decide says what waits under an absence, until it is decided, or too late."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rdv import clock
from rdv.booking.move import move
from rdv.disruption.carrying_out import work
from rdv.models import Agent, Decision, Service
from rdv.web.agents.absence_alert import AbsenceAlert
from tests import factories as make
from tests.disruption.world import SickDay
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def alert(agent: Agent) -> AbsenceAlert | None:
    client = Client()
    client.force_login(agent)
    found: AbsenceAlert | None = client.get(reverse("agents:home")).context["absences"]
    return found


def said(agent: Agent) -> list[tuple[str, str]]:
    found = alert(agent)
    return (
        [(line.what.replace("\u00a0", " "), line.left.replace("\u00a0", " ")) for line in found.lines] if found else []
    )


def at(monkeypatch: pytest.MonkeyPatch, instant: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: instant)


def test_what_nobody_decided_is_on_the_first_page_until_it_is_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    day = SickDay(hours=((9, 0), (11, 0)))
    assert alert(day.secretary) is None
    disruption = day.declare()
    assert said(day.secretary) == [("2 rendez-vous à décider", "dans 25 heures")]
    at(monkeypatch, day.at(4))
    client = Client()
    client.force_login(day.secretary)
    page = client.get(reverse("agents:home"))
    assert page.context["absences"].is_near
    assert reverse("agents:absence", args=[disruption.absence_id]) in page.content.decode()
    assert "premier rendez-vous dans 5\u00a0heures" in page.content.decode()
    day.decide(disruption, Decision.CANCEL)
    assert said(day.secretary) == [("1 rendez-vous à décider", "dans 7 heures")]
    at(monkeypatch, day.at(11))
    assert alert(day.secretary) is None


def test_what_was_settled_otherwise_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    day = SickDay(hours=((9, 0),))
    day.declare()
    move(day.appointments[0].pk, start=day.at(9), agents=[day.colleague.pk], by=day.by, now=NOW)
    assert alert(day.secretary) is None


def test_families_that_nobody_called_are_counted_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    day = SickDay(hours=((9, 0),))
    voice = make.family(day.territory, phone="")
    day.appointments.append(day.book(11, agents=[day.agent.pk], who=make.who(voice)).appointment)
    day.decide(day.declare(), Decision.UNDECIDED, Decision.CANCEL)
    at(monkeypatch, NOW + timedelta(minutes=11))
    work(now=NOW + timedelta(minutes=11))
    assert said(day.secretary) == [("1 rendez-vous à décider et 1 famille à appeler", "dans 24 heures")]


def test_only_who_may_decide_hears_of_it() -> None:
    """Neither another team, nor a prescriber, nor for what is behind a wall anybody but its own service."""
    day = SickDay(hours=((9, 0), (11, 0)))
    discreet = Service.objects.create(territory=day.territory, slug="sante", name="Santé sexuelle", is_discreet=True)
    type(day.appointments[0]).objects.filter(pk=day.appointments[0].pk).update(service=discreet)
    own = make.agent(day.organisation, services=[discreet])
    others = make.agent(make.organisation(day.territory), role="secretary")
    prescriber = make.agent(day.organisation, role="prescriber", services=[])
    day.declare()
    assert said(day.secretary) == [("1 rendez-vous à décider", "dans 27 heures")]
    assert [what for what, _left in said(own)] == ["1 rendez-vous à décider"]
    assert alert(others) is None
    assert alert(prescriber) is None


def test_as_many_queries_for_one_appointment_as_for_six_and_for_several_absences() -> None:
    counted = []
    for hours in (((9, 0),), ((9, 0), (9, 30), (10, 0), (10, 30), (11, 0), (11, 30))):
        day = SickDay(hours=hours)
        day.declare()
        if len(hours) > 1:
            day.declare(agent=None, location=day.location, kind="closed")
        with CaptureQueriesContext(connection) as queries:
            assert alert(day.secretary) is not None
        counted.append(len(queries))
    assert counted[0] == counted[1]
