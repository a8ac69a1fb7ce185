"""What every call of an application looks up, kept in memory for as long as it is true.

PostgreSQL marks each version of a row, by the transaction that wrote it (`xmin`) and where it stands (`ctid`). One
query reads the marks of all that an answer was made from; equal marks, equal rows. A token that is revoked, a type that
changes, by whatever hand, is seen by the very next call, and nobody has to tell the processes.

What is kept is shared by the threads of a process: it is read, never changed.
"""

from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar

from django.db import connection

from rdv.models import ApiToken, AppointmentType, Location

Value = TypeVar("Value")

CALLER_MARKS = """
    SELECT xidsend(t.xmin) || tidsend(t.ctid) || xidsend(y.xmin) || tidsend(y.ctid),
           (SELECT string_agg(xidsend(s.xmin) || tidsend(s.ctid), '' ORDER BY s.id) FROM rdv_service s
             WHERE s.territory_id = y.id)
      FROM rdv_apitoken t JOIN rdv_territory y ON y.id = t.territory_id
     WHERE t.token_hash = %s AND t.agent_id IS NULL
"""
LOCATION_MARKS = """
    SELECT xidsend(l.xmin) || tidsend(l.ctid) || xidsend(o.xmin) || tidsend(o.ctid)
           || xidsend(y.xmin) || tidsend(y.ctid)
      FROM rdv_location l JOIN rdv_organisation o ON o.id = l.organisation_id
      JOIN rdv_territory y ON y.id = o.territory_id
     WHERE l.id = %s
"""
TYPE_MARKS = """
    SELECT xidsend(t.xmin) || tidsend(t.ctid) || xidsend(s.xmin) || tidsend(s.ctid)
           || xidsend(y.xmin) || tidsend(y.ctid),
           (SELECT string_agg(xidsend(p.xmin) || tidsend(p.ctid), '' ORDER BY p.id) FROM rdv_typestep p
             WHERE p.type_id = t.id),
           (SELECT string_agg(xidsend(r.xmin) || tidsend(r.ctid), '' ORDER BY r.id) FROM rdv_typerevision r
             WHERE r.type_id = t.id),
           (SELECT string_agg(xidsend(f.xmin) || tidsend(f.ctid), '' ORDER BY f.id) FROM rdv_offeredtype f
             WHERE f.type_id = t.id)
      FROM rdv_appointmenttype t JOIN rdv_service s ON s.id = t.service_id JOIN rdv_territory y ON y.id = t.territory_id
     WHERE t.id = %s
"""


class Kept(Generic[Value]):
    """Values by key, each under the marks that were read before it was; as many as the instance has rows."""

    def __init__(self, marks: str) -> None:
        """`marks` is the query that reads them by the key's number or name."""
        self._marks = marks
        self._values: dict[Hashable, tuple[Any, Value]] = {}

    def get(self, asked: int | str, load: Callable[[], Value | None], *, key: Hashable = None) -> Value | None:
        """What was kept, if its rows are still the same; else what is loaded. `key` adds what else it depends on."""
        with connection.cursor() as cursor:
            cursor.execute(self._marks, [asked])
            marks = cursor.fetchone()
        if marks is None:
            return load()
        kept = self._values.get((asked, key))
        if kept is not None and kept[0] == marks:
            return kept[1]
        value = load()
        if value is not None:
            self._values[asked, key] = marks, value
        return value


tokens: Kept[ApiToken] = Kept(CALLER_MARKS)
types: Kept[AppointmentType] = Kept(TYPE_MARKS)
locations: Kept[Location] = Kept(LOCATION_MARKS)
