"""A reply to an invitation to book what comes next: no refuses it, yes gets its link, no appointment is lost."""

from datetime import timedelta

import pytest

from rdv.models import Appointment, FollowUpInvitation, Person, Status
from reminders.inbound.action import Action
from reminders.inbound.invitation_words import read_invited
from reminders.inbound.reply import Intent
from reminders.models import Conversation, OutboundMessage
from tests.factories import TODAY, appointment_type, booking, family, opening, paris, who
from tests.followups.clinic import Clinic
from tests.reminders.inbound.support import MOTHER, Line, last_reply, tasks

NOT_NEEDED = [
    "pas besoin",
    "Déjà fait !",
    "Bonjour, c'est déjà fait merci",
    "je n’en ai pas besoin",
    "non pas besoin il est suivi par le pédiatre",
    "plus besoin de rdv",
    "pas intéressée",
    "Léa est suivie ailleurs",
    "No thanks",
    "no hace falta",
    "gerek yok",
    "не потрібно",
    "لا شكرا",
]
WANTED = ["je veux un rdv", "Oui je veux bien", "je voudrais prendre rendez-vous svp", "volontiers"]
NEITHER = [
    "NON",
    "oui",
    "déjà fait ?",
    "je n'ai pas déjà fait",
    "j'ai besoin d'un rdv mais pas demain",
    "Tom est déjà vacciné",
    "pas pour le moment",
    "déjà annulé",
    "je ne peux pas venir",
]


@pytest.mark.parametrize("text", NOT_NEEDED)
def test_that_none_is_needed_is_understood_as_people_write_it(text: str) -> None:
    said = read_invited(text, names={"lea"})
    assert said is not None
    assert said.intent is Intent.NO


@pytest.mark.parametrize("text", WANTED)
def test_that_one_is_wanted_is_understood(text: str) -> None:
    said = read_invited(text, names={"lea"})
    assert said is not None
    assert said.intent is Intent.YES


@pytest.mark.parametrize("text", NEITHER)
def test_nothing_is_made_of_words_that_are_not_all_known(text: str) -> None:
    assert read_invited(text, names={"lea"}) is None


@pytest.fixture
def clinic(line: Line) -> Clinic:
    return Clinic()


@pytest.fixture
def invited(line: Line, clinic: Clinic) -> FollowUpInvitation:
    """The mother has just received the invitation for Léa."""
    clinic.invite()
    line.sends()
    assert "répondez NON" in line.sms()[-1]
    return FollowUpInvitation.objects.get()


def answered(line: Line, text: str) -> tuple[str, list[str]]:
    """What was done about it, and what was answered."""
    line.now += timedelta(minutes=30)
    seen = len(line.sms())
    line.receives(text)
    return last_reply().outcome, line.new_sms(seen)


def is_refused(invitation: FollowUpInvitation) -> bool:
    invitation.refresh_from_db()
    return invitation.declined_at is not None


def to_come(clinic: Clinic, line: Line) -> Appointment:
    """An appointment of the same family, three days ahead, for another type: the invitation still serves."""
    other, day = appointment_type(clinic.territory, clinic.service), TODAY + timedelta(days=3)
    opening(clinic.agent, clinic.location, other, day=day)
    made = booking(other, clinic.location, paris(day, 10), who=who(clinic.family), now=line.now).appointment
    line.sends()
    return made


def stands(appointment: Appointment) -> bool:
    appointment.refresh_from_db()
    return appointment.status == Status.UNKNOWN


@pytest.mark.parametrize("text", ["NON", "non merci", "Pas besoin", "déjà fait"])
def test_a_no_refuses_it_as_the_page_does(line: Line, clinic: Clinic, invited: FollowUpInvitation, text: str) -> None:
    outcome, (said,) = answered(line, text)
    assert outcome == Action.REFUSE
    assert is_refused(invited)
    assert clinic.due() == []
    assert f"/i/{invited.token}/" in said
    assert last_reply().family == clinic.family


def test_it_is_said_once(line: Line, invited: FollowUpInvitation) -> None:
    answered(line, "NON")
    assert answered(line, "non")[1] == []
    assert answered(line, "ok merci")[1] == []


@pytest.mark.parametrize("text", ["OUI", "je veux un rdv", "ok"])
def test_a_yes_gets_the_link(line: Line, invited: FollowUpInvitation, text: str) -> None:
    outcome, (said,) = answered(line, text)
    assert outcome == Action.INVITE
    assert f"/i/{invited.token}/" in said
    assert not is_refused(invited)


def test_after_a_yes_a_no_is_still_heard(line: Line, invited: FollowUpInvitation) -> None:
    answered(line, "OUI")
    assert answered(line, "finalement pas besoin")[0] == Action.REFUSE


def test_stop_is_stop(line: Line, invited: FollowUpInvitation) -> None:
    assert answered(line, "STOP")[0] == Action.STOP
    assert not is_refused(invited)


