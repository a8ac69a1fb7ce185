"""Timing: medians, and what is compared takes turns, so that a noisy moment of the machine hits both."""

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `ratio` is said of value and reference; `holds` compares it with the target."""

    name: str
    value: float
    unit: str
    reference: str = ""
    reference_value: float | None = None
    ratio: float | None = None
    target: str = ""
    holds: bool | None = None


def seconds(work: Work) -> float:
    """How long one call takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


@contextmanager
def without_collector() -> Iterator[None]:
    """No garbage collection in between: it would hit whoever is measured at that moment."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def medians(*works: Work, rounds: int, warm: int = 3) -> list[float]:
    """The median seconds of each work; they run in turns, `warm` unmeasured ones first."""
    for _ in range(warm):
        for work in works:
            work()
    taken: list[list[float]] = [[] for _ in works]
    with without_collector():
        for _ in range(rounds):
            for work, times in zip(works, taken, strict=True):
                times.append(seconds(work))
    return [statistics.median(times) for times in taken]


def at_most(name: str, value: float, reference: tuple[str, float], limit: float, *, unit: str = "ms") -> Figure:
    """A time that may be `limit` times its reference; both in seconds, shown in `unit`."""
    factor = 1000 if unit == "ms" else 1
    ratio = value / reference[1]
    return Figure(
        name,
        value * factor,
        unit,
        reference[0],
        reference[1] * factor,
        ratio,
        f"≤ {limit:.3g} ×".replace(".", ","),
        ratio <= limit,
    )


def at_least(name: str, value: float, reference: tuple[str, float], limit: float, *, unit: str) -> Figure:
    """A rate that should reach `limit` of its reference."""
    ratio = value / reference[1]
    return Figure(
        name, value, unit, reference[0], reference[1], ratio, f"≥ {limit:.3g}".replace(".", ","), ratio >= limit
    )
