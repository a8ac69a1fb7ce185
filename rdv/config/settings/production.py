"""Production: everything comes from the environment, and nothing starts without it."""

from rdv.config import env
from rdv.config.settings.base import *
from rdv.config.settings.from_environment import settings_from

_given = env.read(production=True)
globals().update(settings_from(_given, json_logs=True))

DEBUG = False

SECURE_SSL_REDIRECT = _given["PUBLIC_URL"].startswith("https://")
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE_SSL_REDIRECT else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_SSL_REDIRECT
if SECURE_SSL_REDIRECT:
    # So named, a cookie can't be planted by another site of the same domain, nor by a page without TLS (RFC 6265bis):
    # nobody fills in a form in a session that somebody else knows.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
