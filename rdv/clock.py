"""What time it is: the only place that asks. Below the views, `now` is an argument."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone


def _no_offset() -> timedelta:
    return timedelta(0)


# How far the product's time is ahead of the world's. The demonstration puts its own here.
source: Callable[[], timedelta] = _no_offset


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return timezone.now() + source()
