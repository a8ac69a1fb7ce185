"""What a reply may touch: whose number it is, who may cancel, what it names, and the discreet wall."""

from datetime import date, datetime, timedelta
from itertools import count

import pytest

from rdv.models import Appointment, Contact, Participation, Person, PhoneKind, Status
from reminders.inbound import process_pending
from reminders.models import InboundMessage, OutboundMessage, TaskKind
from tests.factories import NOW, World, appointment_type, booking, family, opening, service, who
from tests.reminders.inbound.support import MOTHER, SENDER, booked, last_reply, mother_of, tasks

pytestmark = pytest.mark.django_db(transaction=True)
_sids = count(1)


def reply(world: World, text: str, *, sender: str = MOTHER, to: str = SENDER, now: datetime = NOW) -> str:
    """Store a reply and handle it; gives what was done."""
    InboundMessage.objects.create(
        territory=world.territory,
        provider="twilio",
        provider_id=f"SM{next(_sids)}",
        sender=sender,
        to=to,
        body=text,
        received_at=now,
    )
    assert process_pending(now) == 1
    return last_reply().outcome


def answers(phone: str = MOTHER) -> list[str]:
    """The templates of what was answered, the oldest first."""
    rows = OutboundMessage.objects.filter(to=phone, kind__in=["receipt", "question"]).order_by("pk")
    return [row.context["template"] for row in rows]


def status(of: Appointment) -> str:
    of.refresh_from_db()
    return of.status


def test_who_may_not_cancel_is_passed_on() -> None:
    """A foster carer is told of the appointment; giving it up is not for her alone."""
    world = World()
    of = mother_of(world)
    of.contacts.update(may_cancel=False)
    appointment = booked(world, of, 9)
    assert reply(world, "ANNULER") == "tell"
    assert status(appointment) == Status.UNKNOWN
    assert [task.appointment for task in tasks(TaskKind.UNCLEAR)] == [appointment]
    assert answers() == ["receipt_told"]


def test_one_telephone_of_two_contacts_is_enough_to_cancel() -> None:
    world = World()
    of = mother_of(world)
    of.contacts.update(may_cancel=False)
    Contact.objects.create(family=of, first_name="Alix", phone=MOTHER, phone_kind=PhoneKind.MOBILE)
    appointment = booked(world, of, 9)
    assert reply(world, "ANNULER") == "cancel"
    assert status(appointment) == Status.EXCUSED


@pytest.fixture
def siblings() -> tuple[World, Appointment]:
    """Léa and Noé seen together."""
    world = World()
    of = mother_of(world)
    Person.objects.create(family=of, first_name="Noé", birth_date=date(2026, 6, 1))
    return world, booked(world, of, 9)


def test_naming_one_of_two_children_cancels_neither(siblings: tuple[World, Appointment]) -> None:
    world, appointment = siblings
    assert reply(world, "je dois annuler le rdv de Noé") == "ask_part"
    assert status(appointment) == Status.UNKNOWN
    assert answers() == ["question_part"]


def test_naming_both_children_cancels(siblings: tuple[World, Appointment]) -> None:
    world, appointment = siblings
    assert reply(world, "je dois annuler le rdv pour Léa et pour Noé") == "cancel"
    assert status(appointment) == Status.EXCUSED


def test_what_is_not_the_appointment_s_is_asked() -> None:
    """The only appointment is Léa's, tomorrow, a Tuesday, at nine."""
    world = World()
    appointment = booked(world, mother_of(world), 9)
    for text in (
        "je dois annuler le rdv de Kevin",
        "je ne peux pas venir jeudi",
        "je ne suis pas là la semaine prochaine",
        "je ne viens pas demain c'est jeudi",
        "je dois annuler le rdv de 15h",
        "annulez celui du 25 svp",
        "je ne peux pas venir ce matin",
    ):
        reply(world, text)
        assert status(appointment) == Status.UNKNOWN, text
        assert answers()[-1] in {"question_sure", "question_repeat"}


@pytest.mark.parametrize(
    "text",
    [
        "je ne peux pas venir demain",
        "Merci d'annuler le rdv de Léa mardi à 9h",
        "je dois annuler le rdv du 12/01. Cordialement, Sam Exemple",
        "Bonjour c'est Sam, je ne viens pas cette semaine",
    ],
)
def test_what_is_the_appointment_s_is_done(text: str) -> None:
    world = World()
    appointment = booked(world, mother_of(world), 9)
    assert reply(world, text) == "cancel"
    assert status(appointment) == Status.EXCUSED


def test_a_bare_no_without_a_question_is_asked() -> None:
    world = World()
    appointment = booked(world, mother_of(world), 9)
    assert reply(world, "non") == "ask_sure"
    assert status(appointment) == Status.UNKNOWN
    assert reply(world, "non") == "ask_again"
    assert status(appointment) == Status.UNKNOWN
    assert reply(world, "annuler") == "cancel"


