"""Every message of the table, written by the real code for one family, one place and one hour."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from rdv.access.waiting import wait_token
from rdv.models import (
    Appointment,
    AppointmentLink,
    AppointmentType,
    Contact,
    Family,
    FollowUpInvitation,
    Location,
    Offer,
    OfferRound,
    Participation,
    WaitingListEntry,
)
from reminders import loading, wording
from reminders.kinds import EMAIL, TABLE, Audience, Kind
from reminders.models import OutboundMessage
from tests import factories as make
from tests.factories import NOW, paris

START = paris(datetime(2027, 1, 14, tzinfo=UTC).date(), 14, 30)
TOKEN = "abcdefghijklmnop"
OFFERED = (Kind.OFFER, Kind.OFFER_TAKEN)
WAITING, ENTRY = (Kind.WAITING, Kind.STILL_WAITING), 41
ALONE = (*WAITING, Kind.INVITATION, Kind.TRIAL, Kind.ACCESS_CODE, Kind.AGENT_ABSENT)


@dataclass
class Scene:
    """The world of the golden texts: names, dates and numbers never change."""

    location: Location = field(init=False)
    type: AppointmentType = field(init=False)
    family: Family = field(init=False)
    appointment: Appointment = field(init=False)
    offer: Offer = field(init=False)
    invitation: FollowUpInvitation = field(init=False)

    def __post_init__(self) -> None:
        territory = make.territory(name="Val-d’Exemple", email_sender="Rendez-vous PMI <rdv@exemple.test>")
        self.organisation = make.organisation(territory, name="MDS du Centre", phone="+33199000001")
        self.location = make.location(
            self.organisation,
            name="Maison des solidarités du Centre",
            short_name="MDS Centre",
            address="3 rue des Lilas",
            postcode="99000",
            city="Exempleville",
        )
        self.agent = make.agent(self.organisation, email="agent@exemple.test")
        self.type = make.appointment_type(territory)
        self.family = make.family(territory, email="sam@exemple.test")
        self.appointment = self._appointment()
        self.offer = self._offer()
        self.invitation = self._invitation()

    @property
    def contact(self) -> Contact:
        return self.family.contacts.get()

    def _appointment(self, **values: Any) -> Appointment:
        made = Appointment.objects.create(
            territory=self.organisation.territory,
            organisation=self.organisation,
            location=self.location,
            service=self.type.service,
            type=self.type,
            starts_at=START,
            ends_at=START + (paris(START.date(), 15) - paris(START.date(), 14, 30)),
            reference=f"REF{Appointment.objects.count()}",
            uid="00000000-0000-4000-8000-000000000001",
            booked_at=NOW,
            **values,
        )
        person = self.family.persons.get()
        Participation.objects.create(appointment=made, family=self.family, person=person, created_at=NOW)
        AppointmentLink.objects.create(
            appointment=made, family=self.family, nonce="golden", token_hash="golden", created_at=NOW
        )
        return made

    def _invitation(self) -> FollowUpInvitation:
        made = FollowUpInvitation.unsaved(
            territory=self.organisation.territory,
            family=self.family,
            person=self.family.persons.get(),
            type=self.type,
            window="enfant:m09",
            first_day=START.date(),
            last_day=START.date(),
            invited_at=NOW,
            expires_on=START.date(),
        )
        made.save()
        return made

    def _offer(self) -> Offer:
        entry = WaitingListEntry.objects.create(
            territory=self.organisation.territory,
            family=self.family,
            contact=self.contact,
            type=self.type,
            any_location=True,
            waiting_since=NOW,
        )
        round_ = OfferRound.objects.create(
            territory=self.organisation.territory,
            type=self.type,
            location=self.location,
            agent=self.agent,
            starts_at=START,
            ends_at=START,
            opened_at=NOW,
            next_batch_at=NOW,
            closes_at=START,
            seed=1,
        )
        offer = Offer.unsaved(
            round=round_, entry=entry, family=self.family, rank=1, batch=1, code="4F7", made_at=NOW,
            expires_at=paris(NOW.date(), 9, 40),
        )  # fmt: skip
        offer.save()
        return offer

    def write(self, kind: Kind, channel: str, *, language: str = "fr", **context: Any) -> wording.Ready:
        """One message, as dispatch would write it."""
        if kind == Kind.INVITATION:
            context = {"invitation": self.invitation.pk, **context}
        if kind in WAITING:
            context = {"entry": ENTRY, **context}
        about = kind not in (*OFFERED, *ALONE)
        row = OutboundMessage.objects.create(
            territory=self.organisation.territory,
            key=f"{kind}:{channel}:{OutboundMessage.objects.count()}",
            kind=kind,
            channel=channel,
            appointment=self.appointment if about else None,
            offer=self.offer if kind in OFFERED else None,
            family=self.family,
            contact=self.contact if TABLE[kind].audience is Audience.FAMILY else None,
            agent=self.agent if TABLE[kind].audience is Audience.AGENT else None,
            to=self.contact.email if channel == EMAIL else self.contact.phone,
            language=language,
            context=context,
            due_at=NOW,
            next_try_at=NOW,
            give_up_at=START,
            created_at=NOW,
        )
        batch = loading.load([row.pk])
        return wording.write(batch.messages[0], batch, [], now=NOW)

    def still(self, text: str) -> str:
        """The text with its tokens, which are drawn at random, made the same each time."""
        link = self.appointment.links.get().token
        return (
            text.replace(wait_token(ENTRY), f"{ENTRY}-{TOKEN}")
            .replace(link, TOKEN)
            .replace(self.offer.token, TOKEN)
            .replace(self.invitation.token, TOKEN)
        )
