"""Not answering never costs the rank; after three silences the family is asked whether it is still interested."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from rdv.booking.events import publish
from rdv.booking.locks import assert_in_transaction
from rdv.models import EntryStatus, WaitingListEntry
from rdv.models.actor import Actor
from rdv.models.waiting_list import WaitingListEntryQuerySet
from rdv.waitinglist.events import EntryPaused

SILENCES_BEFORE_ASKING = 3


def count_silences(entries: Sequence[int], *, now: datetime) -> None:
    """One silence more for each of those who were told of their offer; at three they are paused, and asked by an event.

    Who was never told has said nothing to nothing: see `Offer.told_at`.
    """
    assert_in_transaction()
    for pk in sorted(entries):
        WaitingListEntry.objects.filter(pk=pk).update(silences=F("silences") + 1)
    tired = WaitingListEntry.objects.waiting().filter(pk__in=entries, silences__gte=SILENCES_BEFORE_ASKING)
    pause_and_ask(tired, now=now)


def pause_and_ask(entries: WaitingListEntryQuerySet, *, now: datetime) -> None:
    """No more offers until the family says that it is still interested; its place is kept."""
    for entry in entries.select_related("family", "contact", "type").order_by("pk"):
        entry.status = EntryStatus.PAUSED
        entry.save(update_fields=["status"])
        publish(EntryPaused(at=now, by=Actor.system(), entry=entry))


def forget_silences(entry: int) -> None:
    """The family answered, whatever it said."""
    WaitingListEntry.objects.filter(pk=entry).exclude(silences=0).update(silences=0)
