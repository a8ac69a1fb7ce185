"""Change opening periods: what they open is settled in the same transaction."""

from collections.abc import Collection
from datetime import date, datetime, time

from django.db import transaction

from rdv.booking.newtime import announcing
from rdv.booking.openings import settle, touch
from rdv.models import AppointmentType, OpeningException, OpeningPeriod


def save_period(period: OpeningPeriod, *, types: Collection[AppointmentType], now: datetime) -> OpeningPeriod:
    """Save a new or changed period with its types, in one durable transaction; new time is offered to who waits."""
    with transaction.atomic(durable=True):
        moved_from = OpeningPeriod.objects.filter(pk=period.pk).values_list("location", flat=True).first()
        with announcing([period.agent_id], now=now):
            period.save()
            period.types.set(types)
            settle([period], now=now)
        if moved_from not in (None, period.location_id):
            touch([moved_from])
        return period


def delete_period(period: OpeningPeriod) -> None:
    """Close a period for good; the appointments taken in it stand."""
    with transaction.atomic(durable=True):
        location = period.location_id
        period.delete()
        touch([location])


def change_day(
    period: OpeningPeriod, *, day: date, start: time | None = None, end: time | None = None, now: datetime
) -> OpeningException:
    """Give one occurrence other hours, or cancel it (no hours), in one durable transaction."""
    with transaction.atomic(durable=True):
        with announcing([period.agent_id], now=now):
            exception, _created = OpeningException.objects.update_or_create(
                period=period, day=day, defaults={"start_time": start, "end_time": end}
            )
            settle([period], now=now)
        return exception


def restore_day(period: OpeningPeriod, *, day: date, now: datetime) -> None:
    """Give an occurrence its usual hours again."""
    with transaction.atomic(durable=True), announcing([period.agent_id], now=now):
        period.exceptions.filter(day=day).delete()
        settle([period], now=now)
