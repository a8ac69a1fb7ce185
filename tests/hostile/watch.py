"""What the database holds, and what a request tried to write in it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.db import connection, transaction

WRITES = re.compile(
    r'\s*(?:INSERT INTO|UPDATE|DELETE FROM|MERGE INTO|COPY|TRUNCATE)\s+(?:ONLY\s+)?"?(\w+)', re.IGNORECASE
)
# A session remembers what was typed, a log who read what, a token when it was last used: nobody's data changes.
REMARKS = ("django_session", "rdv_accesslog", "rdv_apitoken", "api_idempotencyrecord")


@dataclass
class Watch:
    """The tables of people's data that were written to, or all tables."""

    everything: bool = False
    tables: set[str] = field(default_factory=set)

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        written = WRITES.match(sql)
        if written and (self.everything or written[1] in _tables()):
            self.tables.add(written[1])
        return execute(sql, params, many, context)


@lru_cache(maxsize=1)
def _tables() -> tuple[str, ...]:
    return tuple(model._meta.db_table for model in apps.get_models(include_auto_created=True) if _is_data(model))


def _is_data(model: Any) -> bool:
    return model._meta.managed and model._meta.db_table not in REMARKS


def fingerprint() -> dict[str, tuple[int, int]]:
    """How many rows each table of people's data has, and a sum of their contents."""
    rows = " UNION ALL ".join(
        f"SELECT '{table}', count(*), coalesce(sum(hashtextextended(x::text, 0)), 0) FROM \"{table}\" x"
        for table in _tables()
    )
    with connection.cursor() as cursor:
        cursor.execute(rows)
        return {table: (count, int(total)) for table, count, total in cursor.fetchall()}


@contextmanager
def undone() -> Iterator[Watch]:
    """Let something happen, see what it writes, and undo it; verbs that want a transaction of their own get one."""
    watch = Watch()
    block = transaction.atomic()
    block._from_testcase = True  # what TestCase does for its own: a durable block may begin inside
    with block:
        try:
            with connection.execute_wrapper(watch):
                yield watch
        finally:
            transaction.set_rollback(True)
