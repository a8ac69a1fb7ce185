"""How what the environment gives becomes Django settings, the same way in every installation."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from rdv.config import sms
from rdv.config.logs import logging_config

Given = dict[str, Any]


def settings_from(given: Given, *, json_logs: bool) -> dict[str, Any]:
    """Every setting that depends on the environment; `given` is what `rdv.config.env.read` gave."""
    public_url = given["PUBLIC_URL"] or f"http://127.0.0.1:{given['PORT']}"
    return {
        "SECRET_KEY": given["SECRET_KEY"],
        "PUBLIC_URL": public_url,
        "ALLOWED_HOSTS": [urlsplit(public_url).hostname, *given["ALLOWED_HOSTS"]],
        "CSRF_TRUSTED_ORIGINS": [public_url],
        "DATABASES": databases(given["DATABASE_URL"], pool=given["DATABASE_POOL"]),
        "REDIS_URL": given["REDIS_URL"],
        "CELERY_BROKER_URL": broker_url(given["REDIS_URL"]),
        "CACHES": caches(given["REDIS_URL"]),
        "DEFAULT_FROM_EMAIL": given["DEFAULT_FROM_EMAIL"],
        "SERVER_EMAIL": given["DEFAULT_FROM_EMAIL"],
        "ADMIN_EMAILS": given["ADMIN_EMAILS"],
        **sms.settings_of(given),
        "METRICS_TOKEN": given["METRICS_TOKEN"],
        "BEHIND_PROXY": given["BEHIND_PROXY"],
        "LOGGING": logging_config(level=given["LOG_LEVEL"], as_json=json_logs),
        **_email(given["EMAIL_URL"], secret=given["EMAIL_WEBHOOK_SECRET"]),
        **_proxy(behind=given["BEHIND_PROXY"]),
    }


def databases(parsed: Given | None, *, pool: int) -> dict[str, Given]:
    """DATABASES for one PostgreSQL; at most `pool` connections per process, 0 for a new one each time.

    The pool opens nothing until asked: idle connections of many processes would add up.
    """
    config: Given = dict(parsed or {"NAME": "rdv"})
    config["ENGINE"] = "django.db.backends.postgresql"
    config["CONN_MAX_AGE"] = 0
    # Nobody waits for ever for a lock: see rdv/booking/locks.py, rule 4.
    options = {
        "connect_timeout": 5,
        "options": "-c lock_timeout=8s",
        # What is asked again and again is planned once per connection: a third of the database's work in a booking.
        "server_side_binding": True,
        "prepare_threshold": 5,
        **config.get("OPTIONS", {}),
    }
    if pool:
        options["pool"] = {"min_size": 0, "max_size": pool, "timeout": 10}
    config["OPTIONS"] = options
    return {"default": config}


def caches(redis_url: str) -> dict[str, Given]:
    """CACHES: shared by all processes through Redis, in this process's memory without."""
    if not redis_url:
        return {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    return {
        "default": {
            "BACKEND": "rdv.config.cache.ForgivingRedisCache",
            "LOCATION": redis_url,
            "KEY_PREFIX": "rdv",
            "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 1},
        }
    }


def broker_url(redis_url: str) -> str:
    """Celery's spelling of a Redis address; only that of a Unix socket differs."""
    if not redis_url.startswith("unix://"):
        return redis_url
    parts = urlsplit(redis_url)
    database = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={database}"


def _email(parsed: Given | None, *, secret: str) -> Given:
    """EMAIL_*: the parsed EMAIL_URL, with a time-out that a worker can afford; the secret of a provider's reports."""
    if not parsed:
        return {}
    if "BREVO_API_KEY" in parsed:
        anymail = {"BREVO_API_KEY": parsed["BREVO_API_KEY"], "REQUESTS_TIMEOUT": 10, "WEBHOOK_SECRET": secret}
        return {"EMAIL_BACKEND": parsed["EMAIL_BACKEND"], "ANYMAIL": anymail}
    return {**{name: value for name, value in parsed.items() if name.startswith("EMAIL_")}, "EMAIL_TIMEOUT": 10}


def _proxy(*, behind: bool) -> Given:
    """Trust the proxy's word on the scheme and the host only where there is one."""
    if not behind:
        return {}
    return {"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"), "USE_X_FORWARDED_HOST": False}
