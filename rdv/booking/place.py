"""The parts that book, move and accept share: putting an appointment into its place. They open no transaction."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Model

from rdv.booking import calendars, history
from rdv.booking.choose import Choice, Place, choose, continuity
from rdv.booking.errors import HoldExpired, NobodyComes, NotBookable, ReasonMissing
from rdv.booking.events import AppointmentBooked, OfferedTimeTaken, publish
from rdv.booking.invited import claim
from rdv.booking.locks import assert_in_transaction
from rdv.booking.moving import followed_by
from rdv.booking.people import Party, party_of
from rdv.booking.repeat import already_done, existing, twin_of
from rdv.booking.request import Booking, BookingRequest
from rdv.booking.rows import number, together, write
from rdv.booking.seats import give_seats_back, take_seats
from rdv.models import (
    Appointment,
    AppointmentAgent,
    AppointmentEvent,
    AppointmentLink,
    Occupation,
    OccupationKind,
    Participation,
    Verb,
)
from rdv.scheduling.rules import Attendee, Booker, Reason, TypeRules, why_not_admitted, why_not_in_window
from rdv.scheduling.slots import SlotRules

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is misread on the phone


def place(request: BookingRequest, *, now: datetime, once_locked: Callable[[], None] | None = None) -> Booking:
    """Book inside the running transaction; the verbs `book` and `accept` wrap it.

    `once_locked` is called when agents and rooms are locked and nothing is written: for what must still be true then,
    under a lock of the family, which comes last.

    Raises the errors of `rdv.booking.errors`; the caller's transaction is then rolled back.
    """
    assert_in_transaction()
    done = already_done(request)
    if done:
        return done
    rules = check(request, now=now)
    if request.type.is_collective:
        return _join(request, rules, now)
    slot_rules = rules.slot_rules(request.attendees)
    choice = choose(_place(request, slot_rules, now), now=now)
    if once_locked:
        once_locked()
    party = _party(request, rules, now)
    twin = twin_of(request, party.known)
    if twin:
        return existing(twin, party.family)
    claim(request, party, now=now)
    if request.hold:
        request.hold.delete()
    appointment = _appointment(request, slot_rules, now)
    link = AppointmentLink.objects.new_for(appointment, party.family, now=now)
    participations = _participations(request, appointment, party, now)
    new = [*party.rows, appointment, *participations, link, _booked(request, appointment, party, now)]
    number(new)
    agent_ids = [part.agent for part in choice.parts]
    booking = Booking(appointment, party.family, link, participations=participations, agent_ids=agent_ids)
    with together():
        occupy(appointment, choice, slot_rules, reason=request.overbooking_reason, after=new)
        if choice.taken_rounds:
            publish(OfferedTimeTaken(at=now, by=request.by, round_ids=choice.taken_rounds, appointment=appointment))
        _say(request, booking, party, now)
    return booking


def _join(request: BookingRequest, rules: TypeRules, now: datetime) -> Booking:
    """Take seats in a session."""
    session = take_seats(request, now=now)
    party = _party(request, rules, now)
    family = party.family
    if twin_of(request, party.known):
        give_seats_back(session, request.attendees)
        return existing(session, family)
    claim(request, party, now=now)
    # Whoever gave a seat up and comes back takes it anew.
    session.participations.filter(person__in=party.known, status__in=["excused", "revoked"]).delete()
    link = None if party.is_new else session.links.filter(family=family).first()
    new_links = [] if link else [AppointmentLink.objects.new_for(session, family, now=now)]
    participations = _participations(request, session, party, now)
    new = [*party.rows, *participations, *new_links, _booked(request, session, party, now)]
    number(new)
    agent_ids = list(session.appointment_agents.values_list("agent", flat=True))
    booking = Booking(session, family, link or new_links[0], participations=participations, agent_ids=agent_ids)
    with together():
        write(new)
        _say(request, booking, party, now)
    return booking


def check(request: BookingRequest, *, now: datetime) -> TypeRules:
    """What can be refused before any lock: the type, the window, the number of people."""
    organisation = request.location.organisation
    on = request.start.astimezone(ZoneInfo(request.location.zone)).date()
    rules = request.type.rules_for(organisation, on)
    if not request.who.persons:
        raise NobodyComes
    if not request.type.offered_at(organisation):
        raise NotBookable(Reason.TYPE_CLOSED)
    booker = Booker.AGENT if request.round else request.by.booker
    reason = why_not_in_window(rules, request.start, now, booker)
    if reason:
        raise NotBookable(reason)
    if request.attendees > request.type.max_attendees and not request.type.is_collective:
        raise NotBookable(Reason.TOO_MANY_PEOPLE)
    if request.overbooking_reason and request.by.booker is not Booker.AGENT:
        raise ReasonMissing
    return rules


def occupy(
    appointment: Appointment, choice: Choice, rules: SlotRules, *, reason: str = "", after: Sequence[Model] = ()
) -> None:
    """Write who receives and the busy time that it costs, `after` other new rows. The calendars are locked."""
    receiving = [
        AppointmentAgent(
            appointment=appointment, agent_id=part.agent, position=position, starts_at=part.start, ends_at=part.end
        )
        for position, part in enumerate(choice.parts)
    ]
    overbooked = {"is_overbooked": choice.is_overbooked, "overbooking_reason": reason if choice.is_overbooked else ""}
    busy = [
        Occupation(
            agent_id=part.agent,
            kind=OccupationKind.APPOINTMENT,
            appointment=appointment,
            starts_at=part.busy_start,
            ends_at=part.busy_end,
            **overbooked,
        )
        for part in choice.parts
    ]
    if choice.room_id:
        busy.append(
            Occupation(
                room_id=choice.room_id,
                kind=OccupationKind.APPOINTMENT,
                appointment=appointment,
                starts_at=appointment.starts_at - timedelta(minutes=rules.buffer_before),
                ends_at=appointment.ends_at + timedelta(minutes=rules.buffer_after),
            )
        )
    write([*after, *receiving, *busy])
    calendars.mark(choice.calendars, [(part.agent, part.busy_start, part.busy_end) for part in choice.parts])


def new_reference() -> str:
    """A short public reference that can be read aloud: "K7M4-2QXP"."""
    letters = [secrets.choice(ALPHABET) for _ in range(8)]
    return "".join(letters[:4]) + "-" + "".join(letters[4:])


def _place(request: BookingRequest, rules: SlotRules, now: datetime) -> Place:
    if request.hold and request.hold.expires_at <= now and request.hold.starts_at != request.start:
        raise HoldExpired
    agents, preferred = request.agents, []
    family = request.who.family
    if family is not None:
        own = followed_by(request.type, [family])
        if own and agents is None and request.by.booker is not Booker.AGENT:
            agents = own
        preferred = [*(own or ()), *continuity(family.pk, request.type.pk)]
    return Place(
        type=request.type,
        location=request.location,
        rules=rules,
        start=request.start,
        by=request.by,
        agents=agents,
        preferred=preferred,
        ignoring_hold=request.hold.pk if request.hold else None,
        ignoring_round=request.round.pk if request.round else None,
        over_offers=request.over_offers,
        overbooking=bool(request.overbooking_reason),
    )


def _party(request: BookingRequest, rules: TypeRules, now: datetime) -> Party:
    """Open or find the file, then ask whether these people are admitted that day (age, interval)."""
    party = party_of(request.who, organisation=request.location.organisation, service=request.type.service, now=now)
    persons = party.persons
    zone = ZoneInfo(request.location.zone)
    previous: dict[int | None, list[datetime]] = {person.pk: [] for person in persons}
    if rules.minimum_interval_days and party.known:
        others = Participation.objects.filter(
            person__in=party.known, appointment__type=request.type, status__in=["unknown", "seen"]
        )
        for person_id, starts_at in others.values_list("person_id", "appointment__starts_at"):
            previous[person_id].append(starts_at)
    attendees = [
        Attendee(person.birth_date, tuple(at.astimezone(zone).date() for at in previous[person.pk]))
        for person in persons
    ]
    reason = why_not_admitted(rules, attendees, request.start.astimezone(zone).date())
    if reason and not (request.by.booker is Booker.AGENT and reason is Reason.BIRTH_DATE_NEEDED):
        raise NotBookable(reason)
    return party


def _appointment(request: BookingRequest, rules: SlotRules, now: datetime) -> Appointment:
    location = request.location
    return Appointment(
        territory_id=location.organisation.territory_id,
        organisation=location.organisation,
        location=location,
        service=request.type.service,
        type=request.type,
        mode=request.type.mode,
        starts_at=request.start,
        ends_at=request.start + timedelta(minutes=rules.duration),
        capacity=request.attendees,
        seats_taken=request.attendees,
        visit_address=request.visit_address,
        reference=new_reference(),
        booked_at=now,
        booked_by=request.by.agent,
        channel=request.by.channel,
    )


def _participations(
    request: BookingRequest, appointment: Appointment, party: Party, now: datetime
) -> list[Participation]:
    """One for each person; the first one carries the name of the request."""
    return [
        Participation(
            appointment=appointment,
            family=party.family,
            person=person,
            created_at=now,
            request_key=request.request_key if position == 0 else None,
        )
        for position, person in enumerate(party.persons)
    ]


def _booked(request: BookingRequest, appointment: Appointment, party: Party, now: datetime) -> AppointmentEvent:
    start, people = request.start.isoformat(), len(party.persons)
    return history.entry(appointment, Verb.BOOKED, by=request.by, now=now, start=start, people=people)


def _say(request: BookingRequest, booking: Booking, party: Party, now: datetime) -> None:
    publish(
        AppointmentBooked(
            at=now,
            by=request.by,
            appointment=booking.appointment,
            family=party.family,
            participations=booking.participations,
            agent_ids=booking.agent_ids,
            contacts=party.contacts,
            is_new=party.is_new,
        )
    )
