"""The daily SMS to a telephone of the service: it proves the whole way, from the account to the receipt.

An account that takes messages and loses them answers every request well; only a receipt that does not come tells.
"""

import logging
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import Max

from reminders import trouble
from reminders.models import Canary, TroubleKind
from reminders.providers import accounts
from reminders.providers.base import DeliveryState, ProviderError, SmsProvider

logger = logging.getLogger(__name__)

# Daytime in every zone of France but Polynesia.
HOURS_UTC = range(7, 12)
TEXT = "RDV : SMS de controle du {day:%d/%m}. Rien a faire."
# Receipts come within seconds; a telephone may be off for a while.
PATIENCE = timedelta(minutes=30)
FRESH = timedelta(hours=26)
FAILED = "Le SMS de contrôle du jour n’est pas arrivé : des messages se perdent peut-être."


def watch(now: datetime) -> None:
    """Send what the day wants, ask about what has no receipt yet, and tell when it does not come."""
    if not settings.SMS_CANARY_NUMBER:
        return
    for provider in accounts.sms_providers():
        if now.astimezone(UTC).hour in HOURS_UTC:
            _send(provider, now)
        for canary in Canary.objects.filter(provider=provider.name, delivered_at=None, problem=""):
            _ask(provider, canary, now)


def delivered(provider: str, provider_id: str, *, status: DeliveryState, now: datetime) -> bool:
    """A receipt came; False when it is of no canary, or says nothing final."""
    if status is not DeliveryState.DELIVERED:
        return False
    found = Canary.objects.filter(provider=provider, provider_id=provider_id).exclude(provider_id="")
    if not found.update(delivered_at=now, problem=""):
        return False
    trouble.over(provider, [TroubleKind.CANARY], now=now)
    return True


def last_arrival(provider: str) -> datetime | None:
    """When the last one was received; None when none ever was."""
    found: datetime | None = Canary.objects.filter(provider=provider).aggregate(last=Max("delivered_at"))["last"]
    return found


def _send(provider: SmsProvider, now: datetime) -> None:
    """Once a day, whoever runs and however often: the row is there before the message."""
    day = now.date()
    canary, is_new = Canary.objects.get_or_create(provider=provider.name, day=day, defaults={"sent_at": now})
    if not is_new:
        return
    try:
        sent = provider.send(
            to=settings.SMS_CANARY_NUMBER,
            body=TEXT.format(day=day),
            sender=accounts.sender(provider.name, ""),
            reference=_reference(canary),
            status_url=accounts.status_url(provider),
        )
    except ProviderError as error:
        _lost(canary, str(error), now)
        return
    Canary.objects.filter(pk=canary.pk).update(provider_id=sent.provider_id)


def _ask(provider: SmsProvider, canary: Canary, now: datetime) -> None:
    if now - canary.sent_at < PATIENCE:
        return
    try:
        found = provider.look_up(
            provider_id=canary.provider_id, reference=_reference(canary), to=settings.SMS_CANARY_NUMBER
        )
    except ProviderError as error:
        logger.warning("canary of %s can't be asked about: %s", provider.name, error)
        found = None
    if found and found.state is DeliveryState.DELIVERED:
        Canary.objects.filter(pk=canary.pk).update(delivered_at=now)
        trouble.over(provider.name, [TroubleKind.CANARY], now=now)
    else:
        _lost(canary, (found and found.code) or "sans accusé de réception", now)


def _reference(canary: Canary) -> str:
    return f"canary:{canary.provider}:{canary.day}"


def _lost(canary: Canary, why: str, now: datetime) -> None:
    Canary.objects.filter(pk=canary.pk).update(problem=why[:200])
    if trouble.begins(canary.provider, TroubleKind.CANARY, detail=why, now=now):
        trouble.tell("RDV : un SMS de contrôle s’est perdu", f"{FAILED} ({canary.provider} : {why})")
