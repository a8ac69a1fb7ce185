"""Two hundred families want one slot in the same second, through a real server with several processes (scenario 22)."""

import json
import os
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from http.client import HTTPConnection
from pathlib import Path
from threading import Barrier
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.utils import timezone

from rdv.access.scopes import ALL
from rdv.access.tokens import issue_token
from rdv.models import Appointment, Location, Occupation
from tests import factories

ROOT = Path(__file__).resolve().parents[2]
RIVALS = 200
ROUNDS = 3

pytestmark = [pytest.mark.long, pytest.mark.races, pytest.mark.django_db(transaction=True), pytest.mark.timeout(280)]


def database_url() -> str:
    """The database of this test, for another process."""
    given = connection.settings_dict
    host = str(given["HOST"])
    where = f"?host={quote(host, safe='')}" if host.startswith("/") else ""
    server = "" if where else f"{host}:{given['PORT'] or 5432}"
    password = f":{quote(given['PASSWORD'])}" if given["PASSWORD"] else ""
    return f"postgres://{given['USER']}{password}@{server}/{given['NAME']}{where}"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[int]:
    """The port of a gunicorn with two processes of eight threads, as in production.

    It inherits a socket that listens already: no other program can take the port, and who comes early waits in line.
    """
    log = tmp_path / "gunicorn.log"
    with socket.create_server(("127.0.0.1", 0), backlog=2 * RIVALS) as listening, log.open("wb") as output:
        port = listening.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "deploy/gunicorn.conf.py", "-b", f"fd://{listening.fileno()}",
             "rdv.config.wsgi"],
            cwd=ROOT,
            env=os.environ
            | {
                "DATABASE_URL": database_url(),
                "DJANGO_SETTINGS_MODULE": "rdv.config.settings.test",
                "WEB_CONCURRENCY": "2",
            },
            stdout=output,
            stderr=output,
            pass_fds=[listening.fileno()],
        )  # fmt: skip
    try:
        try:
            call(port, "GET", "/healthz")
        except OSError as error:
            raise AssertionError(log.read_text()) from error
        yield port
    finally:
        process.terminate()
        process.wait(30)


def call(port: int, method: str, path: str, body: Any = None, token: str = "") -> tuple[int, Any]:
    client = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        client.request(method, path, json.dumps(body), headers)
        answer = client.getresponse()
        content = answer.read()
        return answer.status, json.loads(content) if answer.headers.get_content_subtype().endswith("json") else content
    finally:
        client.close()


class Place:
    """One agent who receives tomorrow morning, by the clock of the world: the server has no other."""

    def __init__(self) -> None:
        now = timezone.now()
        self.day = (now.astimezone(ZoneInfo("Europe/Paris")) + timedelta(days=2)).date()
        self.territory = factories.territory()
        organisation = factories.organisation(self.territory)
        factories.service(self.territory)
        self.location: Location = factories.location(organisation)
        self.type = factories.appointment_type(self.territory)
        self.agent = factories.agent(organisation)
        self.opened = {"day": self.day, "start": time(8), "end": time(12), "now": now, "skips_public_holidays": False}
        factories.opening(self.agent, self.location, self.type, **self.opened)
        self.token = issue_token(territory=self.territory, name="essai", scopes=ALL, now=now)[1]

    def at(self, number: int) -> datetime:
        return factories.paris(self.day, 8) + timedelta(minutes=30 * number)

    def body(self, rival: int, start: datetime) -> dict[str, Any]:
        return {
            "appointment_type": self.type.pk,
            "location": self.location.pk,
            "start": start.isoformat(),
            "contact": {
                "first_name": "Alix",
                "last_name": f"Famille {rival}",
                "phone": f"06 39 98 {rival // 100:02} {rival % 100:02}",
            },
            "attendees": [{"first_name": "Noé"}],
        }


def all_at_once(rivals: int, deed: Callable[[int], tuple[int, Any]]) -> list[tuple[int, Any]]:
    gate = Barrier(rivals)

    def one(number: int) -> tuple[int, Any]:
        gate.wait()
        return deed(number)

    with ThreadPoolExecutor(rivals) as threads:
        return list(threads.map(one, range(rivals)))


def rush(port: int, place: Place, start: datetime, rivals: int) -> list[tuple[int, Any]]:
    """So many families ask for one start at once."""
    return all_at_once(
        rivals, lambda rival: call(port, "POST", "/api/v1/appointments/", place.body(rival, start), place.token)
    )


def test_one_family_wins_and_the_others_are_told_what_is_left(server: int) -> None:
    place = Place()
    for number in range(ROUNDS):
        start = place.at(number)
        answers = rush(server, place, start, RIVALS)
        assert Counter(status for status, _ in answers) == {201: 1, 409: RIVALS - 1}
        refused = [body for status, body in answers if status == 409]
        assert {body["code"] for body in refused} == {"slot_taken"}
        assert all(body["alternatives"] and start.isoformat() not in str(body) for body in refused)
        assert Appointment.objects.filter(starts_at=start).count() == 1
    assert Occupation.objects.count() == ROUNDS


def test_the_same_body_from_everywhere_books_once(server: int) -> None:
    """Copies of one request, without a key."""
    place = Place()
    start = place.at(0)
    answers = all_at_once(
        40, lambda _: call(server, "POST", "/api/v1/appointments/", place.body(1, start), place.token)
    )
    assert Counter(status for status, _ in answers) == {201: 1, 409: 39}
    assert Appointment.objects.count() == 1


def test_as_many_win_as_there_are_agents(server: int) -> None:
    """The control: what decides is who is free, not that one answer at most is let through."""
    place = Place()
    for _ in range(2):
        factories.opening(factories.agent(place.location.organisation), place.location, place.type, **place.opened)
    answers = rush(server, place, place.at(0), 40)
    assert Counter(status for status, _ in answers) == {201: 3, 409: 37}


def test_moves_and_bookings_meet_on_one_slot(server: int) -> None:
    """Half of the rivals move an appointment there, half book it; one gets it, nobody loses what he had."""
    place = Place()
    target = place.at(7)
    movers = [
        call(server, "POST", "/api/v1/appointments/", place.body(n, place.at(n)), place.token)[1] for n in range(6)
    ]

    def rival(number: int) -> tuple[int, Any]:
        if number < len(movers):
            path = f"/api/v1/appointments/{movers[number]['id']}/move/"
            return call(server, "POST", path, {"start": target.isoformat()}, place.token)
        return call(server, "POST", "/api/v1/appointments/", place.body(100 + number, target), place.token)

    statuses = Counter(status for status, _ in all_at_once(30, rival))
    assert (statuses[409], statuses[200] + statuses[201]) == (29, 1)
    standing = Appointment.objects.standing()
    assert standing.filter(starts_at=target).count() == 1
    assert standing.count() == 6 + statuses[201]
