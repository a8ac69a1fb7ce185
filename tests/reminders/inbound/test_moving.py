"""Moving by SMS: three free dates, a letter takes one; whatever goes wrong, the appointment stands."""

from datetime import datetime, time, timedelta

import pytest

from rdv.booking.cancel import cancel
from rdv.booking.move import move
from rdv.booking.proposals import ProposedSlot, propose
from rdv.models import Appointment, AppointmentEvent, Contact, ProposalStatus, SlotProposal, Status
from rdv.models.actor import Actor
from reminders.models import Conversation, OutboundMessage, TaskKind
from tests.factories import TODAY, World, booking, family, opening, paris, who
from tests.reminders.inbound.support import Line, booked, last_reply, mother_of, open_question, tasks

WEDNESDAY, THURSDAY, FRIDAY = (TODAY + timedelta(days=days) for days in (9, 10, 11))
"""Of next week: Thursday 21 January is the day of the appointment."""


@pytest.fixture
def world(line: Line) -> World:
    """Next week, three mornings."""
    made = World()
    for day in (WEDNESDAY, THURSDAY, FRIDAY):
        opening(made.agent, made.location, made.type, day=day, start=time(9), end=time(11))
    made.day = THURSDAY
    return made


@pytest.fixture
def appointment(line: Line, world: World) -> Appointment:
    """Thursday of next week at 9:30."""
    made = booked(world, mother_of(world), 9, 30)
    line.sends()
    return made


def start_of(appointment: Appointment) -> datetime:
    appointment.refresh_from_db()
    return appointment.starts_at


def stands(appointment: Appointment) -> bool:
    appointment.refresh_from_db()
    return (appointment.starts_at, appointment.status) == (paris(THURSDAY, 9, 30), Status.UNKNOWN)


A, B, C = paris(TODAY + timedelta(days=1), 9, 30), paris(WEDNESDAY, 9, 30), paris(FRIDAY, 9, 30)


@pytest.mark.parametrize("text", ["Décaler", "je peux pas jeudi, un autre jour ?"])
def test_three_dates_are_proposed_of_several_days_and_near(line: Line, appointment: Appointment, text: str) -> None:
    """At the same hour where it is free; the appointment's own day comes last."""
    seen = len(line.sms())
    line.receives(text)
    (asked,) = line.new_sms(seen)
    assert "A mar. 12/01 à 9h30, B mer. 20/01 à 9h30, C ven. 22/01 à 9h30" in asked
    assert f"/r/{appointment.links.get().token}/" in asked
    assert OutboundMessage.objects.latest("pk").segments <= 2
    assert stands(appointment)
    assert tasks(TaskKind.WANTS_TO_MOVE)


@pytest.mark.parametrize(("text", "start"), [("A", A), ("la 2e", B)])
def test_a_letter_moves_it_at_once(line: Line, appointment: Appointment, text: str, start: datetime) -> None:
    """It keeps its link, its reference and its history; one SMS says the new hour."""
    link = appointment.links.get().token
    line.receives("décaler")
    seen = len(line.sms())
    line.receives(text)

    assert start_of(appointment) == start
    assert appointment.links.get().token == link
    event = AppointmentEvent.objects.get(appointment=appointment, verb="moved")
    assert event.channel == "sms"
    (said,) = line.new_sms(seen)
    assert f"/r/{link}/" in said
    assert tasks(TaskKind.WANTS_TO_MOVE) == []


@pytest.mark.parametrize("text", ["2"])
def test_what_names_no_date_for_sure_is_asked_again_once(line: Line, appointment: Appointment, text: str) -> None:
    """A digit had another meaning in the reminder before."""
    line.receives("décaler")
    seen = len(line.sms())
    line.receives(text)
    line.receives(text)
    assert stands(appointment)
    (asked,) = line.new_sms(seen)
    assert "Dates libres : A mar. 12/01" in asked
    assert tasks(TaskKind.UNCLEAR)
    line.receives("B")
    assert start_of(appointment) == B


