"""Turn claimed rows into what leaves: judged again, joined by day, written, stored, with their questions opened."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from rdv import moments
from rdv.models import EntryStatus
from reminders import fallback, loading, states
from reminders.audience import window_at
from reminders.kinds import CALL, EMAIL, SMS, TABLE, Kind
from reminders.loading import Batch, meeting_of
from reminders.models import Conversation, MessageState, OutboundMessage
from reminders.planning import Window
from reminders.providers.email import Email
from reminders.relevance import TOO_LATE, why_not
from reminders.texts import emails, rendering
from reminders.texts.facts import Meeting

MASK = "••••••"


@dataclass(frozen=True, slots=True)
class Ready:
    """A message whose text is stored and which may leave now. `text` is the SMS, `email` the e-mail."""

    message: OutboundMessage
    text: str = ""
    email: Email | None = None


def prepare(pks: list[int], *, now: datetime) -> list[Ready]:
    """What of these claimed rows leaves now; the others are dropped, put off, or handed to a person. One commit."""
    with transaction.atomic():
        batch = loading.load(pks)
        kept = [message for message in batch.messages if _leaves(message, now)]
        ready = [_write(message, batch, joined, now) for message, joined in _joined(kept)]
        OutboundMessage.objects.bulk_update(
            [one.message for one in ready], ["to", "body", "subject", "segments", "sender", "language"]
        )
        Conversation.objects.bulk_create(_questions(ready, now))
        return ready


def _leaves(message: OutboundMessage, now: datetime) -> bool:
    reason = why_not(message, now)
    if reason:
        states.advance(message, MessageState.DROPPED, reason=reason)
        return False
    if message.channel == CALL:
        fallback.call(message, now=now)
        states.advance(message, MessageState.DROPPED, reason="à dire par téléphone")
        return False
    if _channel_lost(message):
        fallback.another_way(message, now=now)
        states.advance(message, MessageState.DROPPED, reason="ce contact ne reçoit plus rien par cette voie")
        return False
    return _allowed_now(message, now)


def _allowed_now(message: OutboundMessage, now: datetime) -> bool:
    """Inside the hours of the place; else it waits for the morning, if it still serves then."""
    window = _window(message)
    if window is None or TABLE[Kind(message.kind)].at_any_hour or message.context.get("any_hour"):
        return True
    allowed = window.next(now)
    if allowed <= now:
        return True
    if allowed < message.give_up_at:
        states.advance(message, MessageState.PLANNED, next_try_at=allowed, claimed_at=None)
    else:
        fallback.call(message, now=now)
        states.advance(message, MessageState.DROPPED, reason=TOO_LATE)
    return False


def _window(message: OutboundMessage) -> Window | None:
    if message.appointment is not None:
        return window_at(message.appointment.location)
    return window_at(message.offer.round.location) if message.offer else None


def _channel_lost(message: OutboundMessage) -> bool:
    contact = message.contact
    if contact is None or TABLE[Kind(message.kind)].at_any_hour:
        return False
    return not (contact.can_get_sms if message.channel == SMS else contact.can_get_email)


def _joined(messages: list[OutboundMessage]) -> list[tuple[OutboundMessage, list[OutboundMessage]]]:
    """Reminders of one contact, one day and one way make one message: the first meeting carries the others."""
    together: dict[tuple[object, ...], list[OutboundMessage]] = defaultdict(list)
    for message in messages:
        meeting = meeting_of(message)
        if message.kind == Kind.REMINDER and meeting:
            day = moments.local(meeting.start, meeting.zone).date()
            together[message.contact_id, message.channel, day].append(message)
        else:
            together[message.pk,].append(message)
    result = []
    for group in together.values():
        group.sort(key=lambda message: (_start(message), message.pk))
        first, *others = group
        for other in others:
            states.advance(other, MessageState.SUPERSEDED, reason="dit dans le même message")
        apart = {other.appointment_id: other for other in others if other.appointment_id != first.appointment_id}
        result.append((first, list(apart.values())))
    return result


def _start(message: OutboundMessage) -> datetime:
    meeting = meeting_of(message)
    return meeting.start if meeting else message.due_at


def _write(message: OutboundMessage, batch: Batch, joined: list[OutboundMessage], now: datetime) -> Ready:
    meeting = meeting_of(message)
    context = _context(message, batch, joined, meeting)
    message.context = (
        {**message.context, "joined": [other.appointment_id for other in joined]} if joined else message.context
    )
    if message.channel == EMAIL:
        return _email(message, batch, meeting, context, now)
    message.to = message.contact.phone if message.contact and not _answers(message) else message.to
    message.sender = _sender(message, meeting)
    name = str(message.context.get("template") or message.kind)
    written = rendering.sms(name, language=message.language, meeting=meeting, context=context)
    message.body, message.segments = _kept(message, written.text), written.segments
    return Ready(message, text=written.text)


def _email(
    message: OutboundMessage, batch: Batch, meeting: Meeting | None, context: dict[str, object], now: datetime
) -> Ready:
    if message.contact is not None:
        message.to = message.contact.email
    elif message.agent is not None:
        message.to = message.agent.email or message.to
    email = emails.compose(message, meeting, link=batch.link(message), context=context, now=now)
    message.sender, message.subject, message.body = email.sender, email.subject, _kept(message, email.text)
    return Ready(message, email=email)


def _kept(message: OutboundMessage, text: str) -> str:
    """The text as it is kept: a code would open the family's page to whoever reads it here."""
    code = message.context.get("code") if message.kind == Kind.ACCESS_CODE else None
    return text.replace(str(code), MASK) if code else text


