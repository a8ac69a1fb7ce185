"""Who of an entry waits on, and for what: its people don't always have their appointment together."""

from collections.abc import Collection
from datetime import datetime

from rdv.booking.locks import assert_in_transaction
from rdv.models import (
    CANCELLED,
    Appointment,
    Channel,
    EntryStatus,
    Offer,
    Participation,
    Person,
    Status,
    WaitingListEntry,
)


def at_hand(entry: WaitingListEntry, persons: Collection[Person], now: datetime) -> Appointment | None:
    """The coming appointment of the type that those who wait have: the one that was to come earlier, else the first."""
    coming = Appointment.objects.filter(
        type=entry.type_id,
        starts_at__gt=now,
        participations__family=entry.family_id,
        participations__person__in=persons,
        participations__status=Status.UNKNOWN,
    )
    found = list(coming.distinct().order_by("starts_at", "pk"))
    return next((one for one in found if one.pk == entry.current_appointment_id), found[0] if found else None)


def who_comes(appointment: Appointment, family_id: int) -> list[int]:
    """The people of a family who have this appointment, or had it."""
    rows = Participation.objects.filter(appointment=appointment, family=family_id).exclude(status__in=CANCELLED)
    return list(rows.values_list("person_id", flat=True))


def whom_for(offer: Offer, *, now: datetime) -> list[Person]:
    """For whom an offered slot is: those of the appointment that a yes moves, or has made; else all who wait.

    One query for a family of one child; two at most.
    """
    waiting = list(offer.entry.persons.all())
    at = offer.appointment or (offer.entry.current_appointment if len(waiting) > 1 else None)
    # A seat is given up for another by those who wait, whoever comes with them.
    if at is None or (offer.appointment is None and (at.is_collective or at.is_cancelled or at.starts_at <= now)):
        return waiting
    rows = Participation.objects.filter(appointment=at, family=offer.family_id).exclude(status__in=CANCELLED)
    return [row.person for row in rows.select_related("person").order_by("pk")] or waiting


def have_theirs(entry_id: int, people: Collection[int], *, channel: Channel | str, now: datetime) -> bool:
    """These people have what they waited for: gives whether that ends the wait.

    A brother or a sister who has nothing yet waits on, with the rank that all of them had.
    """
    assert_in_transaction()
    waits = WaitingListEntry.persons.through.objects.filter(waitinglistentry=entry_id)
    if not waits.exclude(person__in=people).exists():
        WaitingListEntry.objects.filter(pk=entry_id).update(
            status=EntryStatus.FULFILLED, silences=0, ended_at=now, ended_by=channel
        )
        return True
    waits.filter(person__in=people).delete()
    entry = WaitingListEntry.objects.get(pk=entry_id)
    entry.silences, entry.current_appointment = 0, at_hand(entry, list(entry.persons.all()), now)
    entry.save(update_fields=["silences", "current_appointment"])
    return False