@pytest.mark.parametrize("text", ["Aucune ne me convient.", "je ne peux pas"])
def test_none_keeps_the_appointment_and_says_whom_to_call(line: Line, appointment: Appointment, text: str) -> None:
    line.receives("décaler")
    seen = len(line.sms())
    line.receives(text)
    assert stands(appointment)
    (said,) = line.new_sms(seen)
    assert "01 99 00 00 01" in said
    assert f"/r/{appointment.links.get().token}/" in said


def test_annuler_while_dates_are_proposed_is_asked(line: Line, appointment: Appointment) -> None:
    """Of the appointment, or of the move? Said twice, it is the appointment."""
    line.receives("décaler")
    seen = len(line.sms())
    line.receives("annuler")
    assert stands(appointment)
    assert "répondez ANNULER" in line.new_sms(seen)[0]
    line.receives("ANNULER")
    appointment.refresh_from_db()
    assert appointment.status == Status.EXCUSED


def test_a_date_that_went_meanwhile_gives_others(line: Line, world: World, appointment: Appointment) -> None:
    line.receives("décaler")
    booking(world.type, world.location, B, who=who(family(world.territory, phone="+33639980002")))
    seen = len(line.sms())
    line.receives("B")
    assert stands(appointment)
    (asked,) = line.new_sms(seen)
    assert "vient d'etre prise" in asked
    assert "mer. 20/01 à 9h30" not in asked
    line.receives("A")
    assert start_of(appointment) != paris(THURSDAY, 9, 30)


def test_asking_again_gives_other_dates_and_then_the_link(line: Line, appointment: Appointment) -> None:
    for _ in range(3):
        line.receives("décaler")
    asked = Conversation.objects.filter(question="move").order_by("pk")
    starts = [each["start"] for one in asked for each in one.options]
    assert len(starts) == len(set(starts)) == 9
    seen = len(line.sms())
    line.receives("un autre jour svp")
    assert "Pour choisir une autre date" in line.new_sms(seen)[0]


def test_the_question_expires(line: Line, appointment: Appointment) -> None:
    line.receives("décaler")
    line.waits(hours=25)
    seen = len(line.sms())
    line.receives("B")
    assert stands(appointment)
    (said,) = line.new_sms(seen)
    assert "trop tard" in said
    assert f"/r/{appointment.links.get().token}/" in said


def test_an_expired_question_gives_no_older_one_its_place_back(line: Line, world: World) -> None:
    """The reminder asked "2 = NON"; a day after the dates were proposed, "2" cancels nothing."""
    appointment = booked(world, mother_of(world), 9, 30)
    line.at(paris(THURSDAY - timedelta(days=3), 10))
    assert open_question() is not None
    line.receives("décaler")
    line.waits(hours=25)
    line.receives("2")
    assert stands(appointment)


def test_the_same_letter_twice_moves_once_and_another_asks(line: Line, appointment: Appointment) -> None:
    """Delivered twice by the provider, or sent twice by the family."""
    line.receives("décaler")
    for sid in ("SMa", "SMa", "SMb"):
        line.receives("B", sid=sid)
    assert AppointmentEvent.objects.filter(verb="moved").count() == 1
    assert len([sms for sms in line.sms() if "20" in sms and "nouveau" in sms.lower()]) <= 1
    line.receives("C")
    assert start_of(appointment) == B
    assert last_reply().outcome == "move"


def test_a_forged_letter_moves_nothing(line: Line, appointment: Appointment) -> None:
    line.receives("décaler")
    assert line.receives("B", forged=True) == 403
    assert stands(appointment)


def test_an_answer_written_before_the_question_is_none(line: Line, appointment: Appointment) -> None:
    """Stored first, handled after: what was not asked yet can't be answered."""
    line.receives("décaler")
    question = open_question()
    assert question is not None
    Conversation.objects.update(asked_at=line.now + timedelta(minutes=1))
    line.receives("B")
    assert stands(appointment)


def test_moved_on_the_page_meanwhile_the_letters_are_void(line: Line, appointment: Appointment) -> None:
    line.receives("décaler")
    move(appointment.pk, start=C, by=Actor.family(), now=line.now)
    line.receives("A")
    assert start_of(appointment) == C
    assert last_reply().outcome == "expired"


