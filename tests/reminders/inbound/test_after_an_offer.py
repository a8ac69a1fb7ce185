"""An offer taken in other words than OUI, and what is said once it is over: accepted, expired, taken, left behind."""

from datetime import timedelta

import pytest
from django.db import transaction

from rdv.booking.cancel import cancel
from rdv.booking.move import move
from rdv.models import Appointment, Occupation, Offer, OfferStatus, Person, RoundStatus, Status, WaitingListEntry
from rdv.models.actor import Actor
from rdv.models.appointment import Channel
from rdv.waitinglist.closing import close
from rdv.waitinglist.entries import leave
from rdv.waitinglist.offers import accept, decline
from rdv.waitinglist.rounds import advance_due
from reminders.models import Conversation
from tests.factories import World, family, opening
from tests.reminders.inbound.support import Line, booked, last_reply, mother_of
from tests.waitinglist.support import waiting

WEB = Actor.family(Channel.WEB)
OTHER = "+33639980011"


@pytest.fixture
def world(line: Line) -> World:
    return World()


@pytest.fixture
def offer(line: Line, world: World) -> Offer:
    """A mother without an appointment is offered Tuesday 9:00, which another family has given back."""
    given_back = booked(world, family(world.territory, phone=OTHER), 9)
    waiting(world, line.now, family=mother_of(world))
    line.sends()
    cancel(given_back.pk, by=WEB, now=line.now, for_family=True)
    advance_due(now=line.now)
    line.sends()
    made = Offer.objects.with_all().get()
    assert f"Répondez OUI {made.code}" in line.sms()[-1]
    return made


def accepted(line: Line, offer: Offer) -> Appointment:
    """She says yes on the page."""
    line.waits(minutes=2)
    accept(offer.pk, by=WEB, now=line.now)
    line.waits(minutes=2)
    offer.refresh_from_db()
    assert offer.appointment is not None
    return offer.appointment


def test_who_can_no_longer_come_after_a_yes_cancels_what_the_yes_booked(line: Line, offer: Offer) -> None:
    appointment = accepted(line, offer)
    seen = len(line.sms())
    line.receives("non je peux plus")
    appointment.refresh_from_db()
    assert appointment.status == Status.EXCUSED
    assert ["bien annulé" in text for text in line.new_sms(seen)] == [True]


@pytest.mark.parametrize("text", ["non", "NON {code}", "non merci", "non {code} finalement je peux pas"])
def test_a_bare_no_after_a_yes_is_asked_about_before_anything_is_given_up(line: Line, offer: Offer, text: str) -> None:
    appointment = accepted(line, offer)
    seen = len(line.sms())
    line.receives(text.format(code=offer.code))
    appointment.refresh_from_db()
    assert appointment.status == Status.UNKNOWN
    assert ["répondez ANNULER" in text for text in line.new_sms(seen)] == [True]

    line.receives("annuler")
    appointment.refresh_from_db()
    assert appointment.status == Status.EXCUSED


def test_with_another_appointment_to_come_it_is_asked_which(line: Line, world: World, offer: Offer) -> None:
    appointment = accepted(line, offer)
    booked(world, offer.family, 11)
    line.receives("je ne peux pas venir")
    appointment.refresh_from_db()
    assert (last_reply().outcome, appointment.status) == ("ask_which", Status.UNKNOWN)


def test_a_no_with_the_code_speaks_of_that_appointment_alone(line: Line, world: World, offer: Offer) -> None:
    appointment = accepted(line, offer)
    booked(world, offer.family, 11)
    line.receives(f"NON {offer.code}")
    asked = Conversation.objects.latest("asked_at", "pk")
    assert asked.options == [{"key": "1", "appointment": appointment.pk}]


def test_who_says_that_nobody_comes_after_a_lost_offer_speaks_of_the_appointment_he_has(
    line: Line, world: World, offer: Offer
) -> None:
    Offer.objects.update(status=OfferStatus.VOID)
    own = booked(world, offer.family, 11)
    line.sends()
    seen = len(line.sms())
    line.receives("je ne peux pas venir")
    own.refresh_from_db()
    assert own.status == Status.UNKNOWN
    assert ["répondez ANNULER" in text for text in line.new_sms(seen)] == [True]


