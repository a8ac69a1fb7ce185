"""The scheduler's sign of life: a time kept in the shared cache, written each minute by beat and a worker."""

from datetime import datetime

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

KEY = "scheduler-heartbeat"


@shared_task(name="rdv.heartbeat")
def beat() -> None:
    """Say that beat sends and a worker works."""
    cache.set(KEY, timezone.now().isoformat(), timeout=24 * 3600)


def last_seen() -> datetime | None:
    """When beat and a worker were last seen at work (UTC); None when never, or not for a day."""
    text = cache.get(KEY)
    return datetime.fromisoformat(text) if text else None
