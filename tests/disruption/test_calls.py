"""Families that have to be called about an absence: on every list of calls, with words to say, until it is recorded."""

import pytest
from django.test import Client
from django.urls import reverse

from rdv.booking.cancel import cancel
from rdv.booking.proposals import refuse
from rdv.disruption.carrying_out import work
from rdv.models import Decision, Disruption
from rdv.models.actor import Actor
from reminders.models import Task, TaskEnd, TaskOutcome
from tests import factories as make
from tests.disruption.world import SickDay
from tests.reminders.inbound.support import Line

pytestmark = pytest.mark.django_db


@pytest.fixture
def day(line: Line) -> SickDay:
    made = SickDay(hours=())
    for hour, phone in ((9, ""), (11, "+33639980012")):
        known = make.family(made.territory, phone=phone)
        made.bookings.append(made.book(hour, agents=[made.agent.pk], who=make.who(known)))
    made.appointments = [one.appointment for one in made.bookings]
    line.sends()
    return made


def done(day: SickDay, line: Line, *decisions: Decision) -> Disruption:
    disruption = day.declare(now=line.now)
    day.decide(disruption, *decisions, now=line.now)
    line.waits(minutes=11)
    work(now=line.now)
    line.sends()
    return disruption


def sheet(desk: Client, disruption: Disruption) -> str:
    return desk.get(reverse("agents:absence_calls", args=[disruption.absence_id])).content.decode()


@pytest.mark.parametrize("decision", [Decision.PROPOSE, Decision.CANCEL, Decision.MOVE])
def test_who_has_no_mobile_is_on_every_list_with_the_words_to_say(
    decision: Decision, day: SickDay, desk: Client, line: Line
) -> None:
    disruption = done(day, line, decision)
    (task,) = Task.objects.filter(done_at=None)
    said = {
        Decision.PROPOSE: "ne peut pas avoir lieu. Nous vous proposons\u00a0: mar. 12/01 à 9h30, mer. 13/01 à",
        Decision.CANCEL: "Votre rendez-vous du mardi 12 janvier à 9 h est annulé par nos services.",
        Decision.MOVE: "Votre rendez-vous du mardi 12 janvier à 9 h est maintenu, avec un autre professionnel.",
    }[decision]
    assert said in task.detail.replace("9\u00a0h", "9 h")
    for page in (sheet(desk, disruption), *(desk.get(reverse(f"agents:{one}")).content.decode() for one in LISTS)):
        assert str(task.detail) in page


LISTS = ("tasks", "calls")


def test_who_found_no_date_is_called_once_and_that_is_written_down(day: SickDay, desk: Client, line: Line) -> None:
    disruption = done(day, line, Decision.UNDECIDED, Decision.PROPOSE)
    refuse(day.row(1).proposal_id or 0, by=Actor.family(), now=line.now)
    (task,) = Task.objects.filter(done_at=None)
    assert task.detail.endswith("Aucune des dates proposées ne vous convient\u00a0: laquelle vous irait\u00a0?")
    shown = sheet(desk, disruption)
    assert task.detail in shown
    assert "Appelée" in shown
    answer = desk.post(
        reverse("agents:task_call", args=[task.pk]), {"essai": "jointe", "retour": f"absence-{disruption.absence_id}"}
    )
    assert answer.headers["Location"] == reverse("agents:absence_calls", args=[disruption.absence_id])
    task.refresh_from_db()
    assert (task.outcome, task.done_by, task.done_at) == (TaskOutcome.REACHED, day.secretary, line.now)
    after = sheet(desk, disruption)
    assert "Aucun appel à passer" in after
    assert "par Odile" in after
    board = desk.get(reverse("agents:absence", args=[disruption.absence_id]))
    assert {str(one["label"]): one["count"] for one in board.context["tallies"]} == {"À décider": 2}


def test_what_is_settled_by_hand_leaves_the_lists(day: SickDay, desk: Client, line: Line) -> None:
    disruption = done(day, line, Decision.UNDECIDED, Decision.PROPOSE)
    refuse(day.row(1).proposal_id or 0, by=Actor.family(), now=line.now)
    cancel(day.appointments[1].pk, by=Actor.family(), now=line.now, for_family=True)
    assert list(Task.objects.values_list("closed_as", flat=True)) == [TaskEnd.SETTLED]
    assert "Aucun appel à passer" in sheet(desk, disruption)
