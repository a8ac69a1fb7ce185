"""Celery shells: the work is in the modules that they call, and may be done twice or never."""

from importlib import import_module

from celery import shared_task

from rdv import clock


@shared_task(name="api.deliver_webhooks")
def deliver_webhooks() -> None:
    """On commit, and each minute for what was missed or must be tried again."""
    import_module("api.v1.webhooks.send").deliver_due(now=clock.now())


@shared_task(name="api.sweep")
def sweep() -> None:
    """Each night: forget what is no longer needed."""
    import_module("api.upkeep").sweep(now=clock.now())
