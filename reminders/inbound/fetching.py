"""Replies that are fetched, from the providers whose calls prove nothing."""

import logging
from datetime import datetime, timedelta

from reminders.inbound import intake, pending
from reminders.models import InboundMessage
from reminders.providers import accounts
from reminders.providers.base import ProviderError, SmsProvider

logger = logging.getLogger(__name__)

# Providers list a reply late, and their clocks are not ours: what is already stored is stored once.
OVERLAP = timedelta(hours=1)
# After a long silence, or at the first time.
LOOK_BACK = timedelta(days=2)


def fetch_all(*, now: datetime) -> int:
    """The replies of every account that has to be asked; gives how many were new."""
    fetched = 0
    for provider in accounts.sms_providers():
        try:
            fetched += fetch(provider, now=now)
        except ProviderError as error:
            logger.warning("replies of %s can't be fetched: %s", provider.name, error)
    return fetched


def fetch(provider: SmsProvider, *, now: datetime) -> int:
    """Store what was received since the last time, and handle it; gives how much was new.

    Raises ``ProviderError`` when the provider can't tell.
    """
    if provider.name not in accounts.UNSIGNED:
        return 0
    found = provider.incoming(since=_since(provider.name, now))
    stored = [intake.store(one, provider=provider.name, now=now) for one in found]
    new = [reply for reply in stored if reply is not None]
    for sender in dict.fromkeys(reply.sender for reply in new):
        pending.process_sender(sender, now=now)
    return len(new)


def _since(provider: str, now: datetime) -> datetime:
    last = InboundMessage.objects.filter(provider=provider).order_by("-received_at").values("received_at").first()
    return max(last["received_at"] - OVERLAP, now - LOOK_BACK) if last else now - LOOK_BACK
