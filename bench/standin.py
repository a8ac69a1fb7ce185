"""A provider that takes every message at once, in its own process: what costs is ours.

`python -m bench.standin` prints its port, then serves until it is stopped. It answers as Twilio does.
"""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NUMBERS = count(1)
BODY = (
    '{{"sid": "SM{number:032x}", "account_sid": "ACbench", "to": "+33639980000", "from": "36999", "body": "", '
    '"status": "queued", "direction": "outbound-api", "num_segments": "1", "num_media": "0", "error_code": null, '
    '"error_message": null, "date_created": null, "date_updated": null, "date_sent": null, "price": null, '
    '"price_unit": "EUR", "api_version": "2010-04-01", "uri": "", "subresource_uris": {{}}}}'
)


class Taking(asyncio.Protocol):
    """One kept connection: each request is read to its end, and answered."""

    def __init__(self) -> None:
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while (end := self._read.find(b"\r\n\r\n")) >= 0:
            head = self._read[:end].lower()
            _, given, rest = head.partition(b"content-length:")
            size = int(rest.split(b"\r\n")[0]) if given else 0
            if len(self._read) < end + 4 + size:
                return
            self._read = self._read[end + 4 + size :]
            self._answer()

    def _answer(self) -> None:
        body = BODY.format(number=next(NUMBERS)).encode()
        head = f"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        if isinstance(self._transport, asyncio.Transport):
            self._transport.write(head.encode() + body)


async def serve() -> None:
    """On a free local port."""
    server = await asyncio.get_running_loop().create_server(Taking, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextlib.contextmanager
def running() -> Iterator[str]:
    """The address of a stand-in that runs until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.standin"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        if process.stdout is None:
            raise RuntimeError("le fournisseur d'essai ne dit pas son port")
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.terminate()
        process.wait(timeout=10)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve())
