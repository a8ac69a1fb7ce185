"""What is done once a day so that nothing runs out: the horizon of openings, the calendars, forgotten holds.

Running it twice, or a day late, changes nothing: it derives again what should be.
"""

from datetime import datetime, timedelta

from django.db import transaction

from rdv.booking.calendars import rebuild
from rdv.booking.hold import sweep
from rdv.booking.openings import settle_location
from rdv.models import AgentCalendar, Location

KEPT_DAYS = 7
AGENTS_AT_ONCE = 20


def roll(*, now: datetime) -> None:
    """Roll the openings' horizon on and start old calendars at today, a few agents at a time.

    Each location and each handful of agents is a transaction of its own: families book in between.
    """
    for location in Location.objects.active().order_by("pk"):
        settle_location(location, now=now)
    old = AgentCalendar.objects.filter(origin__lt=now - timedelta(days=KEPT_DAYS)).order_by("pk")
    agents = list(old.values_list("pk", flat=True))
    for first in range(0, len(agents), AGENTS_AT_ONCE):
        with transaction.atomic(durable=True):
            rebuild(agents[first : first + AGENTS_AT_ONCE], now=now)
    sweep(now=now)
