"""What is left on the SMS accounts: asked every ten minutes where SMS_LOW_CREDIT wants it, told before it is gone."""

import logging
from datetime import datetime

from django.conf import settings
from django.core.cache import cache

from reminders import trouble
from reminders.models import TroubleKind
from reminders.providers import accounts
from reminders.providers.base import ProviderError

logger = logging.getLogger(__name__)

KEPT_SECONDS = 2 * 3600
LOW = "Le crédit du compte SMS {provider} est bas : il reste {left:g}. Rechargez-le avant que les SMS ne s’arrêtent."


def watch(now: datetime) -> None:
    """Ask each account, keep the answer for who looks, and tell the administrators once when it is low."""
    for provider in accounts.sms_providers():
        if provider.name not in settings.SMS_LOW_CREDIT:
            continue
        try:
            left = provider.credit()
        except ProviderError as error:
            logger.warning("credit of %s can't be told: %s", provider.name, error)
            continue
        if left is None:
            continue
        cache.set(_key(provider.name), left, KEPT_SECONDS)
        _judge(provider.name, left, now)


def known(provider: str) -> float | None:
    """What the account had left within two hours; None when it does not say."""
    left: float | None = cache.get(_key(provider))
    return left


def _judge(provider: str, left: float, now: datetime) -> None:
    if left > settings.SMS_LOW_CREDIT[provider]:
        trouble.over(provider, [TroubleKind.LOW_CREDIT], now=now)
    elif trouble.begins(provider, TroubleKind.LOW_CREDIT, detail=f"reste {left:g}", now=now):
        trouble.tell("RDV : crédit SMS bas", LOW.format(provider=provider, left=left))


def _key(provider: str) -> str:
    return f"sms-credit:{provider}"
