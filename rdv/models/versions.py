"""What every search depends on, as versions: one query says whether anything has changed, and whose time it was.

PostgreSQL itself marks each version of a row, by the transaction that wrote it (`xmin`) and where it stands (`ctid`).
Whatever changes a row, a booking, a command or a hand on the database, changes its mark in the very transaction that
changes the answer, and nobody has to think of counting. No row is locked, and none is written.

Openings are seen through their location, whose version is drawn anew when they change (`Location.openings_version`).
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

# Of every row that is marked one by one: whose it is (8 bytes), the transaction (4), the place (6).
OWNER, MARK = 8, 18
TERRITORIES_SQL = "SELECT string_agg(int8send(id) || xidsend(xmin) || tidsend(ctid), '') FROM rdv_territory"
VERSIONS_SQL = """
    SELECT (SELECT string_agg(int8send(id) || xidsend(xmin) || tidsend(ctid), '') FROM rdv_territory),
           (SELECT string_agg(mark, '') FROM (
                SELECT xidsend(xmin) || tidsend(ctid) AS mark FROM rdv_organisation
                UNION ALL SELECT xidsend(xmin) || tidsend(ctid) FROM rdv_service
                UNION ALL SELECT xidsend(xmin) || tidsend(ctid) FROM rdv_appointmenttype
                UNION ALL SELECT xidsend(xmin) || tidsend(ctid) FROM rdv_typestep
                UNION ALL SELECT xidsend(xmin) || tidsend(ctid) FROM rdv_typerevision
                UNION ALL SELECT xidsend(xmin) || tidsend(ctid) FROM rdv_offeredtype) catalogue),
           (SELECT string_agg(int8send(id) || xidsend(xmin) || tidsend(ctid), '') FROM rdv_location),
           (SELECT string_agg(int8send(id) || xidsend(xmin) || tidsend(ctid), '') FROM rdv_agent),
           (SELECT string_agg(int8send(agent_id) || xidsend(xmin) || tidsend(ctid), '') FROM rdv_agentcalendar),
           (SELECT string_agg(int8send(agent_id) || xidsend(xmin) || tidsend(ctid), '') FROM rdv_occupation
             WHERE kind <> 'appointment' AND expires_at > %s AND agent_id IS NOT NULL)
"""


@dataclass(frozen=True, slots=True)
class Versions:
    """The marks of the rows that were there at one instant; equal marks, equal rows.

    `catalogue`: the organisations and their types. `territories`, `locations`, `agents`, `calendars` (what is
    booked) and `passing` (the live holds and offers) name, row by row, whose they are.
    """

    territories: bytes
    catalogue: bytes
    locations: bytes
    agents: bytes
    calendars: bytes
    passing: bytes

    @property
    def rules(self) -> tuple[bytes, bytes]:
        """What decides how a type is booked, everywhere at once."""
        return self.territories, self.catalogue

    @property
    def offer(self) -> tuple[bytes, bytes, bytes, bytes]:
        """What decides which places have a type; what is booked leaves it as it is."""
        return self.territories, self.catalogue, self.locations, self.agents

    def agents_since(self, earlier: "Versions") -> set[int]:
        """The agents of whom something has changed: their row, what is booked, what is held or offered."""
        pairs = (
            (self.agents, earlier.agents),
            (self.calendars, earlier.calendars),
            (self.passing, earlier.passing),
        )
        return {owner for now, before in pairs for owner in _changed(now, before)}

    def locations_since(self, earlier: "Versions") -> set[int]:
        """The locations that have changed, or whose openings have."""
        return _changed(self.locations, earlier.locations)


def read_versions(now: datetime) -> Versions:
    """One query. Whatever is kept under these versions must be read after them, never before."""
    with connection.cursor() as cursor:
        cursor.execute(VERSIONS_SQL, [now])
        return Versions(*(bytes(marks or b"") for marks in cursor.fetchone()))


def read_territories() -> bytes:
    """`Versions.territories` alone, for a page that needs no more. One query."""
    with connection.cursor() as cursor:
        cursor.execute(TERRITORIES_SQL)
        return bytes(cursor.fetchone()[0] or b"")


def _changed(now: bytes, before: bytes) -> set[int]:
    if now == before:
        return set()
    return {int.from_bytes(mark[:OWNER]) for mark in _marks(now) ^ _marks(before)}


def _marks(marks: bytes) -> set[bytes]:
    return {marks[start : start + MARK] for start in range(0, len(marks), MARK)}
