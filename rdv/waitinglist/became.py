"""What became of an offer: read from its state alone, so that its page and an SMS say the same."""

from datetime import datetime
from enum import StrEnum

from rdv.models import EntryStatus, Offer, OfferStatus, Participation, RoundStatus, Status

_GONE = (RoundStatus.FILLED, RoundStatus.TAKEN)


class Became(StrEnum):
    """Of the family's yes, or of the slot."""

    OPEN = "open"
    CLAIMED = "claimed"
    BOOKED = "booked"
    MOVED = "moved"  # booked, and at another hour or place by now
    CANCELLED = "cancelled"
    PAST = "past"
    DECLINED = "declined"
    PAUSED = "paused"  # given up for a pause, not refused
    ENDED = "ended"  # the family is no longer on the list
    TAKEN = "taken"
    REFUSED = "refused"  # a rule of booking stood in the way of its yes
    LATE = "late"
    WITHDRAWN = "withdrawn"


def became(offer: Offer, *, now: datetime) -> Became:
    """Where an offer loaded `with_all` stands."""
    if offer.status == OfferStatus.ACCEPTED:
        return _of_its_appointment(offer, now)
    if offer.status == OfferStatus.CLAIMED:
        return Became.CLAIMED
    # Who leaves while an offer is open has declined it too: that the wait is over says more.
    if offer.entry.status in (EntryStatus.LEFT, EntryStatus.FULFILLED):
        return Became.ENDED
    if offer.status == OfferStatus.DECLINED:
        return Became.PAUSED if offer.explanation.get("instead") == EntryStatus.PAUSED else Became.DECLINED
    return _of_its_slot(offer, now)


def _of_its_appointment(offer: Offer, now: datetime) -> Became:
    appointment, round_ = offer.appointment, offer.round
    if appointment is None or appointment.is_cancelled:
        return Became.CANCELLED
    awaited = Participation.objects.filter(appointment=appointment, family=offer.family_id)
    if not awaited.exclude(status__in=(Status.EXCUSED, Status.REVOKED)).exists():
        return Became.CANCELLED
    if appointment.starts_at <= now:
        return Became.PAST
    same = (appointment.starts_at, appointment.location_id) == (round_.starts_at, round_.location_id)
    return Became.BOOKED if same else Became.MOVED


def _of_its_slot(offer: Offer, now: datetime) -> Became:
    round_ = offer.round
    if round_.status in _GONE:
        return Became.TAKEN
    if "refused" in offer.explanation:
        return Became.REFUSED
    if offer.status == OfferStatus.EXPIRED or now >= offer.expires_at or round_.status == RoundStatus.OVER:
        return Became.LATE
    waits = round_.status == RoundStatus.OPEN and offer.entry.status == EntryStatus.WAITING
    return Became.OPEN if waits and offer.status == OfferStatus.LIVE else Became.WITHDRAWN


def keeps_appointment(offer: Offer, *, now: datetime) -> bool:
    """Whether the family still has the appointment that it wants earlier."""
    had = offer.entry.current_appointment
    return had is not None and not had.is_cancelled and had.starts_at > now
