"""Freed slots that started no round: derived again from the cancelled appointments, so that no event is depended on."""

import logging
from datetime import datetime, timedelta

from django.db import OperationalError, transaction

from rdv.booking.events import SlotFreed
from rdv.booking.release import freed_times
from rdv.models import CANCELLED, Appointment, WaitingListEntry
from rdv.models.actor import Actor
from rdv.waitinglist.batches import CUT_OFF
from rdv.waitinglist.opening import open_round

# Older ones have been everybody's for long; a family that joins soon after a cancellation still gets its chance.
LOOK_BACK = timedelta(hours=2)
HORIZON = timedelta(days=30)
AT_ONCE = 20

logger = logging.getLogger(__name__)


def open_missed(*, now: datetime) -> int:
    """Start the rounds that should have been; gives how many. Run each minute.

    Each minute looks at its share of what stayed silent, so that what can't be offered never hides the rest.
    """
    waited = WaitingListEntry.objects.waiting().values_list("territory", "type").distinct()
    territories, types = {pk for pk, _ in waited}, {pk for _, pk in waited}
    if not types:
        return 0
    silent = Appointment.objects.filter(
        territory__in=territories,
        type__in=types,
        starts_at__gt=now + CUT_OFF,
        starts_at__lt=now + HORIZON,
        status__in=CANCELLED,
        cancelled_at__gt=now - LOOK_BACK,
        is_collective=False,
        rounds_freed=None,
    )
    shares = -(-silent.count() // AT_ONCE)
    minute = int(now.timestamp()) // 60
    first = AT_ONCE * (minute % shares) if shares else 0
    return sum(_opened(one, now) for one in silent.order_by("starts_at", "pk")[first : first + AT_ONCE])


def _opened(appointment: Appointment, now: datetime) -> int:
    """How many rounds its time starts: none where somebody else is already, or where nobody would come."""
    by = Actor.system()
    try:
        with transaction.atomic(durable=True):
            rounds = [
                open_round(SlotFreed(at=now, by=by, freed=freed, appointment=appointment))
                for freed in freed_times(appointment)
            ]
    except OperationalError:
        logger.warning("the time of appointment %s could not be offered", appointment.pk, exc_info=True)
        return 0
    except Exception:
        # The others must not wait for the one that can't be offered.
        logger.exception("the time of appointment %s could not be offered", appointment.pk)
        return 0
    return len([one for one in rounds if one is not None])
