"""Is the installation able to work? Asked by /readyz, /metrics and `manage.py doctor`."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from rdv.config import heartbeat
from reminders.models import Queued

# Beat sends each minute; three missed in a row are no accident.
HEARTBEAT_MISSED_AFTER = timedelta(minutes=3)
# A message that is due leaves within a minute; ten say that nobody sends.
BACKLOG_LATE_AFTER = timedelta(minutes=10)
PATIENCE_SECONDS = 2


@dataclass(frozen=True)
class Finding:
    """What one check found. `detail` is French, for people, and holds no secret."""

    name: str
    ok: bool
    detail: str


def ready(now: datetime) -> list[Finding]:
    """Everything that serving families depends on; `now` is the product's time."""
    found = [database(), broker(), scheduler()]
    return [*found, backlog(now)] if found[0].ok else found


def database() -> Finding:
    """The database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            version = cursor.fetchone()[0]
    except DatabaseError as error:
        return Finding("database", ok=False, detail=f"la base de données ne répond pas ({type(error).__name__})")
    return Finding("database", ok=True, detail=f"PostgreSQL {version}")


def broker() -> Finding:
    """Redis or Valkey answers."""
    if not settings.REDIS_URL:
        return Finding("broker", ok=False, detail="REDIS_URL n'est pas donné")
    try:
        client = redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=PATIENCE_SECONDS, socket_connect_timeout=PATIENCE_SECONDS
        )
        with client:
            client.ping()
    except redis.RedisError as error:
        return Finding("broker", ok=False, detail=f"Redis ne répond pas ({type(error).__name__})")
    return Finding("broker", ok=True, detail="Redis répond")


def scheduler() -> Finding:
    """Beat sends and a worker works, by the world's time."""
    seen = heartbeat.last_seen()
    if seen is None:
        return Finding("scheduler", ok=False, detail="planificateur jamais vu : celery beat et worker tournent-ils ?")
    late = timezone.now() - seen
    detail = f"planificateur vu il y a {int(late.total_seconds())} s"
    return Finding("scheduler", ok=late <= HEARTBEAT_MISSED_AFTER, detail=detail)


def backlog(now: datetime) -> Finding:
    """No message that is due and still useful has been waiting for long."""
    late = Queued.objects.filter(is_held=False, at__lte=now - BACKLOG_LATE_AFTER, message__give_up_at__gt=now)
    try:
        waiting = late.count()
    except DatabaseError as error:
        return Finding("backlog", ok=False, detail=f"les messages ne se lisent pas ({type(error).__name__})")
    return Finding("backlog", ok=waiting == 0, detail=f"{waiting} message(s) en retard")
