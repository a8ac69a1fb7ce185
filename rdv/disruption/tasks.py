"""Celery shells: the work is in `carrying_out`, and may be done twice or never."""

from celery import shared_task

from rdv import clock
from rdv.disruption import carrying_out


@shared_task(name="rdv.disruption.work")
def work() -> None:
    """Each minute: whatever is due, or was missed."""
    carrying_out.work(now=clock.now())


@shared_task(name="rdv.disruption.work_on")
def work_on(disruption_id: int) -> None:
    """Soon after something was decided."""
    carrying_out.work(now=clock.now(), disruption_id=disruption_id)
