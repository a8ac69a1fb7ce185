"""A few words from somebody of the service to one number: checked, counted, written into the outbox.

It leaves within the hours of messages, opens a conversation, and the next reply comes back to the desk.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from rdv.models import Agent, Contact, PhoneKind
from rdv.models.text import one_line
from reminders import desk, outbox
from reminders.inbound.answers import is_number
from reminders.kinds import SMS, Kind
from reminders.models import OutboundMessage, Task
from reminders.texts import gsm7

MOST_SEGMENTS = 2
# How long an answer is tied to what somebody wrote, unless something else is asked meanwhile.
ANSWERED_WITHIN = timedelta(days=3)

NO_NUMBER = "Aucun numéro n’est connu pour cette famille."
LANDLINE = "C’est un téléphone fixe : il ne reçoit pas de SMS."
STOPPED = "Cette personne ne veut plus de SMS (STOP)."
TO_CHECK = "Ce numéro est à vérifier : rien n’y est envoyé."
NOT_TOLD = "Ce contact n’est pas à prévenir."
EMPTY = "Écrivez votre message."
TOO_LONG = f"Ce message est trop long\u00a0: {MOST_SEGMENTS} SMS au plus."


class SmsRefusedError(desk.DeskError):
    """Nothing was written; `text` says why."""

    code = "sms_refused"


@dataclass(frozen=True, slots=True)
class Draft:
    """A text as it would leave, and what it costs."""

    text: str
    length: gsm7.SmsLength

    @property
    def refusal(self) -> str:
        """Why it can't leave as it is; empty when it can."""
        if not self.text:
            return EMPTY
        return TOO_LONG if self.length.segments > MOST_SEGMENTS else ""

    @property
    def left(self) -> int:
        """How many signs more would fit; negative beyond."""
        alone, part = (gsm7.GSM7_ALONE, gsm7.GSM7_PART) if self.is_plain else (gsm7.UCS2_ALONE, gsm7.UCS2_PART)
        most = alone if MOST_SEGMENTS == 1 else part * MOST_SEGMENTS
        return most - self.length.units

    @property
    def is_plain(self) -> bool:
        """Whether it needs no alphabet of 70 signs by SMS."""
        return self.length.encoding == "gsm7"


@dataclass(frozen=True, slots=True)
class Addressee:
    """Which number is written to, whose it is in the files, and why it must not be."""

    phone: str
    contact: Contact | None = None
    refusal: str = ""


def draft(typed: str) -> Draft:
    """What was typed, on one line and in the alphabet of SMS if its letters allow it. Pure."""
    text = gsm7.transliterate(one_line(typed))
    return Draft(text, gsm7.count(text))


def addressee(task: Task) -> Addressee:
    """The number that wrote, else the contact's of the task, else the first of the family who may be told."""
    known = list(task.family.contacts.all()) if task.family else []
    wrote = task.reply.sender if task.reply else ""
    if is_number(wrote):
        contact = next((one for one in known if one.phone == wrote), None)
        return _judged(wrote, contact)
    known.sort(key=lambda one: (one.pk != task.contact_id, not one.may_be_told, not one.can_get_sms, one.pk))
    contact = task.contact or next(iter(known), None)
    return _judged(contact.phone if contact else "", contact)


def leaves_at(task: Task, now: datetime) -> datetime:
    """When an SMS written now leaves: at once, or when the hours of messages begin."""
    window = task.appointment.location.sending if task.appointment else task.territory.sending
    return window.next(now)


def send(task: Task, *, typed: str, by: Agent, now: datetime) -> OutboundMessage:
    """Write it down to be sent; sent twice within the hour, by a double click, it is said once.

    Who writes about what nobody has takes it. Raises SmsRefusedError, AlreadyDoneError.
    """
    said, whom = draft(typed), addressee(task)
    refusal = whom.refusal or said.refusal
    if refusal:
        raise SmsRefusedError(refusal)
    row = _row(task, whom, said, by, now)
    with transaction.atomic(durable=True):
        outbox.enqueue([row], now=now)
        desk.take_if_free(task, by=by, now=now)
    return row


def _row(task: Task, whom: Addressee, said: Draft, by: Agent, now: datetime) -> OutboundMessage:
    digest = hashlib.sha256(said.text.encode()).hexdigest()[:12]
    due = leaves_at(task, now)
    discreet = task.family.discreet_service if task.family else None
    return OutboundMessage(
        territory=task.territory,
        key=f"{Kind.REPLY_BY_AGENT}:t{task.pk}:g{by.pk}:{now:%Y%m%d%H}:{digest}",
        kind=Kind.REPLY_BY_AGENT,
        channel=SMS,
        appointment=task.appointment,
        family=task.family,
        contact=whom.contact,
        to=whom.phone,
        language=whom.contact.language if whom.contact else "fr",
        context={
            "words": said.text,
            "task": task.pk,
            "by": by.pk,
            "author": by.full_name,
            "until": (due + ANSWERED_WITHIN).isoformat(),
            "sender": discreet.neutral_sender if discreet else "",
        },
        **outbox.timing(Kind.REPLY_BY_AGENT, due, now),
    )


def _judged(phone: str, contact: Contact | None) -> Addressee:
    """The reasons that nobody may pass over; somebody else with the same telephone may have stopped it."""
    refusal = ""
    if not is_number(phone):
        refusal = NO_NUMBER
    elif outbox.has_stopped(phone):
        refusal = STOPPED
    elif contact is not None and not contact.may_be_told:
        refusal = NOT_TOLD
    elif contact is not None and contact.phone_kind != PhoneKind.MOBILE:
        refusal = LANDLINE
    elif contact is not None and not contact.can_get_sms:
        refusal = TO_CHECK
    return Addressee(phone, contact, refusal)
