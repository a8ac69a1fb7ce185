"""Families whose appointment the service cancels go to the head of the waiting list, with the reason."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from rdv.booking.errors import BookingError
from rdv.booking.locks import lock_family
from rdv.booking.people import PersonSpec, Who
from rdv.models import ON_THE_LIST, Agent, Appointment, EntryStatus, Participation, WaitingListEntry
from rdv.models.actor import Actor
from rdv.waitinglist.entries import Wish, join_inside
from rdv.waitinglist.priorities import give_class

# The first class of the list (see its page): before those who are only pressed.
HEAD = 2
ABSENT = "Rendez-vous annulé par le service : professionnel absent"
CLOSED = "Rendez-vous annulé par le service : lieu fermé"


def head_of_the_list(
    appointment: Appointment, leaving: Iterable[Participation], *, closes: bool, by: Agent | None, now: datetime
) -> list[WaitingListEntry]:
    """Put each family of a cancelled appointment on the list, first, for the same place (any, when it closes).

    Who waits already keeps its own wishes and those who wait with it. Who can't wait (no contact, a type that has
    closed, more people than it takes at once) is cancelled all the same.
    """
    entries = []
    for rows in _by_family(leaving).values():
        lock_family(rows[0].family_id)
        entry = _waits_already(appointment, rows)
        entry = _joined_by(entry, appointment, rows) if entry else _new(appointment, rows, closes=closes, now=now)
        if entry is None:
            continue
        entry.created_by, entry.changed_at = entry.created_by or by, now
        entry.save(update_fields=["created_by", "status", "silences", "current_appointment", "changed_at"])
        if entry.priority < HEAD:
            give_class(entry, HEAD, CLOSED if closes else ABSENT, by=by, now=now)
        entries.append(entry)
    return entries


def _waits_already(appointment: Appointment, rows: Sequence[Participation]) -> WaitingListEntry | None:
    mine = WaitingListEntry.objects.filter(family=rows[0].family_id, type=appointment.type_id, status__in=ON_THE_LIST)
    return mine.select_for_update(of=("self",), no_key=True).first()


def _joined_by(
    entry: WaitingListEntry, appointment: Appointment, rows: Sequence[Participation]
) -> WaitingListEntry | None:
    """The entry, with these people besides, as many as the type takes; a pause ends. None when none of them fits."""
    waiting = set(entry.persons.values_list("pk", flat=True))
    people = {row.person_id for row in rows}
    room = max(appointment.type.max_attendees - len(waiting), 0)
    entry.persons.add(*sorted(people - waiting)[:room])
    if not people & waiting and not room:
        return None
    entry.status, entry.silences = EntryStatus.WAITING, 0
    if entry.current_appointment_id == appointment.pk:
        entry.current_appointment = None
    return entry


def _new(
    appointment: Appointment, rows: Sequence[Participation], *, closes: bool, now: datetime
) -> WaitingListEntry | None:
    people = [
        PersonSpec(row.person.first_name, row.person.last_name, row.person.birth_date, pk=row.person_id) for row in rows
    ]
    wish = Wish(
        type=appointment.type,
        who=Who(people, family=rows[0].family),
        locations=None if closes else [appointment.location],
        organisation=appointment.organisation,
    )
    try:
        with transaction.atomic():
            return join_inside(wish, by=Actor.system(), now=now)
    except BookingError:
        return None


def _by_family(rows: Iterable[Participation]) -> dict[int, Sequence[Participation]]:
    found: dict[int, list[Participation]] = {}
    for row in sorted(rows, key=lambda each: each.pk):
        found.setdefault(row.family_id, []).append(row)
    # In the order in which families are locked.
    return dict(sorted(found.items()))
