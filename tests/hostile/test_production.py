"""What production adds, read as it starts: over TLS alone, in cookies that nobody else can set."""

import runpy
from typing import Any

import pytest

from rdv.config import env
from tests.architecture.test_configuration import COMPLETE


def production(patch: pytest.MonkeyPatch, **given: str) -> dict[str, Any]:
    for variable in env.VARIABLES:
        patch.delenv(variable.name, raising=False)
    for name, value in {**COMPLETE, **given}.items():
        patch.setenv(name, value)
    return runpy.run_module("rdv.config.settings.production")


def test_over_tls_nothing_is_said_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    made = production(monkeypatch)
    assert made["DEBUG"] is made["DEMO"] is False
    assert made["ALLOWED_HOSTS"] == ["rdv.exemple.fr"]
    assert made["SECURE_SSL_REDIRECT"]
    assert made["SECURE_HSTS_SECONDS"] >= 180 * 24 * 3600
    for name in ("SESSION", "CSRF"):
        assert made[f"{name}_COOKIE_SECURE"]
        assert made[f"{name}_COOKIE_HTTPONLY"]
        assert made[f"{name}_COOKIE_NAME"].startswith("__Host-")
        # Such a cookie has no domain, and the whole site for its path: browsers drop it otherwise.
        assert made.get(f"{name}_COOKIE_DOMAIN") is None
        assert made.get(f"{name}_COOKIE_PATH", "/") == "/"


def test_a_proxy_is_believed_only_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "SECURE_PROXY_SSL_HEADER" not in production(monkeypatch)
    behind = production(monkeypatch, BEHIND_PROXY="true")
    assert behind["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert not behind.get("USE_X_FORWARDED_HOST")


def test_the_demonstration_is_no_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its known accounts, its clock and its telephones are of no instance with real families."""
    made = production(monkeypatch)
    assert not any(app.startswith("rdv.demo") for app in made["INSTALLED_APPS"])
    assert made["SECRET_KEY"] == COMPLETE["SECRET_KEY"]
    assert made["TWILIO_AUTH_TOKEN"] == ""
