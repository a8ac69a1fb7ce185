"""A provider that is down, or whose account is refused, is left alone for a while, and the administrators are told.

Meanwhile e-mail takes over where there is one, and what has no other way waits as long as it serves. What is known
lives in the shared cache: losing it costs a few failed requests.
"""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.cache import cache
from django.core.mail import send_mail

from reminders.kinds import EMAIL
from reminders.providers.base import AccountError, OutOfCredit, ProviderError, TransientError, UncertainError

logger = logging.getLogger(__name__)

ACCOUNT_PAUSE = timedelta(minutes=5)
DOWN_PAUSE = timedelta(minutes=1)
# In a row, whatever the worker: one refused request says nothing of the provider.
FAILURES = 10
FORGET_FAILURES = timedelta(minutes=10)
ALERT_EVERY = timedelta(hours=1)
CREDIT = "Le compte SMS n’a plus de crédit : aucun SMS ne part."
ACCOUNT = "Le compte SMS est refusé (identifiants, suspension…) : aucun SMS ne part."
DOWN = "Le fournisseur de SMS ne répond plus."
ADVICE = (
    "Les messages urgents partent par courriel quand c’est possible ; les autres attendent, et ceux qui ne serviront "
    "plus ne seront pas envoyés. Vérifiez le compte du fournisseur."
)


def open_until(provider: str, now: datetime) -> datetime | None:
    """Until when this provider is left alone; None when it may be used."""
    until: datetime | None = cache.get(_key("open", provider))
    return until if until and until > now else None


def succeeded(provider: str) -> None:
    """It works: past failures no longer count."""
    cache.delete_many([_key("open", provider), _key("failures", provider)])


def failed(provider: str, error: ProviderError, *, now: datetime) -> None:
    """Count a failure of the provider itself, and stop using it when there are too many.

    Mail servers are not counted: they refuse one address after another for reasons of their own, and no alert could be
    mailed.
    """
    if provider == EMAIL:
        return
    if isinstance(error, AccountError):
        text = CREDIT if isinstance(error, OutOfCredit) else ACCOUNT
        _open(provider, now + ACCOUNT_PAUSE, f"{text} ({error})")
    elif _says_it_is_down(error) and _count(provider) >= FAILURES:
        _open(provider, now + DOWN_PAUSE, f"{DOWN} ({error})")


def _says_it_is_down(error: ProviderError) -> bool:
    """A failure of the provider, or no answer at all; being asked to slow down is neither."""
    if isinstance(error, UncertainError):
        return True
    return isinstance(error, TransientError) and error.retry_after is None


def _count(provider: str) -> int:
    key = _key("failures", provider)
    if cache.add(key, 1, FORGET_FAILURES.total_seconds()):
        return 1
    try:
        return int(cache.incr(key))
    except ValueError:  # it expired just now
        return 1


def _open(provider: str, until: datetime, reason: str) -> None:
    cache.set(_key("open", provider), until, ALERT_EVERY.total_seconds())
    if not cache.add(_key("alerted", provider), 1, ALERT_EVERY.total_seconds()):
        return
    logger.error("SMS provider %s is left alone: %s", provider, reason)
    if settings.ADMIN_EMAILS:
        body = f"{reason}\n\n{ADVICE}\n\n{settings.PUBLIC_URL}\n"
        try:
            send_mail("RDV : les SMS ne partent plus", body, settings.SERVER_EMAIL, settings.ADMIN_EMAILS)
        except (SMTPException, OSError):  # the log says it; the messages of the batch are still to be recorded
            logger.exception("the administrators could not be told by mail")


def _key(what: str, provider: str) -> str:
    return f"sms-{what}:{provider}"