def test_cancelled_meanwhile_a_letter_brings_nothing_back(line: Line, appointment: Appointment) -> None:
    line.receives("décaler")
    cancel(appointment.pk, by=Actor.family(), now=line.now, for_family=True)
    line.receives("A")
    appointment.refresh_from_db()
    assert appointment.status == Status.EXCUSED


def test_after_the_deadline_the_secretary_is_called(line: Line, appointment: Appointment) -> None:
    line.at(paris(THURSDAY, 8, 15))
    seen = len(line.sms())
    line.receives("décaler")
    assert stands(appointment)
    (said,) = line.new_sms(seen)
    assert said.startswith("Trop tard pour déplacer")
    assert tasks(TaskKind.WANTS_TO_MOVE)


def test_the_question_ends_with_the_deadline_to_move(line: Line, appointment: Appointment) -> None:
    line.at(paris(THURSDAY, 6))
    line.receives("décaler")
    question = open_question()
    assert question is not None
    assert question.expires_at == paris(THURSDAY, 7, 30)


def test_without_any_other_slot_the_link_is_given(line: Line) -> None:
    world = World()
    appointment = booked(world, mother_of(world), 9)
    line.sends()
    for hour, minute in ((9, 30), (10, 0), (10, 30), (11, 0), (11, 30)):
        booked(world, family(world.territory, phone="+33639980002"), hour, minute)
    seen = len(line.sms())
    line.receives("décaler")
    assert f"/r/{appointment.links.get().token}/" in line.new_sms(seen)[0]
    assert open_question() is None


def test_who_may_not_cancel_may_not_move(line: Line, appointment: Appointment) -> None:
    Contact.objects.update(may_cancel=False)
    line.receives("décaler")
    assert last_reply().outcome == "tell"
    assert stands(appointment)


def test_which_of_two_is_asked_first(line: Line, world: World) -> None:
    of = mother_of(world)
    first = booking(world.type, world.location, paris(WEDNESDAY, 9), who=who(of)).appointment
    second = booked(world, of, 9, 30)
    line.sends()
    seen = len(line.sms())
    line.receives("décaler")
    assert "Quel RDV déplacer ? 1 = mer. 20/01 à 9h00" in line.new_sms(seen)[0]
    line.receives("2")
    question = open_question()
    assert question is not None
    assert (question.question, question.appointment) == ("move", second)
    line.receives("A")
    assert start_of(second) == paris(TODAY + timedelta(days=1), 9, 30)
    assert start_of(first) == paris(WEDNESDAY, 9)


def test_a_discreet_service_names_no_place(line: Line, world: World, appointment: Appointment) -> None:
    world.service.is_discreet = True
    world.service.save()
    seen = len(line.sms())
    line.receives("décaler")
    (asked,) = line.new_sms(seen)
    assert world.location.name not in asked
    assert world.service.name not in asked


@pytest.fixture
def replaced(line: Line, appointment: Appointment) -> SlotProposal:
    """The service can't keep that date, and proposes two others."""
    slots = [ProposedSlot(start, appointment.location_id) for start in (B, C)]
    made = propose(appointment.pk, slots, by=Actor.system(), now=line.now, must_move=True)
    line.sends()
    return made


def test_a_date_of_the_service_s_own_proposal_is_taken_by_sms(
    line: Line, appointment: Appointment, replaced: SlotProposal
) -> None:
    line.receives("B")
    replaced.refresh_from_db()
    assert start_of(appointment) == C
    assert replaced.status == ProposalStatus.CHOSEN


@pytest.mark.parametrize("text", ["aucune", "un autre jour svp"])
def test_none_of_the_service_s_dates_calls_a_person_and_promises_nothing(
    line: Line, appointment: Appointment, replaced: SlotProposal, text: str
) -> None:
    seen = len(line.sms())
    line.receives(text)
    replaced.refresh_from_db()
    assert replaced.status == ProposalStatus.REFUSED
    (said,) = line.new_sms(seen)
    assert "vous rappelle" in said
    assert "gardé" not in said


def test_stop_ends_the_question(line: Line, appointment: Appointment) -> None:
    line.receives("décaler")
    line.receives("STOP")
    line.receives("START")
    assert open_question() is None
    assert stands(appointment)
