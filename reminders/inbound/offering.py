"""Yes or no to an offer of the waiting list, by SMS."""

from datetime import datetime

from rdv import moments
from rdv.models import EntryStatus, Offer, OfferStatus
from rdv.models.actor import Actor
from rdv.models.appointment import Channel
from rdv.waitinglist.errors import OfferTaken
from rdv.waitinglist.offers import accept_inside, alternatives_to, decline_inside
from reminders.inbound import answers, questions
from reminders.inbound.action import Decision
from reminders.inbound.reply import Intent, Reply
from reminders.inbound.situation import Situation

BY = Actor.family(Channel.SMS)
# What fits one SMS beside "déjà pris".
MOST_ALTERNATIVES = 2


def accept(decision: Decision, reply: Reply, situation: Situation, now: datetime) -> None:
    """Take the slot; the booking itself says that it is done. A yes that comes too late gets other slots."""
    if decision.offer is None:
        raise ValueError("there is an offer to accept")
    before = decision.offer.status
    offer, refused = accept_inside(decision.offer.pk, by=BY, now=now)
    questions.close(situation.question, now=now, answer=Intent.YES)
    if isinstance(refused, OfferTaken):
        _lost(situation, offer, now)
    elif refused is not None:
        answers.receipt_of_offer(situation, "receipt_offer_refused", offer, now=now)
    elif before != OfferStatus.CLAIMED:
        offer.refresh_from_db()
        if offer.status == OfferStatus.CLAIMED:
            answers.receipt_of_offer(situation, "receipt_offer_claimed", offer, now=now)
        elif before != OfferStatus.ACCEPTED and offer.appointment:
            _won(situation, offer, now)


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
            situation, "receipt_offer_declined", offer, now=now, context={"keeps": _keeps_appointment(offer)}
        )


def _won(situation: Situation, offer: Offer, now: datetime) -> None:
    appointment = offer.appointment
    if appointment and not answers.verb_has_answered(situation.reply, appointment, now=now):
        answers.receipt_of_offer(situation, "receipt_offer_won", offer, now=now)


def _lost(situation: Situation, offer: Offer, now: datetime) -> None:
    zone, language = offer.round.location.zone, situation.language
    free = alternatives_to(offer, now=now)[:MOST_ALTERNATIVES]
    others = ", ".join(moments.short(slot.start, zone, language=language) for slot in free)
    context = {"others": others, "keeps": _keeps_appointment(offer)}
    answers.receipt_of_offer(situation, "receipt_offer_lost", offer, now=now, context=context)


def _keeps_appointment(offer: Offer) -> bool:
    return offer.entry.status == EntryStatus.WAITING and offer.entry.current_appointment_id is not None
