"""The real processes of an installation, each of which can be killed outright and started again."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from rdv.config.embedded import DURABLE, EmbeddedServerError, Postgres, Valkey

ROOT = Path(__file__).resolve().parents[2]
CELERY = [sys.executable, "-m", "celery", "--app", "rdv.config.celery"]
COMMANDS = {
    "worker": [*CELERY, "worker", "--concurrency", "1", "--without-gossip", "--without-mingle"],
    "beat": [*CELERY, "beat", "--scheduler", "celery.beat:Scheduler"],
    "web": [sys.executable, "-m", "gunicorn", "rdv.config.wsgi", "--config", "deploy/gunicorn.conf.py"],
}
ORDER = ("worker", "beat", "web", "valkey", "postgresql")


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Installation:
    """PostgreSQL, Valkey, web, worker and beat, on data of their own."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        """Nothing starts yet."""
        self._postgres, self._valkey = Postgres(folder / "pg"), Valkey(folder / "vk")
        self._environment = environment
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._log = (folder / "processes.log").open("ab")

    def start(self, name: str) -> None:
        """Start one of them, also after it was killed."""
        if name == "postgresql":
            self._environment["DATABASE_URL"] = self._until_it_may(self._postgres)
        elif name == "valkey":
            self._environment["REDIS_URL"] = self._valkey.start()
        else:
            self._running[name] = subprocess.Popen(
                COMMANDS[name], cwd=ROOT, env=self._environment, stdout=self._log, stderr=self._log,
                start_new_session=True,
            )  # fmt: skip

    def kill(self, name: str) -> None:
        """Kill it outright (-9), its children too."""
        server = {"postgresql": self._postgres, "valkey": self._valkey}.get(name)
        process = server._process if server else self._running.pop(name)
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=10)

    def stop(self) -> None:
        """Stop everything that runs."""
        for name in list(self._running):
            self.kill(name)
        self._postgres.stop()
        self._valkey.stop()
        self._log.close()

    @staticmethod
    def _until_it_may(server: Postgres) -> str:
        """A killed server's children take a moment to go."""
        for _ in range(50):
            try:
                return server.start(DURABLE)
            except EmbeddedServerError:
                time.sleep(0.2)
        return server.start(DURABLE)
