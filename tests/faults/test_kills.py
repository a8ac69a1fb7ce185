"""Everything is killed while messages leave: each is taken once, or listed; nothing after its time.

Five kills, real processes. `python -m tests.faults.engine` is the same with 2,000 messages.
"""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from rdv.config.env import VARIABLES
from tests.faults.engine import TOO_LATE
from tests.faults.verdict import Row, faults

ROOT = Path(__file__).resolve().parents[2]
# Fewer would all be claimed at once, before anything is killed.
MESSAGES = 500
END = datetime(2027, 1, 11, 12, tzinfo=UTC)
BEFORE, AFTER = END - timedelta(minutes=1), END + timedelta(seconds=1)


@pytest.mark.long
@pytest.mark.broker
@pytest.mark.timeout(240)
def test_each_message_leaves_once_whatever_is_killed_and_however_the_provider_behaves() -> None:
    ours = {variable.name for variable in VARIABLES}
    rest = {name: value for name, value in os.environ.items() if name not in ours and not name.startswith("PYTEST")}
    command = [sys.executable, "-m", "tests.faults.engine", "--messages", str(MESSAGES)]
    done = subprocess.run(command, cwd=ROOT, env=rest, capture_output=True, text=True, check=False, timeout=220)
    assert done.returncode == 0, done.stderr[-2000:]
    seen = json.loads(done.stdout.splitlines()[-1])
    leaving = MESSAGES - TOO_LATE
    assert seen["faults"] == []
    assert len(seen["kills"]) == 5
    assert seen["states"]["dropped"] == TOO_LATE
    assert (seen["taken"], seen["states"]["sent"] + seen["states"]["delivered"]) == (leaving, leaving)
    assert seen["asked"] > leaving, "the provider refused nothing"
    assert seen["reported"] > 0, "the web process answers no report"


@pytest.mark.parametrize(
    ("state", "taken", "seen"),
    [
        ("sent", [BEFORE], []),
        ("uncertain", [BEFORE, BEFORE], []),
        ("dropped", [], []),
        ("sent", [BEFORE, BEFORE], ["1: taken 2 times"]),
        ("sent", [], ["1: sent and never taken"]),
        ("sent", [AFTER], ["1: taken after its give-up time"]),
        ("planned", [], ["1: left planned"]),
        ("claimed", [BEFORE], ["1: left claimed"]),
        ("dropped", [BEFORE], ["1: dropped, yet it was taken"]),
    ],
)
def test_the_verdict_sees_each_fault(state: str, taken: list[datetime], seen: list[str]) -> None:
    """The control: a run with such a row would fail."""
    assert faults([Row("1", state, END)], [("1", at) for at in taken]) == seen


def test_the_verdict_sees_a_message_without_a_row() -> None:
    assert faults([], [("1", BEFORE)]) == ["1: taken, and no row says so"]
