"""Who is due for a type and has no appointment for it: read in a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from rdv.access.scope import Scope
from rdv.followups.calendar import Due
from rdv.followups.windows import STALE, next_windows
from rdv.models import AppointmentType, FollowUpInvitation, Participation, Person, Status
from rdv.models.appointment_type import AppointmentTypeQuerySet
from rdv.scheduling.rules import TypeRules

# An appointment that is over and not settled yet was probably held.
SETTLED_WITHIN = timedelta(days=30)
# Nobody beyond that age is followed by any calendar that ships.
OLDEST = timedelta(days=17 * 366)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody to whom the next appointment may be proposed; `location` is where the last one was."""

    person: int
    family: int
    due: Due
    last_seen: date | None = None
    location: int | None = None


@dataclass(slots=True)
class _Past:
    """The visits of one person for the types that count together."""

    seen: list[date] = field(default_factory=list)
    location: int | None = None
    is_booked: bool = False


def invitable_types(scope: Scope) -> AppointmentTypeQuerySet:
    """The types that families book, perhaps by invitation alone, and are told of, of no discreet service."""
    alone = scope.types().for_the_invited().filter(service__is_discreet=False, is_collective=False)
    return alone.filter(tells_families=True)


def followed_types(scope: Scope) -> AppointmentTypeQuerySet:
    """Those of them that have a next one."""
    return (
        invitable_types(scope).filter(~Q(follow_up="") | Q(next_within_days__isnull=False)).order_by("position", "pk")
    )


def candidates(
    scope: Scope,
    type_: AppointmentType,
    *,
    now: datetime,
    organisation: int | None = None,
    persons: Collection[int] | None = None,
    families: Collection[int] | None = None,
) -> list[Candidate]:
    """Who is due, without an appointment to come and never invited for this window; the most pressing first.

    An invitation to any type of the same calendar counts: one examination is proposed once. `type_` is loaded with its
    rules. Files of discreet services are left out, whoever asks.
    """
    on = local_day(now, scope)
    asked = _people(scope, organisation, persons, families)
    rules = rules_of(type_, on)
    if type_.follow_up:
        asked = asked.filter(birth_date__gt=on - _oldest(rules), birth_date__lte=on)
    past = _past(scope, type_, now=now, among=persons, of=families)
    if not type_.follow_up:
        asked = asked.filter(pk__in=[pk for pk, one in past.items() if one.seen and not one.is_booked])
    invited = _invited(type_, on)
    found = []
    for pk, family, birth in asked.values_list("pk", "family_id", "birth_date"):
        one = past.get(pk, _Past())
        if one.is_booked:
            continue
        last = max(one.seen, default=None)
        windows = windows_of(type_, rules, birth, one.seen, on)
        found += [Candidate(pk, family, due, last, one.location) for due in windows if (pk, due.code) not in invited]
    return sorted(found, key=lambda one: (one.due.last, one.family, one.person))


def windows_of(
    type_: AppointmentType, rules: TypeRules, birth: date | None, seen: Collection[date], on: date
) -> list[Due]:
    """The windows of one person: its visits, its age, the type's own rule."""
    return next_windows(
        calendar=type_.follow_up,
        interval=rules.minimum_interval_days,
        within=type_.next_within_days,
        rules=rules,
        birth_date=birth,
        seen=seen,
        on=on,
    )


def rules_of(type_: AppointmentType, on: date) -> TypeRules:
    """The rules in force that day; ages and intervals are the same in every organisation."""
    organisation = type_.territory.organisations.order_by("pk").first()
    if organisation is None:
        raise ValueError("a territory whose families are invited has an organisation")
    return type_.rules_for(organisation, on)


def series(type_: AppointmentType) -> Q:
    """The appointments that count for this type: those of every type that follows the same calendar, else its own."""
    if not type_.follow_up:
        return Q(appointment__type=type_)
    return Q(appointment__type__in=of_one_calendar(type_), appointment__service__is_discreet=False)


def of_one_calendar(type_: AppointmentType) -> AppointmentTypeQuerySet:
    """This type and all that follow the same calendar, by whatever service."""
    alike = Q(follow_up=type_.follow_up, service__is_discreet=False) if type_.follow_up else Q(pk=type_.pk)
    return AppointmentType.objects.filter(alike, territory=type_.territory_id)


def _oldest(rules: TypeRules) -> timedelta:
    """Longer ago than that nobody was born whom the type admits."""
    return OLDEST if rules.age_max_months is None else timedelta(days=31 * (rules.age_max_months + 1))


def local_day(now: datetime, scope: Scope) -> date:
    """Today, on the territory's clock."""
    return now.astimezone(ZoneInfo(scope.territory.time_zone)).date()


def _people(
    scope: Scope, organisation: int | None, persons: Collection[int] | None, families: Collection[int] | None
) -> QuerySet[Person]:
    files = scope.families().open_files()
    if organisation is not None:
        files = files.filter(organisation=organisation)
    if families is not None:
        files = files.filter(pk__in=families)
    found = Person.objects.filter(family__in=files.values("pk"))
    return found if persons is None else found.filter(pk__in=persons)


def _past(
    scope: Scope,
    type_: AppointmentType,
    *,
    now: datetime,
    among: Collection[int] | None,
    of: Collection[int] | None,
) -> dict[int, _Past]:
    standing = Participation.objects.filter(series(type_), appointment__territory=scope.territory)
    standing = standing.filter(status__in=[Status.SEEN, Status.UNKNOWN])
    if among is not None:
        standing = standing.filter(person__in=among)
    if of is not None:
        standing = standing.filter(family__in=of)
    if type_.follow_up:
        standing = standing.filter(appointment__starts_at__gt=now - OLDEST)
    else:
        longest = timedelta(days=type_.next_within_days or 0) + STALE
        standing = standing.filter(appointment__starts_at__gt=now - longest - timedelta(days=1))
    zone = ZoneInfo(scope.territory.time_zone)
    found: dict[int, _Past] = defaultdict(_Past)
    rows = standing.order_by("appointment__starts_at").values_list(
        "person_id", "status", "appointment__starts_at", "appointment__location_id"
    )
    for person, status, start, location in rows:
        if status == Status.UNKNOWN and start > now:
            found[person].is_booked = True
        elif status == Status.SEEN or start > now - SETTLED_WITHIN:
            found[person].seen.append(start.astimezone(zone).date())
            found[person].location = location
    return found


def _invited(type_: AppointmentType, on: date) -> set[tuple[int, str]]:
    rows = FollowUpInvitation.objects.filter(type__in=of_one_calendar(type_), last_day__gte=on - STALE)
    return set(rows.values_list("person_id", "window"))
