"""ATTENTE by SMS: on the list for an earlier slot of one's appointment, or told where to say what one waits for."""

from datetime import timedelta

import pytest

from rdv.booking.people import PersonSpec, Who
from rdv.models import Appointment, EntryStatus, Person, WaitingListEntry
from rdv.models.actor import Actor
from rdv.waitinglist.entries import Wish, join
from reminders.inbound.parser import parse
from reminders.inbound.reply import Intent
from reminders.models import Task, TaskKind
from tests.factories import World, paris
from tests.reminders.inbound.support import Line, booked, mother_of

ASKING = [
    "ATTENTE",
    "attente svp",
    "Liste d'attente",
    "liste d’attente merci 🙏",
    "Bonjour, mettez-moi sur liste d'attente svp",
    "je voudrais être sur la liste d'attente pour un rdv plus tôt",
    "pouvez vous m'inscrire sur la liste d'attente ?",
    "file d attente",
    "Waiting list",
    "lista de espera",
    "Me prévenir si une place se libère plus tôt",
    "prévenez moi si une place se libère plus tôt svp",
    "Bonjour, pouvez-vous me prévenir si une place se libère ?",
    "si une place se libère avant tenez moi au courant merci",
    "faites moi signe si un creneau se libere",
    "appelez moi si quelqu'un annule",
    "s'il y a un désistement prévenez-moi",
    "en cas d'annulation je suis disponible",
    "je voudrais un rdv plus tôt",
    "un créneau plus tôt svp",
    "Auriez-vous une place plus tôt ?",
    "serait-il possible d'avoir un rendez-vous plus tôt ?",
    "Tell me if an earlier time becomes free",
    "أخبروني إذا توفر موعد أقرب",
]
ANYTHING_ELSE = [
    "je suis en attente de votre réponse",
    "en attente",
    "liste d'attente ?",
    "je ne veux plus être sur liste d'attente",
    "plus de liste d'attente",
    "j'annule, mettez moi sur liste d'attente",
    "oui",
    "je viens, je n'ai pas eu de nouvelles de la liste d'attente",
    "prévenez moi",
    "prévenez moi si le rdv est annulé",
    "merci de me prévenir en cas d'annulation",
    "ne me prévenez plus si une place se libère plus tôt",
    "annulez, et prévenez moi si une place se libère",
    "une place s'est libérée ?",
    "je ne peux pas plus tôt",
    "je viens plus tôt",
    "je veux un rdv avant 10h",
    "je libère la place",
]


@pytest.mark.parametrize("text", ASKING)
def test_it_is_understood_as_people_write_it(text: str) -> None:
    assert parse(text).intent is Intent.WAIT


@pytest.mark.parametrize("text", ANYTHING_ELSE)
def test_nothing_is_guessed_from_the_word_alone(text: str) -> None:
    assert parse(text).intent is not Intent.WAIT


@pytest.fixture
def appointment(line: Line) -> Appointment:
    world = World()
    found = booked(world, mother_of(world), 11)
    line.sends()
    return found


def test_it_waits_for_an_earlier_slot_of_the_appointment_and_says_so_once(line: Line, appointment: Appointment) -> None:
    seen = len(line.sms())
    line.receives("ATTENTE", sid="SMone")
    line.receives("ATTENTE", sid="SMone")
    entry = WaitingListEntry.objects.get()
    assert (entry.current_appointment, entry.channel, entry.status) == (appointment, "sms", EntryStatus.WAITING)
    assert list(entry.locations.all()) == [appointment.location]
    assert [" en liste d'attente" in text and "/liste-attente/suivi/" in text for text in line.new_sms(seen)] == [True]


def test_asked_again_it_keeps_its_place_and_its_wishes(line: Line, appointment: Appointment) -> None:
    line.receives("ATTENTE")
    WaitingListEntry.objects.update(any_half_day=False, half_days=["2-am"], status=EntryStatus.PAUSED)
    seen = len(line.sms())
    line.receives("liste d'attente")
    entry = WaitingListEntry.objects.get()
    assert (entry.half_days, entry.status) == (["2-am"], EntryStatus.WAITING)
    assert ["à la meme place" in text for text in line.new_sms(seen)] == [True]


def test_for_a_child_who_does_not_wait_yet_it_is_not_said_that_its_place_is_kept(
    line: Line, appointment: Appointment
) -> None:
    """Its brother waits for a first appointment: who of the two comes before is for a person to say."""
    family = appointment.participations.get().family
    noe = Person.objects.create(family=family, first_name="Noé", birth_date=line.now.date() - timedelta(days=200))
    wish = Wish(type=appointment.type, who=Who([PersonSpec("Noé", pk=noe.pk)], family=family))
    join(wish, by=Actor.family(), now=line.now)
    line.sends()
    seen = len(line.sms())
    line.receives("ATTENTE")
    entry = WaitingListEntry.objects.get()
    assert (list(entry.persons.all()), entry.current_appointment) == ([noe], None)
    assert ["secrétariat vous rappelle" in text for text in line.new_sms(seen)] == [True]
    assert Task.objects.get().kind == TaskKind.WANTS_TO_MOVE


def test_at_night_the_answer_does_not_wait_for_the_morning(line: Line, appointment: Appointment) -> None:
    line.at(paris(line.now.date(), 22))
    seen = len(line.sms())
    line.receives("ATTENTE")
    assert len(line.new_sms(seen)) == 1


def test_after_the_deadline_it_is_told_so_and_waits_for_nothing(line: Line, appointment: Appointment) -> None:
    line.now = appointment.starts_at.replace(minute=0, hour=appointment.starts_at.hour - 1)
    line.receives("ATTENTE")
    assert not WaitingListEntry.objects.exists()


def test_with_several_appointments_it_is_asked_to_choose_on_its_page(line: Line) -> None:
    world = World()
    of = mother_of(world)
    booked(world, of, 10)
    booked(world, of, 11)
    line.sends()
    seen = len(line.sms())
    line.receives("ATTENTE")
    assert not WaitingListEntry.objects.exists()
    assert ["/rendez-vous/" in text for text in line.new_sms(seen)] == [True]


def test_without_an_appointment_it_is_told_where_to_say_what_it_waits_for(line: Line) -> None:
    mother_of(World())
    line.receives("ATTENTE")
    assert "/liste-attente/" in line.sms()[0]


def test_an_unknown_number_gets_the_address_and_learns_nothing(line: Line) -> None:
    World()
    line.receives("ATTENTE", sender="+33639980099")
    (answer,) = line.sms("+33639980099")
    assert "Bonjour, pour prendre un RDV" in answer
    assert not WaitingListEntry.objects.exists()
