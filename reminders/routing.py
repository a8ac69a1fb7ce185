"""Which provider sends now: the first that is not left alone (rules §7). A message keeps the one it was given to."""

from datetime import datetime

from reminders import breaker
from reminders.providers import accounts
from reminders.providers.base import SmsProvider


def provider_for(now: datetime) -> SmsProvider | None:
    """The first provider that may be used; None while all are left alone."""
    return next((one for one in accounts.sms_providers() if breaker.open_until(one.name, now) is None), None)


def paused_until(now: datetime) -> datetime | None:
    """Until when no SMS leaves; None while some provider may be used."""
    pauses = [breaker.open_until(one.name, now) for one in accounts.sms_providers()]
    closed = [until for until in pauses if until is not None]
    return min(closed) if closed and len(closed) == len(pauses) else None
