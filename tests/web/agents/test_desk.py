"""The day's work: agenda, outcomes, changes, families, tasks, waiting list, log-in."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rdv import clock
from rdv.access.throttle import LOGIN_BY_ACCOUNT
from rdv.models import AccessLog, Appointment, Status, WaitingListEntry
from tests.factories import NOW, who
from tests.web.agents.world import PASSWORD, Office

pytestmark = pytest.mark.django_db


def later(monkeypatch: pytest.MonkeyPatch, office: Office, hour: int) -> None:
    monkeypatch.setattr(clock, "now", lambda: office.at(hour))


def test_scenario_30_an_agenda_behind_the_wall_says_busy_and_no_more(office: Office, desk: Client) -> None:
    query = {"agent": office.counsellor.pk, "jour": office.day.isoformat()}
    for name in ("day", "week"):
        page = desk.get(reverse(f"agents:{name}"), query).content.decode()
        assert "Occupé" in page
        assert "Entretien" not in page
        assert str(office.walled_family.contacts.get()) not in page
    events = desk.get(reverse("agents:events"), {"agent": office.counsellor.pk, "du": office.day.isoformat()}).json()
    (walled,) = [event for event in events if event["id"] == office.walled.pk]
    assert (walled["title"], walled["extendedProps"]) == ("Occupé", {"url": "", "place": "", "notes": []})
    planner = desk.get(reverse("agents:place_day", args=[office.location.pk]), {"jour": office.day.isoformat()})
    assert [line.title for column in planner.context["columns"] for line in column.lines if line.kind == "walled"]


def test_scenario_30_nobody_is_busy_with_what_was_cancelled_behind_the_wall(office: Office, desk: Client) -> None:
    """The time is free again, and that somebody gave up is the other service's business."""
    Appointment.objects.filter(pk=office.walled.pk).update(status=Status.EXCUSED)
    query = {"agent": office.counsellor.pk, "jour": office.day.isoformat()}
    page = desk.get(reverse("agents:day"), query).content.decode()
    assert "Occupé" not in page
    assert "annulé" not in page


def test_the_week_as_data_costs_the_same_however_full_it_is(office: Office, desk: Client) -> None:
    address = reverse("agents:events")
    query = {"agent": office.agent.pk, "du": office.day.isoformat()}

    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert desk.get(address, query).status_code == 200
        return len(queries)

    few = count()
    for hour, minute in ((9, 30), (10, 0), (10, 30), (11, 0)):
        office.book(hour, minute)
    assert count() == few
    # Session, agent, his territory, services, memberships, then appointments, and everything else together.
    assert few <= 7


@pytest.mark.parametrize("name", ["home", "day", "week", "outcomes", "tasks", "waiting", "sessions", "openings"])
def test_pages_cost_the_same_with_more_rows(office: Office, name: str) -> None:
    client = office.client("admin")

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert (
                client.get(reverse(f"agents:{name}"), {"jour": office.day.isoformat(), "qui": "tous"}).status_code
                == 200
            )
        return len(queries)

    past = {"starts_at": NOW - timedelta(hours=2), "ends_at": NOW}
    Appointment.objects.exclude(pk=office.workshop.pk).update(**past)
    count()
    few = count()
    for hour, minute in ((9, 30), (10, 0), (10, 30), (11, 0)):
        booking = office.book(hour, minute)
        WaitingListEntry.objects.create(
            territory=office.territory,
            family=booking.family,
            contact=booking.family.contacts.get(),
            type=office.type,
            any_location=True,
            waiting_since=NOW,
        )
        office.task.pk = None
        office.task.key = f"{hour}:{minute}"
        office.task.family = booking.family
        office.task.save()
    Appointment.objects.exclude(pk=office.workshop.pk).update(**past)
    assert count() == few


