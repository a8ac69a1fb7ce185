"""The clock of the demonstration: one offset in the database, shared by web, workers and scheduler."""

import time as system
from datetime import datetime, timedelta

from django.db.models import F

from rdv import clock
from rdv.demo.models import DemoClock

# Each process reads the offset again at this age: once for a page, yet the page that follows a click, served by
# another process, tells the new time.
KEPT_SECONDS = 0.05


class Kept:
    """The offset as this process last read it."""

    def __init__(self) -> None:
        self.offset = timedelta(0)
        self.read_at = float("-inf")

    def forget(self) -> None:
        self.read_at = float("-inf")

    def __call__(self) -> timedelta:
        if system.monotonic() - self.read_at > KEPT_SECONDS:
            seconds = DemoClock.objects.filter(pk=1).values_list("offset_seconds", flat=True).first()
            self.offset, self.read_at = timedelta(seconds=seconds or 0), system.monotonic()
        return self.offset


offset = Kept()


def install() -> None:
    """Have the whole product read this clock."""
    clock.source = offset


def advance(by: timedelta) -> datetime:
    """Move the product's time forward, never back; gives the new present."""
    seconds = max(0, round(by.total_seconds()))
    DemoClock.objects.get_or_create(pk=1)
    DemoClock.objects.filter(pk=1).update(offset_seconds=F("offset_seconds") + seconds)
    offset.forget()
    return clock.now()