def said_to(line: Line, text: str) -> str:
    """The one answer to it."""
    seen = len(line.sms())
    line.receives(text)
    (said,) = line.new_sms(seen)
    return said


def test_a_yes_after_the_deadline_says_so_and_that_the_slot_is_free_again(line: Line, offer: Offer) -> None:
    line.at(offer.expires_at + timedelta(minutes=1))
    advance_due(now=line.now)
    said = said_to(line, "oui")
    assert "délai pour répondre est passé, mais ce créneau est encore libre. Vous gardez votre place" in said
    assert "mar. 12/01 à 9h00" not in said.partition("Libres")[2]
    assert "déjà pris" not in said


def test_a_yes_to_what_another_family_has_is_told_that_it_is_taken(line: Line, world: World, offer: Offer) -> None:
    Occupation.objects.filter(round=offer.round).delete()
    booked(world, family(world.territory, phone=OTHER), 9)
    said = said_to(line, f"oui {offer.code}")
    assert "Ce créneau est déjà pris. Vous gardez votre place en liste d'attente. Libres" in said


def test_who_has_left_the_list_hears_that_and_how_to_come_back(line: Line, offer: Offer) -> None:
    leave(offer.entry_id, by=WEB, now=line.now)
    said = said_to(line, "oui")
    assert "plus en liste d'attente" in said
    assert "/liste-attente/" in said
    assert "gardez" not in said
    assert "déjà pris" not in said


def test_a_yes_to_what_was_declined_by_link_does_not_say_that_it_is_taken(line: Line, offer: Offer) -> None:
    decline(offer.pk, by=WEB, now=line.now)
    assert "ne vous est plus proposé" in said_to(line, "OUI")


def test_an_appointment_that_is_cancelled_by_now_is_kept_in_no_answer(line: Line, world: World, offer: Offer) -> None:
    """The service cancelled what the family wanted earlier: there is nothing to keep but the place."""
    own = booked(world, family(world.territory, phone=OTHER), 11)
    WaitingListEntry.objects.update(current_appointment=own)
    Appointment.objects.filter(pk=own.pk).update(status=Status.REVOKED)
    line.at(offer.expires_at + timedelta(minutes=1))
    assert "Vous gardez votre place" in said_to(line, "oui")


def test_a_code_says_that_what_it_booked_is_cancelled(line: Line, offer: Offer) -> None:
    cancel(accepted(line, offer).pk, by=WEB, now=line.now, for_family=True)
    line.waits(minutes=2)
    assert "déjà annulé" in said_to(line, f"OUI {offer.code}")


def test_a_code_says_to_when_what_it_booked_was_moved(line: Line, world: World, offer: Offer) -> None:
    move(accepted(line, offer).pk, start=world.at(10), by=WEB, now=line.now)
    line.waits(minutes=2)
    said = said_to(line, f"OUI {offer.code}")
    assert "mardi 12 janvier à 10h" in said


@pytest.mark.parametrize("text", ["je prends", "Je le prends !", "on prend la place", "je prends celle de mardi à 9h"])
def test_taking_the_place_is_a_yes(line: Line, offer: Offer, text: str) -> None:
    line.waits(minutes=2)
    line.receives(text)
    offer.refresh_from_db()
    assert offer.status == OfferStatus.ACCEPTED


@pytest.mark.parametrize("text", ["je prends pas", "je prends le créneau de 10h", "je prends le bus"])
def test_what_only_looks_like_taking_it_is_asked_about(line: Line, offer: Offer, text: str) -> None:
    line.receives(text)
    offer.refresh_from_db()
    assert (offer.status, last_reply().outcome) == (OfferStatus.LIVE, "ask_again")


def test_taking_a_place_that_nobody_offers_confirms_nothing(line: Line, world: World) -> None:
    """The words may be about an offer that went to another telephone, or came before."""
    appointment = booked(world, mother_of(world), 9)
    line.sends()
    line.receives("je prends la place")
    assert last_reply().outcome == "ask_again"
    assert appointment.participations.get().confirmed_at is None


