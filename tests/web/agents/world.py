"""A team at work: both sides of the discreet wall, one person for each role, and one of everything a page shows."""

from datetime import timedelta

from django.test import Client

from rdv.booking.sessions import open_session
from rdv.models import (
    Absence,
    Agent,
    AppointmentType,
    Location,
    Offer,
    OfferRound,
    OfferStatus,
    OpeningException,
    OpeningPeriod,
    Role,
    RoundStatus,
    WaitingListEntry,
)
from rdv.models.actor import Actor
from reminders.models import InboundMessage, OutboundMessage, Task, TaskKind
from tests.access.test_scope import Walls
from tests.factories import NOW, agent, appointment_type, organisation

PASSWORD = "une phrase bien longue"


class Office(Walls):
    """Everything of `Walls`, with people who log in, a workshop, tasks, messages and a waiting family."""

    def __init__(self) -> None:
        super().__init__()
        self.people = {
            "agent": self.agent,
            "secretary": self.person(Role.SECRETARY, is_practitioner=False),
            "admin": self.person(Role.ADMIN),
            "territory": self.person(Role.ADMIN, is_territory_admin=True),
            "prescriber": self.person(Role.PRESCRIBER, services=[], is_practitioner=False),
            "elsewhere": agent(organisation(self.territory), services=[self.service]),
        }
        self.family = self.open.participations.get().family
        self.walled_family = self.walled.participations.get().family
        self.workshop_type = self._workshop_type()
        self.workshop = open_session(
            type=self.workshop_type,
            location=self.location,
            agents=[self.people["admin"]],
            start=self.at(14),
            by=Actor.of(self.agent),
            now=NOW,
        )
        self.period = OpeningPeriod.objects.get(agent=self.agent)
        self.exception = OpeningException.objects.create(period=self.period, day=self.day + timedelta(days=7))
        self.absence = Absence.objects.create(
            agent=self.agent, starts_at=self.at(15), ends_at=self.at(16), label="Réunion d’équipe"
        )
        self.entry = self._waiting(self.type)
        self.round = self._ended_round()
        self.offer = self._unanswered()
        self.task = self._task("1")
        self._said()

    def client(self, who: str | Agent) -> Client:
        """A browser in which this person has logged in."""
        client = Client()
        client.force_login(self.people[who] if isinstance(who, str) else who)
        return client

    def place(self) -> Location:
        return Location.objects.select_related("organisation__territory").get(pk=self.location.pk)

    def _workshop_type(self) -> AppointmentType:
        return appointment_type(
            self.territory, self.service, public_label="Atelier massage", is_collective=True, capacity=8
        )

    def _waiting(self, type_: AppointmentType) -> WaitingListEntry:
        entry = WaitingListEntry.objects.create(
            territory=self.territory,
            family=self.family,
            contact=self.family.contacts.get(),
            type=type_,
            any_location=True,
            waiting_since=NOW,
        )
        entry.persons.set(self.family.persons.all())
        return entry

    def _ended_round(self) -> OfferRound:
        """A slot of this morning that nobody took."""
        return OfferRound.objects.create(
            territory=self.territory,
            type=self.type,
            location=self.location,
            agent=self.agent,
            starts_at=NOW,
            ends_at=NOW + timedelta(minutes=30),
            status=RoundStatus.EXHAUSTED,
            opened_at=NOW - timedelta(hours=8),
            next_batch_at=NOW,
            closes_at=NOW - timedelta(hours=2),
            seed=1,
        )

    def _unanswered(self) -> Offer:
        """That slot, as it was offered to the waiting family."""
        offer = Offer.unsaved(
            round=self.round,
            entry=self.entry,
            family=self.family,
            rank=1,
            batch=1,
            code="2A7",
            status=OfferStatus.EXPIRED,
            made_at=NOW - timedelta(hours=8),
            expires_at=NOW - timedelta(hours=2),
        )
        offer.save()
        return offer

    def _task(self, key: str) -> Task:
        return Task.objects.create(
            territory=self.territory,
            organisation=self.organisation,
            kind=TaskKind.CALL_REMINDER,
            key=key,
            family=self.family,
            contact=self.family.contacts.get(),
            appointment=self.open,
            created_at=NOW,
        )

    def _said(self) -> None:
        OutboundMessage.objects.create(
            territory=self.territory,
            key="essai",
            kind="confirmation",
            channel="sms",
            appointment=self.open,
            family=self.family,
            contact=self.family.contacts.get(),
            to=self.family.contacts.get().phone,
            body="RDV mar. 12/01 à 9h00",
            state="sent",
            due_at=NOW,
            sent_at=NOW,
            next_try_at=NOW,
            give_up_at=self.at(9),
            created_at=NOW,
        )
        InboundMessage.objects.create(
            territory=self.territory,
            provider="console",
            provider_id="1",
            sender=self.family.contacts.get().phone,
            body="Oui merci",
            received_at=NOW,
            family=self.family,
            appointment=self.open,
        )
