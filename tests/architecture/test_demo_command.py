"""`make demo`: one command that starts everything, and leaves nothing behind."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from rdv.config.env import VARIABLES

ROOT = Path(__file__).resolve().parents[2]
LAST_LINE = "Ctrl-C arrête tout"

pytestmark = [pytest.mark.long, pytest.mark.broker, pytest.mark.timeout(200)]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(folder: Path, port: int) -> dict[str, str]:
    """A newcomer's: no setting given."""
    ours = {variable.name for variable in VARIABLES}
    rest = {name: value for name, value in os.environ.items() if name not in ours and not name.startswith("PYTEST")}
    return {
        **rest,
        "DJANGO_SETTINGS_MODULE": "rdv.config.settings.demo",
        "RDV_DATA_DIR": str(folder),
        "PORT": str(port),
    }


def _demo(folder: Path, port: int, *options: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "manage.py", "demo", *options]
    return subprocess.Popen(
        command, cwd=ROOT, env=_environment(folder, port), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def _processes_of(folder: Path) -> list[str]:
    """The processes that got this data folder in their environment (Linux)."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if str(folder).encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text(encoding="utf-8"))
    return found


def _until_announced(demo: "subprocess.Popen[str]") -> str:
    lines = []
    for line in demo.stdout or ():
        lines.append(line)
        if LAST_LINE in line:
            return "".join(lines)
    raise AssertionError("".join(lines))


@pytest.fixture
def running(tmp_path: Path) -> "Iterator[tuple[subprocess.Popen[str], Path, int]]":
    """A demonstration on its own port and data, ready."""
    folder, port = tmp_path / "data", _free_port()
    demo = _demo(folder, port)
    try:
        printed = _until_announced(demo)
        assert f"http://127.0.0.1:{port}/demo/" in printed
        assert "demo-rdv-2026" in printed
        yield demo, folder, port
    finally:
        demo.kill()
        demo.communicate()


def test_it_starts_refuses_a_second_one_and_stops_clean(running: "tuple[subprocess.Popen[str], Path, int]") -> None:
    demo, folder, port = running
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
        parts = json.load(answer)["checks"]
    assert {name for name, part in parts.items() if part["ok"]} == {"database", "broker", "scheduler", "backlog"}

    same_port, _ = _demo(folder, port).communicate(timeout=60)
    assert f"Le port {port} est déjà pris" in same_port
    same_data, _ = _demo(folder, _free_port()).communicate(timeout=60)
    assert "La démonstration tourne déjà" in same_data
    reset, _ = _demo(folder, port, "--reset").communicate(timeout=60)
    assert "La démonstration tourne déjà" in reset

    demo.send_signal(signal.SIGTERM)
    demo.communicate(timeout=40)
    assert demo.returncode == 0
    assert _processes_of(folder) == []
    assert not (folder / "postgresql" / "postmaster.pid").exists()

    done, _ = _demo(folder, port, "--reset").communicate(timeout=60)
    assert "effacées" in done
    assert not (folder / "postgresql").exists()
