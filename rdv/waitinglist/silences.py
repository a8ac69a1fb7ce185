"""Not answering never costs the rank; after three silences the family is asked whether it is still interested."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from rdv.booking.events import publish
from rdv.booking.locks import assert_in_transaction
from rdv.models import EntryStatus, WaitingListEntry
from rdv.models.actor import Actor
from rdv.waitinglist.events import EntryPaused

SILENCES_BEFORE_ASKING = 3


def count_silences(entries: Sequence[int], *, now: datetime) -> None:
    """One silence more for each; those that reach three are paused, and told so by an event."""
    assert_in_transaction()
    for pk in sorted(entries):
        WaitingListEntry.objects.filter(pk=pk).update(silences=F("silences") + 1)
    tired = WaitingListEntry.objects.waiting().filter(pk__in=entries, silences__gte=SILENCES_BEFORE_ASKING)
    for entry in tired.select_related("family", "contact", "type").order_by("pk"):
        entry.status = EntryStatus.PAUSED
        entry.save(update_fields=["status"])
        publish(EntryPaused(at=now, by=Actor.system(), entry=entry))


def forget_silences(entry: int) -> None:
    """The family answered, whatever it said."""
    WaitingListEntry.objects.filter(pk=entry).exclude(silences=0).update(silences=0)
