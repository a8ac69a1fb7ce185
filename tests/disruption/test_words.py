"""The words of an absence: what was done is named as what it is, and an agent never closes like a place."""

import pytest
from django.test import Client
from django.urls import reverse

from rdv import clock
from rdv.disruption.carrying_out import work
from rdv.models import Absence, AbsenceKind, Decision, Verb
from rdv.web.agents.said import KINDS
from rdv.web.agents.words import history
from reminders.kinds import Kind
from tests.disruption.test_carrying_out import LATER
from tests.disruption.world import SickDay
from tests.factories import NOW

pytestmark = pytest.mark.django_db

CLOSED = "Fermeture du lieu"


@pytest.fixture(autouse=True)
def at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def desk(day: SickDay, of: str = "secretary") -> Client:
    client = Client()
    client.force_login(getattr(day, of))
    return client


def typed(day: SickDay, **values: str) -> dict[str, str]:
    days = {"first_day": str(day.day), "last_day": str(day.day)}
    return {"who": f"agent-{day.agent.pk}", "kind": "sick", **days, **values}


def test_other_dates_that_an_agent_proposed_are_not_words_of_the_family() -> None:
    day = SickDay(hours=((9, 0),))
    day.decide(day.declare(), Decision.PROPOSE)
    work(now=LATER)
    (said,) = [one for one in history(day.appointments[0]) if "autres dates" in one.text.lower()]
    assert said.text == "Autres dates proposées à la famille"
    assert day.appointments[0].events.filter(verb=Verb.NOTE).count() == 1


def test_every_sort_of_message_has_a_title() -> None:
    assert sorted(set(Kind) - set(KINDS)) == []


def test_who_has_no_say_over_a_place_is_not_offered_to_close_one() -> None:
    day = SickDay(hours=())
    assert CLOSED not in desk(day, "agent").get(reverse("agents:new_absence")).content.decode()
    assert CLOSED in desk(day).get(reverse("agents:new_absence")).content.decode()


def test_an_agent_does_not_close() -> None:
    day = SickDay(hours=())
    refused = desk(day).post(reverse("agents:new_absence"), typed(day, kind="closed"))
    (error,) = refused.context["form"].errors["kind"]
    assert "se choisit avec un lieu" in error
    assert not Absence.objects.exists()


def test_what_was_stored_so_is_not_read_so() -> None:
    day = SickDay(hours=())
    Absence.objects.create(
        agent=day.agent, kind=AbsenceKind.CLOSED, starts_at=day.at(9), ends_at=day.at(12), created_by=day.secretary
    )
    assert CLOSED not in desk(day).get(reverse("agents:absences")).content.decode()


def test_the_date_to_compare_comes_early_enough_to_be_read_on_a_telephone() -> None:
    day = SickDay(hours=((11, 0),))
    shown = desk(day).post(reverse("agents:new_absence"), typed(day))
    (label,) = [one.label for one in shown.context["hit"][0].answers if one.value == Decision.PROPOSE]
    assert label == "Autres dates dès mar. 12/01"
