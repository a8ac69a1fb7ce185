"""Which servers a command of the demonstration speaks to: the configured, the running, or its own."""

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from rdv.config.embedded import DURABLE, EmbeddedServerError, Postgres, Valkey

PROJECT = Path(__file__).resolve().parents[2]
# These need no data, or look after the servers themselves.
ALONE = frozenset({"", "help", "--help", "-h", "version", "--version", "demo", "makemessages", "compilemessages"})
MADE_HERE = ("postgresql", "valkey")


def data_dir() -> Path:
    """Where the demonstration keeps its database and its mailboxes."""
    return Path(os.environ.get("RDV_DATA_DIR") or PROJECT / ".data").resolve()


def _lock(folder: Path) -> int | None:
    """A lock that lasts as long as this process, or None when another one has it."""
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle


def _own(folder: Path) -> int:
    """The lock of `folder`. Raises EmbeddedServerError when another process has it."""
    handle = _lock(folder)
    if handle is None:
        raise EmbeddedServerError(f"La démonstration tourne déjà avec les données de {folder} : arrêtez-la d'abord.")
    return handle


def forget() -> None:
    """Erase the demonstration's data. Raises EmbeddedServerError when it is running."""
    folder = data_dir()
    handle = _own(folder)
    for name in MADE_HERE:
        shutil.rmtree(folder / name, ignore_errors=True)
    os.close(handle)


def use_running_servers() -> bool:
    """Take the addresses of the demonstration that is running, if one is; what is set stays."""
    folder = data_dir()
    if not (folder / "servers.json").exists():
        return False
    handle = _lock(folder)
    if handle is not None:
        os.close(handle)
        return False
    for name, url in json.loads((folder / "servers.json").read_text(encoding="utf-8")).items():
        if not os.environ.get(name):
            os.environ[name] = url
    return True


@contextlib.contextmanager
def embedded_servers() -> Iterator[None]:
    """Run the servers that the environment doesn't name, and name them there.

    Raises EmbeddedServerError when another process keeps the same data.
    """
    folder = data_dir()
    with contextlib.ExitStack() as stack:
        stack.callback(os.close, _own(folder))
        urls: dict[str, str] = {}
        if not os.environ.get("DATABASE_URL"):
            postgres = Postgres(folder / "postgresql")
            stack.callback(postgres.stop)
            urls["DATABASE_URL"] = postgres.start(DURABLE)
        if not os.environ.get("REDIS_URL"):
            valkey = Valkey(folder / "valkey")
            stack.callback(valkey.stop)
            urls["REDIS_URL"] = valkey.start()
        os.environ.update(urls)
        addresses = folder / "servers.json"
        addresses.write_text(json.dumps(urls), encoding="utf-8")
        stack.callback(addresses.unlink, missing_ok=True)
        yield


@contextlib.contextmanager
def servers_for_command(arguments: Sequence[str]) -> Iterator[None]:
    """What `manage.py` runs inside of: servers when the demonstration's settings need them."""
    command = arguments[1] if len(arguments) > 1 else ""
    demo = os.environ["DJANGO_SETTINGS_MODULE"].endswith(".demo")
    complete = os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")
    if not demo or complete or command in ALONE or use_running_servers():
        yield
        return
    with embedded_servers():
        yield
