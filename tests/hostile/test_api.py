"""The API: every field of every body and every parameter, one wrong among good ones."""

import copy
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_from_bytes

import pytest
from django.conf import settings
from django.test import Client

from api.v1.docs import openapi
from rdv.models import AppointmentType
from tests.api.support import Caller
from tests.hostile.addresses import every_address
from tests.hostile.attack import Answer, Attacker, Reading
from tests.hostile.site import Site
from tests.hostile.values import BODIES, JSON, PARAMETERS, TEXT_SEGMENTS, encoded

CONTACT = {"first_name": "Alix", "last_name": "Exemple", "phone": "06 39 98 12 34", "email": "", "language": "fr"}
CHILD = {"first_name": "Noé", "last_name": "", "birth_date": "2026-06-01"}
Path = tuple[str | int, ...]


@pytest.fixture
def by(site: Site, reading: Reading) -> Attacker:
    caller = Caller(site.territory)
    return Attacker(reading, Client(), headers=caller.headers)


def bodies(site: Site) -> dict[tuple[str, str], dict[str, Any]]:
    """A good body for each operation that takes one."""
    who = {"contact": CONTACT, "attendees": [CHILD]}
    opening = {
        "agent": site.agent.pk,
        "location": site.location.pk,
        "appointment_types": [site.type.pk],
        "first_day": "2027-01-13",
        "start_time": "14:00",
        "end_time": "16:00",
        "rrule": "FREQ=WEEKLY;BYDAY=WE",
        "label": "",
    }
    absence = {"agent": site.agent.pk, "start": site.at(15).isoformat(), "end": site.at(16).isoformat(), "label": ""}
    wait = {**who, "appointment_type": site.type.pk, "locations": [site.location.pk], "half_days": ["1-am"]}
    where = {"appointment_type": site.type.pk, "location": site.location.pk, "agent": site.agent.pk}
    return {
        ("post", "appointments/"): {**where, **who, "start": site.at(10).isoformat(), "visit_address": ""},
        ("post", f"appointments/{site.open.pk}/cancel/"): {"by": "family", "reason": "malade"},
        ("post", f"appointments/{site.open.pk}/move/"): {
            "start": site.at(10).isoformat(),
            "location": site.location.pk,
            "agent": site.agent.pk,
        },
        ("post", f"appointments/{site.open.pk}/outcome/"): {"status": "unknown"},
        ("post", "opening-periods/"): opening,
        ("patch", f"opening-periods/{site.period.pk}/"): opening,
        ("post", f"opening-periods/{site.period.pk}/days/"): {
            "day": site.day.isoformat(),
            "start_time": "09:00",
            "end_time": "10:00",
        },
        ("post", "absences/"): absence,
        ("patch", f"absences/{site.absence.pk}/"): {"kind": "sick", "label": "Grippe"},
        ("post", "waiting-list/"): {**wait, "notice_minutes": 120},
        ("post", "families/"): {"contact": CONTACT, "persons": [CHILD], "organisation": site.organisation.pk},
        ("patch", f"families/{site.family.pk}/contacts/{site.contact().pk}/"): {**CONTACT, "may_be_told": True},
        ("post", f"families/{site.family.pk}/persons/"): CHILD,
        ("post", "webhooks/"): {"url": "https://8.8.8.8/rdv", "events": ["appointment.booked"], "is_active": True},
    }


def leaves(body: Any, path: Path = ()) -> Iterator[Path]:
    """Where something stands in a body: each value, and what holds values."""
    if path:
        yield path
    children = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in children:
        yield from leaves(value, (*path, key))


