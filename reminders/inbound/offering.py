"""Yes or no to an offer of the waiting list, by SMS."""

from datetime import datetime

from rdv import moments
from rdv.booking.errors import BookingError
from rdv.models import EntryStatus, Offer, OfferStatus
from rdv.models.actor import Actor
from rdv.models.appointment import Channel
from rdv.waitinglist.became import Became, became, keeps_appointment
from rdv.waitinglist.errors import OfferOver
from rdv.waitinglist.offers import accept_inside, alternatives_to, decline_inside
from reminders.inbound import answers, questions
from reminders.inbound.action import Decision
from reminders.inbound.reply import Intent, Reply
from reminders.inbound.situation import Situation

BY = Actor.family(Channel.SMS)
# What fits one SMS beside "déjà pris".
MOST_ALTERNATIVES = 2
_OVER = {Became.TAKEN: "receipt_offer_lost", Became.LATE: "receipt_offer_late"}


def accept(decision: Decision, reply: Reply, situation: Situation, now: datetime) -> None:
    """Take the slot; the booking itself says that it is done. A yes that comes too late learns why."""
    if decision.offer is None:
        raise ValueError("there is an offer to accept")
    before = decision.offer.status
    _, refused = accept_inside(decision.offer.pk, by=BY, now=now)
    questions.close(situation.question, now=now, answer=Intent.YES)
    offer = Offer.objects.with_all().get(pk=decision.offer.pk)
    if refused is not None:
        _refuse(situation, offer, refused, now)
    elif before == OfferStatus.ACCEPTED:
        _again(situation, offer, now)
    elif offer.status == OfferStatus.ACCEPTED:
        _won(situation, offer, now)
    elif before != OfferStatus.CLAIMED:
        answers.receipt_of_offer(situation, "receipt_offer_claimed", offer, now=now)


def decline(decision: Decision, reply: Reply, situation: Situation, now: datetime) -> None:
    """Leave the slot to the next family; a no to an offer that is over changes nothing and is not answered."""
    if decision.offer is None:
        raise ValueError("there is an offer to decline")
    was_pending = decision.offer.is_pending
    decline_inside(decision.offer.pk, by=BY, now=now)
    questions.close(situation.question, now=now, answer=Intent.NO)
    if was_pending:
        offer = Offer.objects.with_all().get(pk=decision.offer.pk)
        answers.receipt_of_offer(
            situation, "receipt_offer_declined", offer, now=now, context={"keeps": _keeps_appointment(offer, now)}
        )


def _won(situation: Situation, offer: Offer, now: datetime) -> None:
    appointment = offer.appointment
    if appointment and not answers.verb_has_answered(situation.reply, appointment, now=now):
        answers.receipt_of_offer(situation, "receipt_offer_won", offer, now=now)


def _again(situation: Situation, offer: Offer, now: datetime) -> None:
    """A yes to what was accepted already needs no answer, unless the appointment is no more what it was."""
    state = became(offer, now=now)
    if state in (Became.CANCELLED, Became.PAST):
        answers.receipt(situation, "receipt_gone", now=now)
    elif state is Became.MOVED:
        present = next((one for one in situation.candidates if one.pk == offer.appointment_id), None)
        answers.receipt(situation, "receipt_confirmed" if present else "receipt_gone", now=now, about=present)


def _refuse(situation: Situation, offer: Offer, refused: BookingError, now: datetime) -> None:
    state = became(offer, now=now)
    if state is Became.ENDED:
        answers.receipt(situation, "receipt_waiting_over", now=now)
    elif state is Became.REFUSED or not isinstance(refused, OfferOver):
        answers.receipt_of_offer(situation, "receipt_offer_refused", offer, now=now)
    else:
        template = _OVER.get(state, "receipt_offer_over")
        answers.receipt_of_offer(situation, template, offer, now=now, context=_others(situation, offer, now))


def _others(situation: Situation, offer: Offer, now: datetime) -> dict[str, object]:
    """The free slots to name, and whether the offered one is among them again."""
    zone, start = offer.round.location.zone, offer.round.starts_at
    free = [slot.start for slot in alternatives_to(offer, now=now)]
    named = [moments.short(one, zone, language=situation.language) for one in free if one != start]
    return {
        "others": ", ".join(named[:MOST_ALTERNATIVES]),
        "free_again": start in free,
        "keeps": keeps_appointment(offer, now=now),
    }


def _keeps_appointment(offer: Offer, now: datetime) -> bool:
    return offer.entry.status == EntryStatus.WAITING and keeps_appointment(offer, now=now)
