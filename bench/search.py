"""Slot search against the one indexed query that no answer could avoid: the week's busy rows of one location."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

import psycopg
from django.db import connection

from bench.department import Department
from bench.measure import Figure, at_most, medians
from rdv.booking.selectors import FirstSlot, Search, first_slots, slots_at
from rdv.booking.soonest import soonest
from rdv.models import Location, OpeningOccurrence
from rdv.models.versions import read_versions

BUSY_SQL = """
    SELECT agent_id, starts_at, ends_at FROM rdv_occupation
     WHERE agent_id = ANY(%s) AND starts_at >= %s AND starts_at < %s
"""
REFERENCE = "une requête indexée"
WEEK, TWELVE_WEEKS = timedelta(days=7), timedelta(weeks=12)


def bare_connection() -> psycopg.Connection:
    """A connection without Django, with its statements prepared."""
    given = connection.get_connection_params()
    return psycopg.connect(
        host=given["host"], user=given["user"], dbname=given["dbname"], autocommit=True, prepare_threshold=1
    )


def busy_rows(bare: psycopg.Connection, agents: list[int], start: datetime, end: datetime) -> int:
    """The reference: read the busy rows of these agents between two instants."""
    return len(bare.execute(BUSY_SQL, [agents, start, end]).fetchall())


def agents_at(location: Location) -> list[int]:
    """Those who receive there."""
    rows = OpeningOccurrence.objects.filter(location=location).order_by("agent_id")
    return list(rows.values_list("agent_id", flat=True).distinct())


def run(made: Department, *, now: datetime) -> Iterator[Figure]:
    """Slots of one location over 7 days and 12 weeks; first slot of one full location, and of all."""
    middle = made.locations[len(made.locations) // 2]
    type_ = made.types[0]
    week = Search(type=type_, now=now, before=now + WEEK)
    whole = Search(type=type_, now=now, before=now + TWELVE_WEEKS)
    with bare_connection() as bare:
        query = partial(busy_rows, bare, agents_at(middle), now, now + WEEK)
        taken = medians(
            query,
            lambda: slots_at(week, middle),
            lambda: slots_at(whole, middle),
            rounds=200,
        )
        yield at_most("créneaux d’un lieu, 7 jours", taken[1], (REFERENCE, taken[0]), 10)
        yield at_most("créneaux d’un lieu, 12 semaines", taken[2], (REFERENCE, taken[0]), 30)
        yield from first_of_all(made, query, now=now)


def first_of_all(made: Department, query: partial[int], *, now: datetime) -> Iterator[Figure]:
    """The first slot of every location; and of a quarter of them, which says whether it is linear."""
    search = Search(type=made.types[0], now=now, before=now + TWELVE_WEEKS)
    full = made.locations[9 % len(made.locations)]
    quarter = made.locations[: max(1, len(made.locations) // 4)]
    taken = medians(
        query,
        lambda: first_slots(search, [full]),
        lambda: first_slots(search, quarter),
        lambda: first_slots(search, made.locations),
        rounds=60,
    )
    count = len(made.locations)
    yield at_most("premier créneau d’un lieu complet 9 semaines", taken[1], (REFERENCE, taken[0]), 20)
    yield at_most(f"premier créneau de {count} lieux", taken[3], (REFERENCE, taken[0]), 20 * max(1, count / 120))
    share = len(made.locations) / len(quarter)
    yield at_most("… linéaire en lieux", taken[3], (f"{len(quarter)} lieux", taken[2]), share * 1.2)
    if len(quarter) >= 120:
        yield at_most(f"… {count} lieux contre {len(quarter)}", taken[3], (f"{len(quarter)} lieux", taken[2]), 5)
    yield from kept(made, query, now=now)


def kept(made: Department, query: partial[int], *, now: datetime) -> Iterator[Figure]:
    """As the families' page asks it again and again: nothing has changed meanwhile, or somebody has booked."""
    search = Search(type=made.types[0], now=now)

    def again() -> list[FirstSlot]:
        return soonest(search, made.locations, read_versions(now))

    def booked() -> None:
        """The row that each booking writes, by another process."""
        with connection.cursor() as cursor:
            cursor.execute("UPDATE rdv_agentcalendar SET busy = busy WHERE agent_id = %s", [made.agents[0].pk])

    taken = medians(query, again, booked, again, rounds=60)
    count = len(made.locations)
    for name, value in (("si rien n’a changé", taken[1]), ("après une réservation", taken[3])):
        yield Figure(f"… {count} lieux, {name}", value * 1000, "ms", REFERENCE, taken[0] * 1000, value / taken[0])
