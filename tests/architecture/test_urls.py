"""Closed by default: what is open to anybody is a list that somebody read."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "open_urls.txt"


def _patterns(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        address = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern, address)
        else:
            yield address, pattern


def _asks_for_a_token(pattern: URLPattern) -> bool:
    return bool(getattr(getattr(pattern.callback, "cls", None), "authentication_classes", ()))


def _is_open(pattern: URLPattern) -> bool:
    return not getattr(pattern.callback, "login_required", True) and not _asks_for_a_token(pattern)


def test_open_addresses_are_known() -> None:
    """A new open address is added to tests/golden/open_urls.txt by hand, after thinking who may call it."""
    found = {address for address, pattern in _patterns(get_resolver()) if _is_open(pattern)}
    assert found == set(GOLDEN.read_text(encoding="utf-8").splitlines())


def test_everything_else_asks_to_log_in(client: Client) -> None:
    """An address that doesn't exist says so; one that does sends to the log-in page."""
    closed = [
        address
        for address, pattern in _patterns(get_resolver())
        if not _is_open(pattern) and not _asks_for_a_token(pattern) and "<" not in address
    ]
    answers = {address: client.get(f"/{address}") for address in closed}
    wrong = {
        address: answer.status_code
        for address, answer in answers.items()
        if answer.status_code != 302 or not answer.headers["Location"].startswith("/agents/connexion/")
    }
    assert wrong == {}


def test_the_api_asks_for_a_token(client: Client) -> None:
    """Every resource, whatever number its address names."""
    addresses = {re.sub(r"<\w+:\w+>", "1", a) for a, p in _patterns(get_resolver()) if _asks_for_a_token(p)}
    assert {client.get(f"/{address}").status_code for address in addresses} == {401}
    assert len(addresses) > 20


def test_pages_carry_a_strict_policy(client: Client) -> None:
    """No inline script or style, no frame, no other site."""
    policy = client.get("/healthz").headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