@pytest.mark.parametrize(
    ("status", "words"),
    [(RoundStatus.WITHDRAWN, "ne vous est plus proposée"), (RoundStatus.TAKEN, "est déjà prise")],
)
def test_who_loses_an_offer_is_told_the_reason_that_is_true(line: Line, offer: Offer, status: str, words: str) -> None:
    seen = len(line.sms())
    with transaction.atomic():
        close(offer.round, RoundStatus(status), now=line.now)
    line.sends()
    (said,) = line.new_sms(seen)
    assert words in said
    assert "Vous gardez votre rang" in said


class Earlier:
    """She has Thursday 9:00, and is offered Tuesday 9:00 instead."""

    def __init__(self, line: Line, world: World) -> None:
        file = mother_of(world)
        given_back = booked(world, family(world.territory, phone=OTHER), 9)
        tuesday, world.day = world.day, world.day + timedelta(days=2)
        opening(world.agent, world.location, world.type, day=world.day)
        self.had = booked(world, file, 9)
        world.day = tuesday
        waiting(world, line.now, family=file, current_appointment=self.had)
        line.sends()
        cancel(given_back.pk, by=WEB, now=line.now, for_family=True)
        advance_due(now=line.now)
        line.sends()

    def stands(self) -> bool:
        before = self.had.starts_at
        self.had.refresh_from_db()
        return (self.had.starts_at, self.had.status) == (before, Status.UNKNOWN)


OF_WHAT_SHE_HAS = [
    "oui je serai là jeudi",
    "d'accord à jeudi",
    "Oui jeudi",
    "oui on vient comme prévu",
    "je viens au rdv prévu",
    "oui on garde le rdv",
    "yes, thursday",
]


def test_a_yes_to_the_appointment_that_one_has_does_not_give_it_up(line: Line, world: World) -> None:
    """A proposal is the last word, and the family may not have looked at its day; it stays to be taken."""
    earlier = Earlier(line, world)
    for text in OF_WHAT_SHE_HAS:
        line.receives(text)
        assert earlier.stands(), text
        assert last_reply().outcome in ("confirm", "ask_again"), text
    assert Offer.objects.get().status == OfferStatus.LIVE
    line.receives("OUI")
    assert Offer.objects.get().status == OfferStatus.ACCEPTED


@pytest.mark.parametrize("text", ["d'accord à mardi", "oui je viens", "ok gardez-moi le créneau"])
def test_a_yes_to_what_is_offered_still_takes_it(line: Line, world: World, text: str) -> None:
    earlier = Earlier(line, world)
    line.receives(text)
    assert not earlier.stands()
    assert Offer.objects.get().status == OfferStatus.ACCEPTED


def test_without_any_appointment_as_planned_is_a_plain_yes(line: Line, offer: Offer) -> None:
    line.receives("oui comme prévu")
    offer.refresh_from_db()
    assert offer.status == OfferStatus.ACCEPTED


def test_what_is_not_understood_of_a_proposal_is_asked_of_it_and_not_of_the_appointment(
    line: Line, world: World
) -> None:
    """Asked "Venez-vous jeudi ?", she answered the proposal, and her NON cancelled the appointment."""
    earlier = Earlier(line, world)
    seen = len(line.sms())
    line.receives("oui vendredi")
    (asked,) = line.new_sms(seen)
    offer = Offer.objects.get()
    assert "Prenez-vous la place du mardi 12 janvier à 9h" in asked
    assert f"OUI {offer.code} ou NON" in asked
    line.receives("non")
    offer.refresh_from_db()
    assert offer.status == OfferStatus.DECLINED
    assert earlier.stands()


def test_what_is_not_understood_after_it_is_asked_of_the_appointment(line: Line, world: World) -> None:
    Earlier(line, world)
    Offer.objects.update(status=OfferStatus.VOID)
    line.receives("le tram passe chez ma tante")
    assert "Venez-vous jeudi 14 janvier" in line.sms()[-1]


def test_a_yes_for_another_child_than_the_one_who_waits_is_asked_about(line: Line, world: World) -> None:
    earlier = Earlier(line, world)
    Person.objects.create(family=earlier.had.participations.get().family, first_name="Noé", is_child=True)
    line.receives("oui pour Noé")
    assert earlier.stands()
    line.receives("oui pour Léa")
    assert Offer.objects.get().status == OfferStatus.ACCEPTED
