"""The one seam: what booking tells the parts that it does not know (reminders, waiting list, webhooks).

Receivers run inside the transaction of the verb and only write rows, so that a failing receiver undoes
the booking; work starts on commit. Nothing may depend on an event alone: a periodic pass derives again
what should exist.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import connection

from rdv.models import Absence, Appointment, Contact, Family, Offer, Participation, SlotProposal
from rdv.models.actor import Actor


@dataclass(frozen=True, slots=True)
class Event:
    at: datetime
    by: Actor


@dataclass(frozen=True, slots=True)
class AppointmentBooked(Event):
    """A family has an appointment, or seats in a session. `is_new`: its file was opened by this very booking.

    The rows of the booking are numbered, and written once all receivers have added theirs: what a receiver needs of
    them is here. `agent_ids` are those who receive, in order; `contacts` None = those in the database.
    """

    appointment: Appointment
    family: Family
    participations: Sequence[Participation]
    agent_ids: Sequence[int]
    contacts: Sequence[Contact] | None = None
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class AppointmentMoved(Event):
    """Another time, place or agent; `sequence` of the appointment is already raised."""

    appointment: Appointment
    previous_start: datetime
    previous_location_id: int
    previous_agent_ids: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class AppointmentCancelled(Event):
    """The whole appointment, for every family in it. `is_late` when after the deadline."""

    appointment: Appointment
    families: Sequence[Family]
    is_late: bool


@dataclass(frozen=True, slots=True)
class ParticipationsCancelled(Event):
    """Some people no longer come; the appointment stands for the others. `depth` as in `SlotFreed`."""

    appointment: Appointment
    family: Family
    participations: Sequence[Participation]
    is_late: bool
    depth: int = 0


@dataclass(frozen=True, slots=True)
class AppointmentConfirmed(Event):
    """The family says that it comes."""

    appointment: Appointment
    family: Family
    note: str


@dataclass(frozen=True, slots=True)
class OutcomeRecorded(Event):
    appointment: Appointment


@dataclass(frozen=True, slots=True)
class FreedTime:
    """Time of one agent at one place that is free again. Bounds are those of the meeting, in UTC, without buffers."""

    type_id: int
    location_id: int
    agent_id: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class SlotFreed(Event):
    """Cancelled, moved, or newly opened: a round of offers may start. `depth` counts the chain of moves."""

    freed: FreedTime
    appointment: Appointment | None
    depth: int = 0


@dataclass(frozen=True, slots=True)
class TimeOpened(Event):
    """Time soon to come that was closed until now, by type, place and agent; part of it may be busy."""

    opened: Sequence[FreedTime]


@dataclass(frozen=True, slots=True)
class SessionOpened(Event):
    """Families may take seats in a collective appointment: it is new, or an absence hits it no longer."""

    session: Appointment


@dataclass(frozen=True, slots=True)
class OfferedTimeTaken(Event):
    """An agent took a slot that was being offered: its rounds end."""

    round_ids: Sequence[int]
    appointment: Appointment


@dataclass(frozen=True, slots=True)
class AbsenceDeclared(Event):
    absence: Absence
    hit: Sequence[Appointment]


@dataclass(frozen=True, slots=True)
class AbsenceChanging(Event):
    """The bounds of an absence are about to change: these appointments, if any, no longer lie under it.

    Told before any calendar is locked, so that whoever hangs something on an absence locks it first.
    """

    absence: Absence
    spared: Sequence[Appointment]


@dataclass(frozen=True, slots=True)
class AbsenceWithdrawn(Event):
    """The time is open again; the absence is about to be deleted."""

    absence: Absence


@dataclass(frozen=True, slots=True)
class SlotsProposed(Event):
    """A family is asked to choose another date."""

    proposal: SlotProposal


@dataclass(frozen=True, slots=True)
class ProposalClosed(Event):
    """A date was chosen (the move follows), none suits, nobody answered, or it was withdrawn."""

    proposal: SlotProposal


@dataclass(frozen=True, slots=True)
class AppointmentMaintained(Event):
    """A family that was asked for another date comes after all as it was planned."""

    appointment: Appointment


@dataclass(frozen=True, slots=True)
class OfferMade(Event):
    offer: Offer


@dataclass(frozen=True, slots=True)
class OfferClosed(Event):
    """The offer is no longer to be had: accepted by its family, or void because another was faster."""

    offer: Offer


E = TypeVar("E", bound=Event)
_receivers: dict[type[Event], list[Callable[..., None]]] = defaultdict(list)


def subscribe(kind: type[E], receiver: Callable[[E], None]) -> None:
    """Have `receiver` called for each event of that kind. Called once, from an `AppConfig.ready`."""
    if receiver not in _receivers[kind]:
        _receivers[kind].append(receiver)


def publish(event: Event) -> None:
    """Call the receivers, in order of subscription, inside the running transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("an event is published inside the transaction of what it tells")
    for receiver in _receivers[type(event)]:
        receiver(event)
