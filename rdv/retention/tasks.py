"""Celery shell: the work is in `run`, and may be done twice, late, or by stretches."""

from time import monotonic

from celery import shared_task

from rdv import clock
from rdv.retention.run import run

# Well within a task's time limit.
STRETCH_SECONDS = 120


@shared_task(name="rdv.retention.purge")
def purge() -> None:
    """Once a week, at night; what a stretch leaves is the next one's."""
    began = monotonic()
    for _ in run(now=clock.now()):
        if monotonic() - began > STRETCH_SECONDS:
            purge.delay()
            return
