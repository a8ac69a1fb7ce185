"""At the end of an appointment: what comes next for those who were seen, and whether it is booked already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from rdv.access.scope import Scope
from rdv.followups.candidates import followed_types, rules_of, series
from rdv.followups.windows import following_window
from rdv.models import Appointment, AppointmentType, Participation, Person, Status
from rdv.scheduling.rules import Attendee, why_not_admitted

STANDING = (Status.SEEN, Status.UNKNOWN)


@dataclass(frozen=True, slots=True)
class NextVisit:
    """The next appointment of one family: its type, who comes, between which days; `booked` when it is there."""

    type: AppointmentType
    family: int
    persons: int
    first: date
    last: date
    label: str
    booked: int | None = None


def is_followed(type_: AppointmentType) -> bool:
    """Whether something comes next after an appointment of this type; needs its service loaded."""
    has_next = bool(type_.follow_up) or type_.next_within_days is not None
    return has_next and not type_.service.is_discreet and not type_.is_collective


def next_visit(scope: Scope, appointment: Appointment, *, now: datetime) -> NextVisit | None:
    """The soonest window among those who were seen, if they are of one family; None when nothing comes next."""
    rows = [row for row in appointment.participations.all() if row.status == Status.SEEN]
    if not rows or len({row.family_id for row in rows}) > 1 or not is_followed(appointment.type):
        return None
    zone = ZoneInfo(appointment.zone)
    on = now.astimezone(zone).date()
    counted = Participation.objects.filter(series(appointment.type), person__in=[row.person_id for row in rows])
    visits = list(
        counted.filter(status__in=STANDING).values_list("person_id", "appointment_id", "appointment__starts_at")
    )
    coming = [(start, pk) for _, pk, start in visits if start > now]
    windows = []
    for row in rows:
        seen = [
            start.astimezone(zone).date() for person, _, start in visits if person == row.person_id and start <= now
        ]
        window = following_window(
            calendar=appointment.type.follow_up,
            interval=rules_of(appointment.type, on).minimum_interval_days,
            within=appointment.type.next_within_days,
            birth_date=row.person.birth_date,
            seen=seen,
            on=on,
        )
        if window:
            windows.append(window)
    if not windows:
        return None
    soonest = min(windows, key=lambda one: (one.last, one.first))
    type_ = _type_for(scope, appointment.type, [row.person for row in rows], max(soonest.first, on + timedelta(days=1)))
    if type_ is None:
        return None
    booked = min(coming)[1] if coming else None
    return NextVisit(type_, rows[0].family_id, len(rows), soonest.first, soonest.last, soonest.label, booked)


def _type_for(scope: Scope, type_: AppointmentType, persons: Sequence[Person], on: date) -> AppointmentType | None:
    """The same type if it admits them then, else another of the same calendar that does."""
    alike = (
        followed_types(scope).filter(follow_up=type_.follow_up)
        if type_.follow_up
        else scope.types().filter(pk=type_.pk)
    )
    attendees = [Attendee(person.birth_date) for person in persons]
    for one in sorted(alike.with_rules(), key=lambda other: (other.pk != type_.pk, other.position, other.pk)):
        if why_not_admitted(rules_of(one, on), attendees, on) is None:
            return one
    return None
