"""What is asked: whether one still waits, whether one is sure, and what a question that nobody asked is worth."""

from datetime import timedelta

import pytest
from django.db import transaction

from rdv.models import Appointment, EntryStatus, Status, WaitingListEntry
from rdv.models.actor import Actor
from rdv.waitinglist.events import EntryPaused
from rdv.waitinglist.silences import pause_and_ask
from reminders.models import Conversation, OutboundMessage
from reminders.offering import on_entry_paused
from tests.factories import World, paris
from tests.reminders.inbound.support import MOTHER, Line, booked, contact_of, last_reply, mother_of, open_question
from tests.waitinglist.support import waiting


@pytest.fixture
def entry(line: Line) -> WaitingListEntry:
    """Paused after three silences; the family has just been asked."""
    world = World()
    of = mother_of(world)
    made = WaitingListEntry.objects.create(
        territory=world.territory,
        family=of,
        contact=contact_of(),
        type=world.type,
        any_location=True,
        waiting_since=line.now,
        status=EntryStatus.PAUSED,
        silences=3,
    )
    on_entry_paused(EntryPaused(at=line.now, by=Actor.system(), entry=made))
    line.sends()
    return made


def test_whether_one_still_waits_opens_a_question(line: Line, entry: WaitingListEntry) -> None:
    question = open_question()
    assert question is not None
    assert (question.question, question.options) == ("waiting", [{"entry": entry.pk}])
    assert question.expires_at > line.now + timedelta(days=6)
    assert "Répondez OUI (1) ou NON (2)" in line.sms()[0]


@pytest.mark.parametrize(("text", "status"), [("Oui toujours", "waiting"), ("2.", "left")])
def test_yes_keeps_the_place_and_no_gives_it_up(line: Line, entry: WaitingListEntry, text: str, status: str) -> None:
    since, seen = entry.waiting_since, len(line.sms())
    line.receives(text, sid="SMone")
    line.receives(text, sid="SMone")
    entry.refresh_from_db()
    assert (entry.status, entry.waiting_since) == (status, since)
    assert len(line.new_sms(seen)) == 1


def test_of_a_discreet_service_it_is_asked_and_answered_by_its_own_number(line: Line) -> None:
    world = World()
    world.service.is_discreet, world.service.neutral_sender = True, "36111"
    world.service.save()
    world.type.service.refresh_from_db()
    made = waiting(world, family=mother_of(world, discreet_service=world.service))
    with transaction.atomic():
        pause_and_ask(WaitingListEntry.objects.filter(pk=made.pk), now=line.now)
    line.sends()
    line.receives("oui", to="36111")
    made.refresh_from_db()
    assert made.status == EntryStatus.WAITING
    said = OutboundMessage.objects.order_by("pk").values_list("kind", "sender")
    assert list(said) == [("waiting", "36111"), ("still_waiting", "36111"), ("receipt", "36111")]


def test_yes_twice_is_answered_once(line: Line, entry: WaitingListEntry) -> None:
    line.receives("1")
    seen = len(line.sms())
    line.receives("1")
    assert line.new_sms(seen) == []


def test_who_left_by_another_way_is_told_so(line: Line, entry: WaitingListEntry) -> None:
    WaitingListEntry.objects.update(status=EntryStatus.FULFILLED)
    seen = len(line.sms())
    line.receives("oui")
    assert "plus en liste d'attente" in line.new_sms(seen)[0]


def test_a_no_to_waiting_never_cancels_an_appointment(line: Line, entry: WaitingListEntry) -> None:
    world = World()
    appointment = booked(world, entry.family, 9)
    WaitingListEntry.objects.filter(pk=entry.pk).update(status=EntryStatus.PAUSED)
    line.receives("non")
    appointment.refresh_from_db()
    assert appointment.status == Status.UNKNOWN


@pytest.mark.parametrize(
    ("language", "word"),
    [("fr", "ANNULER"), ("tr", "IPTAL"), ("ar", "إلغاء")],
)
def test_are_you_sure_takes_the_word_of_each_language(line: Line, language: str, word: str) -> None:
    """The one that the question asks for, and ANNULER."""
    world = World()
    of = mother_of(world)
    of.contacts.update(language=language)
    appointment = booked(world, of, 9)
    line.sends()
    line.receives("non")
    assert last_reply().outcome == "ask_sure"
    asked = line.sms()[-1]
    assert word in asked
    line.receives(word)
    appointment.refresh_from_db()
    assert appointment.status == Status.EXCUSED


@pytest.mark.parametrize("text", ["2", "non"])
def test_a_reminder_that_asks_nothing_takes_no_answer(line: Line, text: str) -> None:
    """She said yes to the first reminder; the second only reminds. "2" to it is a doubt."""
    world = World()
    booked_at = line.now - timedelta(days=5)
    line.now = booked_at
    appointment: Appointment = booked(world, mother_of(world), 11, now=booked_at)
    line.sends()
    line.at(paris(world.day - timedelta(days=3), 10))
    line.receives("oui")
    line.at(paris(world.day - timedelta(days=1), 10))
    assert "Venez-vous" not in line.sms()[-1]
    assert Conversation.objects.latest("pk").closed_at == line.now
    line.receives(text)
    appointment.refresh_from_db()
    assert appointment.status == Status.UNKNOWN
    assert line.sms(MOTHER)[-1].startswith(("Pour annuler", "Nous n'avons pas compris"))


@pytest.mark.parametrize("text", ["je n'ai plus besoin", "annulez"])
def test_no_to_whether_one_still_waits_cancels_no_appointment_before_it_is_sure(line: Line, text: str) -> None:
    """It may be said of the list or of the appointment: "plus besoin" of which?"""
    world = World()
    had = booked(world, mother_of(world), 11)
    entry = waiting(world, line.now, family=had.participations.get().family, current_appointment=had)
    line.sends()
    with transaction.atomic():
        pause_and_ask(WaitingListEntry.objects.filter(pk=entry.pk), now=line.now)
    line.sends()
    seen = len(line.sms())
    line.receives(text)
    had.refresh_from_db()
    assert had.status == Status.UNKNOWN
    assert ["répondez ANNULER" in said for said in line.new_sms(seen)] == [True]
    line.receives("annuler")
    had.refresh_from_db()
    assert had.status == Status.EXCUSED


def test_what_is_not_understood_of_the_wait_is_asked_of_it_again(line: Line, entry: WaitingListEntry) -> None:
    appointment = booked(World(), entry.family, 9)
    line.sends()
    seen = len(line.sms())
    line.receives("oui j'attends toujours !! c'est long")
    assert ["Restez-vous en liste d'attente" in said for said in line.new_sms(seen)] == [True]
    line.receives("non")
    entry.refresh_from_db()
    appointment.refresh_from_db()
    assert (entry.status, appointment.status) == (EntryStatus.LEFT, Status.UNKNOWN)
