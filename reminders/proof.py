"""The accounts' state in words and figures, for whoever watches the installation."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from reminders import breaker, canary, credit, trouble
from reminders.providers import accounts


@dataclass(frozen=True, slots=True)
class AccountState:
    """One account now. `credit` and `canary_age` (seconds) are None when they are not known."""

    provider: str
    is_open: bool
    credit: float | None
    canary_age: float | None
    troubles: tuple[str, ...]
    callbacks: tuple[str, ...]

    @property
    def is_well(self) -> bool:
        """Nothing is known to be wrong."""
        return self.is_open and not self.troubles


def states(now: datetime) -> Iterator[AccountState]:
    """Every account in its order."""
    lasting = trouble.current()
    for name in accounts.names():
        arrived = canary.last_arrival(name) if settings.SMS_CANARY_NUMBER else None
        yield AccountState(
            provider=name,
            is_open=breaker.open_until(name, now) is None,
            credit=credit.known(name),
            canary_age=(now - arrived).total_seconds() if arrived else None,
            troubles=tuple(str(row.get_kind_display()) for row in lasting if row.provider == name),
            callbacks=tuple(_address(name, what) for what in ("inbound", "status")),
        )


def _address(provider: str, what: str) -> str:
    """What the provider is to call, the key named rather than shown."""
    plain = accounts.callback(provider, what).partition("?")[0]
    return f"{plain}?key=<SMS_WEBHOOK_KEY>" if provider in accounts.UNSIGNED else plain
