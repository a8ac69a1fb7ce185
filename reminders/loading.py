"""All that a batch of messages needs to be judged and written, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, prefetch_related_objects

from rdv.access.waiting import wait_token
from rdv.models import AppointmentLink, FollowUpInvitation, Location, Offer, Participation
from rdv.scheduling.sending import Window
from reminders.audience import window_at
from reminders.models import MessageState, OutboundMessage
from reminders.reading import by_keys, tie, tie_back
from reminders.texts import own_texts
from reminders.texts.facts import Meeting, invitation_link, link_of, offer_link, wait_link
from reminders.texts.library import NOTHING_OWN, Own

SAID_TOGETHER = "dit dans le même message"


@dataclass(slots=True)
class Batch:
    """Claimed messages, with the tokens of their families' links and the texts of their territories."""

    messages: list[OutboundMessage]
    tokens: dict[tuple[int, int], str] = field(default_factory=dict)
    texts: dict[int, Own] = field(default_factory=dict)
    invitations: dict[int, str] = field(default_factory=dict)
    places: dict[int, Location] = field(default_factory=dict)

    def own(self, message: OutboundMessage) -> Own:
        """What the territory of a message has written for itself."""
        return self.texts.get(message.territory_id, NOTHING_OWN)

    def window(self, message: OutboundMessage) -> Window:
        """The hours of the place, or of the territory for what is of no place."""
        if message.appointment is not None:
            return window_at(message.appointment.location)
        if message.offer is not None:
            return window_at(message.offer.round.location)
        place = self.places.get(message.context.get("location", 0))
        return window_at(place) if place else message.territory.sending

    def link(self, message: OutboundMessage) -> str:
        """Where the family, or the agent, sees and changes what the message is about."""
        site = message.territory.public_url
        if message.agent is not None:
            return f"{site}/agents/"
        if "invitation" in message.context:
            token = self.invitations.get(message.context["invitation"])
            return invitation_link(site, token) if token else ""
        if "entry" in message.context:
            return wait_link(site, wait_token(message.context["entry"]))
        if message.offer is not None and message.appointment is None:
            return offer_link(site, message.offer.token)
        token = self.tokens.get((message.appointment_id or 0, message.family_id or 0))
        return link_of(site, token) if token else ""


@dataclass(slots=True)
class Shared:
    """What many messages have in common, read once for all the batches of a pass: by table and key."""

    rows: defaultdict[str, dict[int, Any]] = field(default_factory=lambda: defaultdict(dict))
    texts: dict[int, Own] = field(default_factory=dict)

    def tie(self, rows: Sequence[Model], *names: str) -> None:
        """Give rows what these foreign keys point to, places with all that is around them."""
        for name in names:
            read = tie(rows, name, self.rows[name])
            if name == "location":
                self.tie(read, "organisation")
            if name == "organisation":
                self.tie(read, "territory")

    def texts_of(self, messages: Iterable[OutboundMessage]) -> dict[int, Own]:
        """What their territories have written for themselves."""
        unread = {message.territory_id for message in messages} - self.texts.keys()
        if unread:
            self.texts |= dict.fromkeys(unread, NOTHING_OWN) | own_texts.of_territories(unread)
        return self.texts


def load(pks: Iterable[int], shared: Shared | None = None) -> Batch:
    """The messages of these keys, the most pressing first."""
    shared = shared or Shared()
    messages = by_keys(OutboundMessage, pks)
    messages.sort(key=lambda message: (message.usefulness, message.due_at, message.pk))
    shared.tie(messages, "territory")
    for name in ("contact", "agent", "offer"):
        tie(messages, name)
    appointments = tie(messages, "appointment")
    shared.tie(appointments, "type", "service", "location")
    tie_back(appointments, "participations", Participation, "appointment")
    _bring_offers(message.offer for message in messages if message.offer)
    links = by_keys(AppointmentLink, [appointment.pk for appointment in appointments], "appointment_id")
    return Batch(
        messages,
        {(link.appointment_id, link.family_id): link.token for link in links},
        shared.texts_of(messages),
        _invitations(messages),
        _places(messages, shared),
    )


def _bring_offers(offers: Iterable[Offer]) -> None:
    prefetch_related_objects(
        list(offers),
        "round__type__service",
        "round__location__organisation__territory",
        "entry__current_appointment__location__organisation__territory",
    )


def _invitations(messages: Iterable[OutboundMessage]) -> dict[int, str]:
    """The tokens of the invitations that are among these messages, by their numbers."""
    pks = {message.context["invitation"] for message in messages if "invitation" in message.context}
    return {one.pk: one.token for one in FollowUpInvitation.objects.filter(pk__in=pks)} if pks else {}


def _places(messages: Iterable[OutboundMessage], shared: Shared) -> dict[int, Location]:
    """Those whose hours are a message's though it tells of no meeting, by their keys."""
    read = by_keys(Location, {message.context["location"] for message in messages if "location" in message.context})
    shared.tie(read, "organisation")
    return {place.pk: place for place in read}


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
