"""Who has been reached about an appointment that changed: for the board of an absence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from django.db.models import Count, F, Min, QuerySet

from rdv.disruption.states import Reach
from rdv.models import Absence, Participation, Step
from reminders.kinds import Kind
from reminders.models import InboundMessage, MessageState, OutboundMessage, Task, TaskKind

CHANGES = (
    Kind.MOVED,
    Kind.BOOKED,
    Kind.CANCELLED_BY_SERVICE,
    Kind.PARTICIPATION_CANCELLED,
    Kind.DATES_PROPOSED,
    Kind.MAINTAINED,
)
CALLS = (TaskKind.CALL_CHANGE, TaskKind.UNREACHABLE, TaskKind.UNCERTAIN)


class Call(IntEnum):
    NONE = 0
    DONE = 1
    TO_MAKE = 2


@dataclass(frozen=True, slots=True)
class Reached:
    """`replied`: the family has written, or says that it comes, since. `to_call`: the families that know nothing."""

    reach: Reach = Reach.NOBODY
    replied: bool = False
    to_call: frozenset[int] = frozenset()


def reached(since: Mapping[int, datetime]) -> dict[int, Reached]:
    """For each of these appointments, by what was said since its instant, in four queries.

    Since what was last decided for it: who read of an earlier decision does not know of this one.
    """
    families: dict[int, set[int]] = {pk: set() for pk in since}
    confirmed: set[int] = set()
    rows = Participation.objects.filter(appointment__in=families)
    for pk, family, at in rows.values_list("appointment_id", "family_id", "confirmed_at"):
        families[pk].add(family)
        if at is not None and at >= since[pk]:
            confirmed.add(pk)
    said = _said(since)
    replies = InboundMessage.objects.filter(appointment__in=families).values_list("appointment_id", "received_at")
    replied = confirmed | {pk for pk, at in replies if at >= since[pk or 0]}
    calls = _calls(since)
    found = {}
    for pk, of in families.items():
        each = {one: _of(said.get((pk, one), ()), calls.get((pk, one), calls.get((pk, None), Call.NONE))) for one in of}
        unaware = frozenset(one for one, reach in each.items() if reach >= Reach.UNDELIVERED)
        found[pk] = Reached(max(each.values(), default=Reach.TOLD), replied=pk in replied, to_call=unaware)
    return found


def calls_to_make(
    tasks: QuerySet[Task], absences: QuerySet[Absence], *, now: datetime
) -> dict[int, tuple[int, datetime]]:
    """By absence, how many families nobody has told yet what was done, and when the first was to come; one query.

    Among these tasks and absences; whoever's hour has passed needs no call.
    """
    hit = "appointment__disruptions__"
    waiting = tasks.filter(
        done_at=None,
        kind__in=CALLS,
        created_at__gte=F(f"{hit}disruption__declared_at"),
        **{f"{hit}step": Step.DONE, f"{hit}was_at__gt": now, f"{hit}disruption__absence__in": absences},
    )
    each = waiting.values_list(f"{hit}disruption__absence").annotate(
        count=Count("family", distinct=True), first=Min(f"{hit}was_at")
    )
    return {pk: (count, first) for pk, count, first in each.order_by()}


def _said(since: Mapping[int, datetime]) -> dict[tuple[int, int | None], list[str]]:
    found: dict[tuple[int, int | None], list[str]] = {}
    rows = OutboundMessage.objects.filter(appointment__in=list(since), kind__in=CHANGES, agent=None)
    for pk, family, state, at in rows.values_list("appointment_id", "family_id", "state", "created_at"):
        if at >= since[pk or 0]:
            found.setdefault((pk or 0, family), []).append(state)
    return found


def _calls(since: Mapping[int, datetime]) -> dict[tuple[int, int | None], Call]:
    found: dict[tuple[int, int | None], Call] = {}
    rows = Task.objects.filter(appointment__in=list(since), kind__in=CALLS)
    for pk, family, done, at in rows.values_list("appointment_id", "family_id", "done_at", "created_at"):
        key = (pk or 0, family)
        if at >= since[pk or 0]:
            found[key] = max(found.get(key, Call.NONE), Call.DONE if done else Call.TO_MAKE)
    return found


def _of(states: Iterable[str], call: Call) -> Reach:
    """One family: who has to be called comes before whoever got a message by another way."""
    if call is not Call.NONE:
        return Reach.TO_CALL if call is Call.TO_MAKE else Reach.TOLD
    known = set(states) - {MessageState.SUPERSEDED}
    if known & {MessageState.SENT, MessageState.DELIVERED}:
        return Reach.TOLD
    if known & {MessageState.PLANNED, MessageState.CLAIMED}:
        return Reach.WAITING
    return Reach.UNDELIVERED if known else Reach.NOBODY