def test_only_the_word_cancels_after_are_you_sure() -> None:
    world = World()
    appointment = booked(world, mother_of(world), 9)
    reply(world, "je peux pas jeudi")
    assert reply(world, "oui") != "cancel"
    assert status(appointment) == Status.UNKNOWN


def test_in_a_session_only_the_family_s_own_part_is_given_up() -> None:
    world = World(is_collective=True, capacity=8, public_label="Atelier massage")
    session = world.open_session(9)
    of, other = mother_of(world), family(world.territory, phone="+33639980002")
    for one in (of, other):
        booking(world.type, world.location, world.at(9), who=who(one))
    assert reply(world, "ANNULER") == "cancel"
    assert status(session) == Status.UNKNOWN
    left = Participation.objects.filter(appointment=session, status=Status.UNKNOWN)
    assert [row.family for row in left] == [other]


def _discreet(world: World, sender: str = "") -> Appointment:
    """Somebody else's appointment at a discreet service, with the mother's number."""
    quiet = service(world.territory, name="Santé sexuelle", is_discreet=True, neutral_sender=sender)
    type_ = appointment_type(world.territory, quiet)
    world.agent.services.add(quiet)
    day = world.day + timedelta(days=1)
    opening(world.agent, world.location, type_, day=day)
    hidden = family(world.territory, phone=MOTHER, discreet_service=quiet)
    return booking(type_, world.location, world.at(9) + timedelta(days=1), who=who(hidden)).appointment


def test_a_discreet_appointment_is_never_named_nor_touched_beside_others() -> None:
    """The girl gave the number that PMI knows as her mother's: the mother's ANNULER is about her own."""
    world = World()
    own = booked(world, mother_of(world), 9)
    hidden = _discreet(world)
    assert reply(world, "ANNULER") == "cancel"
    assert (status(own), status(hidden)) == (Status.EXCUSED, Status.UNKNOWN)


def test_the_discreet_service_s_own_number_is_about_the_discreet_appointment() -> None:
    world = World()
    own = booked(world, mother_of(world), 9)
    hidden = _discreet(world, sender="38000")
    assert reply(world, "ANNULER", to="38000") == "cancel"
    assert (status(own), status(hidden)) == (Status.UNKNOWN, Status.EXCUSED)


def test_a_number_that_all_services_share_says_nothing_of_the_discreet_one() -> None:
    world = World()
    own = booked(world, mother_of(world), 9)
    hidden = _discreet(world, sender=SENDER)
    assert reply(world, "ANNULER") == "cancel"
    assert (status(own), status(hidden)) == (Status.EXCUSED, Status.UNKNOWN)


def test_an_appointment_of_which_the_family_is_told_nothing_is_not_spoken_of() -> None:
    world = World(tells_families=False)
    appointment = booked(world, mother_of(world), 9)
    assert reply(world, "ANNULER") == "no_appointment"
    assert status(appointment) == Status.UNKNOWN


def test_what_nobody_understood_reaches_a_person_with_its_words() -> None:
    world = World()
    appointment = booked(world, mother_of(world), 9)
    reply(world, "Faut-il apporter le carnet de santé ?")
    (task,) = tasks(TaskKind.UNCLEAR)
    assert (task.appointment, task.organisation) == (appointment, world.organisation)
    assert task.detail == "Faut-il apporter le carnet de santé ?"
    assert task.reply == last_reply()


def test_wanting_to_move_is_also_told_to_the_secretary() -> None:
    world = World()
    appointment = booked(world, mother_of(world), 9)
    assert reply(world, "Pouvez-vous reporter le rdv ?") == "move"
    assert [task.appointment for task in tasks(TaskKind.WANTS_TO_MOVE)] == [appointment]
    assert answers() == ["question_move"]


def test_thanks_after_two_bookings_confirm_neither_and_cost_nothing() -> None:
    world = World()
    of = mother_of(world)
    booked(world, of, 9)
    booked(world, of, 11)
    reply(world, "ok merci")
    assert not Participation.objects.exclude(confirmed_at=None).exists()
    assert answers() == []


def test_the_replies_of_one_number_are_handled_in_their_order() -> None:
    world = World()
    appointment = booked(world, mother_of(world), 9)
    for position, text in enumerate(("je peux pas jeudi", "ANNULER")):
        InboundMessage.objects.create(
            territory=world.territory,
            provider="twilio",
            provider_id=f"SMorder{position}",
            sender=MOTHER,
            to=SENDER,
            body=text,
            received_at=NOW + timedelta(seconds=position),
        )
    assert process_pending(NOW + timedelta(seconds=5)) == 2
    outcomes = InboundMessage.objects.order_by("received_at").values_list("outcome", flat=True)
    assert list(outcomes) == ["ask_sure", "cancel"]
    assert status(appointment) == Status.EXCUSED
