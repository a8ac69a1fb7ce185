"""What agents are told of the changes of their own agenda, and prescribers of what they booked, as each prefers."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q, QuerySet

from rdv import moments
from rdv.models import Absence, Agent, Appointment, Notify, Role
from rdv.models.actor import Actor
from rdv.scheduling.sending import Window
from reminders.audience import window_at
from reminders.kinds import EMAIL, Kind
from reminders.models import OutboundMessage
from reminders.outbox import timing

# Asked by every booking: plain SQL costs a fifth of what building the query does.
READERS_SQL = """
    SELECT id, email, notify FROM rdv_agent WHERE id = ANY(%s) AND is_active AND email IS NOT NULL ORDER BY id
"""
NEAR_DAYS = 2
# A notice that could not leave in time is still worth reading for so long.
STILL_READ = timedelta(hours=1)


def wants(notify: str, *, own: bool, start: datetime, now: datetime, window: Window) -> bool:
    """Whether an agent with that preference is told of a change; `own` when he made it himself. Pure."""
    if notify == Notify.NONE:
        return False
    if notify == Notify.BY_OTHERS:
        return not own
    if notify == Notify.NEAR:
        return not own and window.day_of(start) <= window.day_of(now) + timedelta(days=NEAR_DAYS)
    return True


@dataclass(frozen=True, slots=True)
class Reader:
    """An active agent who has an address, and what he wants to know."""

    pk: int
    email: str
    notify: str


def notices_of_booking(
    appointment: Appointment, agent_ids: Collection[int], *, by: Actor, now: datetime
) -> list[OutboundMessage]:
    """Unsaved e-mails to those who receive a new appointment: one query."""
    with connection.cursor() as cursor:
        cursor.execute(READERS_SQL, [list(agent_ids)])
        concerned = [(Reader(*row), dict[str, bool]()) for row in cursor.fetchall()]
    return _wanted(Kind.AGENT_BOOKED, appointment, concerned, by=by, now=now)


def notices(
    kind: Kind, appointment: Appointment, *, by: Actor, now: datetime, before: Collection[int] = ()
) -> list[OutboundMessage]:
    """Unsaved e-mails to those who receive this appointment, who received it `before`, and who prescribed it.

    Two queries at most.
    """
    told = Agent.objects.filter(is_active=True, email__isnull=False).order_by("pk")
    receiving = {agent.pk: agent for agent in _readers(told.filter(appointment_agents__appointment=appointment))}
    others = {*before, *([appointment.booked_by_id] if appointment.booked_by_id else [])} - receiving.keys()
    concerned: list[tuple[Reader, dict[str, bool]]] = [(agent, {}) for agent in receiving.values()]
    if others:
        prescriber = Q(pk=appointment.booked_by_id, memberships__role=Role.PRESCRIBER)
        more = told.filter(Q(pk__in=set(before) & others) | prescriber & Q(pk__in=others)).distinct()
        concerned += [
            (agent, {"gone": True} if agent.pk in before else {"prescriber": True}) for agent in _readers(more)
        ]
    return _wanted(kind, appointment, concerned, by=by, now=now)


def _readers(agents: QuerySet[Agent]) -> list[Reader]:
    return [Reader(pk, email or "", notify) for pk, email, notify in agents.values_list("pk", "email", "notify")]


def _wanted(
    kind: Kind,
    appointment: Appointment,
    concerned: Iterable[tuple[Reader, dict[str, bool]]],
    *,
    by: Actor,
    now: datetime,
) -> list[OutboundMessage]:
    """The notices that these agents want."""
    window = window_at(appointment.location)
    maker = by.agent.pk if by.agent else None
    return [
        _notice(kind, appointment, agent, context, window, now)
        for agent, context in concerned
        if wants(agent.notify, own=agent.pk == maker, start=appointment.starts_at, now=now, window=window)
    ]


def absence_notices(absence: Absence, hit: Sequence[Appointment], *, by: Actor, now: datetime) -> list[OutboundMessage]:
    """Unsaved e-mails to whom is declared absent by somebody else, or works at a place that closes."""
    concerned = Q(pk=absence.agent_id) | Q(appointment_agents__appointment__in=[one.pk for one in hit])
    if absence.agent_id:
        concerned = Q(pk=absence.agent_id)
    agents = Agent.objects.filter(concerned, is_active=True, email__isnull=False).exclude(notify=Notify.NONE)
    maker = by.agent.pk if by.agent else None
    rows = []
    for agent in agents.exclude(pk=maker).select_related("territory").distinct().order_by("pk"):
        territory = agent.territory
        zone = absence.location.zone if absence.location else territory.time_zone
        window = territory.office_hours(zone)
        due = window.next(now)
        context = {"span": moments.span(absence.starts_at, absence.ends_at, zone), "hit": len(hit)}
        row = OutboundMessage(
            territory=territory,
            key=f"{Kind.AGENT_ABSENT}:b{absence.pk}:g{agent.pk}",
            kind=Kind.AGENT_ABSENT,
            channel=EMAIL,
            agent=agent,
            to=agent.email or "",
            context=context,
            **timing(Kind.AGENT_ABSENT, due, now, max(absence.ends_at, due + STILL_READ)),
        )
        rows.append(row)
    return rows


def _notice(
    kind: Kind, appointment: Appointment, agent: Reader, context: dict[str, bool], window: Window, now: datetime
) -> OutboundMessage:
    due = window.next(now)
    return OutboundMessage(
        territory_id=appointment.territory_id,
        key=f"{kind}:a{appointment.pk}:v{appointment.sequence}:{now.isoformat()}:g{agent.pk}",
        kind=kind,
        channel=EMAIL,
        appointment=appointment,
        agent_id=agent.pk,
        to=agent.email,
        context=context,
        version=appointment.sequence,
        **timing(kind, due, now, max(appointment.starts_at, due + STILL_READ)),
    )
