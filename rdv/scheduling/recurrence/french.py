"""A recurrence in a French sentence."""

from collections.abc import Sequence
from datetime import date

from rdv.scheduling.recurrence.rule import EVERY_DAY, Freq, Recurrence

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
ORDINALS = {
    1: "premier",
    2: "deuxième",
    3: "troisième",
    4: "quatrième",
    5: "cinquième",
    -1: "dernier",
}


def describe(rule: Recurrence) -> str:
    """For example "toutes les semaines, le mardi et le jeudi, jusqu'au 3 mars 2027"."""
    if rule.freq == Freq.ONCE:
        return f"une seule fois, le {WEEKDAYS[rule.start.weekday()]} {_day(rule.start)}"
    days = {Freq.DAILY: _daily, Freq.WEEKLY: _weekly, Freq.MONTHLY: _monthly}[Freq(rule.freq)](rule)
    if rule.until:
        return f"{days}, jusqu'au {_day(rule.until)}"
    return f"{days}, {rule.count} fois" if rule.count else days


def _daily(rule: Recurrence) -> str:
    return _every(rule.interval, "tous les jours", "un jour sur deux", "tous les {} jours")


def _weekly(rule: Recurrence) -> str:
    weekdays = tuple(sorted(rule.weekdays)) or (rule.start.isoweekday(),)
    if weekdays == EVERY_DAY and rule.interval == 1:
        return "tous les jours"
    every = _every(
        rule.interval,
        "toutes les semaines",
        "une semaine sur deux",
        "toutes les {} semaines",
    )
    if len(weekdays) > 2 and weekdays[-1] - weekdays[0] == len(weekdays) - 1:
        return f"{every}, du {WEEKDAYS[weekdays[0] - 1]} au {WEEKDAYS[weekdays[-1] - 1]}"
    return f"{every}, {_and([f'le {WEEKDAYS[day - 1]}' for day in weekdays])}"


def _monthly(rule: Recurrence) -> str:
    every = _every(rule.interval, "tous les mois", "un mois sur deux", "tous les {} mois")
    days = [f"chaque {WEEKDAYS[day - 1]}" for day in rule.weekdays]
    days += [_ordinal_weekday(ordinal, WEEKDAYS[day - 1]) for ordinal, day in rule.ordinals]
    days += [_month_day(day) for day in rule.month_days]
    return f"{every}, {_and(days or [_month_day(rule.start.day)])}"


def _every(interval: int, one: str, two: str, more: str) -> str:
    return {1: one, 2: two}.get(interval, more.format(interval))


def _ordinal_weekday(ordinal: int, weekday: str) -> str:
    if ordinal == -2:
        return f"l'avant-dernier {weekday}"
    if ordinal < -2:
        return f"le {ORDINALS[-ordinal]} {weekday} avant la fin du mois"
    return f"le {ORDINALS[ordinal]} {weekday}"


def _month_day(day: int) -> str:
    if day == -1:
        return "le dernier jour"
    if day < 0:
        return f"le {-day}e jour avant la fin" if day < -2 else "l'avant-dernier jour"
    return "le 1er" if day == 1 else f"le {day}"


def _day(day: date) -> str:
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


def _and(parts: Sequence[str]) -> str:
    return " et ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
