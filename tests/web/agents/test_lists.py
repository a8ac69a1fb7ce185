"""Lists that a secretary works through: names heard on the phone, tasks, calls, the end of the day."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse

from rdv.models import Appointment, Participation
from reminders.models import InboundMessage, Task, TaskEnd, TaskKind
from tests.factories import NOW, family
from tests.web.agents.world import Office

pytestmark = pytest.mark.django_db


def name(office: Office, first_name: str, last_name: str) -> None:
    contact = office.family.contacts.get()
    contact.first_name, contact.last_name = first_name, last_name
    contact.save()


@pytest.mark.parametrize("words", ["bouchart", "Boucharde", "juliete", "juliete bouchar", "BOUCHAUD juliette"])
def test_a_name_heard_on_the_phone_and_spelt_badly_is_found(office: Office, desk: Client, words: str) -> None:
    name(office, "Juliette", "Bouchard")
    found = desk.get(reverse("agents:families"), {"q": words}).context["found"]
    assert [line.pk for line in found.lines] == [office.family.pk]
    assert found.are_alike or words == "juliete bouchar"
    assert "y ressemblent" in desk.get(reverse("agents:book"), {"q": words}).content.decode()


def test_names_that_resemble_stay_behind_their_wall(office: Office, desk: Client) -> None:
    walled = office.walled_family.contacts.get()
    walled.last_name = "Bouchard"
    walled.save()
    assert desk.get(reverse("agents:families"), {"q": "bouchart"}).context["found"].lines == []
    assert desk.get(reverse("agents:families"), {"q": "06 39 00 00 01"}).context["found"].lines == []
    assert desk.get(reverse("agents:families"), {"q": "xy zt"}).context["found"].lines == []


def test_namesakes_are_told_apart_by_their_dates_of_birth(office: Office, desk: Client) -> None:
    child = office.family.persons.get()
    child.birth_date = NOW.date() - timedelta(days=400)
    child.save()
    name(office, "Juliette", "Bouchard")
    line = desk.get(reverse("agents:families"), {"q": "bouchard"}).context["found"].lines[0]
    assert f"({child.birth_date:%d/%m/%Y})" in line.people


def unclear(office: Office, *, detail: str, due: Any = None, key: str = "2") -> Task:
    reply = InboundMessage.objects.create(
        territory=office.territory,
        provider="essai",
        provider_id=key,
        sender="+33639980001",
        to="36999",
        body="je peux venir plutôt l'après-midi ?",
        received_at=NOW,
    )
    return Task.objects.create(
        territory=office.territory,
        organisation=office.organisation,
        kind=TaskKind.UNCLEAR,
        key=key,
        family=office.family,
        reply=reply,
        detail=detail,
        due_at=due,
        created_at=NOW,
    )


def test_what_a_family_wrote_is_shown_once(office: Office, desk: Client) -> None:
    unclear(office, detail="plutôt l’après-midi")
    unclear(office, detail="ne sait pas", key="3")
    details = {line.pk: line.detail for line in desk.get(reverse("agents:tasks")).context["lines"]}
    assert sorted(details.values()) == ["", "", "ne sait pas"]


def test_tasks_whose_term_has_passed_come_last_and_are_no_calls(office: Office, desk: Client) -> None:
    gone = unclear(office, detail="", due=NOW - timedelta(days=2))
    soon = unclear(office, detail="", due=NOW + timedelta(hours=3), key="3")
    page = desk.get(reverse("agents:tasks"))
    assert [line.pk for line in page.context["lines"]] == [soon.pk, office.task.pk, gone.pk]
    assert "c’était à faire avant" in page.content.decode()
    Task.objects.filter(pk=gone.pk).update(kind=TaskKind.CALL_REMINDER)
    Task.objects.filter(pk=soon.pk).update(kind=TaskKind.CALL_CHANGE)
    calls = desk.get(reverse("agents:calls"))
    assert [line.pk for line in calls.context["lines"]] == [soon.pk, office.task.pk]


def to_settle(desk: Client, choice: dict[str, Any]) -> list[int]:
    """The appointments of the page, in its order."""
    days = desk.get(reverse("agents:outcomes"), choice).context["days"]
    return [one.line.pk for day in days for one in day.lines]


def test_the_day_that_ends_is_settled_before_older_ones(office: Office, desk: Client) -> None:
    second = office.book(9, 30).appointment
    old = office.book(11).appointment
    for one, days in ((office.open, 1), (second, 1), (old, 8)):
        start = one.starts_at - timedelta(days=days + (office.day - NOW.date()).days)
        Appointment.objects.filter(pk=one.pk).update(starts_at=start, ends_at=start + timedelta(minutes=30))
    shown = [pk for pk in to_settle(desk, {}) if pk in (office.open.pk, second.pk, old.pk)]
    assert shown == [office.open.pk, second.pk, old.pk]


def test_a_task_that_closed_by_itself_says_why_and_is_not_to_be_done_again(office: Office, desk: Client) -> None:
    task = unclear(office, detail="je peux venir", key="9")
    Task.objects.filter(pk=task.pk).update(done_at=NOW, closed_as=TaskEnd.SAID_YES)
    page = desk.get(reverse("agents:tasks"), {"etat": "faites"}).content.decode()
    assert "A répondu ensuite\u00a0: OUI (close d’elle-même" in page
    assert 'name="etat"' not in page


def past(office: Office, *, days: int = 0) -> Appointment:
    """An appointment that is over, waiting for its outcome."""
    made = office.book(10 + days % 2)
    shift = timedelta(days=days + 3)
    Appointment.objects.filter(pk=made.appointment.pk).update(
        starts_at=F("starts_at") - shift, ends_at=F("ends_at") - shift
    )
    return made.appointment


def test_what_is_left_to_settle_is_narrowed_to_an_agent_and_a_day(office: Office, desk: Client) -> None:
    late, early = past(office), past(office, days=1)
    address = reverse("agents:outcomes")

    def shown(**choice: Any) -> list[int]:
        return to_settle(desk, choice)

    day = (late.starts_at - timedelta(days=3)).date()
    assert shown() == [late.pk, early.pk]
    assert shown(agent=office.agent.pk) == [late.pk, early.pk]
    assert shown(agent=office.people["admin"].pk) == []
    assert shown(jour=day.isoformat()) == [late.pk]
    assert shown(jour=(day - timedelta(days=1)).isoformat()) == [early.pk]
    saved = desk.post(
        f"{address}?agent={office.agent.pk}&jour={day}", {f"rdv-{late.pk}": "seen", f"rdv-{early.pk}": "seen"}
    )
    assert saved.headers["Location"].endswith(f"?qui=tous&agent={office.agent.pk}&jour={day}")
    assert shown() == [early.pk]


def test_who_receives_nobody_begins_at_her_place_and_comes_back_to_what_she_looked_at(
    office: Office, desk: Client
) -> None:
    week, place = reverse("agents:week"), reverse("agents:place_day", args=[office.location.pk])
    first = desk.get(week, {"jour": office.day.isoformat()}, follow=True)
    assert first.redirect_chain[-1][0] == f"{place}?jour={office.day.isoformat()}"
    desk.get(week, {"agent": office.agent.pk})
    assert desk.get(week).headers["Location"] == f"{week}?agent={office.agent.pk}"
    desk.get(place)
    assert desk.get(week).headers["Location"] == reverse("agents:places")


def test_an_agent_begins_at_his_own_agenda_whosever_he_looked_at(office: Office) -> None:
    client = office.client("agent")
    client.get(reverse("agents:week"), {"agent": office.people["admin"].pk})
    assert client.get(reverse("agents:week")).context["agent"] == office.agent


def test_slots_are_looked_for_among_the_usual_types_and_by_team(office: Office, desk: Client) -> None:
    form = desk.get(reverse("agents:find_slot")).context["search"]
    heading, usual = form.fields["motif"].choices[1]
    assert (heading, usual[0]) == ("Les plus utilisés", (str(office.type.pk), office.type.agents_label))
    assert [heading for heading, _ in form.fields["lieu"].choices][1:] == [
        one.name for one in office.territory.organisations.filter(locations__isnull=False).order_by("name").distinct()
    ]


def test_agents_are_not_sent_to_the_families_help() -> None:
    page = Client().get(reverse("agents:log_in")).content.decode()
    assert "Besoin d’aide" not in page
    assert "Mentions légales" in page


def test_the_letters_of_a_workshop_are_told_apart(office: Office, desk: Client) -> None:
    """Eight links that all said « Lettre »."""
    for number in (1, 2):
        who = family(office.territory, phone=f"+3363998009{number}")
        Participation.objects.create(appointment=office.workshop, family=who, person=who.persons.get(), created_at=NOW)
    page = desk.get(reverse("agents:appointment", args=[office.workshop.pk])).content.decode()
    letters = re.findall(r"</svg>Lettre(.*?)</a>", page)
    assert letters == ["&nbsp;: Sam Exemple"] * 2
