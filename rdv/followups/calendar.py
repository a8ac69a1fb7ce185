"""Calendars of follow-up by birth date, as dated data; what is due on a day. Pure but for reading the data files.

`data/enfant.toml`: the compulsory examinations of the child (code de la santé publique, art. R. 2132-1). Windows have
both bounds inside; months and years are completed as in `rdv.scheduling.rules.age_in_months`.
"""

import tomllib
from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("data")
DAY = timedelta(days=1)

Bounds = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Exam:
    """One examination: when a child born on a day may have it."""

    code: str
    label: str
    certificate: bool
    rule: str
    numbers: tuple[int, ...]

    def window(self, born: date) -> Bounds:
        """The first and the last day, both inside."""
        return RULES[self.rule](born, *self.numbers)


@dataclass(frozen=True, slots=True, eq=False)
class Period:
    """The examinations in force from a day on, until another if it is known; read once, so each is itself alone."""

    valid_from: date
    valid_until: date | None
    source: str
    exams: tuple[Exam, ...]


Windows = tuple[tuple[Exam, date, date], ...]


@dataclass(frozen=True, slots=True)
class Calendar:
    name: str
    title: str
    periods: tuple[Period, ...]

    def in_force(self, on: date) -> tuple[Exam, ...]:
        """The examinations of the list in force that day; none before the first list."""
        period = self._period(on)
        return period.exams if period else ()

    def windows(self, born: date, on: date) -> Windows:
        """Those examinations, each with its first and its last day for a child born on a day."""
        period = self._period(on)
        return _windows(period, born) if period else ()

    def _period(self, on: date) -> Period | None:
        for period in self.periods:
            if period.valid_from <= on and (period.valid_until is None or on <= period.valid_until):
                return period
        return None

    def source(self, on: date) -> str:
        found = [period.source for period in self.periods if period.valid_from <= on]
        return found[-1] if found else ""


@dataclass(frozen=True, slots=True)
class Due:
    """What comes next for somebody: its window, and whether that is over."""

    code: str
    label: str
    first: date
    last: date
    overdue: bool


def due(birth_date: date, seen: Iterable[date], on: date, calendar: Calendar) -> list[Due]:
    """The examinations that a child should have now, by the list in force that day; those to come are not named.

    A visit counts for one examination: the first to end of those whose window holds it, else the one that was missed
    just before (a late visit makes up for it). A missed one is named until a later one can be had; that one
    takes its place, for nobody goes back to the second month.
    """
    exams = calendar.windows(birth_date, on)
    had = _had(exams, seen)
    begun = [one for one in exams if one[1] <= on]
    found = []
    for place, (exam, first, last) in enumerate(begun):
        replaced = last < on and any(later_last > last for _, _, later_last in begun[place + 1 :])
        if exam.code not in had and not replaced:
            found.append(Due(exam.code, exam.label, first, last, overdue=last < on))
    return found


def following(birth_date: date, seen: Iterable[date], on: date, calendar: Calendar) -> Due | None:
    """The next examination not had yet whose window is not over, begun or still to come; None after the last."""
    exams = calendar.windows(birth_date, on)
    had = _had(exams, seen)
    left = [(last, first, exam) for exam, first, last in exams if last >= on and exam.code not in had]
    if not left:
        return None
    last, first, exam = min(left, key=lambda one: one[:2])
    return Due(exam.code, exam.label, first, last, overdue=False)


def _had(exams: Sequence[tuple[Exam, date, date]], seen: Iterable[date]) -> set[str]:
    """The codes of the examinations that these visits were."""
    had: set[str] = set()
    for day in sorted(seen):
        inside = [(last, exam.code) for exam, first, last in exams if first <= day <= last and exam.code not in had]
        missed = [(last, exam.code) for exam, _, last in exams if last < day and exam.code not in had]
        if inside:
            had.add(min(inside)[1])
        elif missed:
            had.add(max(missed)[1])
    return had


# A list of follow-ups asks for every child of a territory: those born on one day share their windows.
@lru_cache(maxsize=4096)
def _windows(period: Period, born: date) -> Windows:
    return tuple((exam, *exam.window(born)) for exam in period.exams)


@cache
def calendar_of(name: str) -> Calendar | None:
    """The calendar of that name, if the product has it."""
    if name not in names():
        return None
    data = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    periods = sorted((_period(one) for one in data["periods"]), key=lambda period: period.valid_from)
    return Calendar(name, data["title"], tuple(periods))


@cache
def names() -> tuple[str, ...]:
    """The calendars that ship with the product."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def months_after(born: date, months: int) -> date:
    """The day on which so many months are completed: the last of a month that has no such day."""
    year, month = divmod(born.month - 1 + months, 12)
    year, month = born.year + year, month + 1
    return date(year, month, min(born.day, monthrange(year, month)[1]))


def _period(table: dict[str, Any]) -> Period:
    exams = tuple(_exam(dict(one)) for one in table["exams"])
    return Period(table["valid_from"], table.get("valid_until"), table["source"], exams)


def _exam(table: dict[str, Any]) -> Exam:
    code, label, certificate = table.pop("code"), table.pop("label"), table.pop("certificate", False)
    if "from_day" in table:
        return Exam(code, label, certificate, "from_day", (table["from_day"], table["before_month"]))
    ((rule, given),) = table.items()
    return Exam(code, label, certificate, rule, tuple(given) if isinstance(given, list) else (given,))


def _months(born: date, first: int, last: int) -> Bounds:
    return months_after(born, first - 1), months_after(born, last) - DAY


RULES: dict[str, Callable[..., Bounds]] = {
    "days": lambda born, first, last: (born + first * DAY, born + last * DAY),
    "from_day": lambda born, first, month: (born + first * DAY, months_after(born, month) - DAY),
    "during_month": lambda born, month: _months(born, month, month),
    "during_months": _months,
    "during_year": lambda born, year: _months(born, 12 * year - 11, 12 * year),
    "between_months": lambda born, first, last: (months_after(born, first), months_after(born, last)),
    "between_years": lambda born, first, last: (months_after(born, 12 * first), months_after(born, 12 * last)),
}
