"""Families whose appointment the service cancels go to the head of the waiting list, with the reason."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from rdv.booking.errors import BookingError
from rdv.booking.people import PersonSpec, Who
from rdv.models import Agent, Appointment, Participation, WaitingListEntry
from rdv.models.actor import Actor
from rdv.waitinglist.entries import Wish, join_inside

# The first class of the list (see its page): before those who are only pressed.
HEAD = 2
ABSENT = "Rendez-vous annulé par le service : professionnel absent"
CLOSED = "Rendez-vous annulé par le service : lieu fermé"


def head_of_the_list(
    appointment: Appointment, leaving: Iterable[Participation], *, closes: bool, by: Agent | None, now: datetime
) -> list[WaitingListEntry]:
    """Put each family of a cancelled appointment on the list, first, for the same place (any, when it closes).

    Who can't wait (no contact, a type that has closed) is cancelled all the same.
    """
    entries = []
    for rows in _by_family(leaving).values():
        people = [
            PersonSpec(row.person.first_name, row.person.last_name, row.person.birth_date, pk=row.person_id)
            for row in rows
        ]
        wish = Wish(
            type=appointment.type,
            who=Who(people, family=rows[0].family),
            locations=None if closes else [appointment.location],
            organisation=appointment.organisation,
        )
        try:
            with transaction.atomic():
                entry = join_inside(wish, by=Actor.system(), now=now)
        except BookingError:
            continue
        if entry.priority < HEAD:
            entry.priority, entry.priority_reason = HEAD, CLOSED if closes else ABSENT
        entry.created_by = entry.created_by or by
        entry.save(update_fields=["priority", "priority_reason", "created_by"])
        entries.append(entry)
    return entries


def _by_family(rows: Iterable[Participation]) -> dict[int, Sequence[Participation]]:
    found: dict[int, list[Participation]] = {}
    for row in sorted(rows, key=lambda each: each.pk):
        found.setdefault(row.family_id, []).append(row)
    return dict(found)
