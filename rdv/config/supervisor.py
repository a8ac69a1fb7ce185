"""The whole product on one machine, for the demonstration: servers, web, worker and scheduler."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path
from types import FrameType
from typing import NoReturn

from django.core.management import get_commands
from honcho.environ import parse_procfile
from honcho.manager import Manager

from rdv.config.servers import PROJECT, embedded_servers

ALL_READY_SECONDS = 20


class CannotStart(Exception):
    """The demonstration can't run; the text (French) says why and what to do."""


def refuse_if_taken(port: int) -> None:
    """Raises CannotStart when something listens on this port of 127.0.0.1."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CannotStart(
                f"Le port {port} est déjà pris. Choisissez-en un autre, par exemple : make demo PORT={port + 1}"
            ) from error


def _stop(signum: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + signum)


def _manage(*arguments: str) -> None:
    """One command of manage.py, with the servers' addresses that are in the environment by now."""
    done = subprocess.run([sys.executable, str(PROJECT / "manage.py"), *arguments], check=False, cwd=PROJECT)
    if done.returncode:
        raise CannotStart(f"« manage.py {' '.join(arguments)} » a échoué : voir les lignes au-dessus.")


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except OSError:
        return False


def _announce(port: int, text: str) -> None:
    """Print `text` once all parts work; or, if one doesn't in time, once the pages at least do."""
    address, deadline = f"http://127.0.0.1:{port}", time.monotonic() + ALL_READY_SECONDS
    while not _answers(f"{address}/readyz"):
        if time.monotonic() > deadline and _answers(f"{address}/healthz"):
            break
        time.sleep(0.2)
    sys.stdout.write(text)
    sys.stdout.flush()


def _environment(port: int) -> dict[str, str]:
    """What the processes of the Procfile get."""
    binaries = Path(sys.executable).parent
    return {
        **os.environ,
        "PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PORT": str(port),
        "LOG_LEVEL": os.environ.get("LOG_LEVEL") or "WARNING",
        # The workers keep their connections to the simulated operator for longer than a visitor's browser would.
        "GUNICORN_CMD_ARGS": f"--bind 127.0.0.1:{port} --keep-alive 75",
        # Celery is right, but a demonstration in a container is often root's.
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
    }


def run(*, port: int, announcement: str) -> int:
    """Start everything, wait for Ctrl-C or SIGTERM, stop everything; the exit code.

    Raises CannotStart and EmbeddedServerError.
    """
    refuse_if_taken(port)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    with embedded_servers():
        _manage("migrate", "--verbosity", "0")
        if "demo_load" in get_commands():
            _manage("demo_load")
        manager = Manager()
        for name, command in parse_procfile((PROJECT / "Procfile").read_text(encoding="utf-8")).processes.items():
            manager.add_process(name, command, env=_environment(port), cwd=str(PROJECT))
        threading.Thread(target=_announce, args=(port, announcement), daemon=True).start()
        manager.loop()
    return 0 if manager.returncode in (130, 143) else int(manager.returncode or 0)
