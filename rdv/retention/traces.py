"""What passes by itself: the log of accesses, codes, holds and log-ins that are over."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.models import Session
from django.db.models import Model, QuerySet

from rdv.models import AccessCode, AccessLog, Hold
from rdv.retention.registry import Period, Purge, register

LOGS_KEPT = Period(months=12)


def connect() -> None:
    """Register; called once, when the application is ready."""
    log = ("access_log", "Journal des accès aux dossiers", "1 an", LOGS_KEPT)
    codes = ("access_codes", "Codes reçus par SMS ou courriel", "1 jour après leur fin", Period(time=timedelta(days=1)))
    holds = ("holds", "Créneaux retenus puis laissés", "1 heure après leur fin", Period(time=timedelta(hours=1)))
    sessions = ("sessions", "Connexions et saisies terminées", "jusqu’à leur fin", Period())
    for (kind, label, rule, period), model, field in (
        (log, AccessLog, "at"),
        (codes, AccessCode, "expires_at"),
        (holds, Hold, "expires_at"),
        (sessions, Session, "expire_date"),
    ):
        register(Purge(kind, label, rule, period, older(model, field), deletion(model)))


def older(model: type[Model], field: str) -> Callable[[datetime], QuerySet[Any]]:
    """The rows of which this instant lies before the limit."""

    def due(limit: datetime) -> QuerySet[Any]:
        return QuerySet(model).filter(**{f"{field}__lt": limit})

    return due


def deletion(model: type[Model]) -> Callable[[Sequence[Any]], None]:
    """Erase whole rows."""

    def forget(pks: Sequence[Any]) -> None:
        QuerySet(model).filter(pk__in=pks).delete()

    return forget
