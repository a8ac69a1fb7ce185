"""Over HTTP: the page 'soonest everywhere' and a booking, each against a bare Django view on the same server."""

import json
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from itertools import cycle, repeat
from urllib.parse import urlencode

from django.conf import settings

from bench.booking import bare_inserts, free_slots, make_bare_table, numbers
from bench.department import Department
from bench.load import drive, get, post, serving
from bench.measure import Figure, at_least
from bench.search import bare_connection
from rdv.access.scopes import ALL
from rdv.access.sessions import SessionStore
from rdv.access.tokens import issue_token
from rdv.models import AppointmentType
from rdv.web.families.draft import KEY, Draft

PAGES_PER_BOOKING = 50
ROUNDS = 5
SECONDS = 2.0


def run(made: Department, *, now: datetime) -> Iterator[Figure]:
    """Both servers run all the time; they are asked in turns."""
    make_bare_table()
    with serving("rdv.config.wsgi:application") as product, serving("bench.bare.wsgi:application") as bare:
        for name, page in pages(made, now=now):
            rates, statuses = in_turns((bare, repeat(get("/read/")), 200), (product, page, 200))
            whole = _figure(name, rates, 0.25, statuses, 200)
            # The target is that of the page itself; how families use it is told beside it.
            yield whole if name.startswith("page") else replace(whole, target="", holds=None)
        yield from _bookings(made, bare, product, now=now)


def pages(made: Department, *, now: datetime) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The page for one visitor again and again; while others book; for families whose children are of all ages."""
    first, aged = made.types[0], made.types[-1]
    AppointmentType.objects.filter(pk=aged.pk).update(age_max_months=72)
    children = [visitor(aged, births=[(now - timedelta(days=30 + 9 * n)).date().isoformat()]) for n in range(200)]
    yield "page « au plus tôt partout »", repeat(_page(first, visitor(first)))
    yield f"… une réservation toutes les {PAGES_PER_BOOKING} pages", _disturbed(made, _page(first, visitor(first)))
    yield f"… enfants de {len(children)} âges", cycle([_page(aged, child) for child in children])


def visitor(type_: AppointmentType, births: Sequence[str] = ()) -> str:
    """The session of somebody who has said that one child comes, and its birth date where the page asks for it."""
    session = SessionStore()
    session[KEY] = asdict(Draft(type=type_.slug, count=1, births=list(births)))
    session.create()
    return str(session.session_key)


def _page(type_: AppointmentType, session: str) -> bytes:
    return get(f"/prendre/{type_.slug}/", f"Cookie: {settings.SESSION_COOKIE_NAME}={session}")


def _disturbed(made: Department, page: bytes) -> Iterator[bytes]:
    """Now and then, an agent's calendar is written as a booking writes it."""
    with bare_connection() as bare:
        bare.execute("SET synchronous_commit = off")
        for agent in cycle(made.agents):
            yield from repeat(page, PAGES_PER_BOOKING)
            bare.execute("UPDATE rdv_agentcalendar SET busy = busy WHERE agent_id = %s", [agent.pk])


Side = tuple[int, Iterator[bytes], int]


def in_turns(*sides: Side) -> tuple[list[float], Counter[int]]:
    """The median rate of each side (port, requests, status), and the statuses of the last one, warming up included.

    Only answers of the expected status count: a refusal is quick, and is no booking.
    """
    rates: list[list[float]] = [[] for _ in sides]
    statuses: Counter[int] = Counter()
    for number in range(ROUNDS + 1):
        for place, (port, requests, expected) in enumerate(sides):
            taken, seen = drive(port, requests, seconds=SECONDS)
            if number:
                rates[place].append(seen[expected] / taken)
            if place == len(sides) - 1:
                statuses += seen
    return [statistics.median(side) for side in rates], statuses


def _bookings(made: Department, bare: int, product: int, *, now: datetime) -> Iterator[Figure]:
    _, secret = issue_token(territory=made.territory, name="bench", scopes=ALL, now=now)
    rates, statuses = in_turns(
        (bare, _bare_requests(made, now=now), 200),
        (product, _requests(made, f"Authorization: Bearer {secret}", now=now), 201),
    )
    yield _figure("réservations par l’API", rates, 0.30, statuses, 201)


def _figure(name: str, rates: list[float], limit: float, statuses: Counter[int], expected: int) -> Figure:
    others = {status: number for status, number in statuses.items() if status != expected}
    if others:
        name += f" (aussi {others})"
    return at_least(name, rates[1], ("vue Django nue", rates[0]), limit, unit="/s")


def _bare_requests(made: Department, *, now: datetime) -> Iterator[bytes]:
    for agent, start, end in bare_inserts(made, now=now + timedelta(days=365)):
        body = urlencode({"agent": agent, "start": start.isoformat(), "end": end.isoformat()}).encode()
        yield post("/write/", body, "application/x-www-form-urlencoded")


def _requests(made: Department, login: str, *, now: datetime) -> Iterator[bytes]:
    families = numbers()
    for place, slot in free_slots(made, now=now):
        number = next(families)
        asked = {
            "appointment_type": made.types[0].pk,
            "location": place.pk,
            "start": slot.start.isoformat(),
            "contact": {
                "first_name": "Dominique",
                "last_name": f"Nouveau {number}",
                "phone": f"+3363998{number % 10_000:04d}",
                "email": f"dominique{number}@exemple.test",
            },
            "attendees": [{"first_name": "Enfant", "birth_date": "2026-01-15"}],
        }
        yield post("/api/v1/appointments/", json.dumps(asked).encode(), "application/json", login)
