"""Scenario 21: a freed slot is offered by SMS, and answered by SMS."""

from datetime import time, timedelta
from typing import NamedTuple

import pytest

from rdv.models import Appointment, Family, Offer, OfferStatus, Status, WaitingListEntry
from rdv.waitinglist.rounds import advance_due
from tests.factories import TODAY, World, booking, family, opening, paris, who
from tests.reminders.inbound.support import MOTHER, Desk, booked, last_reply, mother_of
from tests.waitinglist.support import free, waiting

FIRST, SECOND = "+33639980011", "+33639980012"


class Story(NamedTuple):
    """Two families that wait for an earlier slot than their own; one that will give hers up."""

    world: World
    freed: Appointment
    entries: list[WaitingListEntry]

    def own(self, rank: int) -> Appointment:
        appointment = self.entries[rank].current_appointment
        assert appointment is not None
        appointment.refresh_from_db()
        return appointment


@pytest.fixture
def story(desk: Desk) -> Story:
    world = World()
    world.day = TODAY + timedelta(days=3)
    opening(world.agent, world.location, world.type, day=world.day)
    later = TODAY + timedelta(days=20)
    opening(world.agent, world.location, world.type, day=later, start=time(14), end=time(18))
    freed = booked(world, mother_of(world), 9)
    entries = []
    for rank, phone in enumerate((FIRST, SECOND)):
        of: Family = family(world.territory, phone=phone)
        own = booking(world.type, world.location, paris(later, 14 + rank), who=who(of)).appointment
        since = desk.now - timedelta(days=9 - rank)
        entries.append(waiting(world, since, family=of, current_appointment=own))
    desk.sends()
    return Story(world, freed, entries)


def offered(desk: Desk, story: Story) -> list[Offer]:
    """The mother writes ANNULER; the offers leave."""
    desk.receives("ANNULER")
    advance_due(now=desk.now)
    desk.sends()
    offers = list(Offer.objects.order_by("rank"))
    assert len(offers) == 2
    for phone in (FIRST, SECOND):
        # Each has an appointment later: the yes would give it up, and says so.
        assert "au lieu de votre RDV du 31/01. Répondez OUI" in desk.sms(phone)[-1]
    return offers


def test_a_yes_books_it_and_frees_the_old_one(desk: Desk, story: Story) -> None:
    first, second = offered(desk, story)
    seen = {phone: len(desk.sms(phone)) for phone in (FIRST, SECOND)}
    desk.waits(minutes=1)

    desk.receives("OUI", sender=FIRST)

    own = story.own(0)
    assert own.starts_at == story.freed.starts_at
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == (OfferStatus.ACCEPTED, OfferStatus.VOID)
    (said,) = desk.new_sms(seen[FIRST], FIRST)
    assert "jeudi 14 janvier à 9h" in said
    (told,) = desk.new_sms(seen[SECOND], SECOND)
    assert "déjà pris" in told
    assert last_reply().outcome == "accept"


def test_a_yes_with_the_code_is_a_yes(desk: Desk, story: Story) -> None:
    first, _ = offered(desk, story)
    desk.receives(f"oui {first.code.lower()}", sender=FIRST)
    assert story.own(0).starts_at == story.freed.starts_at


def test_saying_yes_again_is_not_answered_again(desk: Desk, story: Story) -> None:
    offered(desk, story)
    desk.receives("OUI", sender=FIRST)
    seen = len(desk.sms(FIRST))
    desk.receives("oui merci beaucoup", sender=FIRST)
    assert desk.new_sms(seen, FIRST) == []


def test_a_late_yes_gets_already_taken_and_other_slots(desk: Desk, story: Story) -> None:
    offered(desk, story)
    desk.receives("OUI", sender=FIRST)
    seen = len(desk.sms(SECOND))
    before = story.own(1).starts_at

    desk.receives("OUI", sender=SECOND)

    (said,) = desk.new_sms(seen, SECOND)
    assert "déjà pris" in said
    assert "Libres" in said
    assert "Vous gardez votre RDV" in said
    assert story.own(1).starts_at == before
    assert story.own(1).status == Status.UNKNOWN


