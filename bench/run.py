"""What a run does, in order: the data, then each part's benchmarks."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime

from bench import agenda, booking, past, reminders, replies, search, sending, waiting, web
from bench.appointments import TABLES, load_appointments
from bench.department import Department, find_department, make_department
from bench.loading import settle_tables
from bench.measure import Figure
from bench.people import load_families, load_waiting_list
from bench.size import Size
from rdv import clock
from rdv.models import Contact, Family, Person, WaitingListEntry

Step = Callable[[str], AbstractContextManager[None]]
Benchmark = Callable[[Size, Department, datetime], Iterator[Figure]]


def prepare(size: Size, step: Step) -> tuple[Department, datetime]:
    """The département: found in a folder that was kept, else made. With the instant that the searches take for now."""
    now = clock.now()
    made = find_department()
    if made is not None:
        return made, now
    with step(f"{size.locations} lieux, {size.agents} agents et leurs plages"):
        made = make_department(size, now=now)
    with step(f"{size.families} familles"):
        load_families(size, made, now=now)
        load_waiting_list(size, made, now=now)
    with step(f"{size.past} rendez-vous passés, et ceux à venir"):
        load_appointments(size, made, now=now)
    with step("statistiques de la base"):
        settle_tables([Family, Person, Contact, WaitingListEntry, *TABLES])
    return find_department() or made, now


def benchmarks() -> dict[str, Benchmark]:
    """By the name that `--only` takes."""
    return {
        "search": lambda _, made, now: search.run(made, now=now),
        "agenda": lambda _, made, now: agenda.run(made, now=now),
        "booking": lambda _, made, now: booking.run(made, now=now),
        "http": lambda _, made, now: web.run(made, now=now),
        "reminders": lambda size, made, now: reminders.run(size, made, now=now),
        "sending": lambda _, made, now: sending.run(made.territory.pk, now=now),
        "waiting": lambda _, made, now: waiting.run(made, now=now),
        "past": lambda size, made, now: past.run(size, made, now=now),
        "replies": lambda *_: replies.run(),
    }
