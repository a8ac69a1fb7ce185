"""New rows of several tables, written in one round trip.

A booking writes to nine tables while the calendars of its agents are locked. One by one, the way to the database and
back costs several times the writing itself.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import connection, models


def number(rows: Sequence[models.Model]) -> None:
    """Give each row its primary key before it is written, so that others can point to it: one query."""
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(_numbering(tuple(type(row) for row in rows)))
        for row, key in zip(rows, cursor.fetchone() or (), strict=True):
            row.pk = key


def write(rows: Sequence[models.Model]) -> None:
    """Insert rows by one statement; what the database refuses raises IntegrityError.

    No `save()` runs: what it derives must be there already. A row without a number gets one, and is not told.
    """
    if not rows:
        return
    values = [
        field.get_db_prep_save(field.pre_save(row, add=True), connection)
        for row in rows
        for field in _columns(type(row), numbered=row.pk is not None)
    ]
    with connection.cursor() as cursor:
        cursor.execute(_insertion(tuple((type(row), row.pk is not None) for row in rows)), values)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


@lru_cache(maxsize=256)
def _numbering(kinds: tuple[type[models.Model], ...]) -> str:
    sequences = (f"pg_get_serial_sequence('{kind._meta.db_table}', '{kind._meta.pk.column}')" for kind in kinds)
    return "SELECT " + ", ".join(f"nextval({sequence})" for sequence in sequences)


@lru_cache(maxsize=256)
def _insertion(kinds: tuple[tuple[type[models.Model], bool], ...]) -> str:
    *others, last = [_insert(kind, numbered=numbered) for kind, numbered in kinds]
    named = ", ".join(f"row{position} AS ({insert})" for position, insert in enumerate(others))
    return f"WITH {named} {last}" if named else last


def _insert(kind: type[models.Model], *, numbered: bool) -> str:
    columns = [field.column for field in _columns(kind, numbered=numbered)]
    names = ", ".join(f'"{column}"' for column in columns)
    return f'INSERT INTO "{kind._meta.db_table}" ({names}) VALUES ({", ".join(["%s"] * len(columns))})'


def _columns(kind: type[models.Model], *, numbered: bool) -> "list[models.Field[Any, Any]]":
    return [field for field in kind._meta.concrete_fields if numbered or not field.primary_key]
