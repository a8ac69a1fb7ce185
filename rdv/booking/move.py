"""Move an appointment to another time, place or agent: it keeps its identity, its link and its history."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from rdv.booking.choose import Place, choose, continuity
from rdv.booking.errors import AlreadyCancelled, InThePast, NotBookable, SlotTaken, TooLateToMove, TransitionRefused
from rdv.booking.events import AppointmentMoved, FreedTime, OfferedTimeTaken, SlotFreed, publish
from rdv.booking.history import record
from rdv.booking.locks import assert_in_transaction, lock_appointment
from rdv.booking.moving import followed_by, other_days
from rdv.booking.place import occupy
from rdv.booking.release import freed_times, left_behind, release_silently
from rdv.booking.selectors import Search, slots_at
from rdv.models import Appointment, Hold, Location, OfferRound, Participation, Status, Verb
from rdv.models.actor import Actor
from rdv.scheduling.rules import Attendee, Booker, Reason, TypeRules, may_move, why_not_admitted, why_not_in_window
from rdv.scheduling.slots import Slot, SlotRules


def move(
    appointment_id: int,
    *,
    start: datetime,
    by: Actor,
    now: datetime,
    location: Location | None = None,
    agents: Collection[int] | None = None,
    hold: Hold | None = None,
    overbooking_reason: str = "",
    over_offers: bool = False,
) -> Appointment:
    """Move in one durable transaction; moving to where it already is changes nothing.

    Raises SlotTaken (with the nearest slots), NotBookable, TooLateToMove, InThePast, AlreadyCancelled.
    """
    try:
        with transaction.atomic(durable=True):
            return move_inside(
                appointment_id,
                start=start,
                by=by,
                now=now,
                location=location,
                agents=agents,
                hold=hold,
                overbooking_reason=overbooking_reason,
                over_offers=over_offers,
            )
    except (IntegrityError, SlotTaken) as error:
        raise SlotTaken(alternatives=_nearest(appointment_id, start, location, by, now)) from error


def move_inside(
    appointment_id: int,
    *,
    start: datetime,
    by: Actor,
    now: datetime,
    location: Location | None = None,
    agents: Collection[int] | None = None,
    hold: Hold | None = None,
    overbooking_reason: str = "",
    over_offers: bool = False,
    round: OfferRound | None = None,
    depth: int = 0,
    proposed: bool = False,
) -> Appointment:
    """As `move`, inside the running transaction.

    `round` is the round of offers whose slot is being accepted; `proposed`: the service itself proposed this date.
    """
    assert_in_transaction()
    appointment = lock_appointment(appointment_id)
    target = location or appointment.location
    people = list(appointment.participations.filter(status=Status.UNKNOWN).select_related("person", "family"))
    if _is_there(appointment, start, target, agents):
        _check_state(appointment, now)
        return appointment
    rules = _check(
        appointment, target, start, people, by=by, now=now, offered=proposed or round is not None, proposed=proposed
    )
    slot_rules = _needed(appointment, rules, len(people))
    if agents is None and round is None and not proposed and by.booker is not Booker.AGENT:
        agents = followed_by(appointment.type, (row.family for row in people))
    if appointment.is_collective and agents is None:
        agents = [row.agent_id for row in appointment.appointment_agents.all()]
    previous = freed_times(appointment)
    before = (appointment.starts_at, appointment.ends_at, appointment.location_id)
    left = left_behind(appointment, previous)
    place = Place(
        type=appointment.type,
        location=target,
        rules=slot_rules,
        start=start,
        by=by,
        agents=agents,
        preferred=_preferred(appointment, people, target),
        ignoring_hold=hold.pk if hold else None,
        ignoring_round=round.pk if round else None,
        ignoring_appointment=appointment.pk,
        over_offers=over_offers,
        overbooking=bool(overbooking_reason),
        leaving=appointment.location_id,
    )
    choice = choose(place, also_lock=[freed.agent_id for freed in previous], now=now)
    if hold:
        hold.delete()
    release_silently(appointment, now=now, locked=choice.calendars)
    appointment.appointment_agents.all().delete()
    _put(appointment, target, start, slot_rules)
    occupy(appointment, choice, slot_rules, reason=overbooking_reason)
    # What the family had confirmed was the other hour.
    appointment.participations.filter(status=Status.UNKNOWN).update(confirmed_at=None, note="")
    record(appointment, Verb.MOVED, by=by, now=now, previous=before[0].isoformat(), start=start.isoformat(), **left)
    if choice.taken_rounds:
        publish(OfferedTimeTaken(at=now, by=by, round_ids=choice.taken_rounds, appointment=appointment))
    publish(
        AppointmentMoved(
            at=now,
            by=by,
            appointment=appointment,
            previous_start=before[0],
            previous_location_id=before[2],
            previous_agent_ids=[freed.agent_id for freed in previous],
        )
    )
    _announce(appointment, previous, by=by, now=now, depth=depth)
    return appointment


def _put(appointment: Appointment, target: Location, start: datetime, rules: SlotRules) -> None:
    appointment.location, appointment.organisation = target, target.organisation
    appointment.starts_at, appointment.ends_at = start, start + timedelta(minutes=rules.duration)
    appointment.sequence += 1
    appointment.save(update_fields=["location", "organisation", "starts_at", "ends_at", "sequence"])


def _needed(appointment: Appointment, rules: TypeRules, people: int) -> SlotRules:
    """What the appointment needs where it goes; a session keeps its length and all its agents, whoever comes."""
    if not appointment.is_collective:
        return rules.slot_rules(max(people, 1))
    return replace(rules, steps=(), agents_needed=max(appointment.appointment_agents.count(), 1)).slot_rules()


def _announce(appointment: Appointment, previous: Sequence[FreedTime], *, by: Actor, now: datetime, depth: int) -> None:
    """Say what the move freed: time to come that the appointment does not take again itself."""
    for freed in previous:
        taken_again = freed.starts_at < appointment.ends_at and appointment.starts_at < freed.ends_at
        if freed.starts_at > now and not taken_again:
            publish(SlotFreed(at=now, by=by, freed=freed, appointment=appointment, depth=depth))


def _is_there(appointment: Appointment, start: datetime, target: Location, agents: Collection[int] | None) -> bool:
    if start != appointment.starts_at or target.pk != appointment.location_id:
        return False
    return agents is None or set(agents) == {row.agent_id for row in appointment.appointment_agents.all()}


def _check_state(appointment: Appointment, now: datetime) -> None:
    if appointment.is_cancelled:
        raise AlreadyCancelled
    if appointment.status != Status.UNKNOWN:
        raise TransitionRefused
    if appointment.starts_at <= now:
        raise InThePast


def _check(
    appointment: Appointment,
    target: Location,
    start: datetime,
    people: list[Participation],
    *,
    by: Actor,
    now: datetime,
    offered: bool,
    proposed: bool = False,
) -> TypeRules:
    _check_state(appointment, now)
    if appointment.is_collective and by.agent is None:
        raise TransitionRefused("Pour changer de séance, annulez votre participation puis choisissez une autre date.")
    zone = ZoneInfo(target.zone)
    on = start.astimezone(zone).date()
    rules = appointment.type.rules_for(target.organisation, on)
    booker = Booker.AGENT if offered else by.booker
    if not proposed and by.booker is Booker.EVERYONE and not may_move(appointment.starts_at, rules.move_deadline, now):
        raise TooLateToMove
    if not appointment.type.offered_at(target.organisation):
        raise NotBookable(Reason.TYPE_CLOSED)
    # A family may move what an agent booked for it, even a type that it could not book itself.
    reason = why_not_in_window(replace(rules, bookable_by=Booker.EVERYONE), start, now, booker)
    if reason:
        raise NotBookable(reason)
    attendees = [Attendee(row.person.birth_date, other_days(row, zone)) for row in people]
    reason = why_not_admitted(rules, attendees, on)
    if reason and reason not in (Reason.BIRTH_DATE_NEEDED, Reason.TOO_MANY_PEOPLE):
        raise NotBookable(reason)
    return rules


def _preferred(appointment: Appointment, people: list[Participation], target: Location) -> list[int]:
    """Keep the same agents when they are free; else those who know the family."""
    same = [row.agent_id for row in appointment.appointment_agents.all()]
    return [*same, *(continuity(people[0].family_id, appointment.type_id) if people else [])]


def _nearest(appointment_id: int, start: datetime, location: Location | None, by: Actor, now: datetime) -> list[Slot]:
    appointment = Appointment.objects.select_related("type__territory", "location__organisation__territory").get(
        pk=appointment_id
    )
    rows = appointment.participations.filter(status=Status.UNKNOWN).select_related("family")
    own = followed_by(appointment.type, (row.family for row in rows)) if by.booker is not Booker.AGENT else None
    search = Search(
        type=appointment.type,
        now=now,
        booker=by.booker,
        agents=own,
        attendees=max(appointment.seats_taken, 1),
        after=start - timedelta(days=14),
        before=start + timedelta(days=14),
        moving=True,
    )
    slots = sorted(slots_at(search, location or appointment.location), key=lambda slot: abs(slot.start - start))
    return sorted(slots[:6])
