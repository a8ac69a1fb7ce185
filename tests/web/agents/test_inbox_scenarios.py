"""Scenarios 3, 9, 10 and 12 from the secretary's side: a signed reply arrives, and ends on her page."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from rdv.models import Agent, Appointment, Contact, Participation, Role, Status
from reminders.kinds import Kind
from reminders.models import OutboundMessage, Task, TaskKind
from tests.factories import World, agent, paris
from tests.reminders.inbound.support import Line, booked, mother_of, tasks

STRANGER = "+33639989999"


@pytest.fixture
def world(line: Line) -> World:
    cache.clear()  # what was sent to that number in other tests counts
    return World()


@pytest.fixture
def reminded(line: Line, world: World) -> Appointment:
    """An appointment tomorrow at eleven, of which the family was asked whether it comes."""
    line.now -= timedelta(days=4)
    made = booked(world, mother_of(world), 11, now=line.now)
    line.at(paris(world.day - timedelta(days=1), 10))
    return made


@pytest.fixture
def secretary(world: World) -> Agent:
    return agent(world.organisation, role=Role.SECRETARY, first_name="Nadia", last_name="Morel", is_practitioner=False)


@pytest.fixture
def desk(secretary: Agent) -> Client:
    client = Client()
    client.force_login(secretary)
    return client


def listed(desk: Client) -> list[tuple[str, str]]:
    return [(line.kind, line.said) for line in desk.get(reverse("agents:tasks")).context["lines"]]


def thread(desk: Client, task: Task) -> list[str]:
    context = desk.get(reverse("agents:task", args=[task.pk])).context
    return [one.text for one in (*context["before"], *context["said"]) if one.text]


def answer(desk: Client, line: Line, task: Task, text: str) -> None:
    line.waits(minutes=1)
    sent = desk.post(reverse("agents:task_answer", args=[task.pk]), {"text": text, "envoyer": "1"})
    assert sent.status_code == 302
    line.sends()


def test_3_what_was_not_understood_is_answered_and_the_answer_comes_back_to_the_same_thread(
    line: Line, reminded: Appointment, desk: Client
) -> None:
    line.receives("12")
    assert listed(desk) == [(TaskKind.UNCLEAR.label, "12")]
    (task,) = tasks(TaskKind.UNCLEAR)
    answer(desk, line, task, "Bonjour, venez-vous demain à 11h ?")
    assert line.sms()[-1] == "Bonjour, venez-vous demain à 11h ?"

    seen = len(line.sms())
    line.waits(minutes=9)
    line.receives("Oui si le bus passe")
    line.waits(minutes=1)
    line.receives("oui")
    assert line.new_sms(seen) == []
    assert Participation.objects.get(appointment=reminded).confirmed_at is None
    assert listed(desk) == [(TaskKind.UNCLEAR.label, "oui")]
    said = [text for text in thread(desk, task) if "pas compris" not in text]
    assert said[-4:] == ["12", "Bonjour, venez-vous demain à 11h ?", "Oui si le bus passe", "oui"]


def test_3_after_the_end_the_answer_is_a_new_task_of_who_wrote(
    line: Line, reminded: Appointment, desk: Client, secretary: Agent
) -> None:
    line.receives("12")
    (task,) = tasks(TaskKind.UNCLEAR)
    answer(desk, line, task, "Bonjour, venez-vous demain à 11h ?")
    desk.post(reverse("agents:task", args=[task.pk]), {"etat": "faite", "issue": "answered"})
    line.receives("merci je viens")
    (back,) = tasks(TaskKind.ANSWERED)
    assert (back.assigned_to, back.appointment, back.detail) == (secretary, reminded, "merci je viens")
    line.receives("avec sa sœur")
    (back,) = tasks(TaskKind.ANSWERED)
    assert back.detail == "avec sa sœur"


@pytest.mark.parametrize(("words", "status"), [("je veux annuler", Status.EXCUSED), ("non", Status.UNKNOWN)])
def test_3_a_plain_command_is_honoured_whoever_wrote_last_and_a_bare_no_is_not_guessed(
    line: Line, reminded: Appointment, desk: Client, words: str, status: Status
) -> None:
    line.receives("12")
    (task,) = tasks(TaskKind.UNCLEAR)
    answer(desk, line, task, "Bonjour, préférez-vous un autre jour ?")
    line.receives(words)
    reminded.refresh_from_db()
    assert reminded.status == status


def test_3_the_next_reminder_takes_the_word_back(line: Line, world: World, reminded: Appointment, desk: Client) -> None:
    line.receives("12")
    (task,) = tasks(TaskKind.UNCLEAR)
    answer(desk, line, task, "Bonjour, nous vous attendons.")
    OutboundMessage.objects.filter(kind=Kind.REPLY_BY_AGENT).update(context={})
    line.waits(days=4)
    seen = len(line.sms())
    line.receives("oui")
    assert len(line.new_sms(seen)) <= 1
    assert tasks(TaskKind.ANSWERED) == []


def test_3_a_message_that_does_not_arrive_is_on_its_authors_desk_again(
    line: Line, reminded: Appointment, desk: Client, secretary: Agent
) -> None:
    line.receives("12")
    (task,) = tasks(TaskKind.UNCLEAR)
    line.standin.fail(21211)
    answer(desk, line, task, "Bonjour, venez-vous ?")
    (back,) = tasks(TaskKind.UNCERTAIN)
    assert (back.assigned_to, back.appointment) == (secretary, reminded)
    assert back.detail == "Votre SMS n’est pas arrivé : Bonjour, venez-vous ?"


def test_3_nor_is_one_lost_that_waited_too_long_or_was_perhaps_sent(
    line: Line, reminded: Appointment, desk: Client, secretary: Agent
) -> None:
    line.receives("12")
    (task,) = tasks(TaskKind.UNCLEAR)
    desk.post(reverse("agents:task_answer", args=[task.pk]), {"text": "Bonjour", "envoyer": "1"})
    line.waits(days=2)
    (back,) = tasks(TaskKind.UNCERTAIN)
    assert back.assigned_to == secretary
    assert "Bonjour" not in line.sms()


def test_9_stop_is_in_the_inbox_and_on_the_sheet_of_calls_and_no_sms_is_offered(
    line: Line, reminded: Appointment, desk: Client
) -> None:
    line.receives("STOP")
    assert listed(desk) == [(TaskKind.STOPPED.label, "STOP")]
    (task,) = tasks(TaskKind.STOPPED)
    sheet = desk.get(reverse("agents:calls")).context["lines"]
    assert [(one.pk, one.phone) for one in sheet] == [(task.pk, "06\u00a039\u00a098\u00a000\u00a001")]
    page = desk.get(reverse("agents:task", args=[task.pk])).content.decode()
    assert "ne veut plus de SMS" in page
    assert 'href="tel:0639980001"' in page
    desk.post(reverse("agents:task_answer", args=[task.pk]), {"text": "Bonjour", "envoyer": "1"})
    assert not OutboundMessage.objects.filter(kind=Kind.REPLY_BY_AGENT).exists()


def test_10_a_wrong_number_is_to_be_mended_and_is_not_written_to(
    line: Line, reminded: Appointment, desk: Client
) -> None:
    line.receives("vous vous trompez de numéro")
    assert listed(desk) == [(TaskKind.WRONG_NUMBER.label, "vous vous trompez de numéro")]
    (task,) = tasks(TaskKind.WRONG_NUMBER)
    page = desk.get(reverse("agents:task", args=[task.pk])).content.decode()
    assert "Ce numéro est à vérifier" in page
    desk.post(reverse("agents:task", args=[task.pk]), {"etat": "faite", "issue": "mended"})
    assert listed(desk) == []


def test_12_a_stranger_is_read_by_a_person_and_may_be_answered(line: Line, desk: Client, world: World) -> None:
    line.receives("bonjour je veux un rdv", sender=STRANGER)
    assert listed(desk) == [(TaskKind.STRANGER.label, "bonjour je veux un rdv")]
    (task,) = tasks(TaskKind.STRANGER)
    line.waits(minutes=5)
    answer(desk, line, task, "Bonjour, pour quel age ?")
    line.waits(minutes=5)
    line.receives("3 mois", sender=STRANGER)
    assert len(line.sms(STRANGER)) == 2
    assert listed(desk) == [(TaskKind.STRANGER.label, "3 mois")]
    assert [text for text in thread(desk, task) if "http" not in text] == [
        "bonjour je veux un rdv",
        "Bonjour, pour quel age ?",
        "3 mois",
    ]
    assert not Contact.objects.filter(phone=STRANGER).exists()
