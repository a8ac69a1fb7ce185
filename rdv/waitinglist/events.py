"""What the waiting list tells beyond the offers themselves; the registry is booking's."""

from dataclasses import dataclass

from rdv.booking.events import Event
from rdv.models import WaitingListEntry


@dataclass(frozen=True, slots=True)
class EntryPaused(Event):
    """Three offers stayed without an answer, or the appointment was given up: is the family still interested?"""

    entry: WaitingListEntry


@dataclass(frozen=True, slots=True)
class EntryJoined(Event):
    """A family is on the list that was not; joining again with other wishes says nothing."""

    entry: WaitingListEntry
