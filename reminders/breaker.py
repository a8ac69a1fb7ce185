"""A provider that is down, or whose account is refused, is left alone for a while, and the administrators are told.

Meanwhile e-mail takes over where there is one, and what has no other way waits as long as it serves. What is known
lives in the shared cache: losing it costs a few failed requests.
"""

from datetime import datetime, timedelta

from django.core.cache import cache

from reminders import trouble
from reminders.kinds import EMAIL
from reminders.models import TroubleKind
from reminders.providers import accounts
from reminders.providers.base import AccountError, OutOfCredit, ProviderError, TransientError, UncertainError

ACCOUNT_PAUSE = timedelta(minutes=5)
DOWN_PAUSE = timedelta(minutes=1)
# In a row, whatever the worker: one refused request says nothing of the provider.
FAILURES = 10
FORGET_FAILURES = timedelta(minutes=10)
ALERT_EVERY = timedelta(hours=1)
TEXTS = {
    TroubleKind.CREDIT: "Le compte SMS n’a plus de crédit : aucun SMS ne part.",
    TroubleKind.ACCOUNT: "Le compte SMS est refusé (identifiants, suspension…) : aucun SMS ne part.",
    TroubleKind.DOWN: "Le fournisseur de SMS ne répond plus.",
}
SENDING = tuple(TEXTS)
ADVICE = (
    "Les messages urgents partent par courriel quand c’est possible ; les autres attendent, et ceux qui ne serviront "
    "plus ne seront pas envoyés. Vérifiez le compte du fournisseur."
)
TAKEN_OVER = "Les SMS partent par %s en attendant. Vérifiez le compte du fournisseur."


def open_until(provider: str, now: datetime) -> datetime | None:
    """Until when this provider is left alone; None when it may be used."""
    until: datetime | None = cache.get(_key("open", provider))
    return until if until and until > now else None


def succeeded(provider: str, now: datetime) -> None:
    """It works: past failures no longer count, and the trouble is over."""
    cache.delete_many([_key("open", provider), _key("failures", provider)])
    if any(row.provider == provider and row.kind in SENDING for row in trouble.current()):
        trouble.over(provider, SENDING, now=now)


def failed(provider: str, error: ProviderError, *, now: datetime) -> None:
    """Count a failure of the provider itself, and stop using it when there are too many.

    Mail servers are not counted: they refuse one address after another for reasons of their own, and no alert could be
    mailed.
    """
    if provider == EMAIL:
        return
    if isinstance(error, AccountError):
        kind = TroubleKind.CREDIT if isinstance(error, OutOfCredit) else TroubleKind.ACCOUNT
        _open(provider, now + ACCOUNT_PAUSE, kind, error, now)
    elif _says_it_is_down(error) and _count(provider) >= FAILURES:
        _open(provider, now + DOWN_PAUSE, TroubleKind.DOWN, error, now)


def taking_over(provider: str, now: datetime) -> list[str]:
    """The other providers that may be used."""
    return [name for name in accounts.names() if name != provider and open_until(name, now) is None]


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


def _open(provider: str, until: datetime, kind: TroubleKind, error: ProviderError, now: datetime) -> None:
    cache.set(_key("open", provider), until, ALERT_EVERY.total_seconds())
    trouble.begins(provider, kind, detail=str(error), now=now)
    if not cache.add(_key("alerted", provider), 1, ALERT_EVERY.total_seconds()):
        return
    others = taking_over(provider, now)
    advice = TAKEN_OVER % others[0] if others else ADVICE
    trouble.tell("RDV : les SMS ne partent plus", f"{TEXTS[kind]} ({provider} : {error})\n\n{advice}")


def _key(what: str, provider: str) -> str:
    return f"sms-{what}:{provider}"
