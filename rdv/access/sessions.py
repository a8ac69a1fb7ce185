"""Browsers' sessions: what a family types stays in one until it has booked, and no longer than the session serves."""

from django.contrib.sessions.backends.db import SessionStore


def sweep() -> None:
    """Delete the sessions that have expired; the browser forgot them when it was closed."""
    SessionStore.clear_expired()
