"""Reminders said with another: what becomes of them when that one will never leave."""

from collections.abc import Iterable

from reminders import loading
from reminders.models import OutboundMessage


def set_free(carriers: Iterable[OutboundMessage]) -> None:
    """Plan anew, each for itself, what these messages stood for when they were tried before.

    States only go forward, so each is written again under a key of its own. It leaves with the next pass, if it still
    serves and is still true.
    """
    OutboundMessage.objects.bulk_create(
        [_again(other, carrier) for carrier in carriers for other in loading.joined(carrier)], ignore_conflicts=True
    )


def _again(other: OutboundMessage, carrier: OutboundMessage) -> OutboundMessage:
    return OutboundMessage(
        territory_id=other.territory_id,
        key=f"{other.key}:after{carrier.pk}",
        kind=other.kind,
        usefulness=other.usefulness,
        channel=carrier.channel,
        appointment=other.appointment,
        family_id=other.family_id,
        contact=other.contact,
        to=carrier.to,
        language=other.language,
        context={name: value for name, value in other.context.items() if name != "joined"},
        version=other.version,
        due_at=other.due_at,
        next_try_at=carrier.next_try_at,
        give_up_at=other.give_up_at,
        created_at=other.created_at,
    )
