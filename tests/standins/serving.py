"""A stand-in behind a free local port, for as long as a block lasts."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Server(ThreadingHTTPServer):
    """Its handlers find what they stand in for in `standin`."""

    daemon_threads = True
    standin: Any

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who has hung up, as a client that gives up early does, is no news; all else is shown."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serving(standin: Any, handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Answer in the stand-in's name; gives its address."""
    server = Server(("127.0.0.1", 0), handler)
    server.standin = standin
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
