"""The inbox: who has what, what is looked at, how it ends, and that nothing is lost when two people reach for it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rdv import clock
from rdv.models import AccessLog, Contact, PhoneKind, Role
from reminders.kinds import Kind
from reminders.models import InboundMessage, OutboundMessage, Task, TaskEnd, TaskKind, TaskOutcome
from tests.factories import NOW, paris
from tests.web.agents.world import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(office: Office) -> Office:
    cache.clear()
    return office


@pytest.fixture
def desk(office: Office) -> Client:
    return office.client("secretary")


def asked(office: Office, kind: TaskKind = TaskKind.UNCLEAR, **values: Any) -> Task:
    defaults = {
        "territory": office.territory,
        "organisation": office.organisation,
        "key": f"essai{Task.objects.count()}",
        "family": office.family,
        "contact": office.family.contacts.get(),
        "created_at": NOW,
    }
    return Task.objects.create(kind=kind, **defaults | values)


def page_of(task: Task, deed: str = "task") -> str:
    return reverse(f"agents:{deed}", args=[task.pk])


def shown(desk: Client, **query: Any) -> list[int]:
    return [line.pk for line in desk.get(reverse("agents:tasks"), query).context["lines"]]


def said_on(answer: Any) -> str:
    return str(answer.content.decode()).replace("&#x27;", "'")


# Who has it


def test_the_second_of_two_secretaries_is_told_who_has_it(office: Office, desk: Client) -> None:
    colleague = office.person(Role.SECRETARY, first_name="Nadia", last_name="Morel")
    desk.post(page_of(office.task, "task_assign"), {"a": "moi", "tenue": ""})
    answer = office.client(colleague).post(page_of(office.task, "task_assign"), {"a": "moi", "tenue": ""}, follow=True)

    office.task.refresh_from_db()
    me = office.people["secretary"]
    assert (office.task.assigned_to, office.task.assigned_at) == (me, NOW)
    assert f"{me} s’en occupe déjà." in said_on(answer)
    office.client(colleague).post(page_of(office.task, "task_assign"), {"a": "moi", "tenue": me.pk})
    office.task.refresh_from_db()
    assert office.task.assigned_to == colleague


def test_a_task_is_given_to_who_sees_it_and_given_back(office: Office, desk: Client) -> None:
    blind = office.person(Role.AGENT, services=[])
    refused = desk.post(page_of(office.task, "task_assign"), {"a": blind.pk, "tenue": ""}, follow=True)
    assert "ne voit pas cette tâche" in said_on(refused)
    desk.post(page_of(office.task, "task_assign"), {"a": office.agent.pk, "tenue": ""})
    office.task.refresh_from_db()
    assert office.task.assigned_to == office.agent
    assert office.agent.full_name in said_on(desk.get(reverse("agents:tasks")))
    desk.post(page_of(office.task, "task_assign"), {"a": "personne", "tenue": office.agent.pk})
    office.task.refresh_from_db()
    assert (office.task.assigned_to, office.task.assigned_at) == (None, None)


# What is looked at


def test_the_list_is_narrowed_by_person_by_kind_and_by_team_with_counts(office: Office, desk: Client) -> None:
    mine = asked(office, assigned_to=office.people["secretary"])
    theirs = asked(office, TaskKind.LATE_CANCELLATION, assigned_to=office.agent)
    left = asked(office, TaskKind.LATE_CANCELLATION, assigned_to=office.person(Role.AGENT, is_active=False))

    assert sorted(shown(desk)) == sorted([office.task.pk, mine.pk, theirs.pk, left.pk])
    assert shown(desk, qui="moi") == [mine.pk]
    assert sorted(shown(desk, qui="libres")) == sorted([office.task.pk, left.pk])
    assert sorted(shown(desk, nature="late_cancellation")) == sorted([theirs.pk, left.pk])
    assert shown(desk, nature="late_cancellation", qui="libres") == [left.pk]
    assert shown(desk, organisation=office.elsewhere.pk) == []
    context = desk.get(reverse("agents:tasks"), {"nature": "late_cancellation"}).context
    assert [(one.label, one.count) for one in context["whose"]] == [
        ("Toutes", 2),
        ("Les miennes", 0),
        ("À personne", 1),
    ]
    assert [(one.label, one.count) for one in context["kinds"]] == [
        ("Tout", 4),
        (TaskKind.UNCLEAR.label, 1),
        (TaskKind.CALL_REMINDER.label, 1),
        (TaskKind.LATE_CANCELLATION.label, 2),
    ]


def test_a_number_that_fails_is_said_once_and_as_people_write_it(office: Office, desk: Client) -> None:
    """It is the number of the contact, or the one that it had."""
    phone = office.family.contacts.get().phone
    asked(office, TaskKind.UNREACHABLE, detail=phone)
    asked(office, TaskKind.UNREACHABLE, detail="+33639980999")
    lines = desk.get(reverse("agents:tasks")).context["lines"]
    assert sorted(line.detail for line in lines if line.kind == "Injoignable") == [
        "",
        "06\u00a039\u00a098\u00a009\u00a099",
    ]


def test_an_empty_choice_says_so_and_leads_back(office: Office, desk: Client) -> None:
    text = said_on(desk.get(reverse("agents:tasks"), {"qui": "moi"}))
    assert "Aucune tâche ne répond à ces choix." in text
    assert f'href="{reverse("agents:tasks")}"' in text


def test_what_is_about_the_soonest_appointment_comes_first(office: Office, desk: Client) -> None:
    undated = asked(office)
    later = asked(office, TaskKind.WANTS_TO_MOVE, appointment=office.book(10, 30).appointment)
    first = asked(office, due_at=NOW + timedelta(hours=1))
    assert shown(desk) == [first.pk, office.task.pk, later.pk, undated.pk]


@pytest.mark.parametrize("name", ["tasks", "calls"])
def test_fifty_tasks_cost_as_many_queries_as_one(office: Office, desk: Client, name: str) -> None:
    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert desk.get(reverse(f"agents:{name}")).status_code == 200
        return len(queries)

    one = cost()
    for number in range(49):
        about = office.open if number % 2 else None
        asked(office, TaskKind.CALL_CHANGE, appointment=about, assigned_to=office.agent, tries=1, tried_at=NOW)
    assert cost() == one


def test_the_thread_of_fifty_tasks_costs_as_many_queries_as_that_of_one(office: Office, desk: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(page_of(office.task)).status_code == 200
        return len(queries)

    asked(office, done_at=NOW, done_by=office.agent)
    one = cost()
    for _ in range(25):
        asked(office, appointment=office.open)
        asked(office, done_at=NOW, done_by=office.agent, outcome=TaskOutcome.REACHED)
    assert cost() == one


# How it ends


def test_the_end_is_said_the_next_one_follows_and_a_slip_is_undone(office: Office, desk: Client) -> None:
    second = asked(office)
    end = {"etat": "faite", "issue": "mended", "retour": "suite"}
    answer = desk.post(page_of(office.task), end, follow=True)

    assert answer.redirect_chain[-1][0] == f"{page_of(second)}?faite={office.task.pk}"
    office.task.refresh_from_db()
    assert (office.task.done_at, office.task.outcome) == (NOW, TaskOutcome.MENDED)
    assert "numéro ou adresse corrigés" in said_on(answer)
    assert "Rouvrir" in said_on(answer)
    again = office.client("agent").post(page_of(office.task), end, follow=True)
    assert "a déjà été faite par" in said_on(again)
    opened = desk.post(page_of(office.task), {"etat": "a-faire"})
    assert opened.headers["Location"] == page_of(office.task)
    office.task.refresh_from_db()
    assert (office.task.done_at, office.task.done_by, office.task.outcome) == (None, None, "")


def test_what_is_asked_again_is_not_opened_twice(office: Office, desk: Client) -> None:
    desk.post(page_of(office.task), {"etat": "faite"})
    asked(office, TaskKind.CALL_REMINDER, key=office.task.key)
    answer = desk.post(page_of(office.task), {"etat": "a-faire"}, follow=True)
    assert "déjà ouverte" in said_on(answer)
    assert Task.objects.get(pk=office.task.pk).done_at == NOW


def test_what_closed_by_itself_is_not_opened_again(office: Office, desk: Client) -> None:
    Task.objects.filter(pk=office.task.pk).update(done_at=NOW, closed_as=TaskEnd.PASSED)
    desk.post(page_of(office.task), {"etat": "a-faire"})
    assert Task.objects.get(pk=office.task.pk).closed_as == TaskEnd.PASSED
    assert "Rouvrir cette tâche" not in said_on(desk.get(page_of(office.task)))


def test_calls_are_in_the_order_of_the_appointments_and_their_tries_are_counted(office: Office, desk: Client) -> None:
    later = asked(office, TaskKind.CALL_CHANGE, appointment=office.book(11).appointment)
    sheet = reverse("agents:calls")
    assert [line.pk for line in desk.get(sheet).context["lines"]] == [office.task.pk, later.pk]
    for result in ("sans-reponse", "message"):
        desk.post(page_of(later, "task_call"), {"essai": result, "retour": "appels"})

    line = desk.get(sheet).context["lines"][1]
    assert line.tries == "2 essais, le dernier lundi 11 janvier à 8\u00a0h\u00a0: message laissé"
    assert line.is_mine
    answer = desk.post(page_of(later, "task_call"), {"essai": "jointe", "retour": "appels"}, follow=True)
    later.refresh_from_db()
    assert (later.done_by, later.outcome, later.tries) == (office.people["secretary"], TaskOutcome.REACHED, 2)
    assert [line.pk for line in answer.context["lines"]] == [office.task.pk]
    assert answer.context["just_done"].pk == later.pk
    assert desk.post(page_of(office.task, "task_call"), {"essai": "autre"}).status_code == 404


# Answer


def write(desk: Client, task: Task, text: str, *, send: bool = True, **headers: Any) -> Any:
    return desk.post(
        page_of(task, "task_answer"), {"text": text} | ({"envoyer": "1"} if send else {"voir": "1"}), **headers
    )


def written() -> list[OutboundMessage]:
    return list(OutboundMessage.objects.filter(kind=Kind.REPLY_BY_AGENT))


def test_what_is_written_is_shown_as_it_will_leave_with_its_cost(office: Office, desk: Client) -> None:
    draft = write(desk, office.task, "Ça vous va, à l’heure prévue ? 🙂", send=False).context["draft"]
    assert (draft.text, draft.length.segments, draft.left) == ("Ça vous va, à l'heure prévue ?", 1, 306 - 30)
    part = write(desk, office.task, "x" * 310, send=False, headers={"HX-Request": "true"})
    assert "3 SMS" in said_on(part)
    assert "4 signes de trop" in said_on(part)
    assert "<html" not in said_on(part)
    ready = desk.post(page_of(office.task, "task_answer"), {"phrase": "0"})
    assert "au 01\u00a099\u00a000\u00a000\u00a001" in ready.context["form"]["text"].value()
    assert written() == []


def test_an_answer_leaves_once_and_is_its_authors_task(office: Office, desk: Client) -> None:
    for _double_click in range(2):
        assert write(desk, office.task, "Pouvez-vous nous appeler ?").status_code == 302
    (row,) = written()
    contact = office.family.contacts.get()
    assert (row.to, row.contact, row.family, row.appointment) == (contact.phone, contact, office.family, office.open)
    assert row.due_at == NOW
    office.task.refresh_from_db()
    assert office.task.assigned_to == office.people["secretary"]
    thread = desk.get(page_of(office.task)).context["said"]
    ours = next(one for one in thread if one.kind == "Message d’un agent")
    assert (ours.text, ours.detail) == ("Pouvez-vous nous appeler ?", office.people["secretary"].full_name)


def test_a_message_of_the_evening_waits_for_the_morning_and_the_page_says_so(
    office: Office, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: paris(NOW.date(), 21))
    assert "le message partira demain à 8" in said_on(desk.get(page_of(office.task)))
    write(desk, office.task, "Pouvez-vous nous appeler ?")
    assert written()[0].due_at == paris(office.day, 8)


NO_SMS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"sms_stopped_at": NOW}, "ne veut plus de SMS"),
    ({"phone_kind": PhoneKind.FIXED}, "téléphone fixe"),
    ({"phone_state": "to_check"}, "à vérifier"),
    ({"may_be_told": False}, "pas à prévenir"),
    ({"phone": "", "phone_kind": ""}, "Aucun numéro"),
)


def test_who_gets_no_sms_is_to_be_called_with_the_reason(office: Office, desk: Client) -> None:
    contact = office.family.contacts.get()
    for values, reason in NO_SMS:
        Contact.objects.filter(pk=contact.pk).update(**values)
        text = said_on(desk.get(page_of(office.task)))
        assert reason in text
        assert (f"tel:0{contact.phone[3:]}" in text) == ("phone" not in values), reason
        assert 'name="envoyer"' not in text
        write(desk, office.task, "Bonjour")
        contact.save()
    assert written() == []


def test_the_page_says_which_language_the_family_reads(office: Office, desk: Client) -> None:
    assert "choisi cette langue" not in said_on(desk.get(page_of(office.task)))
    office.family.contacts.update(language="tr")
    assert "Elle a choisi cette langue\u00a0: turc." in said_on(desk.get(page_of(office.task)))


def test_two_sms_at_most_nothing_empty_and_not_without_end(office: Office, desk: Client, settings: Any) -> None:
    assert "trop long" in said_on(write(desk, office.task, "x" * 307))
    assert write(desk, office.task, " \u200b ").context["form"].errors
    settings.RATE_LIMITS = {"sms-person-number": 1}
    write(desk, office.task, "Premier")
    assert "appelez plutôt la famille" in said_on(write(desk, office.task, "Second"))
    assert len(written()) == 1


# Walls


def test_a_thread_behind_the_wall_is_not_found_and_a_reading_is_logged(office: Office, desk: Client) -> None:
    walled = asked(office, appointment=office.walled, family=office.walled_family, contact=None)
    for deed, data in (
        ("task_assign", {"a": "moi"}),
        ("task_call", {"essai": "jointe"}),
        ("task_answer", {"text": "a"}),
    ):
        assert desk.post(page_of(walled, deed), data).status_code == 404
    assert desk.get(page_of(walled)).status_code == 404
    me = office.people["secretary"]
    assert AccessLog.objects.filter(agent=me, family=office.walled_family, action="thread", was_refused=True).exists()
    assert desk.get(page_of(office.task)).status_code == 200
    assert AccessLog.objects.filter(agent=me, family=office.family, action="thread", was_refused=False).exists()
    walled.refresh_from_db()
    assert (walled.assigned_to, walled.done_at) == (None, None)


def test_the_thread_says_all_of_the_family_that_one_sees_and_no_more(office: Office, desk: Client) -> None:
    common = {"territory": office.territory, "family": office.family, "created_at": NOW, "next_try_at": NOW}
    OutboundMessage.objects.create(
        key="mur", kind=Kind.REMINDER, channel="sms", to="+33639980001", body="Entretien discret", state="sent",
        appointment=office.walled, due_at=NOW, give_up_at=NOW, **common,
    )  # fmt: skip
    asked(office, TaskKind.UNCLEAR, done_at=NOW, done_by=office.agent, outcome=TaskOutcome.REACHED)
    page = desk.get(page_of(office.task))
    thread = [*page.context["before"], *page.context["said"]]
    assert {"RDV mar. 12/01 à 9h00", "Oui merci"} <= {one.text for one in thread}
    assert "Entretien discret" not in {one.text for one in thread}
    events = [one for one in thread if one.is_event]
    assert any("famille jointe" in one.detail for one in events)
    assert any(one.who == "mardi 12 janvier à 9\u00a0h" for one in events)


def test_a_stranger_who_writes_to_a_discreet_service_is_not_read_elsewhere(office: Office, desk: Client) -> None:
    office.discreet.neutral_sender = "38999"
    office.discreet.save()
    stranger = {"territory": office.territory, "provider": "essai", "sender": "+33639989999", "received_at": NOW}
    first = InboundMessage.objects.create(provider_id="a", to="36999", body="bonjour", **stranger)
    InboundMessage.objects.create(provider_id="b", to="38999", body="secret", **stranger)
    task = asked(office, TaskKind.STRANGER, family=None, contact=None, organisation=None, reply=first)
    assert [one.text for one in desk.get(page_of(task)).context["said"]] == ["bonjour"]
