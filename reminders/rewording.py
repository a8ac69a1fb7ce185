"""The texts that a territory writes: changed from a page, tried on oneself."""

from datetime import datetime

from django.db import transaction

from rdv.models import Agent, Territory
from reminders import outbox
from reminders.kinds import EMAIL, SMS, Kind
from reminders.models import OutboundMessage
from reminders.texts import checking, library


def write(
    *, territory: Territory, channel: str, name: str, language: str, text: str, by: Agent | None, now: datetime
) -> checking.Tried:
    """Say this from now on. The text that ships is not kept twice: writing it again takes the own one back.

    Raises TextRefused with its reasons, or TextMissing.
    """
    text = text.strip()
    tried = checking.check(channel, name, language, text)
    with transaction.atomic(durable=True):
        if text == library.shipped(channel, name, language).source:
            _forget(territory, channel, name, language)
        else:
            territory.message_texts.update_or_create(
                channel=channel,
                name=name,
                language=language,
                defaults={"text": text, "changed_at": now, "changed_by": by},
            )
    return tried


def restore(*, territory: Territory, channel: str, name: str, language: str) -> None:
    """Say again what ships."""
    with transaction.atomic(durable=True):
        _forget(territory, channel, name, language)


def _forget(territory: Territory, channel: str, name: str, language: str) -> None:
    territory.message_texts.filter(channel=channel, name=name, language=language).delete()


def send_trial(*, agent: Agent, channel: str, name: str, language: str, text: str, to: str, now: datetime) -> None:
    """Send this text to oneself, about an invented appointment, as it would leave. Raises TextRefused."""
    tried = checking.check(channel, name, language, text)
    row = OutboundMessage(
        territory=agent.territory,
        key=f"{Kind.TRIAL}:{agent.pk}:{now.isoformat()}",
        kind=Kind.TRIAL,
        channel=SMS if channel == "sms" else EMAIL,
        to=to,
        language=language,
        context={"trial": tried.said},
        **outbox.timing(Kind.TRIAL, now, now),
    )
    with transaction.atomic(durable=True):
        outbox.enqueue([row], now=now)
