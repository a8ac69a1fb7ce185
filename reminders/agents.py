"""What agents are told of the changes of their own agenda, as each of them prefers."""

from datetime import datetime, timedelta

from rdv.models import Agent, Appointment, Notify
from rdv.models.actor import Actor
from reminders.audience import window_at
from reminders.kinds import EMAIL, Kind
from reminders.models import OutboundMessage
from reminders.outbox import timing
from reminders.planning import Window

NEAR_DAYS = 2


def wants(notify: str, *, own: bool, start: datetime, now: datetime, window: Window) -> bool:
    """Whether an agent with that preference is told of a change; `own` when he made it himself. Pure."""
    if notify == Notify.NONE:
        return False
    if notify == Notify.BY_OTHERS:
        return not own
    if notify == Notify.NEAR:
        return not own and window.day_of(start) <= window.day_of(now) + timedelta(days=NEAR_DAYS)
    return True


def notices(kind: Kind, appointment: Appointment, *, by: Actor, now: datetime) -> list[OutboundMessage]:
    """Unsaved e-mails to those who receive this appointment; one query."""
    receiving = Agent.objects.filter(
        appointment_agents__appointment=appointment, is_active=True, email__isnull=False
    ).exclude(notify=Notify.NONE)
    window = window_at(appointment.location)
    maker = by.agent.pk if by.agent else None
    return [
        OutboundMessage(
            territory_id=appointment.territory_id,
            key=f"{kind}:a{appointment.pk}:v{appointment.sequence}:{now.isoformat()}:g{agent.pk}",
            kind=kind,
            channel=EMAIL,
            appointment=appointment,
            agent=agent,
            to=agent.email or "",
            version=appointment.sequence,
            **timing(kind, window.next(now), now, max(appointment.starts_at, window.next(now) + timedelta(hours=1))),
        )
        for agent in {one.pk: one for one in receiving.order_by("pk")}.values()
        if wants(agent.notify, own=agent.pk == maker, start=appointment.starts_at, now=now, window=window)
    ]
