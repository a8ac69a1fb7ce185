"""Rows by their keys, and what they point to: statements that never change, which the connection prepares once.

The ORM would write each query anew for each batch, and check each row that it ties to another.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeVar, cast

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)
Known = dict[Any, Any]


def by_keys(kind: type[Row], keys: Iterable[Any], column: str = "") -> list[Row]:
    """The rows of these keys, in no order; `column` is another one that holds them, not the primary key."""
    wanted = list(keys)
    if not wanted:
        return []
    statement, names, converters = _reading(kind, column or str(kind._meta.pk.column))
    with connection.cursor() as cursor:
        cursor.execute(statement, [wanted])
        rows = cursor.fetchall()
    if converters:
        rows = [_converted(row, converters) for row in rows]
    return [kind.from_db(connection.alias, names, row) for row in rows]


def tie(rows: Sequence[models.Model], name: str, known: Known | None = None) -> list[Any]:
    """Give rows what their foreign key of that name points to; returns what was read. `known` is not read again."""
    if not rows:
        return []
    key = cast("models.ForeignKey[Any, Any]", type(rows[0])._meta.get_field(name))
    pointed = attrgetter(key.attname)
    known = {} if known is None else known
    wanted = {pointed(row) for row in rows} - known.keys()
    wanted.discard(None)
    read = by_keys(key.related_model, wanted)
    known.update((row.pk, row) for row in read)
    for row in rows:
        key.set_cached_value(row, known.get(pointed(row)))
    return read


def tie_back(rows: Sequence[models.Model], name: str, kind: type[models.Model], key: str) -> None:
    """Give rows those that point to them by `key`, under their related name, as a prefetch does; in order of age.

    A prefetch makes a query for each row, which is never run.
    """
    pointed = attrgetter(f"{key}_id")
    found: dict[Any, list[models.Model]] = {row.pk: [] for row in rows}
    for one in sorted(by_keys(kind, found, f"{key}_id"), key=attrgetter("pk")):
        found[pointed(one)].append(one)
    template = kind._default_manager.all()
    for row in rows:
        content = template.all()
        content._result_cache = found[row.pk]
        vars(row)["_prefetched_objects_cache"] = {name: content}


def _converted(row: Sequence[Any], converters: Sequence[tuple[int, Callable[[Any], Any]]]) -> list[Any]:
    values = list(row)
    for position, convert in converters:
        values[position] = convert(values[position])
    return values


@lru_cache(maxsize=64)
def _reading(kind: type[models.Model], column: str) -> tuple[str, list[str], list[tuple[int, Callable[[Any], Any]]]]:
    """The statement, the names of what it gives, and what the fields make of values (JSON comes as its text)."""
    fields = kind._meta.concrete_fields
    table = connection.ops.quote_name(kind._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    converters = [
        (position, _as_the_field_reads(converter, field))
        for position, field in enumerate(fields)
        for converter in field.get_db_converters(connection)
    ]
    statement = f"SELECT {columns} FROM {table} WHERE {connection.ops.quote_name(column)} = ANY(%s)"
    return statement, [field.attname for field in fields], converters


def _as_the_field_reads(converter: Callable[..., Any], field: "models.Field[Any, Any]") -> Callable[[Any], Any]:
    expression = field.get_col(field.model._meta.db_table)
    return lambda value: converter(value, expression, connection)