def _answers(message: OutboundMessage) -> bool:
    """Answers go back to the number that wrote, whatever the file says by now."""
    return message.kind in (Kind.RECEIPT, Kind.QUESTION)


def _sender(message: OutboundMessage, meeting: Meeting | None) -> str:
    neutral = meeting.service.neutral_sender if meeting and meeting.service.is_discreet else ""
    return neutral or message.territory.sms_sender or settings.TWILIO_SENDER


def _context(
    message: OutboundMessage, batch: Batch, joined: list[OutboundMessage], meeting: Meeting | None
) -> dict[str, object]:
    """What the template may use besides the meeting's own words; undefined names would hide a mistake."""
    context: dict[str, object] = {
        "link": batch.link(message),
        "site": settings.PUBLIC_URL,
        "phone": moments_phone(meeting, message),
        "asks": False,
        "count": 1 + len(joined),
        "others": "",
        "code": "",
        "deadline": "",
        "keeps": False,
        "leaves": True,
        "by_service": False,
        "collective": bool(message.appointment and message.appointment.is_collective),
    }
    context |= message.context
    extra = EXTRAS.get(Kind(message.kind))
    if extra:
        context |= extra(message, joined)
    return context


def moments_phone(meeting: Meeting | None, message: OutboundMessage) -> str:
    """The number to call, as people write it."""
    return (meeting.phone() if meeting else "") or message.territory.phone


def _of_reminder(message: OutboundMessage, joined: list[OutboundMessage]) -> dict[str, object]:
    rows = message.appointment.participations.all() if message.appointment else []
    confirmed = all(row.confirmed_at for row in rows if row.family_id == message.family_id)
    hours = [meeting.hour(message.language) for other in joined if (meeting := meeting_of(other))]
    return {"asks": not confirmed, "others": ", ".join(hours)}


def _of_offer(message: OutboundMessage, joined: list[OutboundMessage]) -> dict[str, object]:
    offer, meeting = message.offer, meeting_of(message)
    if offer is None or meeting is None:
        return {}
    deadline = Meeting(
        start=offer.expires_at,
        zone=meeting.zone,
        mode=meeting.mode,
        location=meeting.location,
        service=meeting.service,
    )
    return {"code": offer.code, "deadline": deadline.hour(message.language)}


def _of_lost_offer(message: OutboundMessage, joined: list[OutboundMessage]) -> dict[str, object]:
    entry = message.offer.entry if message.offer else None
    return {"keeps": bool(entry and entry.status == EntryStatus.WAITING and entry.current_appointment_id)}


EXTRAS: dict[Kind, Callable[[OutboundMessage, list[OutboundMessage]], dict[str, object]]] = {
    Kind.REMINDER: _of_reminder,
    Kind.OFFER: _of_offer,
    Kind.OFFER_TAKEN: _of_lost_offer,
}


def _questions(ready: list[Ready], now: datetime) -> list[Conversation]:
    """What the answers of these numbers will be tied to, known before the message can be answered."""
    asked = []
    for one in ready:
        message = one.message
        question = TABLE[Kind(message.kind)].asks
        if message.channel != SMS or question is None:
            continue
        expires = message.offer.expires_at if message.offer else (_start(message))
        others = [pk for pk in message.context.get("joined", [])]
        asked.append(
            Conversation(
                territory=message.territory,
                phone=message.to,
                question=question,
                appointment=message.appointment,
                family=message.family,
                offer=message.offer,
                options=[{"appointment": pk} for pk in [message.appointment_id, *others]] if others else [],
                asked_at=now,
                expires_at=expires,
            )
        )
    return asked
