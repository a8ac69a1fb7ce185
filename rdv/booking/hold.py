"""Keep a slot for a family while it fills in the form."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from rdv.booking.choose import Choice, Place, choose
from rdv.booking.errors import NotBookable, SlotTaken
from rdv.booking.seats import lock_session
from rdv.models import AppointmentType, Hold, Location, Occupation, OccupationKind
from rdv.models.actor import Actor
from rdv.scheduling.intervals import Interval, subtract
from rdv.scheduling.rules import Reason, why_not_in_window


def hold(
    *,
    type: AppointmentType,
    location: Location,
    start: datetime,
    attendees: int,
    holder: str,
    by: Actor,
    now: datetime,
    agents: Collection[int] | None = None,
    until: datetime | None = None,
    beside: int | None = None,
) -> Hold:
    """Hold a slot for the territory's hold time (10 minutes by default), or `until`, in one durable transaction.

    A holder (a browser session) has one hold at a time: asking again for the same slot gives the same hold with a new
    deadline, asking for another frees the first. `beside`: an appointment that is to go there; what it occupies itself
    is its own, and is not held twice. Raises SlotTaken, Full or NotBookable.
    """
    rules = type.rules_for(location.organisation, start.astimezone(ZoneInfo(location.zone)).date())
    if not type.offered_at(location.organisation):
        raise NotBookable(Reason.TYPE_CLOSED)
    reason = why_not_in_window(rules, start, now, by.booker)
    if reason:
        raise NotBookable(reason)
    slot_rules = rules.slot_rules(attendees)
    expires_at = until or now + timedelta(minutes=location.organisation.territory.hold_minutes)
    made = Hold(
        territory_id=location.organisation.territory_id,
        type=type,
        location=location,
        starts_at=start,
        ends_at=start + timedelta(minutes=slot_rules.duration),
        attendees=attendees,
        holder=holder,
        created_at=now,
        expires_at=expires_at,
    )
    previous, theirs = _held(holder)
    try:
        with transaction.atomic(durable=True):
            if type.is_collective:
                return _hold_seats(made, now, previous)
            place = Place(
                type=type,
                location=location,
                rules=slot_rules,
                start=start,
                by=by,
                agents=agents,
                ignoring_hold=previous,
                ignoring_appointment=beside,
            )
            choice = choose(place, also_lock=theirs, now=now)
            # Not before: whoever holds the calendars may be deleting the same rows.
            let_go(holder=holder)
            made.save()
            Occupation.objects.bulk_create(_occupations(made, place, choice, beside))
            return made
    except (IntegrityError, SlotTaken) as error:
        own = _taken_by_itself(made, now, previous)
        if own is not None:
            return own
        if isinstance(error, SlotTaken):
            raise
        raise SlotTaken from error


def _taken_by_itself(made: Hold, now: datetime, previous: int | None) -> Hold | None:
    """The slot that the same holder took at the same instant: who clicks twice is shown the answer to the second.

    Not the `previous` one, which was asked for again and is refused for another cause.
    """
    own = Hold.objects.filter(holder=made.holder, type=made.type_id, location=made.location_id, expires_at__gt=now)
    return own.filter(starts_at=made.starts_at, attendees=made.attendees).exclude(pk=previous or 0).first()


def _occupations(made: Hold, place: Place, choice: Choice, beside: int | None) -> list[Occupation]:
    """The time of the agents and of the room, less what the appointment `beside` has there already."""
    rows = Occupation.objects.filter(appointment=beside) if beside else Occupation.objects.none()
    own: dict[tuple[int | None, int | None], list[Interval]] = defaultdict(list)
    for row in rows:
        own[row.agent_id, row.room_id].append(Interval(row.starts_at, row.ends_at))
    wanted = [((part.agent, None), Interval(part.busy_start, part.busy_end)) for part in choice.parts]
    room = [((None, choice.room_id), Interval(place.busy_from, place.busy_until))] if choice.room_id else []
    return [
        Occupation(
            agent_id=agent,
            room_id=room_id,
            kind=OccupationKind.HOLD,
            hold=made,
            starts_at=left.start,
            ends_at=left.end,
            expires_at=made.expires_at,
        )
        for (agent, room_id), asked in [*wanted, *room]
        for left in subtract([asked], own[agent, room_id])
    ]


def find_hold(token: UUID, *, holder: str) -> Hold | None:
    """The holder's own hold, live or not; another's is never found."""
    holds = Hold.objects.select_related("type__service", "type__territory", "location__organisation__territory")
    return holds.filter(token=token, holder=holder).first()


def let_go(*, holder: str) -> None:
    """Free whatever this holder keeps."""
    Hold.objects.filter(holder=holder).delete()


def _held(holder: str) -> tuple[int | None, list[int]]:
    """What this holder keeps now, and whose time it is."""
    held = Hold.objects.filter(holder=holder).order_by("-pk").first()
    busy = Occupation.objects.filter(hold=held, agent__isnull=False) if held else Occupation.objects.none()
    return (held.pk if held else None), sorted(set(busy.values_list("agent_id", flat=True)))


def sweep(*, now: datetime) -> int:
    """Delete the holds whose time passed an hour ago or more; the search already ignores them."""
    return Hold.objects.filter(expires_at__lt=now - timedelta(hours=1)).delete()[0]


def _hold_seats(made: Hold, now: datetime, previous: int | None) -> Hold:
    session = lock_session(
        made.type_id, made.location_id, made.starts_at, seats=made.attendees, now=now, ignoring_hold=previous
    )
    let_go(holder=made.holder)
    made.session, made.ends_at = session, session.ends_at
    made.save()
    return made