def test_a_faster_yes_of_a_family_that_ranks_after_is_told_to_wait(desk: Desk, story: Story) -> None:
    """During the first minutes the best-ranked yes wins; nothing is promised before."""
    _, second = offered(desk, story)
    seen = len(desk.sms(SECOND))
    desk.receives("oui", sender=SECOND)
    second.refresh_from_db()
    assert second.status == OfferStatus.CLAIMED
    (said,) = desk.new_sms(seen, SECOND)
    assert "quelques minutes" in said

    desk.waits(minutes=11)
    advance_due(now=desk.now)
    desk.sends()
    assert story.own(1).starts_at == story.freed.starts_at
    assert "jeudi 14 janvier" in desk.sms(SECOND)[-1]


def test_a_yes_after_the_window_of_another_is_answered_once(desk: Desk, story: Story) -> None:
    """No worker has come by since the window was over: it is this yes that gives the slot to the earlier one."""
    offered(desk, story)
    desk.receives("oui", sender=SECOND)
    desk.now += timedelta(minutes=12)
    seen = {phone: len(desk.sms(phone)) for phone in (FIRST, SECOND)}

    desk.receives("oui", sender=FIRST)

    assert story.own(1).starts_at == story.freed.starts_at
    (told,) = desk.new_sms(seen[FIRST], FIRST)
    assert "déjà pris" in told
    (won,) = desk.new_sms(seen[SECOND], SECOND)
    assert "jeudi 14 janvier" in won


@pytest.mark.parametrize("text", ["NON", "non merci", "je ne peux pas venir", "Non 4F7"])
def test_a_no_to_an_offer_keeps_the_appointment(desk: Desk, story: Story, text: str) -> None:
    """Declining never reads as cancelling the appointment that the family has."""
    first, _ = offered(desk, story)
    seen = len(desk.sms(FIRST))
    desk.receives(text.replace("4F7", first.code), sender=FIRST)

    first.refresh_from_db()
    assert first.status == OfferStatus.DECLINED
    assert story.own(0).status == Status.UNKNOWN
    (said,) = desk.new_sms(seen, FIRST)
    assert "Vous gardez votre RDV" in said


def test_annuler_after_an_offer_asks_what_is_meant(desk: Desk, story: Story) -> None:
    """The offer, or the appointment? Nothing is given up before the family says."""
    offered(desk, story)
    seen = len(desk.sms(FIRST))
    desk.receives("ANNULER", sender=FIRST)
    assert story.own(0).status == Status.UNKNOWN
    (asked,) = desk.new_sms(seen, FIRST)
    assert "ANNULER" in asked


def test_the_deadline_has_passed(desk: Desk, story: Story) -> None:
    first, _ = offered(desk, story)
    desk.at(first.expires_at + timedelta(minutes=1))
    seen = len(desk.sms(FIRST))
    desk.receives("oui", sender=FIRST)
    assert story.own(0).starts_at != story.freed.starts_at
    said = desk.new_sms(seen, FIRST)[-1]
    assert "Le délai pour répondre est passé" in said
    assert "déjà pris" not in said


def test_a_no_after_the_deadline_gives_nothing_up(desk: Desk, story: Story) -> None:
    first, _ = offered(desk, story)
    desk.at(first.expires_at + timedelta(minutes=1))
    desk.receives("non", sender=FIRST)
    assert story.own(0).status == Status.UNKNOWN


def test_somebody_else_s_code_is_worth_nothing(desk: Desk, story: Story) -> None:
    first, _ = offered(desk, story)
    desk.receives(f"OUI {first.code}", sender=SECOND)
    first.refresh_from_db()
    assert first.status == OfferStatus.LIVE


def test_the_one_who_gave_it_up_is_the_mother(desk: Desk, story: Story) -> None:
    offered(desk, story)
    story.freed.refresh_from_db()
    assert story.freed.status == Status.EXCUSED
    assert "bien annulé" in desk.sms(MOTHER)[-1]


def test_nobody_answers_so_the_offers_end(desk: Desk, story: Story) -> None:
    assert free(story.freed) is not None
    advance_due(now=desk.now)
    offers = list(Offer.objects.all())
    desk.at(max(offer.expires_at for offer in offers) + timedelta(minutes=1))
    advance_due(now=desk.now)
    assert set(Offer.objects.values_list("status", flat=True)) == {OfferStatus.EXPIRED}
