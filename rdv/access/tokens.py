"""Secrets of programs: tokens of the API, and addresses of calendar feeds."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.crypto import constant_time_compare

from rdv.access import kept
from rdv.access.scopes import ALL
from rdv.models import Agent, ApiToken, Territory
from rdv.models.credentials import derived_token, hashed

PREFIX = "rdv_"  # lets scanners of leaked secrets recognise ours
LONGEST = 200
NONCE_LENGTH = 16
# Writing at every call would make each read a write.
TOUCH_EVERY = timedelta(minutes=5)


def issue_token(
    *, territory: Territory, name: str, scopes: Iterable[str], now: datetime, agent: Agent | None = None
) -> tuple[ApiToken, str]:
    """Make a token of an agent, or of an application of the territory; its secret is shown this once.

    Raises ValueError for a scope that doesn't exist.
    """
    wanted = sorted(set(scopes))
    unknown = set(wanted) - set(ALL)
    if unknown:
        raise ValueError(f"unknown scopes: {', '.join(sorted(unknown))}")
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        territory=territory, agent=agent, name=name, token_hash=hashed(secret), scopes=wanted, created_at=now
    )
    return token, secret


def find_token(secret: str, *, now: datetime) -> ApiToken | None:
    """The token in force with this secret; none for an agent or a territory that is no longer active."""
    if len(secret) > LONGEST:
        return None
    token_hash = _hashed(secret)
    found = kept.tokens.get(token_hash, lambda: _in_force(token_hash))
    if found and (found.last_used_at is None or found.last_used_at < now - TOUCH_EVERY):
        ApiToken.objects.filter(pk=found.pk).update(last_used_at=now)
    return found


def _in_force(token_hash: str) -> ApiToken | None:
    alive = ApiToken.objects.filter(revoked_at=None, territory__is_active=True).filter(
        Q(agent=None) | Q(agent__is_active=True)
    )
    return alive.select_related("territory", "agent__territory").filter(token_hash=token_hash).first()


def revoke_token(token: ApiToken, *, now: datetime) -> None:
    """Refuse it from now on; it stays in the list."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now)


def open_feed(agent: Agent) -> str:
    """The address of an agent's calendar feed, made when there is none yet.

    The database keeps half of the secret; the other half is derived from the instance's key.
    """
    if not agent.feed_secret:
        renew_feed(agent)
    nonce = agent.feed_secret or ""
    return f"{agent.territory.public_url}/agenda/{nonce}{derived_token('feed', nonce)}.ics"


def renew_feed(agent: Agent) -> None:
    """Give the feed a new address; the old one stops working."""
    agent.feed_secret = secrets.token_hex(NONCE_LENGTH // 2)
    agent.save(update_fields=["feed_secret"])


def close_feed(agent: Agent) -> None:
    """Have no feed any more."""
    agent.feed_secret = None
    agent.save(update_fields=["feed_secret"])


def find_feed(secret: str) -> Agent | None:
    """The active agent whose feed has this address."""
    nonce, proof = secret[:NONCE_LENGTH], secret[NONCE_LENGTH:]
    if not constant_time_compare(proof, derived_token("feed", nonce)):
        return None
    found: Agent | None = Agent.objects.active().select_related("territory").filter(feed_secret=nonce).first()
    return found


def _hashed(secret: str) -> str:
    return hashed(secret.encode("utf-8", "replace").decode())
