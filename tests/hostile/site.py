"""Two départements, one of everything in the first: what addresses lead to, and what they must not."""

from datetime import timedelta
from typing import Any

from django.core import mail
from django.test import Client
from django.urls import reverse

from rdv.access.tokens import open_feed
from rdv.access.waiting import wait_token
from rdv.booking.hold import hold
from rdv.demo.models import DemoEmail, DemoSms
from rdv.models import AppointmentLink, Contact, FollowUpInvitation, Offer, OfferRound
from rdv.models.actor import Actor
from reminders.models import InboundMessage, OutboundMessage
from tests.access.test_url_roles import arguments
from tests.factories import NOW, World, appointment_type, opening
from tests.hostile.addresses import Address
from tests.web.agents.world import Office

PHONE = "33639980001"
NEIGHBOUR = "Voisin d’à côté"


class Site(Office):
    """The first territory, where requests arrive, with its neighbour; everything in it belongs to `NOW`."""

    def __init__(self) -> None:
        super().__init__()
        self.aged_type = appointment_type(self.territory, self.service, age_min_months=2, age_max_months=72)
        opening(self.other_agent, self.location, self.aged_type, day=self.day)
        self.link = AppointmentLink.objects.get(appointment=self.open)
        self.offer = self._offer()
        self.invitation = self._invitation()
        self.feed = open_feed(self.agent).rpartition("/")[2].removesuffix(".ics")
        self.sms = DemoSms.objects.create(sid="SMessai", phone=f"+{PHONE}", sender="36999", body="Bonjour", at=NOW)
        self.email = self._email()
        self.neighbour = World()
        self.foreign = self.neighbour.book(10)
        self._mark_the_neighbour()
        self.foreign_hold = hold(
            type=self.neighbour.type,
            location=self.neighbour.location,
            start=self.neighbour.at(11),
            attendees=1,
            holder="voisine",
            by=Actor.family(),
            now=NOW,
        )

    def known(self) -> dict[str, list[Any]]:
        """What the parameters of addresses may be, by their names; numbers that are not named are tried."""
        return {
            "type_slug": [self.type.slug],
            "name": ["lieu"],
            "provider": ["ovh"],
            "place": [self.location.pk],
            "token": [self.link.token, self.offer.token, self.invitation.token, wait_token(self.entry.pk)],
            "entry": [self.entry.pk],
            "secret": [self.feed],
            "digits": [PHONE],
            "account": ["ACtest"],
            "sid": [self.sms.sid],
            "index": [0],
            "day": [self.exception.day.isoformat()],
            "family_pk": [self.family.pk],
            "contact_pk": [self.family.contacts.get().pk],
            "person_pk": [self.family.persons.get().pk],
            "exception_pk": [self.exception.pk],
        }

    def numbers(self) -> list[int]:
        """The rows of this territory that an address may be about."""
        rows = [
            self.open, self.family, self.location, self.period, self.absence, self.entry, self.task, self.email,
            OutboundMessage.objects.get(key="essai"), InboundMessage.objects.get(provider_id="1"),
        ]  # fmt: skip
        return sorted({row.pk for row in rows})

    def strangers(self) -> list[int]:
        """Rows of the neighbour, or of nobody, that must not be reached from here."""
        other = self.neighbour
        rows = [
            other.type,
            other.location,
            other.agent,
            other.organisation,
            self.foreign.appointment,
            self.foreign.family,
        ]
        ours = {*self.numbers(), self.type.pk, self.agent.pk}
        return sorted({row.pk for row in rows} - ours)

    def family_at_the_form(self) -> Client:
        """A browser whose family has kept a slot and not said who it is yet."""
        client = Client()
        client.post(reverse("families:who", args=[self.type.slug]), {"count": "1"})
        address = reverse("families:hold", args=[self.type.slug, self.location.pk])
        client.post(address, {"debut": self.at(10).isoformat()})
        return client

    def tries(self, address: Address) -> list[dict[str, Any]]:
        """Values with which the address may lead somewhere; those of the workspace are known."""
        numbers = arguments(self, address.name.partition(":")[2]) if address.part == "agents" else ()
        if len(numbers) == len(address.takes):
            return [dict(zip(address.takes, numbers, strict=True))]
        return list(address.tries(self.known(), self.numbers()))

    def found(self, address: Address, works: Any) -> dict[str, Any] | None:
        """Values with which the address leads somewhere, as `works` says."""
        return next((values for values in self.tries(address) if works(values)), None)

    def _invitation(self) -> FollowUpInvitation:
        made = FollowUpInvitation.unsaved(
            territory=self.territory,
            family=self.family,
            person=self.family.persons.get(),
            type=self.type,
            location=self.location,
            window="enfant:m09",
            first_day=self.day,
            last_day=self.day,
            invited_at=NOW,
            expires_on=self.day,
        )
        made.save()
        return made

    def _offer(self) -> Offer:
        round_ = OfferRound.objects.create(
            territory=self.territory,
            type=self.type,
            location=self.location,
            agent=self.agent,
            starts_at=self.at(11),
            ends_at=self.at(11, 30),
            opened_at=NOW,
            next_batch_at=NOW + timedelta(hours=1),
            closes_at=self.at(9),
            seed=1,
        )
        offer = Offer.unsaved(
            round=round_,
            entry=self.entry,
            family=self.family,
            rank=1,
            batch=1,
            explanation={"priority": 0, "has_appointment": False, "waiting_since": NOW.isoformat(), "draw": 1},
            code="4F7",
            made_at=NOW,
            expires_at=NOW + timedelta(hours=1),
        )
        offer.save()
        return offer

    def _email(self) -> DemoEmail:
        message = mail.EmailMultiAlternatives(
            "Votre rendez-vous",
            "Mardi à 9 h",
            "Rendez-vous <rdv@demo.example>",
            ["sam@famille.example"],
            connection=mail.get_connection("rdv.demo.mail.MailboxBackend"),
        )
        message.attach_alternative("<p>Mardi à 9 h</p>", "text/html")
        message.attach("rendez-vous.ics", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "text/calendar")
        message.send()
        return DemoEmail.objects.get()

    def _mark_the_neighbour(self) -> None:
        """Everything of the neighbour has a name that must never be read here."""
        other = self.neighbour
        for row, field in (
            (other.territory, "name"),
            (other.organisation, "name"),
            (other.service, "name"),
            (other.location, "name"),
            (other.type, "public_label"),
            (other.agent, "last_name"),
            (self.foreign.family.contacts.get(), "last_name"),
            (self.foreign.appointment.participations.get().person, "first_name"),
        ):
            setattr(row, field, f"{NEIGHBOUR} {field}")
            row.save()

    def contact(self) -> Contact:
        return self.family.contacts.get()
