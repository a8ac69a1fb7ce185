"""Look again, just before sending: is it still true, and does it still serve?"""

from collections.abc import Callable
from datetime import datetime

from rdv.followups.inviting import still_serves
from rdv.models import (
    ON_THE_LIST,
    Appointment,
    EntryStatus,
    FollowUpInvitation,
    Notify,
    OfferStatus,
    Status,
    WaitingListEntry,
)
from reminders.kinds import Kind
from reminders.models import OutboundMessage

TOO_LATE = "trop tard pour être utile"
CANCELLED = "le rendez-vous est annulé"
CHANGED = "le rendez-vous a changé depuis"
BEGUN = "le rendez-vous a commencé"
NOT_COMING = "la famille ne vient plus"
NOT_TOLD = "ce contact n’est plus à prévenir"
NOT_WAITING = "la famille n’attend plus"
CLOSED = "la proposition est close"
COMES_BACK = "le rendez-vous n’est plus annulé"
NOT_ABSENT = "l’absence a été corrigée"
ANSWERED = "la famille a répondu, ou a déjà pris rendez-vous"
NOT_WANTED = "cet agent ne veut plus être prévenu"


def why_not(message: OutboundMessage, now: datetime) -> str | None:
    """Why a claimed message must not leave, in the words that people read; None when it may.

    Reads the appointment with its participations, the offer, the contact and the agent: have them loaded.
    """
    if now >= message.give_up_at:
        return TOO_LATE
    if message.contact is not None and not message.contact.may_be_told:
        return NOT_TOLD
    if message.agent is not None and (message.agent.notify == Notify.NONE or not message.agent.is_active):
        return NOT_WANTED
    check = CHECKS.get(Kind(message.kind))
    return check(message, now) if check else None


def _standing(message: OutboundMessage, now: datetime) -> str | None:
    """The appointment is still as it was told."""
    appointment = _appointment(message)
    if appointment.is_cancelled:
        return CANCELLED
    if appointment.sequence != message.version:
        return CHANGED
    return BEGUN if appointment.starts_at <= now else None


def _awaited(message: OutboundMessage, now: datetime) -> str | None:
    """As `_standing`, and somebody of the family still comes."""
    rows = [row for row in _appointment(message).participations.all() if row.family_id == message.family_id]
    awaited = message.agent_id or any(row.status == Status.UNKNOWN for row in rows)
    return _standing(message, now) or (None if awaited else NOT_COMING)


def _cancelled(message: OutboundMessage, now: datetime) -> str | None:
    return None if _appointment(message).is_cancelled else COMES_BACK


def _absent(message: OutboundMessage, now: datetime) -> str | None:
    rows = [row for row in _appointment(message).participations.all() if row.family_id == message.family_id]
    return None if any(row.status == Status.NOSHOW for row in rows) else NOT_ABSENT


def _wanted(message: OutboundMessage, now: datetime) -> str | None:
    found = FollowUpInvitation.objects.select_related("type__territory", "territory")
    invitation = found.filter(pk=message.context.get("invitation")).first()
    return None if invitation and still_serves(invitation, now=now) else ANSWERED


def _open(message: OutboundMessage, now: datetime) -> str | None:
    offer = message.offer
    return None if offer and offer.is_pending and now < offer.expires_at else CLOSED


def _lost(message: OutboundMessage, now: datetime) -> str | None:
    return None if message.offer and message.offer.status == OfferStatus.VOID else CLOSED


def _waiting(message: OutboundMessage, now: datetime) -> str | None:
    waits = WaitingListEntry.objects.filter(pk=message.context["entry"], status__in=ON_THE_LIST).exists()
    return None if waits else NOT_WAITING


def _asked(message: OutboundMessage, now: datetime) -> str | None:
    """Whether one still waits is asked of who is paused; who has come back, or left, has said it."""
    paused = WaitingListEntry.objects.filter(pk=message.context.get("entry"), status=EntryStatus.PAUSED).exists()
    return None if paused else ANSWERED


def _appointment(message: OutboundMessage) -> Appointment:
    if message.appointment is None:
        raise ValueError(f"{message.kind} tells of an appointment")
    return message.appointment


CHECKS: dict[Kind, Callable[[OutboundMessage, datetime], str | None]] = {
    Kind.BOOKED: _awaited,
    Kind.MOVED: _awaited,
    Kind.REMINDER: _awaited,
    Kind.DATES_PROPOSED: _awaited,
    Kind.MAINTAINED: _awaited,
    Kind.CANCELLED_BY_FAMILY: _cancelled,
    Kind.CANCELLED_BY_SERVICE: _cancelled,
    Kind.NO_SHOW: _absent,
    Kind.INVITATION: _wanted,
    Kind.WAITING: _waiting,
    Kind.STILL_WAITING: _asked,
    Kind.OFFER: _open,
    Kind.OFFER_TAKEN: _lost,
    Kind.AGENT_BOOKED: _standing,
    Kind.AGENT_MOVED: _standing,
    Kind.AGENT_CANCELLED: _cancelled,
}
