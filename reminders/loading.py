"""All that a batch of messages needs to be judged and written, in a constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings

from rdv.access.waiting import wait_token
from rdv.models import AppointmentLink, FollowUpInvitation
from reminders.models import MessageState, OutboundMessage
from reminders.texts import own_texts
from reminders.texts.facts import Meeting, invitation_link, link_of, offer_link, wait_link
from reminders.texts.library import NOTHING_OWN, Own

SAID_TOGETHER = "dit dans le même message"


@dataclass(slots=True)
class Batch:
    """Claimed messages, with the links of their families and the texts of their territories."""

    messages: list[OutboundMessage]
    links: dict[tuple[int, int], str] = field(default_factory=dict)
    texts: dict[int, Own] = field(default_factory=dict)
    invitations: dict[int, str] = field(default_factory=dict)

    def own(self, message: OutboundMessage) -> Own:
        """What the territory of a message has written for itself."""
        return self.texts.get(message.territory_id, NOTHING_OWN)

    def link(self, message: OutboundMessage) -> str:
        """Where the family, or the agent, sees and changes what the message is about."""
        if message.agent is not None:
            return f"{settings.PUBLIC_URL}/agents/"
        if "invitation" in message.context:
            return self.invitations.get(message.context["invitation"], "")
        if "entry" in message.context:
            return wait_link(wait_token(message.context["entry"]))
        if message.offer is not None and message.appointment is None:
            return offer_link(message.offer.token)
        return self.links.get((message.appointment_id or 0, message.family_id or 0), "")


def load(pks: Iterable[int]) -> Batch:
    """The messages of these keys, the most pressing first."""
    rows = (
        OutboundMessage.objects.filter(pk__in=list(pks))
        .select_related("contact", "agent", "family", "appointment", "offer__entry", "offer__round__type__service")
        # Shared by many: made once for the batch, not once for each row.
        .prefetch_related(
            "territory",
            "appointment__participations",
            "appointment__type",
            "appointment__service",
            "appointment__location__organisation__territory",
            "offer__round__location__organisation__territory",
            "offer__entry__current_appointment__location__organisation__territory",
        )
        .order_by("usefulness", "due_at", "pk")
    )
    messages = list(rows)
    appointments = {message.appointment_id for message in messages if message.appointment_id}
    links = AppointmentLink.objects.filter(appointment__in=appointments).only("appointment_id", "family_id", "nonce")
    return Batch(
        messages,
        {(link.appointment_id, link.family_id): link_of(link.token) for link in links},
        own_texts.of_territories(message.territory_id for message in messages),
        _invitations(messages),
    )


def _invitations(messages: Iterable[OutboundMessage]) -> dict[int, str]:
    """The links of the invitations that are among these messages, by their numbers."""
    pks = {message.context["invitation"] for message in messages if "invitation" in message.context}
    return {one.pk: invitation_link(one.token) for one in FollowUpInvitation.objects.filter(pk__in=pks)} if pks else {}


def joined(message: OutboundMessage) -> list[OutboundMessage]:
    """The other reminders for which this one stood when it was tried before, one for each meeting."""
    spoken_of = message.context.get("joined")
    if not spoken_of:
        return []
    rows = OutboundMessage.objects.filter(
        kind=message.kind,
        contact=message.contact_id,
        appointment__in=spoken_of,
        state=MessageState.SUPERSEDED,
        reason=SAID_TOGETHER,
    )
    found = load(rows.values_list("pk", flat=True)).messages
    return list({one.appointment_id: one for one in found}.values())


def meeting_of(message: OutboundMessage) -> Meeting | None:
    """What the message tells of; None when it tells of no meeting."""
    appointment = message.appointment
    if appointment is not None:
        return Meeting(
            start=appointment.starts_at,
            zone=appointment.zone,
            mode=appointment.mode,
            location=appointment.location,
            service=appointment.service,
        )
    if message.offer is not None:
        round_ = message.offer.round
        return Meeting(
            start=round_.starts_at,
            zone=round_.location.zone,
            mode=round_.type.mode,
            location=round_.location,
            service=round_.type.service,
        )
    return None
