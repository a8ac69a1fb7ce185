"""Load what eligibility looks at: the waiting entries of a type, in a number of queries that never grows."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet

from rdv.models import CANCELLED, Offer, OfferRound, OfferStatus, Participation, Status, WaitingListEntry
from rdv.scheduling.rules import Attendee
from rdv.waitinglist.eligibility import Candidate
from rdv.waitinglist.standby import NOTICE
from rdv.waitinglist.whom_to_tell import reachable

WEEK = timedelta(days=7)
PENDING = Q(status__in=["live", "claimed"])

_Previous = dict[int, list[tuple[int, date]]]

COLUMNS = (
    "pk",
    "family_id",
    "priority",
    "waiting_since",
    "any_location",
    "any_half_day",
    "half_days",
    "agent_id",
    "agent__is_active",
    "agent__is_practitioner",
    "notice_minutes",
    "current_appointment_id",
    "current_appointment__starts_at",
    "current_appointment__status",
    "family__own_agent_id",
    "family__own_agent__is_active",
    "family__own_agent__is_practitioner",
    "is_reachable",
)


def load(round_: OfferRound, *, zone: str, interval_matters: bool, now: datetime) -> list[Candidate]:
    """Every entry that waits for the type of the round, in no particular order; seven queries at most."""
    # Whoever waited for an earlier appointment and has had it by now waits no more.
    over = Q(current_appointment__starts_at__lte=now) & ~Q(current_appointment__status__in=CANCELLED)
    waiting = WaitingListEntry.objects.waiting().filter(type=round_.type_id).exclude(over)
    if round_.standby:
        waiting = waiting.filter(standby=True)
    is_reachable = ExpressionWrapper(reachable("contact__"), output_field=BooleanField())
    rows = list(waiting.annotate(is_reachable=is_reachable).values(*COLUMNS))
    locations: dict[int, set[int]] = defaultdict(set)
    places = WaitingListEntry.locations.through.objects.filter(waitinglistentry__in=waiting)
    for entry, location in places.values_list("waitinglistentry_id", "location_id"):
        locations[entry].add(location)
    caps = offers_of_families(Q(round__territory=round_.territory_id), now=now)
    asked = _asked_already(round_, waiting)
    persons = _attendees(waiting, _previous(waiting, round_.type_id, zone) if interval_matters else {})
    # Seats are given up one by one; an appointment moves with all of its people.
    moved = {} if round_.session_id else _people_moved(waiting)
    return [
        Candidate(
            entry=row["pk"],
            family=row["family_id"],
            priority=row["priority"],
            waiting_since=row["waiting_since"],
            locations=None if row["any_location"] else locations[row["pk"]],
            half_days=None if row["any_half_day"] else row["half_days"],
            agent=_binding(row, "agent"),
            own_agent=_binding(row, "family__own_agent"),
            notice=min(timedelta(minutes=row["notice_minutes"]), NOTICE if round_.standby else timedelta.max),
            current_start=_current(row),
            attendees=persons[row["pk"]],
            people=moved.get(row["pk"], 0) or len(persons[row["pk"]]),
            can_be_told=row["is_reachable"],
            live_offers=caps.get(row["family_id"], (0, 0))[0],
            offers_this_week=caps.get(row["family_id"], (0, 0))[1],
            was_asked=row["pk"] in asked,
        )
        for row in rows
    ]


def _asked_already(round_: OfferRound, waiting: QuerySet[WaitingListEntry]) -> set[int]:
    """Whom this round has asked, and who said no to the same hour at the same place before: a no is final."""
    said_no = Q(status=OfferStatus.DECLINED, answered_at__isnull=False) & ~Q(explanation__has_key="instead")
    same = Q(round__type=round_.type_id, round__location=round_.location_id, round__starts_at=round_.starts_at)
    # A round that is only thought of has no number, and has asked nobody.
    asked = Offer.objects.filter(Q(round=round_.pk or 0) | (said_no & same), entry__in=waiting)
    return set(asked.values_list("entry_id", flat=True))


def offers_of_families(among: Q, *, now: datetime) -> dict[int, tuple[int, int]]:
    """For each family: offers still to be answered, and offers made in the last seven days."""
    rows = Offer.objects.filter(among, PENDING | Q(made_at__gt=now - WEEK)).values("family_id")
    counted = rows.annotate(live=Count("pk", filter=PENDING), recent=Count("pk", filter=Q(made_at__gt=now - WEEK)))
    return {row["family_id"]: (row["live"], row["recent"]) for row in counted.order_by("family_id")}


def _attendees(waiting: QuerySet[WaitingListEntry], previous: _Previous) -> Mapping[int, tuple[Attendee, ...]]:
    found: dict[int, tuple[Attendee, ...]] = defaultdict(tuple)
    people = WaitingListEntry.persons.through.objects.filter(waitinglistentry__in=waiting).values_list(
        "waitinglistentry_id", "waitinglistentry__current_appointment_id", "person_id", "person__birth_date"
    )
    for entry, current, person, birth_date in people.order_by("pk"):
        # The appointment that would be moved is not an obstacle to its own move.
        days = tuple(day for appointment, day in previous.get(person, ()) if appointment != current)
        found[entry] += (Attendee(birth_date, days),)
    return found


def _people_moved(waiting: QuerySet[WaitingListEntry]) -> dict[int, int]:
    """By entry, how many come to the appointment that it would have earlier."""
    coming = Count(
        "current_appointment__participations", filter=Q(current_appointment__participations__status=Status.UNKNOWN)
    )
    rows = waiting.filter(current_appointment__isnull=False).values("pk").annotate(coming=coming)
    return {row["pk"]: row["coming"] for row in rows.order_by("pk")}


def _previous(waiting: QuerySet[WaitingListEntry], type_id: int, zone: str) -> _Previous:
    """For each person who waits, her other appointments of the type with their local days."""
    found: _Previous = defaultdict(list)
    rows = Participation.objects.filter(
        person__in=WaitingListEntry.persons.through.objects.filter(waitinglistentry__in=waiting).values("person"),
        appointment__type=type_id,
        status__in=[Status.UNKNOWN, Status.SEEN],
    )
    for person, appointment, start in rows.values_list("person_id", "appointment_id", "appointment__starts_at"):
        found[person].append((appointment, start.astimezone(ZoneInfo(zone)).date()))
    return found


def _current(row: Mapping[str, Any]) -> datetime | None:
    """When the family comes now; a cancelled appointment is no appointment."""
    start: datetime | None = row["current_appointment__starts_at"]
    return None if row["current_appointment__status"] in CANCELLED else start


def _binding(row: Mapping[str, Any], agent: str) -> int | None:
    """Whom the family waits for; nobody, once that agent has left or receives no more."""
    receives = row[f"{agent}__is_active"] and row[f"{agent}__is_practitioner"]
    return row[f"{agent}_id"] if receives else None
