"""Celery shell: an SMS reaches its telephone a moment after the provider took it."""

from celery import shared_task

from rdv.demo import network
from rdv.demo.models import DemoSms

DELAY_SECONDS = 2


@shared_task(name="rdv.demo.deliver", ignore_result=True)
def deliver(pk: int) -> None:
    """Tell the product that it arrived."""
    network.deliver(DemoSms.objects.get(pk=pk))
