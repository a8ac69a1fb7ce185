"""One-time codes sent to a telephone number or an e-mail address, in place of a password.

Nothing here says whether an address is known: a code is made for any address, and the caller sends it, or not,
behind one and the same page. The database keeps keyed hashes; a code alone has few digits, so its tries are counted.
"""

import secrets
from datetime import datetime, timedelta

from django.db.models import F
from django.utils.crypto import constant_time_compare, salted_hmac

from rdv.models import AccessCode, Territory

DIGITS = 6
LIFETIME = timedelta(minutes=15)
MOST_ATTEMPTS = 5


def issue(*, territory: Territory, address: str, now: datetime) -> str:
    """Make a code for an address (E.164 number or e-mail), to be sent there; the earlier ones stop working."""
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    address_hash = _hashed_address(territory, address)
    AccessCode.objects.filter(address_hash=address_hash, used_at=None, expires_at__gt=now).update(expires_at=now)
    AccessCode.objects.create(
        territory=territory,
        address_hash=address_hash,
        code_hash=_hashed_code(address_hash, code),
        created_at=now,
        expires_at=now + LIFETIME,
    )
    return code


def check(*, territory: Territory, address: str, code: str, now: datetime) -> bool:
    """Whether this is the code last sent there, still good and unused; it is spent by being right.

    Every try counts, in one statement, before the comparison: parallel guesses don't get more than their share.
    Call it outside a transaction that may be rolled back.
    """
    typed = "".join(char for char in code if char.isdigit())
    address_hash = _hashed_address(territory, address)
    live = AccessCode.objects.filter(
        address_hash=address_hash, used_at=None, expires_at__gt=now, attempts__lt=MOST_ATTEMPTS
    )
    latest = live.order_by("-created_at", "-pk").first()
    counted = live.filter(pk=latest.pk).update(attempts=F("attempts") + 1) if latest else 0
    expected = latest.code_hash if latest else _hashed_code(address_hash, "")
    right = constant_time_compare(_hashed_code(address_hash, typed), expected) and bool(latest and counted)
    if not right or latest is None:
        return False
    return AccessCode.objects.filter(pk=latest.pk, used_at=None).update(used_at=now) == 1


def sweep(*, now: datetime) -> int:
    """Delete the codes that stopped working a day ago or more."""
    return AccessCode.objects.filter(expires_at__lt=now - timedelta(days=1)).delete()[0]


def _hashed_address(territory: Territory, address: str) -> str:
    return salted_hmac(
        "rdv.code.address", f"{territory.pk}:{address.strip().casefold()}", algorithm="sha256"
    ).hexdigest()


def _hashed_code(address_hash: str, code: str) -> str:
    return salted_hmac("rdv.code", f"{address_hash}:{code}", algorithm="sha256").hexdigest()
