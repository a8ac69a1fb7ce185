"""From what planning decided to rows of the outbox and tasks: what the receivers and the periodic pass share."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rdv.models import Appointment, Contact, Offer, Participation
from reminders import outbox, todo
from reminders.audience import Told
from reminders.kinds import CALL, EMAIL, TABLE, Kind
from reminders.models import OutboundMessage, Task
from reminders.planning import Planned
from reminders.to_say import not_hers, to_say


@dataclass(frozen=True, slots=True)
class Subject:
    """What is being told of: an appointment at one version, or an offer.

    `stamp` tells apart two enrolments of a family in the same session; `context` goes into the rows.
    """

    appointment: Appointment | None = None
    offer: Offer | None = None
    stamp: str = ""
    context: dict[str, Any] = field(default_factory=dict)

    @property
    def territory_id(self) -> int:
        if self.offer is not None:
            return self.offer.round.territory_id
        if self.appointment is None:
            raise ValueError("a message tells of an appointment or of an offer")
        return self.appointment.territory_id

    @property
    def version(self) -> int:
        return self.appointment.sequence if self.appointment else 0

    @property
    def key(self) -> str:
        name = f"o{self.offer.pk}" if self.offer else f"a{self.appointment.pk if self.appointment else 0}"
        return f"{name}:v{self.version}{self.stamp}"


def stamp_of(participations: Iterable[Participation]) -> str:
    """What tells apart two enrolments of the same people: rows are made anew when somebody comes back."""
    first = min((row.pk for row in participations), default=None)
    return f"p{first}" if first else ""


def write(
    planned: Sequence[Planned], told: Told, subject: Subject, *, now: datetime
) -> tuple[list[OutboundMessage], list[Task]]:
    """Unsaved rows for what planning decided for one family; a call that is due is a task at once."""
    rows, tasks = [], []
    for one in planned:
        if one.channel == CALL and one.due_at <= now:
            tasks.append(call_task(one.kind, told, subject, now=now))
        else:
            rows.append(_row(one, told, subject, now))
    return rows, tasks


def call_task(kind: Kind, told: Told, subject: Subject, *, now: datetime, detail: str = "") -> Task:
    """Somebody has to tell this family by phone, or by letter; `detail` says in which words, else those of the kind."""
    rule = TABLE[kind]
    if rule.call is None:
        raise ValueError(f"{kind} is never told by phone")
    contact = next(iter(told.contacts.values()), None)
    appointment, offer = subject.appointment, subject.offer
    if appointment is not None and not detail:
        detail = to_say(kind, appointment, subject.context)
    if kind == Kind.OFFER_TAKEN and offer is not None:
        detail = not_hers(offer, now=now)
    return todo.new_task(
        kind=rule.call,
        key=f"{subject.key}:f{told.family_id}",
        territory=subject.territory_id,
        organisation=offer.round.location.organisation_id if offer else None,
        family=told.family_id,
        contact=contact,
        appointment=appointment,
        offer=offer,
        detail=detail,
        due_at=term(kind, appointment, offer),
        now=now,
    )


def term(kind: Kind, appointment: Appointment | None, offer: Offer | None) -> datetime | None:
    """Until when it is of use to call: who may no longer have a slot is told so while it is to come."""
    if offer is not None:
        return offer.round.starts_at if kind == Kind.OFFER_TAKEN else offer.expires_at
    return appointment.starts_at if appointment else None


def _row(one: Planned, told: Told, subject: Subject, now: datetime) -> OutboundMessage:
    contact = told.contacts.get(one.recipient.key) if one.recipient else None
    whom = one.recipient.key if one.recipient else f"f{told.family_id}"
    lead = f":d{one.lead}" if one.lead is not None else ""
    context = dict(subject.context)
    if one.lead is not None:
        context["lead"] = one.lead
    if one.at_any_hour:
        context["any_hour"] = True
    return OutboundMessage(
        territory_id=subject.territory_id,
        key=f"{one.kind}:{subject.key}:{whom}:{one.channel}{lead}",
        kind=one.kind,
        channel=one.channel,
        appointment=subject.appointment,
        offer=subject.offer,
        family_id=told.family_id,
        contact=contact,
        to=_address(contact, one),
        language=contact.language if contact else "fr",
        context=context,
        version=subject.version,
        **outbox.timing(one.kind, one.due_at, now, one.give_up_at),
    )


def _address(contact: Contact | None, one: Planned) -> str:
    if contact is None:
        return ""
    return contact.email if one.channel == EMAIL else contact.phone
