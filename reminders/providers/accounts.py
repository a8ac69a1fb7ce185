"""The accounts that this installation sends with."""

from functools import lru_cache

from django.conf import settings

from reminders.providers.base import SmsProvider
from reminders.providers.console import ConsoleProvider
from reminders.providers.twilio_sms import TwilioProvider


def sms_provider(name: str = "") -> SmsProvider | None:
    """The SMS account in use, or the one of that name; None when there is none of that name.

    Without a Twilio account the texts are printed in the log: nothing leaves the machine.
    """
    if settings.TWILIO_ACCOUNT_SID and name in ("", TwilioProvider.name):
        return _twilio(settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, settings.TWILIO_API_URL)
    if name in ("", ConsoleProvider.name):
        return ConsoleProvider()
    return None


def status_url(provider: SmsProvider) -> str:
    """Where the provider reports what becomes of a message; nowhere for one that can't reach us."""
    return f"{settings.PUBLIC_URL}/sms/{provider.name}/status/" if provider.name != ConsoleProvider.name else ""


@lru_cache(maxsize=4)
def _twilio(account_sid: str, auth_token: str, base_url: str) -> TwilioProvider:
    return TwilioProvider(account_sid=account_sid, auth_token=auth_token, base_url=base_url)
