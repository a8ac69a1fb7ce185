"""Four times the past: the search must not notice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bench import search
from bench.appointments import TABLES, load_appointments
from bench.department import Department
from bench.loading import settle_tables
from bench.measure import Figure, at_most
from bench.size import Size

TIMES = 4


def run(size: Size, made: Department, *, now: datetime) -> Iterator[Figure]:
    """Measure every search, load the rest of the past, measure again. Run last: what follows has a longer past."""
    before = {figure.name: figure for figure in search.run(made, now=now)}
    longer = replace(size, past_days=TIMES * size.past_days)
    load_appointments(longer, made, now=now, already_behind=size.past_days, ahead=False)
    settle_tables(list(TABLES))
    for after in search.run(made, now=now):
        if after.unit == "ms" and not after.name.startswith("…"):
            value, reference = after.value / 1000, ("passé simple", before[after.name].value / 1000)
            yield at_most(f"{after.name}, passé × {TIMES}", value, reference, 1.2)
