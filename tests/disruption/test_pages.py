"""The pages of an absence: as many queries for one appointment as for six, and nothing told across the wall."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rdv import clock
from rdv.booking.absences import withdraw_absence
from rdv.booking.cancel import cancel
from rdv.booking.sessions import open_session
from rdv.disruption.carrying_out import work
from rdv.models import Decision, DisruptedAppointment, Participation, Service, Step
from rdv.models.actor import Actor
from tests import factories as make
from tests.disruption.world import SickDay
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def client_of(day: SickDay) -> Client:
    client = Client()
    client.force_login(day.secretary)
    return client


def test_the_number_of_queries_does_not_grow_with_the_appointments() -> None:
    counted = []
    for hours in (((9, 0),), ((9, 0), (9, 30), (10, 0), (10, 30), (11, 0), (11, 30))):
        day = SickDay(hours=hours)
        absence = day.declare().absence
        assert absence is not None
        client, counts = client_of(day), []
        for name in ("absence", "absence_decide", "absence_calls"):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get(reverse(f"agents:{name}", args=[absence.pk]))
            counts.append(len(queries))
        counted.append(counts)
    assert counted[0] == counted[1]


def test_behind_the_wall_an_appointment_is_counted_shown_as_busy_and_decided_by_its_own_service() -> None:
    day = SickDay(hours=((9, 0), (9, 30)))
    discreet = Service.objects.create(territory=day.territory, slug="sante", name="Santé sexuelle", is_discreet=True)
    hidden = day.appointments[0]
    hidden.service = discreet
    hidden.save()
    absence = day.declare().absence
    assert absence is not None
    client = client_of(day)
    board = client.get(reverse("agents:absence", args=[absence.pk]))
    assert (board.context["total"], board.context["to_decide"]) == (2, 1)
    walled, seen = board.context["rows"]
    assert (walled.line.title, walled.problem, seen.problem) == ("Occupé", "À décider par quelqu’un de ce service.", "")
    where = reverse("agents:absence_decide", args=[absence.pk])
    client.post(where, {f"choix-{one.pk}": "cancel" for one in day.appointments})
    rows = DisruptedAppointment.objects.order_by("was_at").values_list("decision", "step")
    assert list(rows) == [(Decision.UNDECIDED, Step.OPEN), (Decision.CANCEL, Step.PLANNED)]


def test_an_answer_that_was_made_up_decides_nothing() -> None:
    """A move to an hour that was not offered, or to somebody else's time."""
    day = SickDay(hours=((9, 0),))
    elsewhere = make.agent(make.organisation(day.territory))
    absence = day.declare().absence
    assert absence is not None
    value = f"move|{day.at(9).isoformat()}|{day.location.pk}|{elsewhere.pk}"
    answer = client_of(day).post(
        reverse("agents:absence_decide", args=[absence.pk]), {f"choix-{day.appointments[0].pk}": value}
    )
    assert [one.is_missing for one in answer.context["hit"]] == [True]
    assert day.row(0).step == Step.OPEN


def test_of_a_session_those_alone_are_called_that_know_nothing() -> None:
    """One family gets an SMS, one gave up before, one has no number at all."""
    day = SickDay(hours=(), is_collective=True, capacity=8)
    session = open_session(
        type=day.type, location=day.location, agents=[day.agent], start=day.at(9), by=day.by, now=NOW
    )
    mobile, gone, voice = (make.family(day.territory, phone=phone) for phone in ("+33639980031", "+33639980032", ""))
    for number, one in enumerate((mobile, gone, voice)):
        one.persons.update(first_name=f"Enfant {number}")
        day.book(9, who=make.who(one))
    cancel(session.pk, by=Actor.family(), now=NOW, for_family=True, family=gone)
    disruption = day.declare()
    day.appointments = [session]
    day.decide(disruption, Decision.CANCEL)
    work(now=NOW + timedelta(minutes=11))
    assert disruption.absence is not None
    sheet = client_of(day).get(reverse("agents:absence_calls", args=[disruption.absence.pk]))
    assert [(one.who, one.contacts) for one in sheet.context["lines"]] == [("Enfant 2 Exemple", [])]
    assert day.agent.full_name in sheet.content.decode()


def test_what_is_decided_is_what_the_list_shows_when_it_is_opened_again() -> None:
    """Whoever changes one answer leaves the others, also an hour of a colleague that is kept, hence no longer free."""
    day = SickDay()
    disruption = day.declare()
    day.decide(disruption, Decision.MOVE, Decision.CANCEL, Decision.UNDECIDED)
    work(now=NOW)
    moved = DisruptedAppointment.objects.get(appointment=day.appointments[0])
    client, where = client_of(day), reverse("agents:absence_decide", args=[disruption.absence_id])
    hit = client.get(where).context["hit"]
    chosen = [next(answer.value for answer in one.answers if answer.is_chosen) for one in hit]
    assert chosen[0] == f"move|{day.row(0).start.isoformat()}|{day.location.pk}|{day.colleague.pk}"
    assert chosen[1:] == [Decision.CANCEL, Decision.PROPOSE]
    client.post(where, {one.name: value for one, value in zip(hit, chosen, strict=True)})
    again = DisruptedAppointment.objects.get(pk=moved.pk)
    assert (again.step, again.decided_at, again.hold_id) == (Step.PLANNED, moved.decided_at, moved.hold_id)
    assert moved.hold_id
    board = client.get(reverse("agents:absence", args=[disruption.absence_id]))
    assert (board.context["is_to_decide"], "Revoir les décisions" in board.content.decode()) == (False, True)


def test_the_agenda_says_of_an_appointment_under_an_absence_that_it_is_and_not_that_the_family_comes() -> None:
    day = SickDay(hours=((9, 0), (9, 30)))
    Participation.objects.update(confirmed_at=NOW)
    client, where = client_of(day), f"{reverse('agents:day')}?agent={day.agent.pk}&jour={day.day}"

    def tags() -> list[str]:
        lines = client.get(where).context["lines"]
        return [tag.label for line in lines if line.kind == "appointment" for tag in line.tags]

    assert tags() == ["Venue confirmée", "Venue confirmée"]
    disruption = day.declare()
    assert tags() == ["Absence déclarée", "Absence déclarée"]
    day.decide(disruption, Decision.KEEP, Decision.UNDECIDED)
    assert tags() == ["Venue confirmée", "Absence déclarée"]
    assert disruption.absence is not None
    withdraw_absence(disruption.absence, now=NOW)
    assert tags() == ["Venue confirmée", "Venue confirmée"]
