"""Dates read the way the writing guide says, in the zone of the place, in every language offered."""

import doctest
from datetime import UTC, date, datetime, time

import pytest
from django.template import Context, Template
from django.utils import translation

from rdv import moments, phones
from rdv.web import mail_typos

NBSP = "\u00a0"
MORNING = datetime(2026, 3, 10, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize("module", [moments, phones, mail_typos])
def test_the_examples_in_the_docstrings_hold(module) -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/Paris", f"mardi 10 mars à 9{NBSP}h{NBSP}30"),
        ("Indian/Reunion", f"mardi 10 mars à 12{NBSP}h{NBSP}30"),
        ("America/Martinique", f"mardi 10 mars à 4{NBSP}h{NBSP}30"),
        ("Pacific/Noumea", f"mardi 10 mars à 19{NBSP}h{NBSP}30"),
    ],
)
def test_an_instant_is_told_in_the_zone_of_its_place(zone: str, expected: str) -> None:
    assert moments.moment(MORNING, zone) == expected


def test_both_hours_of_the_autumn_night_read_the_same_and_keep_their_day() -> None:
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert moments.moment(first, "Europe/Paris") == moments.moment(second, "Europe/Paris")
    assert moments.hour(first, "Europe/Paris") == f"2{NBSP}h{NBSP}30"


def test_an_instant_without_its_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="offset"):
        moments.moment(MORNING.replace(tzinfo=None), "Europe/Paris")


@pytest.mark.parametrize(
    ("language", "long", "brief"),
    [
        ("fr", f"mardi 10 mars à 9{NBSP}h{NBSP}30", "mar. 10/03 à 9h30"),
        ("en", "Tuesday 10 March at 9:30", "Tue 10/03 at 9:30"),
        ("ar", "الثلاثاء 10 مارس على الساعة 9:30", "ثلاثاء 10/03 الساعة 9:30"),
        ("tr", "10 Mart Salı saat 9:30", "Sal 10/03 saat 9:30"),
        ("pt", "terça-feira, 10 de março às 9:30", "ter 10/03 às 9:30"),
        ("es", "martes 10 de marzo a las 9:30", "mar 10/03 a las 9:30"),
        ("ro", "marți 10 martie la ora 9:30", "mar 10/03 la 9:30"),
        ("uk", "вівторок 10 березня о 9:30", "вт 10/03 о 9:30"),
        ("de", f"mardi 10 mars à 9{NBSP}h{NBSP}30", "mar. 10/03 à 9h30"),
    ],
)
def test_every_language_offered_has_its_order_and_words(language: str, long: str, brief: str) -> None:
    assert moments.moment(MORNING, "Europe/Paris", language=language) == long
    assert moments.short(MORNING, "Europe/Paris", language=language) == brief


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fr", ["5 min", "30 min", "1 h", "1 h 05", "2 h 30", "48 h"]),
        ("en", ["5 min", "30 min", "1 h", "1 h 5 min", "2 h 30 min", "48 h"]),
        ("ar", ["5 دقائق", "30 دقيقة", "ساعة", "ساعة و5 دقائق", "ساعتان و30 دقيقة", "48 ساعة"]),
        ("tr", ["5 dk", "30 dk", "1 sa", "1 sa 5 dk", "2 sa 30 dk", "48 sa"]),
        ("pt", ["5 min", "30 min", "1 h", "1 h 5 min", "2 h 30 min", "48 h"]),
        ("es", ["5 min", "30 min", "1 h", "1 h 5 min", "2 h 30 min", "48 h"]),
        ("ro", ["5 min", "30 min", "1 h", "1 h 5 min", "2 h 30 min", "48 h"]),
        ("uk", ["5 хв", "30 хв", "1 год", "1 год 5 хв", "2 год 30 хв", "48 год"]),
        ("de", ["5 min", "30 min", "1 h", "1 h 05", "2 h 30", "48 h"]),
    ],
)
def test_a_length_of_time_is_said_in_every_language_offered(language: str, expected: list[str]) -> None:
    lengths = [5, 30, 60, 65, 150, 2880]
    said = [moments.duration(one, language=language) for one in lengths]
    assert [one.replace(NBSP, " ") for one in said] == expected
    # Words may be parted where symbols may not, and a number never leaves its unit.
    assert [one for one in said if " " in one and " و" not in one] == []


