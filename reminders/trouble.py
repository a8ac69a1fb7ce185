"""Troubles of the SMS and mail accounts: kept while they last, shown to administrators, told by mail."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from smtplib import SMTPException

from django.conf import settings
from django.core.cache import cache
from django.core.mail import send_mail

from reminders.models import Trouble, TroubleKind

logger = logging.getLogger(__name__)

# Says to every page of the workspace whether there is anything to look for in the database.
SEEN = "sms-trouble"
SEEN_SECONDS = 120


def begins(provider: str, kind: TroubleKind, *, now: datetime, detail: str = "") -> bool:
    """Keep a trouble until it is over; False when it was known."""
    row = Trouble(provider=provider, kind=kind, detail=detail[:200], began_at=now)
    known = Trouble.objects.filter(provider=provider, kind=kind, over_at=None)
    if known.exists():
        return False
    Trouble.objects.bulk_create([row], ignore_conflicts=True)
    cache.delete(SEEN)
    logger.error("account %s: %s (%s)", provider, kind, detail)
    return True


def over(provider: str, kinds: Iterable[TroubleKind], *, now: datetime) -> None:
    """What was wrong is right again."""
    Trouble.objects.filter(provider=provider, kind__in=list(kinds), over_at=None).update(over_at=now)
    cache.delete(SEEN)


def current() -> Sequence[Trouble]:
    """The troubles that last; no query while there are none."""
    if cache.get(SEEN) == "none":
        return ()
    rows = list(Trouble.objects.filter(over_at=None).order_by("began_at", "pk"))
    cache.set(SEEN, "some" if rows else "none", SEEN_SECONDS)
    return rows


def tell(subject: str, text: str) -> None:
    """Mail the administrators of the installation; the log says it all the same."""
    if not settings.ADMIN_EMAILS:
        return
    try:
        send_mail(subject, f"{text}\n\n{settings.PUBLIC_URL}\n", settings.SERVER_EMAIL, settings.ADMIN_EMAILS)
    except (SMTPException, OSError):
        logger.exception("the administrators could not be told by mail")
