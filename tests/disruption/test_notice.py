"""Whoever opens an appointment that an absence hits, or takes its family's call, reads where it stands."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from rdv import clock
from rdv.booking.proposals import refuse
from rdv.disruption.carrying_out import work
from rdv.models import Agent, Decision
from rdv.models.actor import Actor
from tests import factories as make
from tests.disruption.world import SickDay
from tests.factories import NOW

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=11)


@pytest.fixture(autouse=True)
def after_ten_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATER)


def page(day: SickDay, agent: Agent) -> str:
    client = Client()
    client.force_login(agent)
    shown = client.get(reverse("agents:appointment", args=[day.appointments[0].pk]))
    return shown.content.decode().replace("\u00a0", " ")


def test_from_the_declaration_to_the_call_the_page_says_where_it_stands() -> None:
    day = SickDay(hours=((11, 0),))
    assert "absent" not in page(day, day.secretary)
    disruption = day.declare()
    board = reverse("agents:absence", args=[disruption.absence_id])
    shown = page(day, day.secretary)
    assert f"{day.agent.full_name} : absence déclarée à cette heure" in shown
    assert "Rien n’est décidé, et la famille ne sait rien." in shown
    assert board in shown
    day.decide(disruption, Decision.PROPOSE)
    assert "Décidé, pas encore fait : Proposer trois dates à la famille. La famille ne sait rien." in page(
        day, day.secretary
    )
    work(now=LATER)
    assert "La famille est prévenue : elle choisit une autre date" in page(day, day.secretary)
    refuse(day.row(0).proposal_id or 0, by=Actor.family(), now=LATER)
    assert "aucune des dates proposées ne lui convient : elle attend un appel" in page(day, day.secretary)
    day.decide(disruption, Decision.KEEP, now=LATER)
    work(now=LATER)
    shown = page(day, day.secretary)
    assert "absence déclarée à cette heure" not in shown
    assert board not in shown


def test_who_may_not_see_the_board_reads_the_notice_without_the_link() -> None:
    day = SickDay(hours=((11, 0),))
    colleague = make.agent(day.organisation)
    disruption = day.declare()
    client = Client()
    client.force_login(colleague)
    sees = client.get(reverse("agents:absence", args=[disruption.absence_id])).status_code == 200
    shown = page(day, colleague)
    assert "absence déclarée à cette heure" in shown
    assert (reverse("agents:absence", args=[disruption.absence_id]) in shown) == sees
