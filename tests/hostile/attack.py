"""One request, undone at once, and what is to be said against its answer."""

import copy
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from tests.hostile.page import read
from tests.hostile.site import NEIGHBOUR
from tests.hostile.watch import fingerprint, undone

FORM = "application/x-www-form-urlencoded"
SAFE = ("GET", "HEAD", "OPTIONS")
CLEAR = {200, 201, 204, 302, 303, 304, 308, 400, 401, 403, 404, 405, 406, 409, 410, 413, 415, 422, 429}
# A refusal that has its reason to write: a form sent again keeps its slot for another while, even if an answer in it
# is wrong; a yes to a slot that is gone ends the offer.
HAS_ITS_REASON = {"coordonnees": {"rdv_hold", "rdv_occupation"}, "oui": {"rdv_offer", "rdv_offerround"}}
# These say what fails with a 503.
MAY_BE_DOWN = ("/readyz",)
NOT_A_FIELD = {"csrfmiddlewaretoken", "_"}
# What runs in a page that has no inline script of its own.
ACTIVE = re.compile(r"<script(?![^>]*\ssrc=)|<img src=x")


class Reading:
    """The names that views look for, in the address or in the form: nobody has to list them."""

    def __init__(self) -> None:
        self.names: list[tuple[QueryDict, str]] = []

    def install(self, patch: pytest.MonkeyPatch) -> None:
        # Answers are judged by what they say: the client need not keep a copy of each template's context.
        patch.setattr("django.test.client.store_rendered_templates", lambda *_args, **_kwargs: None)
        for method in ("get", "getlist", "__getitem__", "__contains__"):
            patch.setattr(QueryDict, method, self._noting(getattr(QueryDict, method)))

    def _noting(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def noting(data: QueryDict, name: str, *args: Any, **kwargs: Any) -> Any:
            self.names.append((data, name))
            return real(data, name, *args, **kwargs)

        return noting


@dataclass
class Answer:
    """A response, what was looked for, and the faults found in it."""

    response: Any
    asked: set[str] = field(default_factory=set)
    posted: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        """All of it, whatever it is."""
        return "" if self.response.streaming else self.response.content.decode("utf-8", "replace")

    @property
    def html(self) -> str:
        is_page = self.response.headers.get("Content-Type", "").startswith("text/html")
        return self.response.content.decode() if is_page and not self.response.streaming else ""


class Attacker:
    """A browser or a program that sends anything; `problems` answers as the API does."""

    def __init__(self, reading: Reading, client: Client, *, headers: dict[str, str] | None = None) -> None:
        self.reading, self.client, self.headers = reading, client, headers or {}
        self.client.raise_request_exception = False
        self.before = fingerprint()

    @contextmanager
    def _forgetting(self) -> Iterator[None]:
        """The browser's cookies are as they were, whatever the answer did to them."""
        kept = copy.deepcopy(self.client.cookies)
        try:
            yield
        finally:
            self.client.cookies = kept

    def send(self, method: str, path: str, query: str = "", body: str | bytes = "", content_type: str = FORM) -> Answer:
        """Send it, judge the answer, undo it."""
        self.reading.names.clear()
        options = {} if method in SAFE else {"data": body, "content_type": content_type}
        with self._forgetting(), undone() as watch:
            response = self.client.generic(method, path, QUERY_STRING=query, headers=self.headers, **options)
            answer = Answer(response)
            self._names(answer)
            answer.faults += self._faults(answer)
            tables = watch.tables - HAS_ITS_REASON.get(path.split("/")[-2], set())
            if tables and not answer.faults:
                answer.faults += self._changes(method, answer, tables)
        return answer

    def _names(self, answer: Answer) -> None:
        address = answer.response.wsgi_request.GET
        found = [(data is address, name) for data, name in self.reading.names if name not in NOT_A_FIELD]
        answer.asked = {name for in_address, name in found if in_address}
        answer.posted = {name for in_address, name in found if not in_address}

    def _faults(self, answer: Answer) -> list[str]:
        if answer.status == 503 and answer.response.wsgi_request.path in MAY_BE_DOWN:
            return []
        if answer.status >= 500 or getattr(answer.response, "exc_info", None):
            return [f"{answer.status} {_raised(answer.response)}"]
        found = [] if answer.status in CLEAR else [f"status {answer.status}"]
        if answer.status >= 400:
            found += _silence(answer)
        if answer.status in (302, 303, 308):
            found += _away(answer.response.headers["Location"])
        if ACTIVE.search(answer.html):
            found.append("what was sent runs in the page")
        if NEIGHBOUR in answer.text:
            found.append("shows what is the neighbour's")
        if "Set-Cookie: vol" in str(answer.response.headers):
            found.append("a header was injected")
        return found

    def _changes(self, method: str, answer: Answer, tables: set[str]) -> list[str]:
        """A refusal and a GET leave everything as it was; what was tried and taken back is no change."""
        accepted = answer.status in (201, 204, 302, 303) or (answer.status == 200 and not answer.html)
        if method not in SAFE and accepted:
            return []
        after = fingerprint()
        changed = {table for table in tables if after[table] != self.before[table]}
        return [f"{answer.status}, and yet changed {', '.join(sorted(changed))}"] if changed else []


def kept(answer: Answer, sent: dict[str, bytes]) -> list[str]:
    """Boxes of the page that no longer hold what was typed in them."""
    if not answer.html:
        return []
    boxes = read(answer.html).boxes
    return [
        f"{name}: {_squeezed(value)[:40]!r} became {_squeezed(boxes[name].encode())[:40]!r}"
        for name, value in sent.items()
        if name in boxes and _squeezed(boxes[name].encode()) != _squeezed(value)
    ]


def _squeezed(value: bytes) -> str:
    return " ".join(value.decode("utf-8", "replace").replace("\x00", "").split())


def _silence(answer: Answer) -> list[str]:
    """An error says something: a page in French, or a problem with its code and its sentence."""
    response = answer.response
    kind = response.headers.get("Content-Type", "").partition(";")[0]
    if response.wsgi_request.method == "HEAD":
        return []
    if kind == "application/problem+json":
        body = response.json()
        return [] if body.get("code") and body.get("detail") and body["status"] == answer.status else [f"bare {body}"]
    if response.wsgi_request.path.startswith("/api/v1/"):
        return [f"{answer.status} as {kind}, not as a problem"]
    if kind == "text/html":
        shown = read(answer.html)
        return [] if shown.language == "fr" and shown.title else [f"{answer.status} without a word"]
    return [] if response.content.strip() else [f"{answer.status} without a word"]


def _away(location: str) -> list[str]:
    here = location.startswith("/") and not location.startswith(("//", "/\\"))
    return [] if here or location.startswith(("?", "http://testserver/")) else [f"redirects to {location[:80]}"]


def _raised(response: Any) -> str:
    """The exception and the last line of ours that it went through."""
    info = getattr(response, "exc_info", None)
    if not info:
        return response.content[:200].decode("utf-8", "replace")
    kind, error, trace = info
    ours = ""
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if any(f"/{part}/" in file for part in ("rdv", "reminders", "api")) and "site-packages" not in file:
            ours = f"{file.rsplit('/', 3)[-2]}/{file.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{kind.__name__}: {str(error)[:100]} ({ours})"
