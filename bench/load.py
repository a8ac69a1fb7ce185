"""A web server under load: gunicorn as it is deployed, and a client that costs little."""

import contextlib
import os
import selectors
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 40
CONNECTIONS = 16


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serving(application: str) -> Iterator[int]:
    """Run gunicorn with the configuration of production, two workers that are never replaced; gives its port."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py", application]
    environment = {
        **os.environ,
        "PYTHONWARNINGS": "ignore",
        "GUNICORN_CMD_ARGS": f"--bind 127.0.0.1:{port}",
        "WEB_CONCURRENCY": "2",
    }
    server = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    try:
        _wait(port, server)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=30)


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError("gunicorn ne démarre pas")


def get(path: str, *headers: str) -> bytes:
    """A request without a body."""
    return ("\r\n".join([f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *headers]) + "\r\n\r\n").encode()


def post(path: str, body: bytes, content_type: str, *headers: str) -> bytes:
    """A request with a body."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Type: {content_type}", *headers]
    return ("\r\n".join([*lines, f"Content-Length: {len(body)}"]) + "\r\n\r\n").encode() + body


@dataclass(slots=True)
class Line:
    """One connection, the request that it carries and what has come of the answer."""

    port: int
    wire: socket.socket = field(init=False)
    request: bytes = b""
    came: bytearray = field(default_factory=bytearray)

    def open(self) -> None:
        """Connect, and send again what was not answered."""
        self.wire = socket.create_connection(("127.0.0.1", self.port))
        self.came.clear()
        if self.request:
            self.wire.sendall(self.request)

    def send(self, request: bytes) -> None:
        """Send the next request."""
        self.request = request
        self.wire.sendall(request)

    def answer(self) -> int | None:
        """The status, once the whole answer is there; 0 when the server hung up."""
        try:
            came = self.wire.recv(1 << 20)
        except ConnectionError:
            came = b""
        if not came:
            return 0
        self.came += came
        head, found, body = self.came.partition(b"\r\n\r\n")
        if not found:
            return None
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        if len(body) < length:
            return None
        self.came.clear()
        return int(head[9:12])


def drive(
    port: int, requests: Iterator[bytes], *, seconds: float, connections: int = CONNECTIONS
) -> tuple[float, Counter[int]]:
    """Keep so many requests under way for some seconds; gives how long it took, and how many of each status."""
    statuses: Counter[int] = Counter()
    begun = time.perf_counter()
    lines = [Line(port) for _ in range(connections)]
    with selectors.DefaultSelector() as selector:
        for line in lines:
            line.open()
            line.send(next(requests))
            selector.register(line.wire, selectors.EVENT_READ, line)
        while selector.get_map():
            for key, _ in selector.select():
                status = key.data.answer()
                if status is None:
                    continue
                statuses[status] += 1
                request = next(requests, None) if time.perf_counter() - begun < seconds else None
                _go_on(selector, key.data, status, request)
    return time.perf_counter() - begun, statuses


def _go_on(selector: selectors.BaseSelector, line: Line, status: int, request: bytes | None) -> None:
    if request is None or status == 0:
        selector.unregister(line.wire)
        line.wire.close()
    if request is not None and status == 0:
        line.open()
        selector.register(line.wire, selectors.EVENT_READ, line)
    elif request is not None:
        line.send(request)