def test_outcomes_of_the_day_in_one_go(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    second = office.book(9, 30).appointment
    later(monkeypatch, office, 13)
    client = office.client("agent")
    page = client.get(reverse("agents:outcomes"))
    assert {one.line.pk for day in page.context["days"] for one in day.lines} == {office.open.pk, second.pk}
    data = {
        f"rdv-{office.open.pk}": "seen",
        f"rdv-{second.pk}": "noshow",
        f"rdv-{office.walled.pk}": "seen",
        "rdv-x": "seen",
    }
    client.post(reverse("agents:outcomes"), data)
    states = dict(Appointment.objects.values_list("pk", "status"))
    assert (states[office.open.pk], states[second.pk]) == (Status.SEEN, Status.NOSHOW)
    assert states[office.walled.pk] == Status.UNKNOWN


def test_an_outcome_is_given_after_the_start_and_taken_back(
    office: Office, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = reverse("agents:outcome", args=[office.open.pk])
    desk.post(address, {"status": "noshow"})
    assert Appointment.objects.get(pk=office.open.pk).status == Status.UNKNOWN
    later(monkeypatch, office, 10)
    for given, expected in (("noshow", Status.NOSHOW), ("unknown", Status.UNKNOWN), ("seen", Status.SEEN)):
        desk.post(address, {"status": given})
        assert Appointment.objects.get(pk=office.open.pk).status == expected
    assert desk.post(address, {"status": "excused"}).status_code == 404


def test_cancelling_one_sibling_keeps_the_others(office: Office, desk: Client) -> None:
    booked = office.book(10, who=who(children=2)).appointment
    first, second = booked.participations.order_by("pk")
    address = reverse("agents:cancel", args=[booked.pk])
    assert desk.get(f"{address}?personne={first.person_id}").context["form"].initial["persons"] == [
        str(first.person_id)
    ]
    desk.post(address, {"by": "family", "persons": [first.person_id], "reason": "Malade"})
    assert Appointment.objects.get(pk=booked.pk).status == Status.UNKNOWN
    second.refresh_from_db()
    assert second.status == Status.UNKNOWN
    desk.post(address, {"by": "service", "reason": "Agent absent"})
    cancelled = Appointment.objects.get(pk=booked.pk)
    assert (cancelled.status, cancelled.cancel_reason) == (Status.REVOKED, "Agent absent")
    history = desk.get(reverse("agents:appointment", args=[booked.pk])).context["history"]
    assert "Agent absent" in history[-1].text


def test_an_appointment_is_moved_to_a_free_start_and_not_to_a_taken_one(office: Office, desk: Client) -> None:
    office.book(10)
    address = reverse("agents:move", args=[office.open.pk])
    taken = desk.post(f"{address}?lieu={office.location.pk}", {"debut": office.at(10).isoformat()})
    assert taken.context["taken"]
    assert taken.context["alternatives"]
    desk.post(f"{address}?lieu={office.location.pk}", {"debut": office.at(11).isoformat()})
    assert Appointment.objects.get(pk=office.open.pk).starts_at == office.at(11)


def test_families_are_found_by_name_without_accents_and_by_number(office: Office, desk: Client) -> None:
    contact = office.family.contacts.get()
    number = "0" + contact.phone.removeprefix("+33")
    spaced = " ".join(number[at : at + 2] for at in range(0, 10, 2))
    for words in (contact.last_name.upper(), number, spaced, spaced.replace(" ", ".")):
        found = desk.get(reverse("agents:families"), {"q": words}).context["found"].lines
        assert office.family.pk in {line.pk for line in found}, words
    walled = str(office.walled_family.contacts.get().last_name)
    assert office.walled_family.pk not in {
        line.pk for line in desk.get(reverse("agents:families"), {"q": walled}).context["found"].lines
    }
    assert desk.get(reverse("agents:families"), {"q": "x\u0000"}).status_code in (200, 400)


def test_reading_a_file_is_logged_and_so_is_a_refusal(office: Office, desk: Client) -> None:
    desk.get(reverse("agents:family", args=[office.family.pk]))
    desk.get(reverse("agents:family", args=[office.walled_family.pk]))
    rows = AccessLog.objects.order_by("pk").values_list("family", "was_refused", "agent")
    secretary = office.people["secretary"].pk
    assert list(rows) == [(office.family.pk, False, secretary), (office.walled_family.pk, True, secretary)]


def test_another_number_is_a_new_chance(office: Office, desk: Client) -> None:
    contact = office.family.contacts.get()
    contact.phone_state, contact.sms_stopped_at = "failed", NOW
    contact.save()
    data = {"first_name": "Ana", "last_name": "Neuve", "relation": "parent", "language": "fr", "may_be_told": "on"}
    desk.post(reverse("agents:contact", args=[office.family.pk, contact.pk]), data | {"phone": "06 39 98 77 66"})
    contact.refresh_from_db()
    assert (contact.phone, contact.can_get_sms, contact.may_cancel) == ("+33639987766", True, False)


def test_a_task_is_done_and_undone(office: Office, desk: Client) -> None:
    address = reverse("agents:task", args=[office.task.pk])
    desk.post(address, {"etat": "faite"})
    office.task.refresh_from_db()
    assert (office.task.done_by, office.task.done_at) == (office.people["secretary"], NOW)
    desk.post(address, {"etat": "a-faire"})
    office.task.refresh_from_db()
    assert office.task.done_at is None
    calls = desk.get(reverse("agents:calls")).content.decode()
    assert office.task.contact is not None
    assert str(office.task.contact) in calls


def test_a_family_is_put_on_the_list_raised_with_a_reason_and_withdrawn(office: Office, desk: Client) -> None:
    other = office.book(11).family
    data = {"type": office.type.pk, "persons": [other.persons.get().pk], "notice": "120", "priority": "0"}
    address = f"{reverse('agents:new_entry')}?famille={other.pk}"
    desk.post(address, data | {"half_days": ["2-am"], "locations": [office.location.pk]})
    entry = WaitingListEntry.objects.get(family=other)
    assert (entry.half_days, entry.any_location, list(entry.locations.all())) == (["2-am"], False, [office.location])
    page = reverse("agents:entry", args=[entry.pk])
    assert desk.post(page, {"priority": "1"}).context["form"].errors["priority_reason"]
    desk.post(page, {"priority": "1", "priority_reason": "Sortie de maternité"})
    entry.refresh_from_db()
    assert (entry.priority, entry.priority_reason) == (1, "Sortie de maternité")
    desk.post(reverse("agents:change_entry", args=[entry.pk]), {"action": "retirer"})
    entry.refresh_from_db()
    assert entry.status == "left"


def log_in(client: Client, **data: str) -> Any:
    return client.post("/agents/connexion/?next=/agents/taches/", data)


def test_log_in_says_the_same_for_a_wrong_password_and_an_unknown_account(office: Office, client: Client) -> None:
    agent = office.people["secretary"]
    agent.set_password(PASSWORD)
    agent.save()
    wrong = log_in(client, email=agent.email, password="autre")
    unknown = log_in(client, email="personne@exemple.test", password="autre")
    said = [list(answer.context["form"].non_field_errors()) for answer in (wrong, unknown)]
    assert said[0] == said[1] != []
    assert log_in(client, email=agent.email.upper(), password=PASSWORD).headers["Location"] == "/agents/taches/"
    assert client.post("/agents/deconnexion/").headers["Location"] == "/agents/connexion/"


def test_log_in_refuses_an_outside_address_and_a_closed_account(office: Office, client: Client) -> None:
    agent = office.people["secretary"]
    agent.set_password(PASSWORD)
    agent.save()
    away = client.post(
        "/agents/connexion/?next=https://ailleurs.example/", {"email": agent.email, "password": PASSWORD}
    )
    assert away.headers["Location"] == "/agents/"
    client.logout()
    agent.is_active = False
    agent.save()
    assert log_in(client, email=agent.email, password=PASSWORD).status_code == 200


def test_log_in_is_limited_by_account(office: Office, client: Client, settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "log-in"}}
    answers = [
        log_in(client, email="cible@exemple.test", password="autre").status_code
        for _ in range(LOGIN_BY_ACCOUNT.limit + 1)
    ]
    assert answers[-2:] == [200, 429]


def test_a_password_is_changed_with_the_present_one(office: Office) -> None:
    agent = office.people["secretary"]
    agent.set_password(PASSWORD)
    agent.save()
    client = office.client("secretary")
    address = reverse("agents:password")
    assert list(client.post(address, {"old": "faux", "new": "encore une phrase longue"}).context["form"].errors) == [
        "old"
    ]
    assert list(client.post(address, {"old": PASSWORD, "new": "court"}).context["form"].errors) == ["new"]
    assert client.post(address, {"old": PASSWORD, "new": "encore une phrase longue"}).status_code == 302
    assert client.get(reverse("agents:home")).status_code == 200
