"""A run of messages while everything is killed and the provider misbehaves: `python -m tests.faults.engine`.

Worker, beat, web, Valkey and PostgreSQL are killed (-9) one after the other, and started again, while the messages
leave. The provider cuts, fails, is slow, asks to wait, reports twice. Then time passes, by the argument `now`, until
what was in flight is settled; the rows are compared with what the provider took. Prints one line of JSON.
"""

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.servers import disconnect
from tests.faults.processes import ORDER, Installation, free_port
from tests.faults.verdict import Row, faults
from tests.standins.twilio import TwilioStandIn, running

TOO_LATE = 10
LONGEST = 120.0


def main(given: Sequence[str] | None = None) -> None:
    """Run, and say what was seen."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.engine", description=__doc__)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--careless", action="store_true", help="control: the provider is never asked what it took")
    options = parser.parse_args(given)
    with tempfile.TemporaryDirectory(prefix="rdv-f-", dir="/tmp") as name, running() as standin:
        Path(name).chmod(0o755)
        seen = _run(Path(name), standin, options.messages, careless=options.careless)
        sys.stdout.write(f"{json.dumps(seen)}\n")


def _run(folder: Path, standin: TwilioStandIn, count: int, *, careless: bool) -> dict[str, Any]:
    port = free_port()
    os.environ.update(
        DJANGO_SETTINGS_MODULE="tests.faults.settings", PUBLIC_URL=f"http://127.0.0.1:{port}", PORT=str(port),
        TWILIO_ACCOUNT_SID=standin.account_sid, TWILIO_AUTH_TOKEN=standin.auth_token, TWILIO_API_URL=standin.url,
        TWILIO_SENDER="36999", WEB_CONCURRENCY="1", RDV_DATA_DIR=str(folder),
    )  # fmt: skip
    installation = Installation(folder, os.environ)  # type: ignore[arg-type]
    begun = time.monotonic()
    try:
        for name in ("postgresql", "valkey"):
            installation.start(name)
        _migrate()
        start = datetime.now(UTC)
        _write(count, start)
        disconnect()
        _misbehave(standin, count)
        for name in ("worker", "beat", "web"):
            installation.start(name)
        kills = _kill_all(installation, standin, count)
        delivered = _report(standin, port)
        rows = _settle(start, standin, careless=careless)
        states: dict[str, int] = {}
        for row in rows:
            states[row.state] = states.get(row.state, 0) + 1
        taken = [(str(one["to"]), _at(one)) for one in standin.messages]
        return {
            "messages": count,
            "kills": kills,
            "asked": len(standin.requests),
            "taken": len(taken),
            "reported": delivered,
            "states": states,
            "faults": faults(rows, taken),
            "seconds": round(time.monotonic() - begun, 1),
        }
    finally:
        installation.stop()


def _migrate() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _write(count: int, now: datetime) -> None:
    """Answers leave at any hour. The last few are useless before anybody can send them."""
    from rdv.models import Territory
    from reminders.kinds import SMS, Kind
    from reminders.models import OutboundMessage
    from reminders.outbox import timing

    here = Territory.objects.create(name="Val-d'Exemple", slug="val-d-exemple", department_code="99")
    rows = [
        OutboundMessage(
            territory=here, key=f"fault:{number}", kind=Kind.RECEIPT, channel=SMS, to=f"+3363998{number:04}",
            context={"template": "receipt_stopped"},
            **timing(Kind.RECEIPT, now, now, now if number >= count - TOO_LATE else None),
        )
        for number in range(count)
    ]  # fmt: skip
    OutboundMessage.objects.bulk_create(rows)


def _misbehave(standin: TwilioStandIn, count: int) -> None:
    """On schedule: most are taken; of a hundred, a few are cut, failed, slow; three times it asks to wait."""
    for number in range(count * 3):
        match number % 100:
            case 11:
                standin.drop(accepting=True)
            case 31:
                standin.drop(accepting=False)
            case 51:
                standin.answer(500)
            case 71:
                standin.slow(0.5)
            case 91 if number < 300:
                standin.too_many(retry_after=1)
            case _:
                standin.behaviours.append(lambda handler, form: handler.reply(201, handler.server.standin.accept(form)))


def _kill_all(installation: Installation, standin: TwilioStandIn, count: int) -> list[str]:
    """Each once, as the run goes on; then until nearly everything was asked for."""
    done = []
    for position, name in enumerate(ORDER, 1):
        _until(standin, count * position // (len(ORDER) + 1))
        installation.kill(name)
        installation.start(name)
        done.append(f"{name} after {len(standin.messages)}")
    _until(standin, int(count * 0.85) - TOO_LATE)
    return done


def _until(standin: TwilioStandIn, many: int) -> None:
    """As many were taken, or nothing is left to claim for now: what is in flight or put off waits for the settling."""
    end = time.monotonic() + LONGEST
    while len(standin.messages) < many and time.monotonic() < end and _anything_to_claim():
        time.sleep(0.1)


def _anything_to_claim() -> bool:
    from django.db import OperationalError

    from reminders.models import Queued

    try:
        return Queued.objects.filter(is_held=False, at__lte=datetime.now(UTC)).exists()
    except OperationalError:  # it was killed
        disconnect()
        return True


def _report(standin: TwilioStandIn, port: int) -> int:
    """The provider reports fifty of them as delivered, twice each, and the latest first."""
    url = f"http://127.0.0.1:{port}/sms/twilio/status/"
    done = 0
    for message in standin.messages[:50]:
        for status in ("delivered", "sent", "delivered"):
            done += standin.deliver(url, str(message["sid"]), status) < 300
    return done


def _settle(start: datetime, standin: TwilioStandIn, *, careless: bool) -> list[Row]:
    """Time passes: what waits is tried again, what is in flight is asked about."""
    from reminders import sweep
    from reminders.models import OutboundMessage
    from reminders.run import run_due

    if careless:
        sweep._ask = lambda message: None  # type: ignore[assignment]
    disconnect()
    standin.behaviours.clear()
    for minutes in (2, 4, 13, 15, 27, 40):
        run_due(start + timedelta(minutes=minutes))
    rows = OutboundMessage.objects.order_by("pk").values_list("to", "state", "give_up_at")
    return [Row(to, state, end) for to, state, end in rows]


def _at(message: dict[str, Any]) -> datetime:
    from email.utils import parsedate_to_datetime

    return parsedate_to_datetime(message["date_created"])


if __name__ == "__main__":
    threading.excepthook = lambda *_: None  # a client that was killed hangs up on the stand-in
    main()
