"""Celery shells: the work is in the modules that they call, and may be done twice or never."""

from celery import shared_task

from rdv import clock
from reminders import canary, closing, credit, inbound, missing
from reminders import dispatch as outgoing
from reminders import sweep as in_flight
from reminders.inbound import fetching


@shared_task(name="reminders.dispatch")
def dispatch() -> None:
    """Soon after something is to be said, and every few seconds: send what is due."""
    outgoing.dispatch(clock.now())


@shared_task(name="reminders.plan_missing")
def plan_missing() -> None:
    """Now and then: plan what should have been."""
    missing.plan_missing(clock.now())


@shared_task(name="reminders.close_tasks")
def close_tasks() -> None:
    """Now and then: close what nobody needs to do any more."""
    closing.close_stale(clock.now())


@shared_task(name="reminders.process_inbound")
def process_inbound() -> None:
    """Each minute: replies whose handling was cut short."""
    inbound.process_pending(clock.now())


@shared_task(name="reminders.fetch_replies")
def fetch_replies() -> None:
    """Each minute: replies of the providers that have to be asked for them."""
    fetching.fetch_all(now=clock.now())


@shared_task(name="reminders.watch_accounts")
def watch_accounts() -> None:
    """Every ten minutes: the daily SMS to ourselves, and what is left on the accounts."""
    canary.watch(clock.now())
    credit.watch(clock.now())


@shared_task(name="reminders.sweep")
def sweep() -> None:
    """Each minute: settle what was left in flight."""
    in_flight.sweep(clock.now())
