"""Planned meetings become rows, written in bulk: appointments, agents, busy time, participations, history, links."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from rdv.booking.place import ALPHABET
from rdv.demo.world import names
from rdv.demo.world.agenda import Meeting, Part
from rdv.demo.world.base import World
from rdv.demo.world.families import Household
from rdv.demo.world.sessions import Session
from rdv.models import (
    ActorKind,
    Appointment,
    AppointmentAgent,
    AppointmentEvent,
    AppointmentLink,
    AppointmentType,
    Channel,
    Location,
    Occupation,
    OccupationKind,
    Participation,
    Person,
    Status,
    Verb,
)
from rdv.models.credentials import derived_token, hashed

BATCH = 1000
CHANNELS = ((Channel.WEB, 60), (Channel.AGENT, 25), (Channel.PHONE, 11), (Channel.API, 4))
OUTCOMES = ((Status.SEEN, 91), (Status.NOSHOW, 7), (Status.UNKNOWN, 2))
REASONS = ("Enfant malade", "Empêchement", "Rendez-vous trouvé ailleurs", "")


@dataclass(slots=True)
class Rows:
    """All rows of the agenda, in the order of their keys."""

    appointments: list[Appointment] = field(default_factory=list)
    agents: list[AppointmentAgent] = field(default_factory=list)
    occupations: list[Occupation] = field(default_factory=list)
    participations: list[Participation] = field(default_factory=list)
    events: list[AppointmentEvent] = field(default_factory=list)
    links: list[AppointmentLink] = field(default_factory=list)

    def save(self) -> None:
        """Appointments first: the others point to them."""
        Appointment.objects.bulk_create(self.appointments, batch_size=BATCH)
        AppointmentAgent.objects.bulk_create(self.agents, batch_size=BATCH)
        Occupation.objects.bulk_create(self.occupations, batch_size=BATCH)
        Participation.objects.bulk_create(self.participations, batch_size=BATCH)
        AppointmentEvent.objects.bulk_create(self.events, batch_size=BATCH)
        AppointmentLink.objects.bulk_create(self.links, batch_size=BATCH)


class Writer:
    """Turns meetings and sessions into rows."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rows = Rows()
        # When each agent's slot was given back, for the family that took it over.
        self._freed: dict[tuple[int, datetime], datetime] = {}

    def meeting(self, meeting: Meeting) -> None:
        """One family's appointment, with what has become of it."""
        world = self.world
        booked_at = self._taken_over_at(meeting) or self._booked_at(meeting.start)
        appointment = self._appointment(meeting.type, meeting.location, meeting.start, meeting.end, booked_at)
        appointment.capacity = appointment.seats_taken = len(meeting.persons)
        if meeting.type.mode == "home":
            street = f"{world.rng.randrange(1, 60)} {world.rng.choice(names.STREETS)}"
            appointment.visit_address = f"{street}, {meeting.location.postcode} {meeting.location.city}"
            household = meeting.household
            household.family.own_agent = household.family.own_agent or meeting.parts[0].agent
        self._set_status(appointment, meeting)
        self._agents(appointment, meeting.type, meeting.parts)
        for person in meeting.persons:
            self._enrol(appointment, meeting.household, person)
        self._link(appointment, meeting.household)
        self._history(appointment)

    def session(self, session: Session) -> None:
        """A collective appointment, made by its agents, with the seats taken in it."""
        booked_at = session.start - timedelta(days=75)
        appointment = self._appointment(session.type, session.location, session.start, session.end, booked_at)
        appointment.channel, appointment.booked_by = Channel.AGENT, session.agents[0]
        appointment.is_collective = True
        appointment.capacity, appointment.seats_taken = session.type.capacity, len(session.people)
        if appointment.ends_at < self.world.now:
            appointment.status = Status.SEEN
        self._agents(appointment, session.type, [Part(agent, session.start, session.end) for agent in session.agents])
        for household, person in session.people:
            self._enrol(appointment, household, person).created_at = self._booked_at(session.start)
            self._link(appointment, household)
        self._history(appointment)

    def _booked_at(self, start: datetime) -> datetime:
        latest = min(start - timedelta(hours=3), self.world.now - timedelta(minutes=20))
        return latest - timedelta(days=self.world.rng.triangular(0, 32, 6))

    def _taken_over_at(self, meeting: Meeting) -> datetime | None:
        """When the slot that another family gave back was booked again; None if nobody gave it back."""
        freed_at = self._freed.get((meeting.parts[0].agent.pk, meeting.start))
        if freed_at is None:
            return None
        later = freed_at + timedelta(minutes=self.world.rng.triangular(4, 900, 20))
        return min(later, meeting.start - timedelta(minutes=20), self.world.now - timedelta(minutes=1))

    def _appointment(
        self, type_: AppointmentType, location: Location, start: datetime, end: datetime, booked_at: datetime
    ) -> Appointment:
        rng = self.world.rng
        letters = "".join(rng.choices(ALPHABET, k=8))
        channel = rng.choices([code for code, _ in CHANNELS], [weight for _, weight in CHANNELS])[0]
        if type_.bookable_by != "everyone" and channel == Channel.WEB:
            channel = Channel.AGENT
        by_agent = channel in (Channel.AGENT, Channel.PHONE) and not type_.service.is_discreet
        appointment = Appointment(
            territory=self.world.territory,
            organisation=location.organisation,
            location=location,
            service=type_.service,
            type=type_,
            mode=type_.mode,
            starts_at=start,
            ends_at=end,
            uid=self.world.new_uuid(),
            reference=f"{letters[:4]}-{letters[4:]}",
            booked_at=booked_at,
            booked_by=self.world.secretaries[location.organisation_id] if by_agent else None,
            channel=channel if by_agent or channel in (Channel.WEB, Channel.API) else Channel.WEB,
        )
        self.rows.appointments.append(appointment)
        return appointment

    def _set_status(self, appointment: Appointment, meeting: Meeting) -> None:
        world = self.world
        if meeting.is_cancelled:
            appointment.status = Status.EXCUSED if world.chance(0.75) else Status.REVOKED
            appointment.is_late = appointment.status == Status.EXCUSED and world.chance(0.12)
            appointment.cancel_reason = world.rng.choice(REASONS) if appointment.status == Status.EXCUSED else ""
            latest = min(appointment.starts_at - timedelta(hours=3), world.now - timedelta(minutes=5))
            if appointment.is_late and appointment.starts_at < world.now:
                latest = appointment.starts_at - timedelta(minutes=40)
            appointment.is_late = appointment.is_late and appointment.starts_at < world.now
            appointment.cancelled_at = max(appointment.booked_at, latest - timedelta(days=world.rng.random() * 2))
            if appointment.is_late:
                appointment.cancelled_at = latest
            self._freed[meeting.parts[0].agent.pk, meeting.start] = appointment.cancelled_at
        elif appointment.ends_at < world.now:
            today = appointment.ends_at.astimezone(world.zone).date() == world.today
            outcomes = ((Status.SEEN, 40), (Status.UNKNOWN, 60)) if today else OUTCOMES
            appointment.status = world.rng.choices([s for s, _ in outcomes], [weight for _, weight in outcomes])[0]

    def _agents(self, appointment: Appointment, type_: AppointmentType, parts: list[Part]) -> None:
        before = timedelta(minutes=type_.buffer_before_minutes)
        after = timedelta(minutes=type_.buffer_after_minutes)
        for position, part in enumerate(parts):
            self.rows.agents.append(
                AppointmentAgent(
                    appointment=appointment, agent=part.agent, position=position, starts_at=part.start, ends_at=part.end
                )
            )
            if not appointment.is_cancelled:
                self.rows.occupations.append(
                    Occupation(
                        agent=part.agent,
                        kind=OccupationKind.APPOINTMENT,
                        appointment=appointment,
                        starts_at=part.start - before,
                        ends_at=part.end + after,
                    )
                )

    def _enrol(self, appointment: Appointment, household: Household, person: Person) -> Participation:
        near = timedelta(0) < appointment.starts_at - self.world.now < timedelta(days=3)
        confirmed = near and appointment.status == Status.UNKNOWN and self.world.chance(0.5)
        on = appointment.starts_at.astimezone(self.world.zone).date()
        if on <= self.world.today and (household.last_contact is None or household.last_contact < on):
            household.last_contact = on
        row = Participation(
            appointment=appointment,
            family=household.family,
            person=person,
            status=appointment.status,
            is_late=appointment.is_late,
            confirmed_at=self.world.ago(days=0.4) if confirmed else None,
            cancelled_at=appointment.cancelled_at,
            created_at=appointment.booked_at,
        )
        self.rows.participations.append(row)
        return row

    def _link(self, appointment: Appointment, household: Household) -> None:
        nonce = f"{self.world.rng.getrandbits(64):016x}"
        token_hash = hashed(derived_token("link", nonce))
        self.rows.links.append(
            AppointmentLink(
                appointment=appointment,
                family=household.family,
                nonce=nonce,
                token_hash=token_hash,
                created_at=appointment.booked_at,
            )
        )

    def _history(self, appointment: Appointment) -> None:
        by_family = appointment.booked_by is None
        self._event(appointment, Verb.BOOKED, appointment.booked_at, by_family=by_family)
        if appointment.cancelled_at:
            excused = appointment.status == Status.EXCUSED
            self._event(appointment, Verb.CANCELLED, appointment.cancelled_at, by_family=excused)
        elif appointment.status in (Status.SEEN, Status.NOSHOW):
            self._event(appointment, Verb.OUTCOME, appointment.ends_at, by_family=False, status=str(appointment.status))

    def _event(self, appointment: Appointment, verb: Verb, at: datetime, *, by_family: bool, **detail: str) -> None:
        agent = None if by_family else self.world.secretaries[appointment.organisation_id]
        kind = ActorKind.FAMILY if by_family else ActorKind.AGENT
        channel = Channel.AGENT if agent else Channel.WEB
        self.rows.events.append(
            AppointmentEvent(
                appointment=appointment,
                at=at,
                verb=verb,
                sequence=0,
                actor_kind=kind,
                agent=agent,
                channel=appointment.channel if verb == Verb.BOOKED else channel,
                detail=detail,
            )
        )
