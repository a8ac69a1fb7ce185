"""When a way is closed: the other one, else a person. Families are never left without a word."""

from datetime import datetime

from rdv.models import Contact
from reminders import contacts, loading, outbox, todo
from reminders.kinds import EMAIL, SMS, TABLE, Audience, Kind
from reminders.models import MessageChannel, MessageState, OutboundMessage, Task, TaskKind
from reminders.providers.base import Problem
from reminders.to_say import not_hers
from reminders.writing import term

DEAD = (MessageState.FAILED, MessageState.DROPPED, MessageState.SUPERSEDED)


def another_way(message: OutboundMessage, *, now: datetime) -> None:
    """Say it by the contact's other channel if it has one, unless that is being done already; else have it called."""
    contact = message.contact
    other = EMAIL if message.channel == SMS else SMS
    rule = TABLE[Kind(message.kind)]
    if message.kind == Kind.REPLY_BY_AGENT:
        call(message, now=now)
    if contact is None or rule.audience != Audience.FAMILY:
        return
    key = message.key.replace(f":{message.channel}", f":{other}", 1)
    tried = set(OutboundMessage.objects.filter(key=key).values_list("state", flat=True))
    if tried - set(DEAD):
        return
    # What failed by the other way too is not written twice: its key is taken.
    if not tried and other in rule.channels and _can(contact, other):
        outbox.enqueue([_copy(message, other, key, now)], now=now)
    else:
        call(message, now=now)


def by_email(message: OutboundMessage, *, now: datetime) -> bool:
    """Whether an e-mail says it instead, written now if it was not already."""
    contact = message.contact
    if contact is None or not contact.can_get_email or EMAIL not in TABLE[Kind(message.kind)].channels:
        return False
    another_way(message, now=now)
    return True


def call(message: OutboundMessage, *, now: datetime, kind: TaskKind | None = None, detail: str = "") -> None:
    """Ask a person to tell it, and what it was to say besides, if such things are told by phone."""
    if message.kind == Kind.REPLY_BY_AGENT:
        _back_to_its_author(message, detail, now)
        return
    wanted = kind or TABLE[Kind(message.kind)].call
    if wanted is None or message.family_id is None:
        return
    for other in loading.joined(message):
        call(other, now=now, kind=kind, detail=detail)
    appointment, offer, entry = message.appointment, message.offer, message.context.get("entry")
    # The key of writing.Subject: what is to be called from the start is not asked for twice.
    subject = f"{f'o{offer.pk}' if offer else f'a{message.appointment_id}'}:v{message.version}"
    if message.kind == Kind.OFFER_TAKEN and offer and not detail:
        detail = not_hers(offer, now=now)
    todo.open_task(
        kind=wanted,
        key=f"w{entry}" if entry else f"{subject}:f{message.family_id}",
        territory=message.territory_id,
        organisation=offer.round.location.organisation_id if offer else None,
        family=message.family_id,
        contact=message.contact_id or _first_contact(message.family_id),
        appointment=appointment,
        offer=offer,
        entry=entry,
        detail=detail,
        due_at=term(Kind(message.kind), appointment, offer),
        now=now,
    )


def refused(message: OutboundMessage, problem: Problem, *, now: datetime) -> None:
    """A permanent refusal: mark the number or the address, ask a person about it, and say the thing another way."""
    if message.channel == EMAIL:
        contacts.mark_email(message.to, problem)
    else:
        contacts.mark_phone(message.to, problem, now=now)
    asked = contacts.PHONE_TASKS.get(problem)
    if message.contact is not None:
        message.contact.refresh_from_db()
    if asked and message.contact is not None:
        todo.open_task(
            kind=asked,
            key=f"c{message.contact.pk}",
            territory=message.territory_id,
            organisation=message.appointment.organisation_id if message.appointment else None,
            family=message.family_id,
            contact=message.contact,
            detail=message.to,
            now=now,
        )
    another_way(message, now=now)


def _back_to_its_author(message: OutboundMessage, why: str, now: datetime) -> None:
    """What somebody wrote to a family, and that it did not get, is on his desk again, with what he wrote."""
    begun = Task.objects.select_related("reply").filter(pk=message.context.get("task")).first()
    task = todo.new_task(
        kind=TaskKind.UNCERTAIN,
        key=f"m{message.pk}",
        territory=message.territory_id,
        organisation=begun.organisation_id if begun else None,
        family=message.family_id,
        contact=message.contact_id,
        appointment=message.appointment,
        reply=begun.reply if begun else None,
        detail=f"{why or 'Votre SMS n’est pas arrivé'} : {message.body or message.context.get('words', '')}",
        now=now,
    )
    task.assigned_to_id, task.assigned_at = message.context.get("by"), now
    todo.open_tasks([task])


def _can(contact: Contact, channel: MessageChannel) -> bool:
    return contact.can_get_sms if channel == SMS else contact.can_get_email


def _copy(message: OutboundMessage, channel: MessageChannel, key: str, now: datetime) -> OutboundMessage:
    contact = message.contact
    return OutboundMessage(
        territory_id=message.territory_id,
        key=key,
        kind=message.kind,
        channel=channel,
        appointment=message.appointment,
        offer=message.offer,
        family_id=message.family_id,
        contact=contact,
        to=(contact.email if channel == EMAIL else contact.phone) if contact else "",
        language=message.language,
        context=message.context,
        version=message.version,
        **outbox.timing(Kind(message.kind), now, now, message.give_up_at),
    )


def _first_contact(family_id: int) -> int | None:
    known = Contact.objects.filter(family=family_id, may_be_told=True).order_by("pk")
    return known.values_list("pk", flat=True).first()