def changed(body: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    other: Any = copy.deepcopy(body)
    inner = other
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return other


def value_at(body: Any, path: Path) -> Any:
    for key in path:
        body = body[key]
    return body


def names_a_field(answer: Answer) -> bool:
    """A 400 says which field is to be corrected."""
    return answer.status != 400 or bool(answer.response.json().get("errors"))


def mixtures(body: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """One wrong value among good ones, then all of them wrong at once, each in its turn."""
    every = list(leaves(body))
    for at in every:
        holds_more = isinstance(value_at(body, at), dict | list)
        for label in ("null", "list", "object", "nested", "digits") if holds_more else ("nul", "huge", "last instant"):
            yield f"{label} at {at}", changed(body, at, JSON[label])
    inner = [at for at in every if not isinstance(value_at(body, at), dict | list)]
    values = list(JSON.values())
    for turn in range(0, len(values), 2):
        mixed = body
        for position, at in enumerate(inner):
            mixed = changed(mixed, at, values[(turn + position) % len(values)])
        yield f"turn {turn}", mixed


def test_every_field_of_every_body(site: Site, by: Attacker) -> None:
    wrong: dict[str, list[str]] = {}
    for (method, path), body in bodies(site).items():
        for label, sent in mixtures(body):
            answer = by.send(method.upper(), f"/api/v1/{path}", body=json.dumps(sent), content_type="application/json")
            unnamed = [] if names_a_field(answer) else ["a 400 without a field"]
            for fault in answer.faults + unnamed:
                wrong.setdefault(f"{method} {path}: {fault}", []).append(label)
    assert not wrong, "\n".join(f"{what} {labels}" for what, labels in wrong.items())


def test_the_bodies_are_good(site: Site, by: Attacker) -> None:
    """Otherwise the test above would only meet the first mistake of each."""
    answers = {
        (method, path): by.send(
            method.upper(), f"/api/v1/{path}", body=json.dumps(body), content_type="application/json"
        )
        for (method, path), body in bodies(site).items()
    }
    refused = {key: answer.response.content for key, answer in answers.items() if answer.status >= 300}
    assert {path for _method, path in refused} <= {f"appointments/{site.open.pk}/outcome/"}, refused


def test_every_operation_that_takes_a_body_is_among_them(site: Site) -> None:
    described = json.loads(openapi())["paths"]
    taking = {
        (method, path.removeprefix("/api/v1/"))
        for path, operations in described.items()
        for method, operation in operations.items()
        if "requestBody" in operation
    }
    ours = {
        (method, "/".join("{}" if part.isdigit() else part for part in path.split("/")))
        for method, path in bodies(site)
    }
    wanted = {(method, "/".join("{}" if "{" in part else part for part in path.split("/"))) for method, path in taking}
    assert wanted - ours <= {("patch", "webhooks/{}/")}  # what it takes is what making one takes


def test_every_parameter_of_every_list(site: Site, by: Attacker) -> None:
    """Each alone among good ones, then all at once, each wrong in its turn."""
    good = {"appointment_type": site.type.pk, "location": site.location.pk}
    values = list(PARAMETERS.items())
    wrong: dict[str, list[str]] = {}
    for path, operations in json.loads(openapi())["paths"].items():
        if "{" in path or "get" not in operations:
            continue
        names = [one["name"] for one in operations["get"].get("parameters", ()) if one["in"] == "query"]
        kept = {name: str(value).encode() for name, value in good.items() if name in names}
        tries = [({**kept, name: PARAMETERS[label]}, f"{name}: {label}") for name in names for label in ("huge", "nul")]
        for turn, (label, _value) in enumerate(values):
            mixed = {name: values[(turn + place) % len(values)][1] for place, name in enumerate(names)}
            tries.append((mixed, f"turn {label}"))
        for given, label in tries:
            for fault in by.send("GET", path, encoded(list(given.items()))).faults:
                wrong.setdefault(f"{path}: {fault}", []).append(label)
    assert not wrong, "\n".join(f"{what} {labels}" for what, labels in wrong.items())


def test_every_segment_of_every_address(site: Site, by: Attacker) -> None:
    """Numbers without end, words, another territory's rows: each is a problem, whatever the method."""
    wrong: dict[str, list[str]] = {}
    texts = {label: quote_from_bytes(value, safe="") for label, value in TEXT_SEGMENTS.items()}
    texts |= {"zero": "0", "endless": "9" * 4_400, "a row of another": str(site.strangers()[-1])}
    every_method = ("GET", "POST", "PATCH", "DELETE")
    for address in every_address():
        if address.part != "api" or not address.takes:
            continue
        good = site.tries(address)[0]
        for label, text in texts.items():
            for name in address.takes:
                # A word in the place of a number leads to no view that could tell the methods apart.
                meets_a_view = text.isdigit() or address.takes[name] != "int"
                for method in every_method if meets_a_view else ("POST",):
                    path = address.path(good | {name: text})
                    answer = by.send(method, path, body="{}", content_type="application/json")
                    # The number of a stranger's row may be that of another row of ours: no name of his is shown.
                    is_clear = answer.status in (400, 404, 405) or label == "a row of another"
                    unexpected = [] if is_clear else [f"status {answer.status}"]
                    for fault in answer.faults + unexpected:
                        wrong.setdefault(f"{method} {address.route}: {fault}", []).append(f"{name}: {label}")
    assert not wrong, "\n".join(f"{what} {labels}" for what, labels in wrong.items())


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 256, "\x7f", "a\tb"])
def test_a_key_that_is_none(site: Site, by: Attacker, key: str) -> None:
    """An Idempotency-Key that can't be kept is refused before anything is done."""
    path, body = f"/api/v1/appointments/{site.open.pk}/cancel/", '{"by": "family"}'
    by.headers["Idempotency-Key"] = key
    answer = by.send("POST", path, body=body, content_type="application/json")
    assert answer.faults == []
    assert (answer.status, list(answer.response.json()["errors"])) == (400, ["Idempotency-Key"])


