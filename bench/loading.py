"""Bulk loading: COPY into tables whose indexes and constraints stand aside meanwhile."""

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.core.management.color import no_style
from django.db import connection, models

LINES_AT_ONCE = 20_000
# Checks and primary keys stay: they cost little and catch a generator that lies.
ASIDE_SQL = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
      FROM pg_constraint WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('u', 'x') ORDER BY conname
"""
INDEXES_SQL = """
    SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid)
      FROM pg_index i WHERE indrelid = ANY(%s::regclass[])
       AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
     ORDER BY 1
"""


def copy_lines(model: type[models.Model], columns: Sequence[str], lines: Iterable[str]) -> None:
    """COPY lines in PostgreSQL's text format (tabs, \\N) into the columns of a model's table.

    The columns that are not named take their model's default: the database has none of its own.
    """
    defaults = _defaults(model, columns)
    rest = "".join(f"\t{value}" for value in defaults.values()) + "\n"
    copy_table(model._meta.db_table, [*columns, *defaults], (line[:-1] + rest for line in lines))


def _defaults(model: type[models.Model], columns: Sequence[str]) -> dict[str, str]:
    """What the model gives to the columns that must not be null and are not named."""
    left = [field for field in model._meta.concrete_fields if field.column not in columns and not field.null]
    found = {field.column: field.get_default() for field in left if not field.primary_key}
    return {column: str(value)[0].lower() if isinstance(value, bool) else str(value) for column, value in found.items()}


def copy_table(table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
    """As `copy_lines`, for a table that has no model of its own."""
    names = ", ".join(f'"{column}"' for column in columns)
    rest = iter(lines)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        while some := list(islice(rest, LINES_AT_ONCE)):
            copy.write("".join(some))


@contextlib.contextmanager
def indexes_aside(tables: Sequence[str]) -> Iterator[None]:
    """Drop what slows a load down, and make it again, constraints and all. Foreign keys are not checked meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(ASIDE_SQL, [list(tables)])
        constraints = cursor.fetchall()
        cursor.execute(INDEXES_SQL, [list(tables)])
        indexes = cursor.fetchall()
        for table, name, _ in constraints:
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for name, _ in indexes:
            cursor.execute(f"DROP INDEX {name}")
        cursor.execute("SET session_replication_role = replica; SET maintenance_work_mem = '512MB'")
        yield
        for table, name, definition in constraints:
            cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
        for _, definition in indexes:
            cursor.execute(definition)
        cursor.execute("RESET session_replication_role; RESET maintenance_work_mem")


def settle_tables(used: Sequence[type[models.Model]]) -> None:
    """After a load with given keys: sequences, statistics and the visibility map as months of life would have them."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(used)):
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE")
