"""Where a family may move its appointment to: one answer for its page and for what it writes by SMS."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from rdv import moments
from rdv.booking.selectors import Search, slots_at
from rdv.models import Agent, Appointment, AppointmentType, Family, Location, Participation, Status
from rdv.scheduling.rules import Attendee, TypeRules, may_move
from rdv.scheduling.slots import Slot

NEAR = timedelta(days=28)
PROPOSED = 3


def can_be_moved(appointment: Appointment, rules: TypeRules, *, now: datetime) -> bool:
    """By its family, in time, and not a seat in a group: another date of a group is another seat."""
    in_time = may_move(appointment.starts_at, rules.move_deadline, now)
    return in_time and not appointment.is_collective and not appointment.is_cancelled


def move_deadline(appointment: Appointment, rules: TypeRules) -> datetime:
    """The last instant at which a family moves it itself."""
    return appointment.starts_at - timedelta(minutes=rules.move_deadline)


def rules_of(appointment: Appointment) -> TypeRules:
    """The values of its type on its own day, where it takes place."""
    at = appointment.location
    on = moments.local(appointment.starts_at, at.zone).date()
    return appointment.type.rules_for(at.organisation, on)


def followed_by(type_: AppointmentType, families: Iterable[Family]) -> list[int] | None:
    """The families' own agent, where the type asks for it: who moves stays with whom he knows. None = anybody.

    An agent who has left, or receives nobody any more, binds no family.
    """
    own = {family.own_agent_id for family in families} - {None} if type_.same_agent else set()
    if not own:
        return None
    return sorted(Agent.objects.practitioners().filter(pk__in=own).values_list("pk", flat=True)) or None


def search_for_move(
    type_: AppointmentType,
    awaited: Sequence[Participation],
    *,
    now: datetime,
    zone: str,
    before: datetime | None = None,
) -> Search:
    """The slots that an appointment of these people may be moved to."""
    tz = ZoneInfo(zone)
    return Search(
        type=type_,
        now=now,
        attendees=max(len(awaited), 1),
        agents=followed_by(type_, (row.family for row in awaited)),
        people=tuple(Attendee(row.person.birth_date, other_days(row, tz)) for row in awaited if row.person.birth_date),
        before=before,
        moving=True,
    )


def proposals(
    appointment: Appointment, family: Family, *, now: datetime, without: Collection[datetime] = ()
) -> list[Slot]:
    """Up to three free slots of the same place, over several days, the nearest to the present one."""
    at = Location.objects.select_related("organisation__territory").get(pk=appointment.location_id)
    type_ = AppointmentType.objects.with_rules().get(pk=appointment.type_id)
    rows = appointment.participations.filter(family=family, status=Status.UNKNOWN)
    awaited = list(rows.select_related("person", "family", "appointment").order_by("pk"))
    for before in (appointment.starts_at + NEAR, None):
        search = search_for_move(type_, awaited, now=now, zone=at.zone, before=before)
        free = [slot for slot in slots_at(search, at) if slot.start not in without]
        chosen = one_a_day(free, near=appointment.starts_at, zone=at.zone)
        if len({moments.local(slot.start, at.zone).date() for slot in chosen}) == PROPOSED:
            break
    return chosen


def one_a_day(slots: Iterable[Slot], *, near: datetime, zone: str, most: int = PROPOSED) -> list[Slot]:
    """One slot a day of the days nearest to `near`, at the hour nearest to its own, in order of time.

    Its own day comes last: who moves most often can't come that day. With fewer days than slots, other hours follow.
    """
    there = moments.local(near, zone)
    by_day: dict[date, list[Slot]] = {}
    for slot in slots:
        by_day.setdefault(moments.local(slot.start, zone).date(), []).append(slot)

    def hours_apart(slot: Slot) -> tuple[int, datetime]:
        start = moments.local(slot.start, zone)
        return abs((start.hour - there.hour) * 60 + start.minute - there.minute), slot.start

    days = sorted(by_day, key=lambda day: (day == there.date(), abs((day - there.date()).days), day))
    chosen = [min(by_day[day], key=hours_apart) for day in days[:most]]
    others = [slot for day in days for slot in by_day[day] if slot not in chosen]
    return sorted([*chosen, *others[: most - len(chosen)]], key=lambda slot: slot.start)


def other_days(row: Participation, zone: ZoneInfo) -> tuple[date, ...]:
    """The days of this person's other appointments of the type, when it asks for an interval."""
    type_ = row.appointment.type
    if not type_.minimum_interval_days:
        return ()
    rows = row.person.participations.filter(appointment__type=type_, status__in=[Status.UNKNOWN, Status.SEEN])
    starts = rows.exclude(appointment=row.appointment_id).values_list("appointment__starts_at", flat=True)
    return tuple(at.astimezone(zone).date() for at in starts)
