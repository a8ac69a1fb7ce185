"""The rows of an agenda: what is seen of a stretch of time, in one query for appointments and one for the rest.

However many agents there are: the agenda of a whole location costs no more than that of one person.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    CharField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast, Coalesce, Concat, NullIf

from rdv.access.scope import Scope
from rdv.models import (
    CANCELLED,
    AppointmentAgent,
    DisruptedAppointment,
    Location,
    Mode,
    Occupation,
    Participation,
    Status,
)
from rdv.models.appointment import LONGEST_OCCUPATION

SHORT = timedelta(minutes=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An appointment in an agenda. Walled: its time and agents alone are known, everything else is empty.

    `is_hit`: an absence was declared over it, and nothing is settled yet.
    """

    pk: int
    start: datetime
    end: datetime
    zone: str
    agents: tuple[int, ...]
    is_walled: bool
    location_id: int
    location: str = ""
    status: Status = Status.UNKNOWN
    is_late: bool = False
    label: str = ""
    colour: str = ""
    mode: Mode = Mode.ON_SITE
    people: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    is_confirmed: bool = False
    is_hit: bool = False
    is_overbooked: bool = False
    is_collective: bool = False
    capacity: int = 1
    seats_taken: int = 0
    visit_address: str = ""

    @property
    def is_cancelled(self) -> bool:
        return self.status in CANCELLED

    @property
    def is_short(self) -> bool:
        """A single line, in a calendar drawn to scale."""
        return self.end - self.start <= SHORT


class BandKind(StrEnum):
    OPENING = "opening"
    ABSENCE = "absence"


@dataclass(frozen=True, slots=True)
class Band:
    """Open time, or an absence, of one agent or of a whole location (`agent_id` None)."""

    kind: BandKind
    pk: int
    start: datetime
    end: datetime
    agent_id: int | None
    location_id: int | None
    label: str
    location: str = ""


def entries(
    scope: Scope,
    start: datetime,
    end: datetime,
    *,
    agents: Collection[int] | None = None,
    location: Location | None = None,
) -> list[Entry]:
    """The appointments of these agents (None = of everybody) or of a location, in order of start.

    What was cancelled behind the wall is left out: the time is free again, and the rest is not for us to know.
    """
    found = scope.agenda().between(start, end)
    if agents is not None:
        theirs = AppointmentAgent.objects.filter(agent__in=agents)
        within = theirs.filter(starts_at__gt=start - LONGEST_OCCUPATION, starts_at__lt=end)
        found = found.filter(pk__in=within.values("appointment"))
    if location is not None:
        found = found.filter(location=location)
    seen = [_entry(row) for row in _rows(found, scope).order_by("starts_at", "pk")]
    return [entry for entry in seen if not (entry.is_walled and entry.is_cancelled)]


def bands(
    scope: Scope,
    start: datetime,
    end: datetime,
    *,
    agents: Collection[int] | None = None,
    location: Location | None = None,
) -> list[Band]:
    """The open time and the absences of the same agents or location, in order of start."""
    opened = scope.openings().filter(starts_at__gt=start - LONGEST_OCCUPATION, starts_at__lt=end, ends_at__gt=start)
    absences = scope.absences().during(start, end)
    if agents is not None:
        opened, absences = opened.filter(agent__in=agents), absences.filter(Q(agent__in=agents) | _place_of(agents))
    if location is not None:
        here = Q(location=location) | Q(agent__in=opened.filter(location=location).values("agent"))
        opened, absences = opened.filter(location=location), absences.filter(here)
    rows = _band_rows(opened, BandKind.OPENING, F("period__label")).union(
        _band_rows(absences, BandKind.ABSENCE, F("label")), all=True
    )
    found = [Band(BandKind(kind), *rest) for kind, *rest in rows]
    return sorted(found, key=lambda band: (band.start, band.kind, band.pk))


def _place_of(agents: Collection[int]) -> Q:
    """Closings of a whole location concern whoever receives there."""
    return Q(agent=None, location__opening_periods__agent__in=agents)


def _band_rows(rows: QuerySet[Any], kind: BandKind, label: F) -> QuerySet[Any, tuple[Any, ...]]:
    found: QuerySet[Any, tuple[Any, ...]] = (
        rows.order_by()
        .annotate(band=Value(kind.value, CharField()), text=Cast(label, CharField()))
        .annotate(who=Cast("agent", IntegerField()), where=Cast("location", IntegerField()))
        .annotate(place=Coalesce("location__name", Value("")))
        .values_list("band", "pk", "starts_at", "ends_at", "who", "where", "text", "place")
        .distinct()
    )
    return found


def _rows(found: QuerySet[Any], scope: Scope) -> QuerySet[Any, dict[str, Any]]:
    here = Participation.objects.filter(appointment=OuterRef("pk")).order_by("pk")
    standing = here.exclude(status__in=CANCELLED)
    rows: QuerySet[Any, dict[str, Any]] = found.annotate(
        is_open=ExpressionWrapper(scope.visible(), BooleanField()),
        agent_ids=ArraySubquery(
            AppointmentAgent.objects.filter(appointment=OuterRef("pk")).order_by("position").values("agent")
        ),
        people=ArraySubquery(
            here.annotate(name=Concat("person__first_name", Value(" "), "person__last_name")).values("name")
        ),
        notes=ArraySubquery(standing.exclude(note="").values("note")),
        is_confirmed=Exists(standing) & ~Exists(standing.filter(confirmed_at=None)),
        is_hit=Exists(DisruptedAppointment.objects.unsettled().filter(appointment=OuterRef("pk"))),
        is_overbooked=Exists(Occupation.objects.filter(appointment=OuterRef("pk"), is_overbooked=True)),
        label=Coalesce(NullIf("type__internal_label", Value("")), "type__public_label"),
    ).values(
        "pk", "starts_at", "ends_at", "status", "is_late", "mode", "capacity", "seats_taken", "visit_address",
        "is_open", "agent_ids", "people", "notes", "is_confirmed", "is_hit", "is_overbooked", "label",
        "type__colour", "type__is_collective", "location_id", "location__name",
        "location__time_zone", "organisation__time_zone", "territory__time_zone",
    )  # fmt: skip
    return rows


def _entry(row: dict[str, Any]) -> Entry:
    where = {
        "pk": row["pk"],
        "start": row["starts_at"],
        "end": row["ends_at"],
        "zone": row["location__time_zone"] or row["organisation__time_zone"] or row["territory__time_zone"],
        "agents": tuple(row["agent_ids"]),
        "location_id": row["location_id"],
        "is_walled": not row["is_open"],
        "status": Status(row["status"]),
    }
    if not row["is_open"]:
        return Entry(**where)
    same = ("is_late", "label", "is_confirmed", "is_hit", "is_overbooked", "capacity", "seats_taken", "visit_address")
    return Entry(
        **where,
        **{name: row[name] for name in same},
        location=row["location__name"],
        colour=row["type__colour"],
        mode=Mode(row["mode"]),
        people=tuple(name.strip() for name in row["people"]),
        notes=tuple(row["notes"]),
        is_collective=row["type__is_collective"],
    )
