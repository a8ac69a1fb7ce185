"""What is answered to a reply: at most one SMS, and never many to one number."""

import re
from datetime import datetime, timedelta

from rdv.models import Appointment, Contact, Family, Offer
from reminders import outbox
from reminders.inbound.situation import Candidate, Situation
from reminders.kinds import SMS, Kind
from reminders.models import InboundMessage, MessageState, OutboundMessage

DAY = timedelta(days=1)
MOST_A_DAY = 8
"""Answers to one number in a day: two machines that answer each other stop there."""

AGAIN = frozenset(
    {"question_repeat", "question_which_again", "question_move_again", "question_offer", "question_waiting"}
)
"""The texts that begin with "Nous n'avons pas compris"."""

_NUMBER = re.compile(r"\+\d{8,15}")
# Those that a person needs once, whatever is written again.
_ONCE_A_DAY = frozenset(
    {"receipt_unknown", "receipt_no_appointment", "receipt_gone", "receipt_forwarded", "receipt_invitation_link"}
)


def receipt(situation: Situation, template: str, *, now: datetime, about: Candidate | None = None) -> bool:
    """Say that a reply was taken into account."""
    return _say(situation, Kind.RECEIPT, template, now=now, about=about)


def receipt_of_offer(
    situation: Situation, template: str, offer: Offer, *, now: datetime, context: dict[str, object] | None = None
) -> bool:
    """Say what became of an offer, of whose slot the text speaks."""
    return _say(situation, Kind.RECEIPT, template, now=now, offer=offer, context=context)


def receipt_of_invitation(situation: Situation, template: str, *, now: datetime) -> bool:
    """Answer about the invitation that the reply is about: its link, and whether an appointment stands besides."""
    if situation.invited is None:
        raise ValueError("there is an invitation to speak of")
    invitation = situation.invited.invitation
    context: dict[str, object] = {"invitation": invitation.pk, "keeps": bool(situation.candidates)}
    return _say(situation, Kind.RECEIPT, template, now=now, family=invitation.family, context=context)


def question(
    situation: Situation,
    template: str,
    *,
    now: datetime,
    about: Candidate | None = None,
    offer: Offer | None = None,
    context: dict[str, object] | None = None,
) -> bool:
    """Ask something; False when it is not asked, so that no answer is waited for."""
    return _say(situation, Kind.QUESTION, template, now=now, about=about, offer=offer, context=context)


def _say(
    situation: Situation,
    kind: Kind,
    template: str,
    *,
    now: datetime,
    about: Candidate | None = None,
    offer: Offer | None = None,
    family: Family | None = None,
    context: dict[str, object] | None = None,
) -> bool:
    reply = situation.reply
    if not is_number(reply.sender) or _said_enough(reply, template, now):
        return False
    family = family or (about.family if about else (offer.family if offer else None))
    return outbox.say(
        kind=kind,
        template=template,
        territory=situation.territory,
        phone=reply.sender,
        now=now,
        reply=reply,
        contact=_contact(situation, family),
        family=family or _only_family(situation),
        appointment=about.appointment if about else None,
        offer=offer,
        language=situation.language,
        context=context,
    )


def is_number(sender: str) -> bool:
    """Whether it can be written to: an operator or a shop signs with its name."""
    return _NUMBER.fullmatch(sender) is not None


def _said_enough(reply: InboundMessage, template: str, now: datetime) -> bool:
    answers = OutboundMessage.objects.filter(
        to=reply.sender, kind__in=[Kind.RECEIPT, Kind.QUESTION], created_at__gt=now - DAY
    )
    said = list(answers.values_list("context__template", flat=True)[:MOST_A_DAY])
    if template == "receipt_stopped":
        return template in said
    return len(said) >= MOST_A_DAY or (template in _ONCE_A_DAY and template in said)


def _only_family(situation: Situation) -> Family | None:
    """The one file that knows the number: what is said is read there, though it be said to the number alone."""
    families = {contact.family_id: contact.family for contact in situation.contacts}
    return next(iter(families.values())) if len(families) == 1 else None


def _contact(situation: Situation, family: Family | None) -> Contact | None:
    return next((one for one in situation.contacts if family and one.family_id == family.pk), None)


def asked_again_already(reply: InboundMessage, *, now: datetime) -> bool:
    """Whether this number was told not long ago that it was not understood: it is not told twice."""
    return OutboundMessage.objects.filter(
        to=reply.sender, kind=Kind.QUESTION, context__template__in=sorted(AGAIN), created_at__gt=now - DAY
    ).exists()


def verb_has_answered(reply: InboundMessage, appointment: Appointment, *, now: datetime) -> bool:
    """Whether what was just done has planned an SMS for this number by itself, leaving now."""
    return OutboundMessage.objects.filter(
        appointment=appointment,
        to=reply.sender,
        channel=SMS,
        created_at=now,
        due_at__lte=now,
        state=MessageState.PLANNED,
    ).exists()
