"""What is done once a day so that nothing runs out: the horizon of openings, the calendars, forgotten holds.

Running it twice, or a day late, changes nothing: it derives again what should be.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from rdv.booking.calendars import rebuild
from rdv.booking.hold import sweep
from rdv.booking.openings import settle_location
from rdv.models import AgentCalendar, Location

logger = logging.getLogger(__name__)

KEPT_DAYS = 7
AGENTS_AT_ONCE = 20


def roll(*, now: datetime) -> None:
    """Roll the openings' horizon on and start old calendars at today, a few agents at a time.

    Each location and each handful of agents is a transaction of its own: families book in between, and one that fails
    keeps no other from being rolled.
    """
    for location in Location.objects.active().order_by("pk"):
        try:
            settle_location(location, now=now)
        except Exception:
            logger.exception("the openings of location %s could not be settled", location.pk)
    old = AgentCalendar.objects.filter(origin__lt=now - timedelta(days=KEPT_DAYS)).order_by("pk")
    agents = list(old.values_list("pk", flat=True))
    for first in range(0, len(agents), AGENTS_AT_ONCE):
        with transaction.atomic(durable=True):
            rebuild(agents[first : first + AGENTS_AT_ONCE], now=now)
    sweep(now=now)
