"""Four times the past: the search must not notice."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bench import search
from bench.appointments import TABLES, load_appointments
from bench.department import Department
from bench.loading import settle_tables
from bench.measure import Figure
from bench.size import Size

TIMES = 4
LIMIT = 1.2


def run(size: Size, made: Department, *, now: datetime) -> Iterator[Figure]:
    """Measure every search, load the rest of the past, measure again. Run last: what follows has a longer past."""
    before = {figure.name: figure for figure in search.run(made, now=now)}
    longer = replace(size, past_days=TIMES * size.past_days)
    load_appointments(longer, made, now=now, already_behind=size.past_days, ahead=False)
    settle_tables(list(TABLES))
    for after in search.run(made, now=now):
        first = before[after.name]
        if after.ratio is None or first.ratio is None or after.name.startswith("…"):
            continue
        # Each is divided by its own query of that moment: the machine may be busier now than it was then.
        ratio = after.ratio / first.ratio
        yield replace(
            after,
            name=f"{after.name}, passé × {TIMES}",
            reference="passé simple",
            reference_value=first.value,
            ratio=ratio,
            target=f"≤ {LIMIT:g} ×".replace(".", ","),
            holds=ratio <= LIMIT,
        )
