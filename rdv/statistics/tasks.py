"""Celery shell: the work is in `counting`, and may be done twice or late."""

from celery import shared_task

from rdv import clock
from rdv.statistics import counting


@shared_task(name="rdv.statistics.count")
def count() -> None:
    """Each night: count the days that are over."""
    counting.count(now=clock.now())
