"""The class of an entry: given by an agent, or by the service that took an appointment away; every change is kept."""

from datetime import datetime

from django.db import transaction

from rdv.booking.locks import assert_in_transaction
from rdv.models import Agent, PriorityChange, WaitingListEntry
from rdv.models.actor import Actor
from rdv.waitinglist.errors import PriorityReasonMissing, PriorityRefused


def set_priority(entry_id: int, *, priority: int, reason: str, by: Actor, now: datetime) -> WaitingListEntry:
    """Change the class of an entry; 0 is the ordinary one, any other needs its reason.

    Raises PriorityRefused to anybody but an agent, or PriorityReasonMissing.
    """
    check_priority(priority, reason, by=by)
    if by.agent is None:
        raise PriorityRefused
    with transaction.atomic(durable=True):
        entry = WaitingListEntry.objects.select_for_update(of=("self",), no_key=True).get(pk=entry_id)
        give_class(entry, priority, reason, by=by.agent, now=now)
        return entry


def check_priority(priority: int, reason: str, *, by: Actor) -> None:
    """Raises PriorityRefused or PriorityReasonMissing."""
    if priority and by.agent is None:
        raise PriorityRefused
    if priority and not reason.strip():
        raise PriorityReasonMissing


def give_class(entry: WaitingListEntry, priority: int, reason: str, *, by: Agent | None, now: datetime) -> None:
    """Write the class of a saved and locked entry, and who gave it; the same again changes nothing."""
    assert_in_transaction()
    reason = reason.strip()
    if (entry.priority, entry.priority_reason) == (priority, reason):
        return
    entry.priority, entry.priority_reason = priority, reason
    entry.save(update_fields=["priority", "priority_reason"])
    PriorityChange.objects.create(entry=entry, at=now, by=by, priority=priority, reason=reason)
