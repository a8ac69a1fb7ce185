"""The words of dates in each language offered: names of days and months, order, "at".

French is written out; the others take their names from Django's translations, and add the order
of the words, what joins them and the units of time. Months stand in the case that follows a day (Ukrainian genitive).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.utils import dates, translation


@dataclass(frozen=True, slots=True)
class Words:
    """How a language writes a day, an hour, both, and a length of time; `short` is for SMS.

    `hours` and `minutes` have one form where symbols don't change with the number, else those of `counted`.
    """

    weekdays: tuple[str, ...]
    short_weekdays: tuple[str, ...]
    months: tuple[str, ...]
    day: str
    day_with_year: str
    plain_day: str
    at: str
    short: str
    near: Mapping[int, str]
    hours: tuple[str, ...]
    minutes: tuple[str, ...]
    hours_and_minutes: str
    first: str = ""


FRENCH = Words(
    weekdays=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    short_weekdays=("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
    months=(
        "janvier", "février", "mars", "avril", "mai", "juin",
        "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
    day="{weekday} {day} {month}",
    day_with_year="{weekday} {day} {month} {year}",
    plain_day="{day} {month} {year}",
    at="{day} à {hour}",
    short="{weekday} {day} à {hour}",
    near={-1: "hier", 0: "aujourd’hui", 1: "demain"},
    hours=("{} h",),
    minutes=("{} min",),
    hours_and_minutes="{hours}\u00a0{number:02}",
    first="1er",
)  # fmt: skip

# Day, what the year adds, "at" in full and in an SMS, yesterday/today/tomorrow.
_ORDERS = {
    "en": ("{weekday} {day} {month}", " {year}", "at", "at", ("yesterday", "today", "tomorrow")),
    "ar": ("{weekday} {day} {month}", " {year}", "على الساعة", "الساعة", ("أمس", "اليوم", "غدا")),
    "tr": ("{day} {month} {weekday}", " {year}", "saat", "saat", ("dün", "bugün", "yarın")),
    "pt": ("{weekday}, {day} de {month}", " de {year}", "às", "às", ("ontem", "hoje", "amanhã")),
    "es": ("{weekday} {day} de {month}", " de {year}", "a las", "a las", ("ayer", "hoy", "mañana")),
    "ro": ("{weekday} {day} {month}", " {year}", "la ora", "la", ("ieri", "astăzi", "mâine")),
    "uk": ("{weekday} {day} {month}", " {year}", "о", "о", ("вчора", "сьогодні", "завтра")),
}
# Hours and minutes by their symbols (CLDR, "short"), in Arabic by their words: its symbols are little known.
_INTERNATIONAL = (("{} h",), ("{} min",))
_LENGTHS = {
    "ar": (("ساعة", "ساعتان", "{} ساعات", "{} ساعة"), ("دقيقة", "دقيقتان", "{} دقائق", "{} دقيقة")),
    "tr": (("{} sa",), ("{} dk",)),
    "uk": (("{} год",), ("{} хв",)),
}
_JOINED = {"ar": "{hours} و{minutes}"}
_LOWER_CASE = {"pt", "es", "ro", "uk"}


@lru_cache(maxsize=32)
def words(language: str) -> Words:
    """The words of a language code ("pt-br" is read as "pt"); French for one that isn't offered."""
    code = language.replace("_", "-").partition("-")[0]
    if code not in _ORDERS:
        return FRENCH
    day, year, at, short_at, near = _ORDERS[code]
    hours, minutes = _LENGTHS.get(code, _INTERNATIONAL)

    def written(name: object) -> str:
        return str(name).lower() if code in _LOWER_CASE else str(name)

    dated = day.replace("{month}", "{month}" + year)
    with translation.override(code):
        return Words(
            weekdays=tuple(written(dates.WEEKDAYS[index]) for index in range(7)),
            short_weekdays=tuple(written(dates.WEEKDAYS_ABBR[index]) for index in range(7)),
            months=tuple(written(dates.MONTHS_ALT[index]) for index in range(1, 13)),
            day=day,
            day_with_year=dated,
            plain_day=dated.replace("{weekday}", "").strip(" ,"),
            at=f"{{day}} {at} {{hour}}",
            short=f"{{weekday}} {{day}} {short_at} {{hour}}",
            near=dict(zip((-1, 0, 1), near, strict=True)),
            hours=hours,
            minutes=minutes,
            hours_and_minutes=_JOINED.get(code, "{hours}\u00a0{minutes}"),
        )


def counted(number: int, forms: tuple[str, ...]) -> str:
    """A number with its unit; of four forms, those of Arabic: one, two, three to ten, more (CLDR plural rules)."""
    if len(forms) == 1:
        return forms[0].format(number)
    if number in (1, 2):
        return forms[number - 1]
    return forms[2 if 3 <= number % 100 <= 10 else 3].format(number)
