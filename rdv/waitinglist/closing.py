"""Lock a round, and end it: the shared part of all that happens to it. Opens no transaction."""

from datetime import datetime

from rdv.booking.events import OfferClosed, publish
from rdv.booking.locks import assert_in_transaction
from rdv.models import Hold, Offer, OfferRound, OfferStatus, RoundStatus
from rdv.models.actor import Actor
from rdv.waitinglist.seats import holder_of


def lock_round(round_id: int, *, skip_locked: bool = False) -> OfferRound | None:
    """Lock a round and load it as it stands now.

    Rounds come first in the order of locks. Who already holds another lock passes `skip_locked`: he gets None instead
    of waiting, so that nobody waits in a circle, and the periodic pass does later what he could not.
    """
    assert_in_transaction()
    rounds = OfferRound.objects.select_related(
        "type__territory", "type__service", "location__organisation__territory", "agent"
    ).prefetch_related("type__steps", "type__revisions", "type__offered")
    locked = rounds.select_for_update(of=("self",), no_key=True, skip_locked=skip_locked)
    return locked.filter(pk=round_id).first()


def close(round_: OfferRound, status: RoundStatus, *, now: datetime, untold: Offer | None = None) -> None:
    """End a locked round: its slot is no longer kept, its pending offers are void and their families told.

    `untold` is the offer of the family that is being answered right now.
    """
    assert_in_transaction()
    round_.status, round_.closed_at = status, now
    round_.save(update_fields=["status", "closed_at"])
    round_.occupations.all().delete()
    if round_.session_id:
        Hold.objects.filter(holder=holder_of(round_)).delete()
    for offer in round_.offers.pending().with_all().order_by("pk"):
        offer.status = OfferStatus.VOID
        offer.save(update_fields=["status"])
        if untold is None or offer.pk != untold.pk:
            publish(OfferClosed(at=now, by=Actor.system(), offer=offer))
