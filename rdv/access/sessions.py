"""Browsers' sessions: what a family types stays in one until it has booked, and no longer than the session serves."""

from typing import Any

from django.contrib.sessions.backends import db
from django.db import connection
from django.utils import timezone

LOAD_SQL = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    """Django's own store in the database; every page loads a session, so it is loaded without making a model of it."""

    def load(self) -> dict[str, Any]:
        with connection.cursor() as cursor:
            cursor.execute(LOAD_SQL, [self.session_key, timezone.now()])
            found = cursor.fetchone()
        if found is None:
            self._session_key = None
            return {}
        data: dict[str, Any] = self.decode(found[0])
        return data


def sweep() -> None:
    """Delete the sessions that have expired; the browser forgot them when it was closed."""
    SessionStore.clear_expired()
