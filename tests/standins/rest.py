"""A provider's REST address over real HTTP, for any provider: it answers as its `world` says, and remembers.

Each request takes the next answer that the test prepared, else the world's own.
"""

import json
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from tests.standins.serving import Server, serving


@dataclass(frozen=True)
class Call:
    """One request that arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    text: str
    url: str

    @property
    def json(self) -> dict[str, Any]:
        return dict(json.loads(self.text or "{}"))


@dataclass(frozen=True)
class Reply:
    """One answer; `cut`: none, the connection is closed; `late`: after so many seconds; `done`: the world acted."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False
    late: float = 0.0
    done: bool = False


class World(Protocol):
    def answer(self, call: Call) -> Reply: ...


class StandIn:
    """What the tests hold: the address, what came in, and what is prepared."""

    def __init__(self) -> None:
        self.url = ""
        self.world: World | None = None
        self.calls: list[Call] = []
        self.prepared: deque[Reply] = deque()

    def play(self, world: World) -> None:
        """Start again with this world."""
        self.world = world
        self.calls.clear()
        self.prepared.clear()

    def answer(self, call: Call) -> Reply:
        self.calls.append(call)
        assert self.world is not None
        if call.path.endswith("/auth/time") or not self.prepared:
            return self.world.answer(call)
        reply = self.prepared.popleft()
        if reply.done:
            self.world.answer(call)
        return reply


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    # Headers and body leave as two segments: without this each answer waits 40 ms for an acknowledgement.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        text = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        url = f"http://{self.headers['Host']}{self.path}"
        call = Call(self.command, parts.path, dict(parse_qsl(parts.query)), self.headers, text, url)
        reply = self.server.standin.answer(call)
        time.sleep(reply.late)
        if reply.cut:
            self.close_connection = True
            self.connection.close()
            return
        content = b"" if reply.body is None else json.dumps(reply.body).encode()
        self.send_response(reply.status)
        for name, value in {**reply.headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: Any) -> None:
        """The tests' output stays ours."""


@contextmanager
def running() -> Iterator[StandIn]:
    """A stand-in on a free local port, until the block ends."""
    standin = StandIn()
    with serving(standin, _Handler) as standin.url:
        yield standin
