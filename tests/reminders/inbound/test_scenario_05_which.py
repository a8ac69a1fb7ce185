"""Scenario 5: two appointments for one telephone: which one is asked before anything is cancelled."""

from datetime import date, time, timedelta
from typing import NamedTuple

import pytest

from rdv.models import Appointment, Family, Person, Status
from tests.factories import World, booking, family, opening, paris, who
from tests.reminders.inbound.support import MOTHER, Desk, booked, mother_of, open_question


class Two(NamedTuple):
    """Léa tomorrow (Tuesday) at 9:30, Noé on Thursday at 14:00."""

    lea: Appointment
    noe: Appointment

    def states(self) -> tuple[str, str]:
        for one in self:
            one.refresh_from_db()
        return self.lea.status, self.noe.status


STANDING = (Status.UNKNOWN, Status.UNKNOWN)


def _thursday(world: World, of: Family) -> Appointment:
    day = world.day + timedelta(days=2)
    opening(world.agent, world.location, world.type, day=day, start=time(14), end=time(17))
    return booking(world.type, world.location, paris(day, 14), who=who(of)).appointment


@pytest.fixture
def siblings(desk: Desk) -> Two:
    world = World()
    of = mother_of(world)
    lea = booked(world, of, 9, 30)
    of.persons.all().first()
    noe_file = Person.objects.create(family=of, first_name="Noé", birth_date=date(2024, 6, 1))
    persons = [person for person in who(of, children=2).persons if person.pk == noe_file.pk]
    day = world.day + timedelta(days=2)
    opening(world.agent, world.location, world.type, day=day, start=time(14), end=time(17))
    whom = who(of)
    noe = booking(world.type, world.location, paris(day, 14), who=type(whom)(persons, family=of)).appointment
    desk.sends()
    return Two(lea, noe)


def test_the_product_asks_by_day_and_hour(desk: Desk, siblings: Two) -> None:
    seen = len(desk.sms())
    desk.receives("ANNULER")

    assert siblings.states() == STANDING
    (asked,) = desk.new_sms(seen)
    assert "1 = mar. 12/01 à 9h30 (Léa)" in asked
    assert "2 = jeu. 14/01 à 14h00 (Noé)" in asked


@pytest.mark.parametrize("text", ["1", "A", "celui de mardi"])
def test_the_answer_cancels_that_one_alone(desk: Desk, siblings: Two, text: str) -> None:
    desk.receives("ANNULER")
    seen = len(desk.sms())
    desk.receives(text)

    assert siblings.states() == (Status.EXCUSED, Status.UNKNOWN)
    (said,) = desk.new_sms(seen)
    assert "bien annulé" in said


def test_both_means_both(desk: Desk, siblings: Two) -> None:
    desk.receives("ANNULER")
    desk.receives("les deux")
    assert siblings.states() == (Status.EXCUSED, Status.EXCUSED)


def test_what_is_no_choice_cancels_nothing(desk: Desk, siblings: Two) -> None:
    desk.receives("ANNULER")
    for text in ("oui", "non", "à jeudi", "ok merci", "3", "1 ou 2", "pas jeudi"):
        desk.receives(text)
        assert siblings.states() == STANDING, text


def test_naming_the_day_needs_no_question(desk: Desk, siblings: Two) -> None:
    desk.receives("je dois annuler le rdv de jeudi")
    assert siblings.states() == (Status.UNKNOWN, Status.EXCUSED)


def test_naming_the_child_needs_no_question(desk: Desk, siblings: Two) -> None:
    desk.receives("Je dois annuler le rdv de Noé")
    assert siblings.states() == (Status.UNKNOWN, Status.EXCUSED)


def test_the_question_expires(desk: Desk, siblings: Two) -> None:
    desk.receives("ANNULER")
    question = open_question()
    assert question is not None
    assert question.expires_at <= desk.now + timedelta(hours=24)
    desk.waits(hours=25)
    desk.receives("2")
    assert siblings.states() == STANDING


def test_a_reason_given_afterwards_does_not_cancel_the_other(desk: Desk, siblings: Two) -> None:
    """ANNULER, 1, then "mon fils est malade, on ne peut pas venir": that was why."""
    desk.receives("ANNULER")
    desk.receives("1")
    desk.receives("désolée on ne peut pas venir, ma fille est malade")
    desk.receives("non")
    assert siblings.states() == (Status.EXCUSED, Status.UNKNOWN)


def test_children_of_two_families_are_not_named(desk: Desk) -> None:
    """A foster carer's telephone: the question names no child."""
    world = World()
    first, second = mother_of(world), family(world.territory, phone=MOTHER)
    tuesday, thursday = booked(world, first, 9, 30), _thursday(world, second)
    desk.sends()
    seen = len(desk.sms())
    desk.receives("ANNULER")

    (asked,) = desk.new_sms(seen)
    assert "Léa" not in asked
    assert "mar. 12/01 à 9h30" in asked
    desk.receives("2")
    assert Two(tuesday, thursday).states() == (Status.UNKNOWN, Status.EXCUSED)
