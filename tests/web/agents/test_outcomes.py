"""The end of the day: everybody but those ticked, what was said wrong mended, and the pattern that agents see."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rdv import clock
from rdv.booking.outcome import record_outcome
from rdv.models import Appointment, Status
from rdv.models.actor import Actor
from reminders.models import Task
from tests.factories import NOW, appointment_type, family, who
from tests.web.agents.world import Office

pytestmark = pytest.mark.django_db
URL = reverse("agents:outcomes")


@pytest.fixture
def office(office: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr(clock, "now", lambda: office.at(13))
    return office


@pytest.fixture
def desk(office: Office) -> Client:
    return office.client("agent")


def status(appointment: Appointment) -> str:
    return Appointment.objects.get(pk=appointment.pk).status


def test_all_were_seen_but_those_ticked(office: Office, desk: Client) -> None:
    others = [office.book(9, 30).appointment, office.book(10).appointment, office.book(10, 30).appointment]
    absent, later, unseen = others
    shown = [office.open.pk, absent.pk, later.pk, office.walled.pk]
    data = {"tous": str(office.day), "vu": shown, f"rdv-{absent.pk}": "noshow", f"rdv-{later.pk}": "later"}
    desk.post(URL, data)
    assert [status(one) for one in (office.open, *others)] == ["seen", "noshow", "unknown", "unknown"]
    assert status(office.walled) == Status.UNKNOWN
    assert status(unseen) == Status.UNKNOWN  # booked after the page was shown


def test_another_day_is_not_settled_with_it(office: Office, desk: Client) -> None:
    desk.post(URL, {"tous": str(office.day - timedelta(days=1)), "vu": [office.open.pk]})
    assert status(office.open) == Status.UNKNOWN


def test_what_was_just_said_is_taken_back_in_one_press(office: Office, desk: Client) -> None:
    desk.post(URL, {f"rdv-{office.open.pk}": "noshow"})
    assert "Revenir sur ce qui vient" in desk.get(URL).content.decode()
    desk.post(URL, {"annuler": "1"})
    assert status(office.open) == Status.UNKNOWN
    assert "Revenir sur ce qui vient" not in desk.get(URL).content.decode()


def test_a_mistake_is_mended_on_the_same_page_and_the_call_is_called_off(office: Office, desk: Client) -> None:
    office.type.calls_no_show = True
    office.type.save()
    calls = Task.objects.filter(kind="call_no_show")
    desk.post(URL, {f"rdv-{office.open.pk}": "noshow"})
    assert calls.filter(done_at=None, family=office.family).count() == 1
    desk.post(URL, {f"rdv-{office.open.pk}": "seen"})
    assert status(office.open) == Status.SEEN
    assert list(calls.values_list("closed_as", flat=True)) == ["mended"]


def missed_twice(office: Office, **values: object) -> None:
    for hour in (9, 10):
        found = office.book(hour, 30, who=who(office.family), **values).appointment
        record_outcome(found.pk, status=Status.NOSHOW, by=Actor.of(office.agent), now=office.at(13))


def test_the_pattern_is_seen_where_it_helps_and_blocks_nothing(office: Office, desk: Client) -> None:
    missed_twice(office)
    said = "2 rendez-vous manqués sur 2 en douze mois"
    for address in (
        URL,
        reverse("agents:family", args=[office.family.pk]),
        reverse("agents:appointment", args=[office.open.pk]),
    ):
        assert said in desk.get(address).content.decode(), address
    assert office.book(11, who=who(office.family)).created
    year = timedelta(days=366)
    Appointment.objects.filter(status=Status.NOSHOW).update(
        starts_at=NOW - year, ends_at=NOW - year + timedelta(hours=1)
    )
    assert "rendez-vous manqué" not in desk.get(URL).content.decode()


def test_what_a_discreet_service_saw_counts_for_it_alone(office: Office, desk: Client) -> None:
    missed_twice(office)
    hidden = appointment_type(office.territory, office.walled.service)
    Appointment.objects.filter(status=Status.NOSHOW).update(service=office.walled.service, type=hidden)
    for row in Appointment.objects.filter(status=Status.NOSHOW):
        row.appointment_agents.all().delete()
    assert "rendez-vous manqué" not in desk.get(reverse("agents:family", args=[office.family.pk])).content.decode()


def test_the_page_costs_the_same_for_one_and_for_many(office: Office, desk: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as spent:
            desk.get(URL)
        return len(spent)

    desk.get(URL)
    few = cost()
    for number, minute in enumerate((0, 30), 1):
        office.book(10, minute, who=who(family(office.territory, phone=f"+3363998300{number}")))
    assert cost() == few
