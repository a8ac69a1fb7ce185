"""Public holidays by zone and school holidays by academic zone, computed by the ``holidays`` library.

The library answers in English where the server has no French locale: the language is always given.
"""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType

from holidays import country_holidays

# Ours → the library's subdivision. The departments 67 and 68 are not among its codes.
ZONES: Mapping[str, str | None] = MappingProxyType(
    {
        "metropole": None,
        "alsace-moselle": "57",
        "guadeloupe": "971",
        "martinique": "972",
        "guyane": "973",
        "la-reunion": "974",
        "mayotte": "976",
        "saint-barthelemy": "BL",
        "saint-martin": "MF",
        "saint-pierre-et-miquelon": "PM",
        "polynesie-francaise": "PF",
        "nouvelle-caledonie": "NC",
        "wallis-et-futuna": "WF",
    }
)
SCHOOL_ZONES = ("A", "B", "C")
GOOD_FRIDAY = "Vendredi saint"


@lru_cache(maxsize=512)
def public_holidays(zone: str, year: int, *, good_friday: bool = True) -> Mapping[date, str]:
    """The public holidays of a zone in a year, each with its French name, in order.

    In Alsace-Moselle, Good Friday is a holiday only in communes with a Protestant temple or a mixed church
    (ordonnance du 16 août 1892), in Guadeloupe by custom: a site where people work has ``good_friday=False``.
    Raises ``KeyError`` for an unknown zone.
    """
    days = country_holidays("FR", subdiv=ZONES[zone], years=year, language="fr")
    return MappingProxyType({day: name for day, name in sorted(days.items()) if good_friday or name != GOOD_FRIDAY})


def public_holiday(day: date, zone: str, *, good_friday: bool = True) -> str | None:
    """The French name of the public holiday that falls on this day, or None. See ``public_holidays``."""
    return public_holidays(zone, day.year, good_friday=good_friday).get(day)


def school_holidays(zone: str, first: date, last: date) -> frozenset[date]:
    """The days of school holidays from ``first`` to ``last`` in an academic zone of mainland France (A, B or C).

    Zones follow the arrêtés of the ministry as far as they are published (about two years ahead); beyond, the
    library's estimate. Overseas académies set their own calendars, which no library has: their territories add
    closing days. Raises ``ValueError`` for another zone.
    """
    if zone not in SCHOOL_ZONES:
        raise ValueError(f"a school zone is A, B or C: {zone!r}")
    days: set[date] = set()
    for year in range(first.year, last.year + 1):
        days |= _school_days(zone, year)
    return frozenset(day for day in days if first <= day <= last)


@lru_cache(maxsize=64)
def _school_days(zone: str, year: int) -> frozenset[date]:
    return frozenset(country_holidays("FR", subdiv=f"Zone {zone}", years=year, categories="school", language="fr"))
