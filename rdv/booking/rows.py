"""New rows of several tables, written in one round trip.

A booking writes to nine tables while the calendars of its agents are locked. One by one, the way to the database and
back, and making each statement, cost several times the writing itself.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.db import connection, models

Kind = type[models.Model]
# Rows of one table that are written alike: whether they are numbered, and whether those known stay.
_Group = tuple[Kind, bool, bool]


@dataclass(slots=True)
class _Gathered:
    """Rows, each with whether one that is known stays; and other statements, each with its values."""

    rows: list[tuple[models.Model, bool]] = field(default_factory=list)
    statements: list[tuple[str, Sequence[Any]]] = field(default_factory=list)


_gathered: ContextVar[_Gathered | None] = ContextVar("gathered", default=None)


def number(rows: Sequence[models.Model]) -> None:
    """Give rows their primary keys before they are written, so that others can point to them: one query."""
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(_numbering(tuple(type(row) for row in rows)))
        for row, key in zip(rows, cursor.fetchone() or (), strict=True):
            row.pk = key
    for row in rows:
        _tie(row)


def write(rows: Sequence[models.Model], *, known_stay: bool = False) -> None:
    """Insert rows by one statement; what the database refuses raises IntegrityError.

    No `save()` runs: what it derives must be there already. A row may point to another that has been numbered since;
    one without a number gets one, and is not told. With `known_stay`, rows that exist already are left as they are.
    Not for tables with binary columns.
    """
    gathered = _gathered.get()
    if gathered is not None:
        gathered.rows += [(row, known_stay) for row in rows]
    elif rows:
        _send(_Gathered([(row, known_stay) for row in rows]))


def carry_out(statement: str, values: Sequence[Any]) -> None:
    """Run a statement that changes rows, or have it leave with the rows that are being gathered."""
    gathered = _gathered.get()
    if gathered is not None:
        gathered.statements.append((statement, values))
        return
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


@contextmanager
def together() -> Iterator[None]:
    """What is written inside goes to the database at the end, by one statement; nothing does when it fails."""
    if _gathered.get() is not None:
        yield
        return
    gathered = _Gathered()
    token = _gathered.set(gathered)
    try:
        yield
    finally:
        _gathered.reset(token)
    if gathered.rows or gathered.statements:
        _send(gathered)


def _send(gathered: _Gathered) -> None:
    tables: dict[_Group, list[dict[str, object]]] = {}
    for row, known_stay in gathered.rows:
        _tie(row)
        tables.setdefault((type(row), row.pk is not None, known_stay), []).append(_values(row))
    values: list[Any] = [value for _, given in gathered.statements for value in given]
    values += [json.dumps(content, default=str) for content in tables.values()]
    with connection.cursor() as cursor:
        cursor.execute(_statement(tuple(text for text, _ in gathered.statements), tuple(tables)), values)
    for row, _ in gathered.rows:
        row._state.adding, row._state.db = False, connection.alias


def _tie(row: models.Model) -> None:
    """Have the row's foreign keys follow the rows that it points to: they may have had no number then."""
    for key in _foreign_keys(type(row)):
        if getattr(row, key.attname) is None and key.is_cached(row):
            setattr(row, key.name, key.get_cached_value(row))


def _values(row: models.Model) -> dict[str, object]:
    """By column; nulls are left out, and what JSON does not carry goes as its text."""
    given = row.__dict__
    values = {column: given[attname] for column, attname in _columns(type(row)) if given[attname] is not None}
    for own in _automatic(type(row)):
        values[str(own.column)] = own.pre_save(row, add=True)
    return values


@lru_cache(maxsize=256)
def _columns(kind: Kind) -> list[tuple[str, str]]:
    return [(str(field.column), field.attname) for field in kind._meta.concrete_fields]


@lru_cache(maxsize=256)
def _foreign_keys(kind: Kind) -> "list[models.ForeignKey[Any, Any]]":
    return [field for field in kind._meta.concrete_fields if isinstance(field, models.ForeignKey)]


@lru_cache(maxsize=256)
def _automatic(kind: Kind) -> "list[models.Field[Any, Any]]":
    """Fields that give themselves their value."""
    return [field for field in kind._meta.concrete_fields if getattr(field, "auto_now_add", False)]


@lru_cache(maxsize=256)
def _numbering(kinds: tuple[Kind, ...]) -> str:
    return "SELECT " + ", ".join(f"nextval('{_sequence(kind)}')" for kind in kinds)


@lru_cache(maxsize=256)
def _sequence(kind: Kind) -> str:
    """Looked up once: PostgreSQL finds it by reading its catalogue."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [kind._meta.db_table, kind._meta.pk.column])
        return str((cursor.fetchone() or ("",))[0])


@lru_cache(maxsize=256)
def _statement(given: tuple[str, ...], tables: tuple[_Group, ...]) -> str:
    """What was given, then one INSERT for each group, in order; each takes its rows as one JSON text."""
    *others, last = [*given, *(_insert_into(group) for group in tables)]
    named = ", ".join(f"step{position} AS ({other})" for position, other in enumerate(others))
    return f"WITH {named} {last}" if named else last


def _insert_into(group: _Group) -> str:
    kind, numbered, known_stay = group
    table = kind._meta.db_table
    columns = ", ".join(
        f'"{field.column}"' for field in kind._meta.concrete_fields if numbered or not field.primary_key
    )
    rest = " ON CONFLICT DO NOTHING" if known_stay else ""
    return f"INSERT INTO {table} ({columns}) SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s){rest}"
