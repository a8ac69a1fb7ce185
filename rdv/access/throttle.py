"""Limits on everything that can be tried: log-ins, codes, bookings, links, the API.

A fixed window counted in the shared cache. Keys are hashed, so that the cache holds no number and no address.
Without the cache nothing is limited: a lost cache costs limits, never a page (see `rdv.config.cache`).
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from time import time
from typing import ClassVar

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

MINUTE, HOUR, DAY = 60, 3_600, 86_400


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `limit` tries of one key in a window of `period` seconds. `name` separates what is counted."""

    name: str
    limit: int
    period: int


# Generous for people, hopeless for programs. One address may be a whole maternity ward or a mobile operator.
LOGIN_BY_ACCOUNT = Rate("login-account", 10, 15 * MINUTE)
LOGIN_BY_IP = Rate("login-ip", 100, 15 * MINUTE)
CODE_BY_ADDRESS = Rate("code-address", 3, 15 * MINUTE)
CODE_BY_ADDRESS_AND_DAY = Rate("code-address-day", 10, DAY)
CODE_BY_IP = Rate("code-ip", 30, HOUR)
CODE_CHECK_BY_ADDRESS = Rate("code-check-address", 15, 15 * MINUTE)
CODE_CHECK_BY_IP = Rate("code-check-ip", 100, HOUR)
BOOKING_BY_PHONE = Rate("booking-phone", 10, HOUR)
BOOKING_BY_IP = Rate("booking-ip", 120, HOUR)
HOLD_BY_IP = Rate("hold-ip", 300, HOUR)
# Counts links that lead nowhere, and refuses those alone: a mobile operator gives one address to thousands of families,
# and one of them must not shut the others' links. It spares work, it guards nothing: a token has 80 random bits, and
# ten million links tried a thousand times a second would hide the first for millions of years.
UNKNOWN_LINK_BY_IP = Rate("unknown-link-ip", 60, HOUR)
FEED_BY_IP = Rate("feed-ip", 600, HOUR)
SMS_BY_AGENT = Rate("sms-agent", 60, HOUR)
SMS_BY_PERSON_TO_NUMBER = Rate("sms-person-number", 6, HOUR)
TRIAL_BY_AGENT = Rate("trial-agent", 20, HOUR)
API_BY_TOKEN = Rate("api-token", 6_000, MINUTE)
API_BY_IP = Rate("api-ip", 12_000, MINUTE)
UNKNOWN_TOKEN_BY_IP = Rate("unknown-token-ip", 600, MINUTE)


class Throttled(Exception):
    """Too many tries: answer 429, with `retry_after` in seconds."""

    code: ClassVar[str] = "throttled"
    text: ClassVar[str] = "Vous avez fait beaucoup d’essais en peu de temps. Patientez un peu avant de recommencer."

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        super().__init__(self.text)


def hit(rate: Rate, key: str) -> None:
    """Count one try of this key (a number, an account, an address); raises Throttled beyond the limit."""
    hit_all((rate, key))


def hit_all(*counted: tuple[Rate, str]) -> None:
    """Count one try of each of these keys; raises Throttled beyond the limit of any."""
    moment = time()
    names = {_name(rate, key, moment): rate for rate, key in counted}
    tries = _count({name: rate.period for name, rate in names.items()})
    for rate, number in zip(names.values(), tries, strict=True):
        if number > _limit(rate):
            raise Throttled(_left(rate, moment))


def _count(periods: Mapping[str, int]) -> list[int]:
    """Tries by key, each within its period in seconds: in one go where the cache can."""
    counted: Callable[[Mapping[str, int]], list[int]] | None = getattr(cache, "count", None)
    return counted(periods) if counted else [_count_one(name, period) for name, period in periods.items()]


def _count_one(name: str, period: int) -> int:
    cache.add(name, 0, timeout=period)
    try:
        return cache.incr(name)
    except ValueError:  # the window ended between the two lines
        cache.set(name, 1, timeout=period)
        return 1


def check(rate: Rate, key: str) -> None:
    """Raise Throttled when the limit is reached, without counting: for what counts failures alone."""
    moment = time()
    if cache.get(_name(rate, key, moment), 0) >= _limit(rate):
        raise Throttled(_left(rate, moment))


def forget(rate: Rate, key: str) -> None:
    """Start again from nothing, after a success."""
    cache.delete(_name(rate, key, time()))


def client_ip(request: HttpRequest) -> str:
    """Where a request comes from; an IPv6 household is its /64.

    Behind a proxy it is the last address of X-Forwarded-For, the only one that our own proxy wrote.
    """
    given = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        given = request.headers.get("X-Forwarded-For", given).rsplit(",", 1)[-1].strip()
    try:
        address = ip_address(given)
    except ValueError:
        return "unknown"
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))
    return str(address)


def _limit(rate: Rate) -> int:
    overridden: int = settings.RATE_LIMITS.get(rate.name, rate.limit)
    return overridden


def _name(rate: Rate, key: str, moment: float) -> str:
    digest = hashlib.sha256(f"{settings.SECRET_KEY}:{key.casefold()}".encode("utf-8", "replace")).hexdigest()[:32]
    return f"throttle:{rate.name}:{digest}:{int(moment // rate.period)}"


def _left(rate: Rate, moment: float) -> int:
    return max(1, rate.period - int(moment % rate.period))
