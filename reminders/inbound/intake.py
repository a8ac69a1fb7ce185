"""Storing what arrives, before anything is understood: each message of a provider once."""

from datetime import datetime

from django.db.models import Q

from rdv.models import Contact, Service, Territory
from reminders.models import InboundMessage, OutboundMessage
from reminders.providers.base import Inbound


def store(inbound: Inbound, *, provider: str, now: datetime) -> InboundMessage | None:
    """The stored reply; None if it was delivered before, or if there is no territory at all."""
    territory = territory_of(inbound)
    if territory is None:
        return None
    row = InboundMessage(
        territory=territory,
        provider=provider,
        provider_id=inbound.provider_id[:80],
        sender=inbound.sender[:254],
        to=inbound.recipient[:254],
        body=inbound.text.replace("\x00", ""),
        received_at=now,
    )
    known = InboundMessage.objects.filter(provider=provider, provider_id=row.provider_id)
    if known.exists():
        return None
    InboundMessage.objects.bulk_create([row], ignore_conflicts=True)
    return known.first()


def territory_of(inbound: Inbound) -> Territory | None:
    """Whose number was written to; several that share it are told apart by the last message, then by the contacts."""
    active = Territory.objects.filter(is_active=True)
    to = inbound.recipient
    neutral = Service.objects.filter(neutral_sender=to).values("territory")
    owners = active.filter(Q(sms_sender=to) | Q(pk__in=neutral)).order_by("pk") if to else []
    candidates = list(owners) or list(active.order_by("pk"))
    if len(candidates) <= 1:
        return next(iter(candidates), None)
    last = (
        OutboundMessage.objects.filter(to=inbound.sender, territory__in=candidates, sent_at__isnull=False)
        .order_by("-sent_at")
        .values_list("territory", flat=True)
        .first()
    )
    known = last or (
        Contact.objects.filter(phone=inbound.sender, family__territory__in=candidates)
        .order_by("-pk")
        .values_list("family__territory", flat=True)
        .first()
    )
    return next((one for one in candidates if one.pk == known), candidates[0])
