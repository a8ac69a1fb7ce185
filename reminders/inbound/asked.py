"""What was asked of a number, as far as the number that it writes to shows: discreet services have a thread apart."""

from django.conf import settings
from django.db.models import QuerySet

from rdv.models import Service
from reminders.models import Conversation, InboundMessage


def is_shared(reply: InboundMessage) -> bool:
    """Whether everybody writes to that number, so that it says nothing about the service."""
    return reply.to in ("", reply.territory.sms_sender, settings.TWILIO_SENDER)


def asked_of(reply: InboundMessage) -> QuerySet[Conversation]:
    """The questions that a reply may answer, as it came, the last one first.

    What is written to a discreet service's own number answers that number, and what is written to everybody's answers
    none of theirs. Where the provider doesn't say which was written to, or lends another, the last question is meant.
    """
    asked = Conversation.objects.filter(
        phone=reply.sender, territory=reply.territory, asked_at__lte=reply.received_at
    ).order_by("-asked_at", "-pk")
    if not reply.to:
        return asked
    discreet = Service.objects.filter(territory=reply.territory, is_discreet=True).exclude(neutral_sender="")
    own = set(discreet.values_list("neutral_sender", flat=True))
    if is_shared(reply):
        return asked.exclude(sender__in=own - {reply.to})
    return asked.filter(sender__in=[reply.to, ""]) if reply.to in own else asked