def test_a_body_that_is_not_what_it_says(site: Site, by: Attacker) -> None:
    path = f"/api/v1/appointments/{site.open.pk}/cancel/"
    answers = {
        label: by.send("POST", path, body=content, content_type=kind) for label, (content, kind) in BODIES.items()
    }
    assert {label: answer.faults for label, answer in answers.items()} == {label: [] for label in BODIES}
    assert {answer.status for answer in answers.values()} == {400, 415}


def test_a_body_too_large_is_not_read(site: Site, by: Attacker) -> None:
    """What an attacker sends without end must not fill the memory."""
    body = b'{"reason": "' + b"a" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1) + b'"}'
    answer = by.send("POST", f"/api/v1/appointments/{site.open.pk}/cancel/", body=body, content_type="application/json")
    assert answer.faults == []
    assert answer.status == 413


@pytest.mark.parametrize("what", ["type", "location", "agent", "family", "appointment"])
def test_what_belongs_to_the_neighbour_does_not_exist_here(site: Site, by: Attacker, what: str) -> None:
    """Numbers of another territory are unknown in bodies, in parameters and in addresses."""
    other = site.neighbour
    row = {
        "type": other.type,
        "location": other.location,
        "agent": other.agent,
        "family": site.foreign.family,
        "appointment": site.foreign.appointment,
    }[what]
    field = {"type": "appointment_type"}.get(what, what)
    body = bodies(site)[("post", "appointments/")] | {field: row.pk}
    if what == "family":
        body["contact"] = None
    if what == "appointment":
        answer = by.send("GET", f"/api/v1/appointments/{row.pk}/")
        assert answer.status == 404
        answer = by.send(
            "POST", f"/api/v1/appointments/{row.pk}/cancel/", body='{"by": "service"}', content_type="application/json"
        )
        assert answer.status == 404
        return
    answer = by.send("POST", "/api/v1/appointments/", body=json.dumps(body), content_type="application/json")
    assert (answer.status, list(answer.response.json()["errors"])) == (400, [field])
    assert not isinstance(row, AppointmentType) or row.territory != site.territory
