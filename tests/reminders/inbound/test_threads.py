"""A telephone in two threads: what everybody's number asks, and what a discreet service asks by its own."""

from datetime import timedelta

import pytest
from django.db import transaction

from rdv.models import EntryStatus, Status, WaitingListEntry
from rdv.waitinglist.silences import pause_and_ask
from tests.factories import World, appointment_type, family, paris, service
from tests.reminders.inbound.support import MOTHER, SENDER, Line, booked, last_reply, mother_of
from tests.waitinglist.support import waiting

OWN = "36111"


@pytest.mark.parametrize(
    ("to", "outcome"), [(OWN, (Status.UNKNOWN, EntryStatus.LEFT)), (SENDER, (Status.EXCUSED, EntryStatus.PAUSED))]
)
@pytest.mark.parametrize("last", ["reminder", "waiting"])
def test_a_no_answers_what_the_number_that_it_is_written_to_asked(
    line: Line, last: str, to: str, outcome: tuple[Status, EntryStatus]
) -> None:
    """She is reminded of her child's appointment, and asked by another service whether she still waits."""
    world = World()
    appointment = booked(world, mother_of(world), 11, now=line.now - timedelta(days=5))
    discreet = service(world.territory, name="Santé sexuelle", is_discreet=True, neutral_sender=OWN)
    world.type = appointment_type(world.territory, discreet)
    file = family(world.territory, phone=MOTHER, discreet_service=discreet)
    entry = waiting(world, line.now - timedelta(days=3), family=file)
    reminder = paris(world.day - timedelta(days=1), 9)
    line.now = reminder + timedelta(minutes=5 if last == "waiting" else -5)
    with transaction.atomic():
        pause_and_ask(WaitingListEntry.objects.filter(pk=entry.pk), now=line.now)
    line.sends()
    line.at(reminder + timedelta(minutes=10))

    line.receives("NON", to=to)

    appointment.refresh_from_db()
    entry.refresh_from_db()
    assert (appointment.status, entry.status) == outcome
    assert last_reply().outcome == ("leave" if to == OWN else "cancel")
