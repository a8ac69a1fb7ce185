"""Celery shell: the work is in `upkeep`, and may be done twice or late."""

from celery import shared_task

from rdv import clock
from rdv.booking import upkeep


@shared_task(name="rdv.booking.roll")
def roll() -> None:
    """Each night: nothing may run out."""
    upkeep.roll(now=clock.now())
