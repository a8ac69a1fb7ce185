"""What the waiting list makes us say: a place that is free, that it is gone, and whether one still waits."""

from typing import Any

from rdv.booking import events
from rdv.models import Channel, Location, Offer, OfferStatus, Service, WaitingListEntry
from rdv.models.audit import ActorKind
from rdv.waitinglist.events import EntryJoined, EntryPaused
from reminders import outbox, todo
from reminders.audience import Told, is_silent, window_at
from reminders.kinds import EMAIL, Kind
from reminders.models import MessageState, OutboundMessage, TaskKind
from reminders.planning import plan_notice
from reminders.telling import Said, answered
from reminders.writing import Subject, write

SAID = (MessageState.CLAIMED, MessageState.SENT, MessageState.DELIVERED, MessageState.UNCERTAIN)


def on_offer_made(event: events.OfferMade) -> None:
    """Propose the slot by every way that the contact has; a family without any is called, or one of a silent type."""
    offer = event.offer
    if not offer.entry.contact.may_be_told:
        return
    told = _told(offer)
    planned = plan_notice(
        Kind.OFFER,
        [] if is_silent(offer.round.type) else told.recipients(),
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
    was_told = proposed.filter(state__in=SAID).exists() or offer.told_at is not None
    outbox.supersede(proposed, "la proposition est close")
    if offer.status != OfferStatus.VOID or not was_told or not offer.entry.contact.may_be_told:
        return
    told = _told(offer)
    planned = plan_notice(
        Kind.OFFER_TAKEN,
        [] if is_silent(offer.round.type) else told.recipients(),
        now=event.at,
        window=window_at(offer.round.location),
        answering=answered(told),
    )
    # Whose yes on the phone came second is told by the call that waits for it.
    planned = [one for one in planned if one.recipient or offer.answered_by != Channel.PHONE]
    Said(*write(planned, told, Subject(offer=offer), now=event.at)).store(now=event.at)


def on_entry_joined(event: EntryJoined) -> None:
    """Say once that it is noted, with the link to change or leave; at once to whoever asked by SMS.

    Whom the service put there itself, it has written to already.
    """
    entry = event.entry
    if event.by.kind == ActorKind.SYSTEM:
        return
    _write_to_waiting(Kind.WAITING, entry, event, f"{Kind.WAITING}:w{entry.pk}")


def on_entry_paused(event: EntryPaused) -> None:
    """Three silences: ask whether the family still waits, once per pause; by telephone whoever reads nothing."""
    stamp = f"{Kind.STILL_WAITING}:w{event.entry.pk}:{event.at.isoformat()}"
    _write_to_waiting(Kind.STILL_WAITING, event.entry, event, stamp)


def _write_to_waiting(kind: Kind, entry: WaitingListEntry, event: events.Event, stamp: str) -> None:
    if not entry.contact.may_be_told:
        return
    territory, place = entry.territory, _only_place(entry)
    told = Told(entry.family_id, {f"c{entry.contact_id}": entry.contact})
    own = event.by.kind == ActorKind.FAMILY
    window = window_at(place) if place else territory.sending
    recipients = [] if is_silent(entry.type) else told.recipients()
    planned = plan_notice(kind, recipients, now=event.at, window=window, own=own, answering=answered(told))
    context: dict[str, Any] = {"entry": entry.pk, **_signature(entry.type.service)}
    if place:
        context["location"] = place.pk
    rows = [
        OutboundMessage(
            territory=territory,
            key=f"{stamp}:{one.channel}",
            kind=kind,
            channel=one.channel,
            family_id=entry.family_id,
            contact=entry.contact,
            to=entry.contact.email if one.channel == EMAIL else entry.contact.phone,
            language=entry.contact.language,
            context=context | ({"any_hour": True} if one.at_any_hour else {}),
            **outbox.timing(kind, one.due_at, event.at, one.give_up_at),
        )
        for one in planned
        if one.recipient
    ]
    outbox.enqueue(rows, now=event.at)
    if len(rows) < len(planned):
        _ask_by_phone(entry, place, event)


def _ask_by_phone(entry: WaitingListEntry, place: Location | None, event: events.Event) -> None:
    """It has no term: the family keeps its place, and is offered nothing, until somebody knows."""
    todo.open_task(
        kind=TaskKind.CALL_WAITING,
        key=f"w{entry.pk}",
        territory=entry.territory_id,
        organisation=place.organisation_id if place else entry.family.organisation_id,
        family=entry.family_id,
        contact=entry.contact,
        entry=entry.pk,
        now=event.at,
    )


def _signature(service: Service) -> dict[str, Any]:
    """What the message tells of no meeting, so that it would not know by itself: a discreet service is not named."""
    if not service.is_discreet:
        return {}
    return {"discreet": True} | ({"sender": service.neutral_sender} if service.neutral_sender else {})


def _only_place(entry: WaitingListEntry) -> Location | None:
    """The place whose hours are the family's; None when it waits for several, or for any."""
    wanted = entry.locations.select_related("organisation__territory")
    places = [] if entry.any_location else list(wanted[:2])
    return places[0] if len(places) == 1 else None


def _told(offer: Offer) -> Told:
    return Told(offer.family_id, {f"c{offer.entry.contact_id}": offer.entry.contact})