def test_arabic_counts_as_it_is_spoken() -> None:
    """One and two have a word of their own, from three to ten stands the plural, beyond it the singular again."""
    minutes = [moments.duration(one, language="ar") for one in (1, 2, 3, 10, 11)]
    assert minutes == [one.replace(" ", NBSP) for one in ("دقيقة", "دقيقتان", "3 دقائق", "10 دقائق", "11 دقيقة")]
    hours = [moments.duration(60 * one, language="ar") for one in (2, 3, 11, 103)]
    assert hours == [one.replace(" ", NBSP) for one in ("ساعتان", "3 ساعات", "11 ساعة", "103 ساعات")]


def test_a_period_is_said_in_the_language_of_the_page() -> None:
    first, last = date(2026, 2, 28), date(2026, 3, 1)
    assert moments.days(first, last, language="en") == "28 February 2026 – 1 March 2026"
    assert moments.days(first, last, language="ar") == "28 فبراير 2026 – 1 مارس 2026"
    assert moments.days(first, first, language="tr") == "28 Şubat 2026 Cumartesi"


def test_near_days_have_their_name_by_the_local_calendar() -> None:
    """At 23:30 in Paris it is already tomorrow in Réunion: the place decides."""
    now = datetime(2026, 3, 9, 22, 30, tzinfo=UTC)
    assert moments.soon(MORNING, "Europe/Paris", now) == f"demain à 9{NBSP}h{NBSP}30"
    assert moments.soon(MORNING, "Indian/Reunion", now) == f"aujourd’hui à 12{NBSP}h{NBSP}30"


def test_a_span_over_midnight_names_both_days() -> None:
    end = datetime(2026, 3, 10, 23, 15, tzinfo=UTC)
    assert (
        moments.span(MORNING, end, "Europe/Paris")
        == f"du mardi 10 mars à 9{NBSP}h{NBSP}30 au mercredi 11 mars à 0{NBSP}h{NBSP}15"
    )


@pytest.mark.parametrize(
    ("birth", "on", "expected"),
    [
        (date(2026, 1, 31), date(2026, 3, 30), "8 semaines"),
        (date(2026, 1, 31), date(2026, 3, 31), "2 mois"),
        (date(2024, 2, 29), date(2026, 2, 28), "23 mois"),
        (date(2024, 2, 29), date(2026, 3, 1), "2 ans"),
        (date(2026, 3, 10), date(2026, 3, 10), "0 jour"),
    ],
)
def test_ages_change_on_the_completed_month(birth: date, on: date, expected: str) -> None:
    assert moments.age(birth, on) == expected.replace(" ", NBSP)


def test_templates_follow_the_language_of_the_page() -> None:
    template = Template('{% load moments %}{{ at|moment:"Europe/Paris" }}|{% time at "Indian/Reunion" "hour" %}')
    context = Context({"at": MORNING})
    assert template.render(context) == (
        f'mardi 10 mars à 9{NBSP}h{NBSP}30|<time datetime="2026-03-10T12:30+04:00">12{NBSP}h{NBSP}30</time>'
    )
    with translation.override("es"):
        assert template.render(context).startswith("martes 10 de marzo a las 9:30|")
    with translation.override("ar"):
        assert Template("{% load moments %}{{ 30|duration }}").render(Context()) == f"30{NBSP}دقيقة"


def test_midnight_and_noon_are_plain_hours() -> None:
    assert [moments.clock(time(0)), moments.clock(time(12))] == [f"0{NBSP}h", f"12{NBSP}h"]
