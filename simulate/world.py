"""The rows that a simulation needs: one place, one agent per crowd, a full day, families that wait and their past."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from rdv.booking.book import book
from rdv.booking.openings import settle
from rdv.booking.people import ContactSpec, PersonSpec, Who
from rdv.booking.request import BookingRequest
from rdv.models import (
    Agent,
    Appointment,
    AppointmentType,
    Contact,
    EntryStatus,
    Family,
    HalfDay,
    Location,
    Notify,
    Offer,
    OfferRound,
    OfferStatus,
    OpeningPeriod,
    Organisation,
    Person,
    PhoneKind,
    Profession,
    RoundStatus,
    Service,
    Territory,
    WaitingListEntry,
)
from rdv.models.actor import Actor
from reminders.models import OutboundMessage
from simulate import parameters
from simulate.draw import PARIS
from simulate.parameters import CROWDS, Crowd

# A Thursday; the appointments that waiting families want earlier are on the next one.
DAY = date(2027, 1, 14)
NEXT = DAY + timedelta(days=7)
BEFORE = datetime(2027, 1, 4, 8, tzinfo=UTC)
HOURS = range(9, 17)


@dataclass(frozen=True, slots=True)
class Queue:
    """One crowd's type, its booked slots by hour, and its waiting families in the order of the list."""

    type: AppointmentType
    location: Location
    booked: dict[int, int]
    phones: Sequence[str]
    entries: Sequence[int]


def local(day: date, hour: int, minute: int = 0) -> datetime:
    """That hour of the place."""
    return datetime.combine(day, time(hour, minute), PARIS)


class World:
    """A territory of its own, with the number that its SMS come from."""

    def __init__(self, number: int, chance: random.Random, *, history: int = parameters.HISTORY) -> None:
        """Make the rows, committed; what is played on them is rolled back."""
        self.number, self.chance, self.history = number, chance, history
        self.territory = Territory.objects.create(
            slug=f"simulation-{number}", name="Val-d’Exemple", department_code="99", sms_sender=f"3699{number}"
        )
        organisation = Organisation.objects.create(
            territory=self.territory, slug="mds", name="MDS", phone="+33199000001"
        )
        service = Service.objects.create(territory=self.territory, slug="pmi", name="PMI")
        made = Location.objects.create(
            organisation=organisation, slug="lieu", name="Lieu", address="1 rue de l’Exemple", city="Exempleville"
        )
        self.location = Location.objects.select_related("organisation__territory").get(pk=made.pk)
        self.queues = {crowd: self._queue(position, crowd, service) for position, crowd in enumerate(CROWDS)}
        # What was said of all this is not what is measured.
        OutboundMessage.objects.filter(territory=self.territory).delete()

    def _queue(self, position: int, crowd: Crowd, service: Service) -> Queue:
        type_ = AppointmentType.objects.create(
            territory=self.territory,
            service=service,
            slug=f"motif-{position}",
            public_label="Consultation",
            duration_minutes=30,
            grid_minutes=30,
        )
        type_ = AppointmentType.objects.with_rules().get(pk=type_.pk)
        agent = Agent.objects.create_user(
            territory=self.territory,
            email=f"agent{position}.{self.number}@exemple.test",
            first_name="Agent",
            last_name=f"{position}",
            profession=Profession.CHILD_NURSE,
            notify=Notify.NONE,
        )
        for day in (DAY, NEXT):
            period = OpeningPeriod.objects.create(
                agent=agent, location=self.location, first_day=day, start_time=time(9), end_time=time(18)
            )
            period.types.set([type_])
            settle([period], now=BEFORE)
        booked = {
            hour: self._book(type_, local(DAY, hour), self._stranger(f"{position}{hour:02}")).pk for hour in HOURS
        }
        families = [self._family(f"{position}9{number:02}") for number in range(crowd.families)]
        entries = [self._entry(type_, family, number) for number, family in enumerate(families)]
        self._remember(type_, agent, families[0], entries[0], crowd)
        phones = [family.contacts.get().phone for family in families]
        return Queue(type_, self.location, booked, phones, [entry.pk for entry in entries])

    def _book(self, type_: AppointmentType, start: datetime, who: Who) -> Appointment:
        request = BookingRequest(type=type_, location=self.location, start=start, who=who, by=Actor.family())
        return book(request, now=BEFORE).appointment

    def _stranger(self, number: str) -> Who:
        contact = ContactSpec("Sam", "Exemple", self._phone(number), PhoneKind.MOBILE)
        return Who([PersonSpec("Noé", birth_date=date(2026, 6, 1))], contact=contact)

    def _phone(self, number: str) -> str:
        return f"+3363998{number:>04}"

    def _family(self, number: str) -> Family:
        made = Family.objects.create(territory=self.territory, created_at=BEFORE, last_contact_at=BEFORE)
        phone = self._phone(number)
        Contact.objects.create(
            family=made, first_name="Alix", last_name="Exemple", phone=phone, phone_kind=PhoneKind.MOBILE
        )
        Person.objects.create(family=made, first_name="Léa", last_name="Exemple", birth_date=date(2026, 6, 1))
        return made

    def _entry(self, type_: AppointmentType, family: Family, number: int) -> WaitingListEntry:
        """Some have an appointment a week later, some come on certain half-days alone."""
        chance, current = self.chance, None
        if chance.random() < parameters.HAVE_AN_APPOINTMENT and number < 2 * len(HOURS):
            people = [PersonSpec(p.first_name, p.last_name, p.birth_date, pk=p.pk) for p in family.persons.all()]
            start = local(NEXT, HOURS[number // 2], 30 * (number % 2))
            current = self._book(type_, start, Who(people, family=family))
        particular = chance.random() < parameters.PARTICULAR
        made = WaitingListEntry.objects.create(
            territory=self.territory,
            family=family,
            contact=family.contacts.get(),
            type=type_,
            any_location=True,
            any_half_day=not particular,
            half_days=sorted(chance.sample([str(one) for one in HalfDay], 5)) if particular else [],
            notice_minutes=chance.choice([0, 60, 120]),
            current_appointment=current,
            waiting_since=BEFORE - timedelta(days=chance.randint(1, 60), minutes=number),
        )
        made.persons.set(family.persons.all())
        return made

    def _remember(
        self, type_: AppointmentType, agent: Agent, family: Family, entry: WaitingListEntry, crowd: Crowd
    ) -> None:
        """Offers of the months before, accepted as this crowd accepts, by a family that waits no more."""
        gone = WaitingListEntry.objects.create(
            territory=self.territory,
            family=family,
            contact=entry.contact,
            type=type_,
            status=EntryStatus.FULFILLED,
            waiting_since=BEFORE,
        )
        past = BEFORE - timedelta(days=30)
        rounds = OfferRound.objects.bulk_create(
            OfferRound(
                territory=self.territory,
                type=type_,
                location=self.location,
                agent=agent,
                status=RoundStatus.OVER,
                starts_at=past + timedelta(hours=24 + n),
                ends_at=past + timedelta(hours=25 + n),
                opened_at=past,
                next_batch_at=past,
                closes_at=past,
                closed_at=past,
                seed=n,
            )
            for n in range(self.history)
        )
        Offer.objects.bulk_create(
            Offer.unsaved(
                round=one,
                entry=gone,
                family=family,
                rank=1,
                batch=1,
                code="2A2",
                made_at=past,
                expires_at=past,
                status=OfferStatus.ACCEPTED if self.chance.random() < crowd.acceptance else OfferStatus.EXPIRED,
                answered_at=past,
            )
            for one in rounds
        )
