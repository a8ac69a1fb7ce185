"""The accounts that this installation sends SMS with, the first one first (SMS_PROVIDERS)."""

from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from reminders.providers.base import SmsProvider
from reminders.providers.console import ConsoleProvider
from reminders.providers.pace import Paced

TWILIO, OVH, BREVO, SMSMODE = "twilio", "ovh", "brevo", "smsmode"
# Those whose callbacks carry no signature: their addresses hold our key, and replies are fetched.
UNSIGNED = frozenset({OVH, BREVO, SMSMODE})


def names() -> list[str]:
    """The providers in their order: the first sends, the next ones take over."""
    if settings.SMS_PROVIDERS:
        return list(settings.SMS_PROVIDERS)
    return [TWILIO] if settings.TWILIO_ACCOUNT_SID else [ConsoleProvider.name]


def sms_providers() -> list[SmsProvider]:
    """The accounts in their order; without any, the texts are printed in the log and nothing leaves the machine."""
    found = (sms_provider(name) for name in names())
    return [provider for provider in found if provider is not None]


def sms_provider(name: str = "") -> SmsProvider | None:
    """The first account, or that of a provider, even one that no longer sends; None when there is none."""
    name = name or names()[0]
    if name == ConsoleProvider.name:
        return ConsoleProvider()
    keys = _keys(name)
    return _made(name, float(settings.SMS_PER_SECOND.get(name, 0)), **keys) if keys and all(keys.values()) else None


def sender(provider: str, wanted: str) -> str:
    """Who writes: the territory's own sender is known to the first provider alone; the others have theirs."""
    own = {
        TWILIO: settings.TWILIO_SENDER,
        OVH: settings.OVH_SMS_SENDER,
        BREVO: settings.BREVO_SMS_SENDER,
        SMSMODE: settings.SMSMODE_SENDER,
    }.get(provider, "")
    return wanted if wanted and provider == names()[0] else own


def status_url(provider: SmsProvider) -> str:
    """Where the provider reports what becomes of a message; nowhere for one that can't reach us."""
    return callback(provider.name, "status") if provider.name != ConsoleProvider.name else ""


def callback(provider: str, what: str) -> str:
    """The address that a provider calls; it holds our key where calls are not signed."""
    key = f"?{urlencode({'key': settings.SMS_WEBHOOK_KEY})}" if provider in UNSIGNED else ""
    return f"{settings.PUBLIC_URL}/sms/{provider}/{what}/{key}"


def _keys(name: str) -> dict[str, str]:
    """What opens the account."""
    match name:
        case "twilio":
            return {"account_sid": settings.TWILIO_ACCOUNT_SID, "auth_token": settings.TWILIO_AUTH_TOKEN or "?"}
        case "ovh":
            return {
                "application_key": settings.OVH_SMS_APPLICATION_KEY,
                "application_secret": settings.OVH_SMS_APPLICATION_SECRET,
                "consumer_key": settings.OVH_SMS_CONSUMER_KEY,
                "service": settings.OVH_SMS_SERVICE,
            }
        case "brevo":
            return {"api_key": settings.BREVO_API_KEY}
        case "smsmode":
            return {"api_key": settings.SMSMODE_API_KEY}
    return {}


def _made(name: str, per_second: float, **keys: str) -> SmsProvider:
    stand_ins = {
        TWILIO: settings.TWILIO_API_URL,
        OVH: settings.OVH_SMS_API_URL,
        BREVO: settings.BREVO_API_URL,
        SMSMODE: settings.SMSMODE_API_URL,
    }
    return _cached(name, per_second, base_url=stand_ins[name], **keys)


@lru_cache(maxsize=16)
def _cached(name: str, per_second: float, **keys: Any) -> SmsProvider:
    """One for the life of the process: connections are kept. Imported when needed: the SDK takes 0.4 s."""
    match name:
        case "twilio":
            from reminders.providers.twilio_sms import TwilioProvider

            return Paced(TwilioProvider(**keys), per_second=per_second)
        case "ovh":
            from reminders.providers.ovh import OvhProvider

            return Paced(OvhProvider(**keys), per_second=per_second)
        case "brevo":
            from reminders.providers.brevo import BrevoProvider

            return Paced(BrevoProvider(**keys), per_second=per_second)
    from reminders.providers.smsmode import SmsmodeProvider

    return Paced(SmsmodeProvider(**keys), per_second=per_second)
