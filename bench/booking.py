"""Bookings against the bare insert into a table with the same exclusion constraint, and rivals on one agent."""

import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

import psycopg
from django.db import connection

from bench.bare import sql
from bench.department import DURATION, Department
from bench.measure import Figure, at_least, medians
from bench.people import birth_date
from bench.search import bare_connection
from rdv.booking.book import book
from rdv.booking.errors import BookingError
from rdv.booking.people import ContactSpec, PersonSpec, Who
from rdv.booking.request import BookingRequest
from rdv.booking.selectors import Search, slots_at
from rdv.models import Location, PhoneKind
from rdv.models.actor import Actor
from rdv.scheduling.slots import Slot

ROUNDS = 400
RIVALS = 32


def make_bare_table() -> None:
    """The reference's table, with the rows that the product's own has."""
    with connection.cursor() as cursor:
        cursor.execute(sql.TABLE)


def bare_inserts(made: Department, *, now: datetime) -> Iterator[tuple[int, datetime, datetime]]:
    """Free times for the bare table: spread over the agents, a year ahead where nothing is."""
    first = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=365)
    for number in count():
        agent = made.agents[number * 7919 % len(made.agents)].pk
        start = first + timedelta(minutes=DURATION) * number
        yield agent, start, start + timedelta(minutes=DURATION)


def free_slots(made: Department, *, now: datetime) -> Iterator[tuple[Location, Slot]]:
    """Slots to be booked, from one location to the next; each start of a location once."""
    search = Search(type=made.types[0], now=now, after=now + timedelta(weeks=5))
    of_places = [iter(slots_at(search, place)) for place in made.locations]
    while True:
        for place, slots in zip(made.locations, of_places, strict=True):
            slot = next(slots, None)
            if slot:
                yield place, slot


def numbers() -> Iterator[int]:
    """Numbers of families that no earlier run on the same data has used: a twin costs less, and the API refuses it."""
    return count(time.time_ns() // 1_000_000)


def newcomer(number: int, *, now: datetime) -> Who:
    """A family that has no file yet, as most who book on the web."""
    child = PersonSpec("Enfant", f"Nouveau {number}", birth_date(now, number))
    phone = f"+3363998{number % 10_000:04d}"
    email = f"camille{number}@exemple.test"
    return Who([child], contact=ContactSpec("Camille", f"Nouveau {number}", phone, PhoneKind.MOBILE, email))


def run(made: Department, *, now: datetime) -> Iterator[Figure]:
    """One process, then many rivals on one agent."""
    make_bare_table()
    slots, inserts, families = free_slots(made, now=now), bare_inserts(made, now=now), numbers()

    def one_booking() -> None:
        place, slot = next(slots)
        who = newcomer(next(families), now=now)
        request = BookingRequest(type=made.types[0], location=place, start=slot.start, who=who, by=Actor.family())
        if not book(request, now=now).created:
            raise RuntimeError("une réservation n’a rien écrit")

    with bare_connection() as bare:
        taken = medians(lambda: bare.execute(sql.INSERT, next(inserts)), one_booking, rounds=ROUNDS)
    yield at_least("réservations, un processus", 1 / taken[1], ("insertions nues", 1 / taken[0]), 0.12, unit="/s")
    yield from rivals(made, now=now)


def rivals(made: Department, *, now: datetime) -> Iterator[Figure]:
    """32 people at once want neighbouring slots of the one agent: nobody waits for ever, nothing is booked twice."""
    place = made.locations[0]
    agent = made.agents[0].pk
    search = Search(type=made.types[0], now=now, after=now + timedelta(weeks=8), agents=[agent])
    starts = [slot.start for slot in slots_at(search, place)][: RIVALS // 2] * 2
    outcomes: list[str] = []
    first = next(numbers())
    ready = threading.Barrier(len(starts))

    def rival(number: int, start: datetime) -> None:
        who = newcomer(first + number, now=now)
        request = BookingRequest(
            type=made.types[0], location=place, start=start, who=who, by=Actor.family(), agents=[agent]
        )
        ready.wait()
        try:
            book(request, now=now)
            outcomes.append("booked")
        except BookingError as error:
            outcomes.append(error.code)
        except psycopg.Error as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=rival, args=given) for given in enumerate(starts)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = time.perf_counter() - begun
    clean = outcomes.count("booked") == outcomes.count("slot_taken") == len(starts) // 2
    yield Figure(
        f"{len(starts)} rivaux sur un agent, {len(starts) // 2} créneaux",
        taken * 1000,
        "ms",
        target="moitié pris, moitié refusés",
        holds=clean,
    )
