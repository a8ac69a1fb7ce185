"""Days, hours and durations as people read them, in the zone of the place they happen in.

One writing guide for pages, e-mail, SMS and exports. French follows the Imprimerie nationale:
"9 h 30" with no-break spaces, "1er mars", weekdays in lower case. Every function that takes an
instant takes the zone too: nothing here guesses one.

>>> from datetime import UTC
>>> at = datetime(2026, 3, 10, 8, 30, tzinfo=UTC)
>>> moment(at, "Europe/Paris")
'mardi 10 mars à 9\\xa0h\\xa030'
>>> moment(at, "Indian/Reunion", year=True)
'mardi 10 mars 2026 à 12\\xa0h\\xa030'
>>> short(at, "Europe/Paris")
'mar. 10/03 à 9h30'
>>> moment(at, "Europe/Paris", language="en")
'Tuesday 10 March at 9:30'
"""

from datetime import date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from rdv.moment_words import FRENCH, Words, counted, words

NBSP = "\u00a0"
Zone = str | tzinfo


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local(instant: datetime, zone: Zone) -> datetime:
    """The instant on the wall clock of `zone`. Naive datetimes are refused with ValueError."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs its offset")
    return instant.astimezone(_zone(zone) if isinstance(zone, str) else zone)


@lru_cache(maxsize=1024)
def day(value: date, *, year: bool = False, language: str = "fr") -> str:
    """A day with its weekday.

    >>> day(date(2026, 3, 10))
    'mardi 10 mars'
    >>> day(date(2026, 5, 1), year=True)
    'vendredi 1er mai 2026'
    >>> day(date(2026, 3, 10), language="uk")
    'вівторок 10 березня'
    """
    spoken = words(language)
    pattern = spoken.day_with_year if year else spoken.day
    return pattern.format(
        weekday=spoken.weekdays[value.weekday()],
        day=_ordinal(value, spoken),
        month=spoken.months[value.month - 1],
        year=value.year,
    )


def _ordinal(value: date, spoken: Words) -> str:
    return spoken.first if value.day == 1 and spoken.first else str(value.day)


def plain_day(value: date, *, language: str = "fr") -> str:
    """A day without its weekday, for birth dates and terms: "3 février 2025".

    >>> plain_day(date(2025, 2, 3))
    '3 février 2025'
    >>> plain_day(date(2025, 2, 3), language="pt")
    '3 de fevereiro de 2025'
    """
    spoken = words(language)
    return spoken.plain_day.format(day=_ordinal(value, spoken), month=spoken.months[value.month - 1], year=value.year)


def clock(value: time, *, language: str = "fr") -> str:
    """A wall-clock time.

    >>> clock(time(9)), clock(time(14, 5))
    ('9\\xa0h', '14\\xa0h\\xa005')
    >>> clock(time(9), language="tr")
    '9:00'
    """
    if words(language) is not FRENCH:
        return f"{value.hour}:{value.minute:02}"
    whole = f"{value.hour}{NBSP}h"
    return f"{whole}{NBSP}{value.minute:02}" if value.minute else whole


def hour(instant: datetime, zone: Zone, *, language: str = "fr") -> str:
    """The local time of an instant: "9 h 30"."""
    return clock(local(instant, zone).time(), language=language)


def moment(instant: datetime, zone: Zone, *, year: bool = False, language: str = "fr") -> str:
    """Day and hour of an instant: "mardi 10 mars à 9 h 30"."""
    there = local(instant, zone)
    return words(language).at.format(
        day=day(there.date(), year=year, language=language), hour=clock(there.time(), language=language)
    )


def span(start: datetime, end: datetime, zone: Zone, *, language: str = "fr") -> str:
    """From an instant to another.

    >>> from datetime import UTC
    >>> span(datetime(2026, 3, 10, 8, tzinfo=UTC), datetime(2026, 3, 10, 8, 30, tzinfo=UTC), "Europe/Paris")
    'mardi 10 mars de 9\\xa0h à 9\\xa0h\\xa030'
    >>> span(datetime(2026, 3, 10, 8, tzinfo=UTC), datetime(2026, 3, 11, 16, tzinfo=UTC), "Europe/Paris")
    'du mardi 10 mars à 9\\xa0h au mercredi 11 mars à 17\\xa0h'
    """
    first, last = local(start, zone), local(end, zone)
    if words(language) is not FRENCH:
        ending = (
            hour(end, zone, language=language) if first.date() == last.date() else moment(end, zone, language=language)
        )
        return f"{moment(start, zone, language=language)} – {ending}"
    if first.date() == last.date():
        return f"{day(first)} de {clock(first.time())} à {clock(last.time())}"
    return f"du {moment(start, zone)} au {moment(end, zone)}"


def days(first: date, last: date, *, language: str = "fr") -> str:
    """Days from `first` to `last`, both included.

    >>> days(date(2026, 3, 10), date(2026, 3, 14))
    'du 10 au 14 mars 2026'
    >>> days(date(2026, 2, 28), date(2026, 3, 1))
    'du 28 février au 1er mars 2026'
    >>> days(date(2026, 12, 28), date(2027, 1, 2))
    'du 28 décembre 2026 au 2 janvier 2027'
    >>> days(date(2026, 3, 10), date(2026, 3, 10))
    'mardi 10 mars 2026'
    >>> days(date(2026, 3, 10), date(2026, 3, 14), language="es")
    '10 de marzo de 2026 – 14 de marzo de 2026'
    """
    if first == last:
        return day(first, year=True, language=language)
    if words(language) is not FRENCH:
        return " – ".join(plain_day(one, language=language) for one in (first, last))
    start = _ordinal(first, FRENCH)
    if (first.year, first.month) != (last.year, last.month):
        start += f" {FRENCH.months[first.month - 1]}"
    if first.year != last.year:
        start += f" {first.year}"
    return f"du {start} au {plain_day(last)}"


def relative_day(value: date, today: date, *, language: str = "fr") -> str:
    """Today, tomorrow and yesterday by their name, any other day by its date; the year when it isn't this one.

    >>> today = date(2026, 3, 10)
    >>> relative_day(today, today), relative_day(date(2026, 3, 11), today)
    ('aujourd’hui', 'demain')
    >>> relative_day(date(2027, 3, 12), today)
    'vendredi 12 mars 2027'
    """
    named = words(language).near.get((value - today).days)
    return named or day(value, year=value.year != today.year, language=language)


def soon(instant: datetime, zone: Zone, now: datetime, *, language: str = "fr") -> str:
    """As `moment`, with the day by its name when it is near: "demain à 9 h 30"."""
    there = local(instant, zone)
    near = relative_day(there.date(), local(now, zone).date(), language=language)
    return words(language).at.format(day=near, hour=clock(there.time(), language=language))


def short(instant: datetime, zone: Zone, *, language: str = "fr") -> str:
    """For an SMS: few characters, all of the GSM-7 alphabet in French: "mar. 10/03 à 9h30"."""
    there = local(instant, zone)
    spoken = words(language)
    hour_text = f"{there.hour}h{there.minute:02}" if spoken is FRENCH else f"{there.hour}:{there.minute:02}"
    return spoken.short.format(weekday=spoken.short_weekdays[there.weekday()], day=f"{there:%d/%m}", hour=hour_text)


def duration(minutes: int, *, language: str = "fr") -> str:
    """A length of time.

    >>> duration(20), duration(60), duration(90)
    ('20\\xa0min', '1\\xa0h', '1\\xa0h\\xa030')
    >>> duration(90, language="uk")
    '1\\xa0год\\xa030\\xa0хв'
    """
    spoken = words(language)
    hours, rest = divmod(minutes, 60)
    whole, more = (
        counted(number, forms).replace(" ", NBSP) for number, forms in ((hours, spoken.hours), (rest, spoken.minutes))
    )
    if hours and rest:
        return spoken.hours_and_minutes.format(hours=whole, minutes=more, number=rest)
    return whole if hours else more


def distance(delta: timedelta) -> str:
    """How far away, in one unit, rounded down: for "dans …", "il y a …" and deadlines.

    >>> distance(timedelta(minutes=1)), distance(timedelta(hours=5)), distance(timedelta(days=3))
    ('1\\xa0minute', '5\\xa0heures', '3\\xa0jours')
    """
    seconds = abs(int(delta.total_seconds()))
    for size, unit in ((86_400, "jour"), (3_600, "heure"), (60, "minute")):
        if seconds >= size:
            count = seconds // size
            return f"{count}{NBSP}{unit}{'s' if count > 1 else ''}"
    return "moins d’une minute"


def away(instant: datetime, now: datetime) -> str:
    """When, from now: "dans 3 jours", "il y a 10 minutes"."""
    return f"dans {distance(instant - now)}" if instant >= now else f"il y a {distance(now - instant)}"


def age(birth: date, on: date) -> str:
    """A child's age as a PMI says it: weeks below two months, months below two years, then years.

    >>> age(date(2026, 3, 1), date(2026, 3, 24)), age(date(2025, 9, 30), date(2026, 3, 24))
    ('3\\xa0semaines', '5\\xa0mois')
    >>> age(date(2026, 3, 22), date(2026, 3, 24)), age(date(2023, 3, 24), date(2026, 3, 24))
    ('2\\xa0jours', '3\\xa0ans')
    """
    months = (on.year - birth.year) * 12 + on.month - birth.month - (on.day < birth.day)
    if months >= 24:
        return f"{months // 12}{NBSP}ans"
    if months >= 2:
        return f"{months}{NBSP}mois"
    days_old = (on - birth).days
    count, unit = (days_old // 7, "semaine") if days_old >= 7 else (days_old, "jour")
    return f"{count}{NBSP}{unit}{'s' if count > 1 else ''}"
