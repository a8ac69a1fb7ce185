"""What the waiting list makes us say: a place that is free, that it is gone, and whether one still waits."""

from rdv.booking import events
from rdv.models import Offer, OfferStatus
from rdv.waitinglist.events import EntryPaused
from reminders import outbox
from reminders.audience import Told, window_at
from reminders.kinds import Kind
from reminders.models import MessageState, OutboundMessage
from reminders.planning import plan_notice
from reminders.telling import Said, answered
from reminders.writing import Subject, write

SAID = (MessageState.CLAIMED, MessageState.SENT, MessageState.DELIVERED, MessageState.UNCERTAIN)


def on_offer_made(event: events.OfferMade) -> None:
    """Propose the slot by every way that the contact has; a family without any is called."""
    offer = event.offer
    if not offer.entry.contact.may_be_told:
        return
    told = _told(offer)
    planned = plan_notice(
        Kind.OFFER,
        told.recipients(),
        now=event.at,
        window=window_at(offer.round.location),
        deadline=offer.expires_at,
        must_know_by=offer.expires_at,
    )
    Said(*write(planned, told, Subject(offer=offer), now=event.at)).store(now=event.at)


def on_offer_closed(event: events.OfferClosed) -> None:
    """Who was told of the offer and did not get it learns that it is gone; the winner hears of the appointment."""
    offer = event.offer
    proposed = OutboundMessage.objects.filter(offer=offer, kind=Kind.OFFER)
    was_told = proposed.filter(state__in=SAID).exists()
    outbox.supersede(proposed, "la proposition est close")
    if offer.status != OfferStatus.VOID or not was_told or not offer.entry.contact.may_be_told:
        return
    told = _told(offer)
    planned = plan_notice(
        Kind.OFFER_TAKEN,
        told.recipients(),
        now=event.at,
        window=window_at(offer.round.location),
        answering=answered(told),
    )
    Said(*write(planned, told, Subject(offer=offer), now=event.at)).store(now=event.at)


def on_entry_paused(event: EntryPaused) -> None:
    """Three silences: ask whether the family still waits, once per pause."""
    entry = event.entry
    if not entry.contact.may_be_told:
        return
    territory = entry.territory
    told = Told(entry.family_id, {f"c{entry.contact_id}": entry.contact})
    window = territory.sending
    rows = [
        OutboundMessage(
            territory=territory,
            key=f"{Kind.STILL_WAITING}:w{entry.pk}:{event.at.isoformat()}:{one.channel}",
            kind=Kind.STILL_WAITING,
            channel=one.channel,
            family_id=entry.family_id,
            contact=entry.contact,
            language=entry.contact.language,
            context={"entry": entry.pk},
            **outbox.timing(Kind.STILL_WAITING, one.due_at, event.at, one.give_up_at),
        )
        for one in plan_notice(Kind.STILL_WAITING, told.recipients(), now=event.at, window=window)
    ]
    outbox.enqueue(rows, now=event.at)


def _told(offer: Offer) -> Told:
    return Told(offer.family_id, {f"c{offer.entry.contact_id}": offer.entry.contact})
