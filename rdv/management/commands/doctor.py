"""`manage.py doctor`: what an administrator would otherwise learn from a family."""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.core.checks import ERROR, run_checks
from django.core.mail import get_connection
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from rdv import clock
from rdv.config import checks
from rdv.config.checks import Finding
from reminders import canary, proof
from reminders.providers import accounts
from reminders.providers.console import ConsoleProvider

LEAST_FREE_BYTES = 1_000_000_000
# Beyond this, offers expire and reminders leave at the wrong minute.
MOST_CLOCK_DRIFT = timedelta(seconds=5)


def migrations() -> Finding:
    """Every migration is applied."""
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        return Finding("migrations", ok=False, detail=f"{len(missing)} à appliquer : python manage.py migrate")
    return Finding("migrations", ok=True, detail="à jour")


def clocks() -> Finding:
    """This machine and the database agree on the time."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        drift = abs(cursor.fetchone()[0] - timezone.now())
    detail = f"écart de {drift.total_seconds():.1f} s avec la base"
    return Finding("clocks", ok=drift <= MOST_CLOCK_DRIFT, detail=detail)


def sms(now: datetime) -> Iterator[Finding]:
    """There is an account to send SMS with, each is well, and the SMS to ourselves came back."""
    if accounts.names() == [ConsoleProvider.name]:
        yield Finding("sms", ok=False, detail="aucun compte : SMS_PROVIDERS, ou TWILIO_ACCOUNT_SID")
        return
    for state in proof.states(now):
        parts = [state.provider, *state.troubles]
        if state.credit is not None:
            parts.append(f"reste {state.credit:g}")
        if settings.SMS_CANARY_NUMBER:
            parts.append(_canary(state.canary_age))
        stale = bool(settings.SMS_CANARY_NUMBER) and (state.canary_age or 0) > canary.FRESH.total_seconds()
        parts += [f"rappels : {address}" for address in state.callbacks]
        yield Finding("sms", ok=state.is_well and not stale, detail=" ; ".join(parts))


def _canary(age: float | None) -> str:
    return "SMS de contrôle pas encore reçu" if age is None else f"SMS de contrôle reçu il y a {age / 3600:.0f} h"


def mail() -> Finding:
    """The mail server lets us in; nothing is sent."""
    try:
        with get_connection():
            detail = f"{settings.EMAIL_HOST} répond, expéditeur {settings.DEFAULT_FROM_EMAIL}"
    except (OSError, SMTPException) as error:
        return Finding("mail", ok=False, detail=f"{settings.EMAIL_HOST} refuse ou se tait : {error}")
    return Finding("mail", ok=True, detail=detail)


def disk() -> Finding:
    """There is room left where this runs."""
    free = shutil.disk_usage(settings.BASE_DIR).free
    return Finding("disk", ok=free >= LEAST_FREE_BYTES, detail=f"{free / 1e9:.1f} Go libres")


def configuration() -> Finding:
    """Django finds no fault with the settings."""
    faults = [str(fault.msg) for fault in run_checks() if fault.is_serious(ERROR)]
    return Finding("settings", ok=not faults, detail=" ; ".join(faults) or "cohérents")


def findings() -> Iterator[Finding]:
    """Every check, in the order in which one would look."""
    yield configuration()
    base = checks.database()
    yield base
    if base.ok:
        yield migrations()
        yield clocks()
        yield checks.backlog(clock.now())
    yield checks.broker()
    yield checks.scheduler()
    if base.ok:
        yield from sms(clock.now())
    yield mail()
    yield disk()


class Command(BaseCommand):
    """The state of the installation; exit code 1 when something is wrong."""

    help = (
        "Vérifie la base, le courtier, le planificateur, les comptes SMS et courriel, l'heure, le disque, les réglages."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """One line per check."""
        well = True
        for found in findings():
            well = well and found.ok
            mark = self.style.SUCCESS("ok     ") if found.ok else self.style.ERROR("à voir ")
            self.stdout.write(f"{mark} {found.name:<11} {found.detail}")
        if not well:
            raise SystemExit(1)
