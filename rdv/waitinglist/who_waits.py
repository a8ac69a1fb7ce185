"""Who of an entry waits on, and for what: its people don't always have their appointment together."""

from collections.abc import Collection
from datetime import datetime

from rdv.booking.locks import assert_in_transaction
from rdv.models import CANCELLED, Appointment, Channel, EntryStatus, Participation, Person, Status, WaitingListEntry


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
