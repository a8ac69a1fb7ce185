"""New rows of several tables, written in one round trip.

A booking writes to nine tables while the calendars of its agents are locked. One by one, the way to the database and
back, and making each statement, cost several times the writing itself.
"""

import json
from collections.abc import Sequence
from functools import lru_cache

from django.db import connection, models

Kind = type[models.Model]


def number(rows: Sequence[models.Model]) -> None:
    """Give rows their primary keys before they are written, so that others can point to them: one query."""
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(_numbering(tuple(type(row) for row in rows)))
        for row, key in zip(rows, cursor.fetchone() or (), strict=True):
            row.pk = key


def write(rows: Sequence[models.Model], *, known_stay: bool = False) -> None:
    """Insert rows by one statement; what the database refuses raises IntegrityError.

    No `save()` runs: what it derives must be there already. A row may point to another that has been numbered since;
    one without a number gets one, and is not told. With `known_stay`, rows that exist already are left as they are.
    Not for tables with binary columns.
    """
    if not rows:
        return
    tables: dict[tuple[Kind, bool], list[dict[str, object]]] = {}
    for row in rows:
        _tie(row)
        tables.setdefault((type(row), row.pk is not None), []).append(_values(row))
    with connection.cursor() as cursor:
        contents = [json.dumps(content, default=str) for content in tables.values()]
        cursor.execute(_insertion(tuple(tables), known_stay=known_stay), contents)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _tie(row: models.Model) -> None:
    """Have the row's foreign keys follow the rows that it points to: they may have had no number then."""
    for field in row._meta.concrete_fields:
        if isinstance(field, models.ForeignKey) and getattr(row, field.attname) is None and field.is_cached(row):
            setattr(row, field.name, field.get_cached_value(row))


def _values(row: models.Model) -> dict[str, object]:
    fields = row._meta.concrete_fields
    return {str(field.column): field.get_prep_value(field.pre_save(row, add=True)) for field in fields}


@lru_cache(maxsize=256)
def _numbering(kinds: tuple[Kind, ...]) -> str:
    sequences = (f"pg_get_serial_sequence('{kind._meta.db_table}', '{kind._meta.pk.column}')" for kind in kinds)
    return "SELECT " + ", ".join(f"nextval({sequence})" for sequence in sequences)


@lru_cache(maxsize=256)
def _insertion(tables: tuple[tuple[Kind, bool], ...], *, known_stay: bool) -> str:
    """One INSERT for each table, in order; each takes its rows as one JSON text."""
    *others, last = [_insert(kind, numbered=numbered, known_stay=known_stay) for kind, numbered in tables]
    named = ", ".join(f"row{position} AS ({insert})" for position, insert in enumerate(others))
    return f"WITH {named} {last}" if named else last


def _insert(kind: Kind, *, numbered: bool, known_stay: bool) -> str:
    table = kind._meta.db_table
    columns = ", ".join(
        f'"{field.column}"' for field in kind._meta.concrete_fields if numbered or not field.primary_key
    )
    rest = " ON CONFLICT DO NOTHING" if known_stay else ""
    return f"INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s){rest}"
