"""Derive again what families should have been told at once: of what was booked, moved or cancelled lately.

The history of appointments says what happened; where no row and no task speaks of it to a family, one is written now,
under the key that its event would have given it. Doing it twice writes nothing twice.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Max

from rdv.models import Appointment, AppointmentEvent, Channel, Participation, Status, Verb
from rdv.models.actor import Actor
from rdv.models.audit import ActorKind
from reminders.audience import Told, families_told
from reminders.kinds import MUST_KNOW, Kind
from reminders.models import OutboundMessage, Task
from reminders.telling import UNSAID, Said, Telling, tell
from reminders.writing import Subject, stamp_of

logger = logging.getLogger(__name__)

LATELY = timedelta(days=1)
# The history has no index by date, and needs none for this: the latest rows have the highest keys.
LATEST = 20_000
AT_ONCE = 200
# A row of any of these says that the family was told of the appointment as it stands.
NOTICES = (Kind.BOOKED, Kind.MOVED, Kind.CANCELLED_BY_FAMILY, Kind.CANCELLED_BY_SERVICE, Kind.PARTICIPATION_CANCELLED)
VERBS = (Verb.BOOKED, Verb.MOVED, Verb.CANCELLED)
Families = dict[int, list[Participation]]
Pair = tuple[int, int]


def plan_untold(now: datetime) -> int:
    """Write what should have been said at once and was not; the number of messages."""
    newest = AppointmentEvent.objects.aggregate(newest=Max("pk"))["newest"] or 0
    events = AppointmentEvent.objects.filter(
        pk__gt=newest - LATEST,
        at__gt=now - LATELY,
        at__lte=now,
        verb__in=VERBS,
        sequence=F("appointment__sequence"),
        appointment__starts_at__gt=now,
        appointment__type__tells_families=True,
    )
    latest = {event.appointment_id: event for event in events.select_related("agent").order_by("pk")}
    pks = sorted(latest)
    return sum(_tell([latest[pk] for pk in pks[first : first + AT_ONCE]], now) for first in range(0, len(pks), AT_ONCE))


def _tell(events: Sequence[AppointmentEvent], now: datetime) -> int:
    """One commit for a few hundred appointments, in a constant number of queries."""
    found = Appointment.objects.filter(pk__in=[event.appointment_id for event in events])
    appointments = {one.pk: one for one in found.select_related("type", "location__organisation__territory")}
    concerned = _concerned(events, appointments)
    if not concerned:
        return 0
    with transaction.atomic():
        aware = _aware(concerned)
        families = {family for ones in concerned.values() for family in ones}
        told = {one.family_id: one for one in families_told(families)}
        said = Said()
        for event in events:
            try:
                _retell(event, appointments[event.appointment_id], concerned, told, aware, said)
            except Exception:
                logger.exception("what happened to appointment %s can't be told", event.appointment_id)
        said.rows = [row for row in said.rows if row.give_up_at > now]
        said.store(now=now)
    return len(said.rows)


def _concerned(events: Sequence[AppointmentEvent], appointments: Mapping[int, Appointment]) -> dict[int, Families]:
    """By appointment, those who come, or whom its cancellation concerned, and to whom nothing speaks of it."""
    spoken = _spoken(appointments.values())
    cancelled_at = {event.appointment_id: event.at for event in events if event.verb == Verb.CANCELLED}
    concerned: dict[int, Families] = defaultdict(lambda: defaultdict(list))
    for row in Participation.objects.filter(appointment__in=appointments).order_by("pk"):
        pk = row.appointment_id
        whom = row.cancelled_at == cancelled_at[pk] if pk in cancelled_at else row.status == Status.UNKNOWN
        if whom and (pk, row.family_id) not in spoken:
            concerned[pk][row.family_id].append(row)
    return concerned


def _spoken(appointments: Iterable[Appointment]) -> set[Pair]:
    """Appointments and families of which a row speaks at the present version, or a task that was made for it."""
    versions = {one.pk: one.sequence for one in appointments}
    rows = OutboundMessage.objects.filter(appointment__in=versions, kind__in=NOTICES)
    spoken = rows.order_by("pk").values_list("appointment", "family", "version")
    pairs = {(pk, family) for pk, family, version in spoken if version == versions[pk]}
    tasks = Task.objects.filter(appointment__in=versions, key__startswith="a").order_by("pk")
    keyed = tasks.values_list("appointment", "family", "key")
    return pairs | {(pk, family) for pk, family, key in keyed if key.startswith(f"a{pk}:v{versions[pk]}")}


def _aware(concerned: Mapping[int, Families]) -> set[Pair]:
    """Who knows of an appointment: something was sent, or the family booked it by itself."""
    sent = OutboundMessage.objects.filter(appointment__in=concerned).exclude(state__in=UNSAID).order_by("pk")
    aware = set(sent.values_list("appointment", "family"))
    own = AppointmentEvent.objects.filter(appointment__in=concerned, verb=Verb.BOOKED, actor_kind=ActorKind.FAMILY)
    booked = set(own.order_by("pk").values_list("appointment", flat=True))
    return aware | {(pk, family) for pk in booked for family in concerned[pk]}


def _retell(
    event: AppointmentEvent,
    appointment: Appointment,
    concerned: Mapping[int, Families],
    told: Mapping[int, Told],
    aware: Collection[Pair],
    said: Said,
) -> None:
    by = Actor(ActorKind(event.actor_kind), Channel(event.channel), event.agent)
    soonest = min(appointment.starts_at, _previous(event) or appointment.starts_at)
    must_know_by = None if event.verb == Verb.BOOKED else soonest - MUST_KNOW
    telling = Telling(by=by, now=event.at, must_know_by=must_know_by)
    for family, rows in concerned.get(appointment.pk, {}).items():
        kind = _kind(event, appointment, aware=(appointment.pk, family) in aware)
        if kind is not None and family in told:
            subject = Subject(
                appointment,
                stamp=stamp_of(rows) if event.verb == Verb.BOOKED else "",
                context={"same_time": _previous(event) == appointment.starts_at} if kind == Kind.MOVED else {},
            )
            tell(kind, [told[family]], subject, telling, said)


def _kind(event: AppointmentEvent, appointment: Appointment, *, aware: bool) -> Kind | None:
    """Whoever knows of no appointment is told of it as new, and of no cancellation."""
    if event.verb == Verb.CANCELLED:
        by_service = appointment.status == Status.REVOKED
        return (Kind.CANCELLED_BY_SERVICE if by_service else Kind.CANCELLED_BY_FAMILY) if aware else None
    return Kind.MOVED if event.verb == Verb.MOVED and aware else Kind.BOOKED


def _previous(event: AppointmentEvent) -> datetime | None:
    stored = event.detail.get("previous")
    return datetime.fromisoformat(stored) if stored else None
