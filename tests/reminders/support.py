"""A place with its agent, a family that books, and a Twilio to write to, for the tests of this folder."""

from datetime import datetime, timedelta
from typing import Any

from rdv.models import Appointment, Contact, Family
from reminders.models import OutboundMessage
from tests.factories import NOW, World, family, who

FAMILY = "+33639980001"


def booked(
    world: World,
    hour: int = 9,
    minute: int = 0,
    *,
    email: str = "",
    phone: str = FAMILY,
    now: datetime = NOW,
    **more: Any,
) -> tuple[Appointment, Family]:
    """A family with that number and address books."""
    of = more.pop("family", None) or family(world.territory, phone=phone, email=email)
    return world.book(hour, minute, who=who(of), now=now, **more).appointment, of


def rows(of: Family | None = None, **filters: Any) -> list[tuple[str, str, str]]:
    """Kind, channel and state of the messages of a family, in the order in which they are due."""
    found = (
        OutboundMessage.objects.filter(**filters)
        if of is None
        else OutboundMessage.objects.filter(family=of, **filters)
    )
    return [(row.kind, row.channel, row.state) for row in found.order_by("due_at", "channel", "kind", "pk")]


def contact(of: Family) -> Contact:
    return of.contacts.get()


def days(count: float) -> timedelta:
    return timedelta(days=count)