def test_what_is_not_understood_is_read_by_a_person(line: Line, invited: FollowUpInvitation) -> None:
    outcome, (said,) = answered(line, "pas pour le moment, on verra")
    assert outcome == Action.ASK_AGAIN
    assert "secrétariat" in said
    assert [one.family for one in tasks("unclear")] == [invited.family]
    assert not is_refused(invited)


def test_a_no_leaves_the_appointment_that_the_family_has(line: Line, clinic: Clinic) -> None:
    kept = to_come(clinic, line)
    clinic.invite()
    line.sends()
    _, (said,) = answered(line, "NON")
    assert "Le RDV que vous avez est maintenu" in said
    assert is_refused(FollowUpInvitation.objects.get())
    assert stands(kept)


@pytest.mark.parametrize("text", ["je ne peux pas venir", "ANNULER", "I can't come", "je ne veux pas pour Léa"])
def test_what_may_be_said_of_the_appointment_is_asked(line: Line, clinic: Clinic, text: str) -> None:
    kept = to_come(clinic, line)
    clinic.invite()
    line.sends()
    outcome, (said,) = answered(line, text)
    assert outcome == Action.ASK_SURE
    assert "répondez ANNULER" in said
    assert stands(kept)
    assert not is_refused(FollowUpInvitation.objects.get())


def test_a_reminder_that_waits_for_its_answer_comes_first(line: Line, clinic: Clinic) -> None:
    """A yes confirms it; a bare no could be said to either, and is asked."""
    kept = to_come(clinic, line)
    line.at(kept.starts_at - timedelta(days=1))
    assert Conversation.objects.latest("pk").question == "coming"
    clinic.invite(now=line.now)
    line.sends()
    assert answered(line, "NON")[0] == Action.ASK_SURE
    assert stands(kept)
    assert not is_refused(FollowUpInvitation.objects.get())


def test_a_yes_after_a_reminder_confirms_it(line: Line, clinic: Clinic) -> None:
    kept = to_come(clinic, line)
    line.at(kept.starts_at - timedelta(days=1))
    clinic.invite(now=line.now)
    line.sends()
    assert answered(line, "OUI")[0] == Action.CONFIRM
    assert answered(line, "je ne peux plus venir")[0] == Action.ASK_SURE
    assert stands(kept)


def test_two_invitations_for_one_telephone_are_for_a_person_to_tell_apart(line: Line, clinic: Clinic) -> None:
    other = clinic.known(30, phone=MOTHER)
    clinic.invite(clinic.family, other)
    line.sends()
    outcome, _ = answered(line, "NON")
    assert outcome == Action.ASK_AGAIN
    assert not FollowUpInvitation.objects.exclude(declined_at=None).exists()


def test_no_for_one_child_of_two_is_not_no_for_both(line: Line, clinic: Clinic, invited: FollowUpInvitation) -> None:
    sister = Person.objects.create(family=clinic.family, first_name="Mia")
    twin = FollowUpInvitation.objects.get()
    FollowUpInvitation.unsaved(
        **{
            name: getattr(twin, name)
            for name in ("territory", "family", "type", "window", "first_day", "last_day", "invited_at", "expires_on")
        }
        | {"person": sister}
    ).save()
    assert answered(line, "non Mia est déjà vaccinée")[0] == Action.ASK_AGAIN
    assert not is_refused(invited)


def test_once_something_else_was_written_a_no_is_a_doubt(
    line: Line, clinic: Clinic, invited: FollowUpInvitation
) -> None:
    line.now += timedelta(hours=1)
    kept = to_come(clinic, line)
    assert answered(line, "NON")[0] == Action.ASK_SURE
    assert stands(kept)
    assert not is_refused(invited)


def test_once_it_is_booked_the_invitation_is_no_longer_what_is_meant(
    line: Line, clinic: Clinic, invited: FollowUpInvitation
) -> None:
    line.now += timedelta(hours=1)
    kept = clinic.book(9, who=who(clinic.family), now=line.now).appointment
    line.sends()
    assert answered(line, "NON")[0] == Action.ASK_SURE
    assert stands(kept)


def test_after_a_week_it_is_answered_by_its_link_alone(line: Line, invited: FollowUpInvitation) -> None:
    line.now += timedelta(days=8)
    assert answered(line, "NON")[0] == Action.NO_APPOINTMENT
    assert not is_refused(invited)


def test_another_s_telephone_answers_nothing(line: Line, clinic: Clinic, invited: FollowUpInvitation) -> None:
    family(clinic.territory, phone="+33639980099")
    line.receives("NON", sender="+33639980099")
    assert not is_refused(invited)
    assert OutboundMessage.objects.filter(context__invitation=invited.pk).count() == 1


def test_what_is_not_understood_of_it_is_not_asked_of_the_appointment(line: Line, clinic: Clinic) -> None:
    """Asked "Venez-vous jeudi ?", she answered the invitation, and her NON cancelled the appointment."""
    appointment = to_come(clinic, line)
    clinic.invite()
    line.sends()
    _, said = answered(line, "non pas maintenant")
    assert ["le secrétariat va le lire" in text for text in said] == [True]
    answered(line, "non")
    assert stands(appointment)
