"""A wait that is over: what it led to, and the way back for who left by mistake."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from rdv.booking.locks import lock_family
from rdv.models import ON_THE_LIST, Appointment, Channel, EntryStatus, OfferStatus, WaitingListEntry
from rdv.models.actor import Actor
from rdv.waitinglist.errors import EntryEnded
from rdv.waitinglist.who_waits import at_hand

TIME_TO_RETURN = timedelta(minutes=10)
# Who was taken off by the service asks the service.
OWN_WAYS = (Channel.WEB, Channel.SMS, Channel.EMAIL)


def may_return(entry: WaitingListEntry, *, now: datetime) -> bool:
    """Whether a family that has left may take its place again: for ten minutes, or the same day."""
    if entry.status != EntryStatus.LEFT or entry.ended_at is None or entry.ended_by not in OWN_WAYS:
        return False
    zone = ZoneInfo(entry.territory.time_zone)
    same_day = entry.ended_at.astimezone(zone).date() == now.astimezone(zone).date()
    return same_day or now <= entry.ended_at + TIME_TO_RETURN


def come_back(entry_id: int, *, by: Actor, now: datetime) -> WaitingListEntry:
    """Take back a departure, with the rank that the family had. Twice is once; raises EntryEnded.

    Who has joined anew since has another entry, and keeps that one.
    """
    with transaction.atomic(durable=True):
        lock_family(WaitingListEntry.objects.values_list("family_id", flat=True).get(pk=entry_id))
        entry = WaitingListEntry.objects.select_related("territory").get(pk=entry_id)
        if entry.status in ON_THE_LIST:
            return entry
        anew = WaitingListEntry.objects.filter(family=entry.family_id, type=entry.type_id, status__in=ON_THE_LIST)
        if not may_return(entry, now=now) or anew.exists():
            raise EntryEnded
        entry.status, entry.ended_at, entry.ended_by = EntryStatus.WAITING, None, ""
        entry.current_appointment = at_hand(entry, list(entry.persons.all()), now)
        entry.changed_at = now
        entry.save(update_fields=["status", "ended_at", "ended_by", "current_appointment", "changed_at"])
        return entry


def led_to(entry: WaitingListEntry) -> Appointment | None:
    """The appointment of a wait that is over, with its place: by an offer, booked by another way, or had all along."""
    every = Appointment.objects.select_related("location__organisation__territory")
    offered = every.filter(from_offers__entry=entry, from_offers__status=OfferStatus.ACCEPTED).first()
    if offered is not None:
        return offered
    if entry.status == EntryStatus.FULFILLED:
        booked = every.filter(
            type=entry.type_id,
            participations__family=entry.family_id,
            participations__person__in=entry.persons.all(),
            participations__created_at__gte=entry.waiting_since,
        )
        found = booked.order_by("-participations__created_at", "-pk").first()
        if found is not None:
            return found
    return every.filter(pk=entry.current_appointment_id).first() if entry.current_appointment_id else None
