"""The week of thirty agents, as the workspace reads it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.department import Department
from bench.measure import Figure, medians
from bench.search import REFERENCE, WEEK, bare_connection, busy_rows
from rdv.access.agenda import bands, entries
from rdv.access.scope import Scope

AGENTS = 30
QUERIES = 6


def run(made: Department, *, now: datetime) -> Iterator[Figure]:
    """Appointments, openings and absences of a past week, so that all are there; and the number of queries."""
    admin = made.agents[0]
    admin.is_territory_admin = True
    admin.save(update_fields=["is_territory_admin"])
    scope = Scope.of(admin)
    agents = [agent.pk for agent in made.agents[:AGENTS]]
    start = now - timedelta(days=7 + now.weekday())

    def week() -> int:
        bands(scope, start, start + WEEK, agents=agents)
        return len(entries(scope, start, start + WEEK, agents=agents))

    with CaptureQueriesContext(connection) as queries:
        rows = week()
    with bare_connection() as bare:
        taken = medians(lambda: busy_rows(bare, agents, start, start + WEEK), week, rounds=15)
    name = f"semaine de {len(agents)} agents, {rows} rendez-vous"
    yield Figure(name, taken[1] * 1000, "ms", REFERENCE, taken[0] * 1000, taken[1] / taken[0])
    count = len(queries)
    yield Figure("… requêtes", count, "", target=f"≤ {QUERIES}", holds=count <= QUERIES)
