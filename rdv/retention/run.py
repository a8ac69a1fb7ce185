"""Count what would go, or erase it batch by batch: each batch and its record are one transaction.

What tells which rows are due is the rows themselves. A run that was cut short, wherever it was, has lost nothing and
repeats nothing: the next one goes on and adds to the same record.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from rdv.models import RetentionRun
from rdv.retention.registry import Purge, purges

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Planned:
    """What a run would erase of one kind."""

    purge: Purge
    before: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Step:
    """How far one kind is: `done` of about `total`, this run alone."""

    purge: Purge
    done: int
    total: int
    is_over: bool


def planned(*, now: datetime) -> list[Planned]:
    """One query per kind; nothing changes."""
    limits = [(purge, purge.period.before(now)) for purge in purges()]
    return [Planned(purge, limit, purge.due(limit).count()) for purge, limit in limits]


def run(*, now: datetime) -> Iterator[Step]:
    """Erase kind after kind, and say so after each batch. Rows that somebody is using wait for the next run."""
    for one in planned(now=now):
        yield from _purge(one, now)


def _purge(one: Planned, now: datetime) -> Iterator[Step]:
    done, last = 0, None
    while pks := _batch(one, last, now):
        done, last = done + len(pks), pks[-1]
        yield Step(one.purge, done, max(one.count, done), is_over=False)
    RetentionRun.objects.filter(kind=one.purge.kind, finished_at=None).update(finished_at=now)
    if done:
        log.info("purged", extra={"kind": one.purge.kind, "count": done})
    yield Step(one.purge, done, done, is_over=True)


def _batch(one: Planned, last: Any, now: datetime) -> list[Any]:
    """Erase the rows that follow `last`; their keys, none when nothing is left."""
    with transaction.atomic(durable=True):
        rows = one.purge.due(one.before).order_by("pk").only("pk")
        rows = rows if last is None else rows.filter(pk__gt=last)
        pks = [row.pk for row in rows.select_for_update(of=("self",), skip_locked=True)[: one.purge.batch]]
        if pks:
            one.purge.forget(pks)
            record, _ = RetentionRun.objects.get_or_create(
                kind=one.purge.kind, finished_at=None, defaults={"started_at": now, "before": one.before}
            )
            RetentionRun.objects.filter(pk=record.pk).update(count=F("count") + len(pks), before=one.before)
    return pks
