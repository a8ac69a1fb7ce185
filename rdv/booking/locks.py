"""How we lock: what, in which order, and for how long.

1. Always inside a transaction, and all at once: rounds of offers, then appointments, then agents' calendars, then
   rooms, then families, then their invitations; within each kind by ascending primary key. Whoever follows this order
   never deadlocks.
2. A booking locks the calendars (`AgentCalendar`) of the agents who could receive, then reads the truth again.
   Two bookings of the same agent queue; bookings of different agents don't meet.
3. A collective session is locked by its own appointment row.
4. Waiting is bounded by the connection's `lock_timeout`; nothing slow (a provider, another system) is called while
   a lock is held.
5. The exclusion constraints remain the guarantee: a path that forgets to lock is refused, never double-booked.
"""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.db import connection

from rdv.models import AgentCalendar, Appointment, Family

CALENDARS_SQL = """
    SELECT agent_id, origin, busy FROM rdv_agentcalendar
     WHERE agent_id = ANY((SELECT %s::bigint[])::bigint[]) ORDER BY agent_id FOR NO KEY UPDATE
"""


def assert_in_transaction() -> None:
    """Fail loudly where a lock would end with its own statement."""
    if not connection.in_atomic_block:
        raise RuntimeError("locks are taken inside a transaction")


def lock_agents(agent_ids: Iterable[int], *, now: datetime) -> dict[int, AgentCalendar]:
    """Lock the calendars of these agents in order; a missing calendar is made first."""
    assert_in_transaction()
    wanted = sorted(set(agent_ids))
    calendars = _locked_calendars(wanted)
    if len(calendars) < len(wanted):
        origin = midnight(now)
        missing = [AgentCalendar(agent_id=pk, origin=origin) for pk in wanted if pk not in calendars]
        AgentCalendar.objects.bulk_create(missing, ignore_conflicts=True)
        calendars = _locked_calendars(wanted)
    return calendars


def lock_appointment(appointment_id: int) -> Appointment:
    """Lock one appointment and load it as it stands now."""
    assert_in_transaction()
    queryset = Appointment.objects.select_related(
        "type__territory", "type__service", "location__organisation__territory"
    )
    return queryset.select_for_update(of=("self",), no_key=True).get(pk=appointment_id)


def lock_family(family_id: int) -> Family:
    """Lock a family's file, so that two requests don't add the same person to it twice."""
    assert_in_transaction()
    return Family.objects.select_for_update(of=("self",), no_key=True).get(pk=family_id)


def lock_asker(address: str) -> None:
    """Let two requests of one number or e-mail address that may open a file come one after the other.

    Taken before any other lock, by what joins the waiting list alone.
    """
    assert_in_transaction()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"asker:{address.casefold()}"])


def midnight(instant: datetime) -> datetime:
    """The UTC midnight before an instant: where calendars and timelines are counted from."""
    return instant.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _locked_calendars(agent_ids: list[int]) -> dict[int, AgentCalendar]:
    fields = ["agent_id", "origin", "busy"]
    with connection.cursor() as cursor:
        cursor.execute(CALENDARS_SQL, [agent_ids])
        return {row[0]: AgentCalendar.from_db(connection.alias, fields, row) for row in cursor.fetchall()}
