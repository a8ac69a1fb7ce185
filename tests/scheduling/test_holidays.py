"""Holidays follow the place: mainland, Alsace-Moselle, each overseas territory, each school zone."""

from datetime import date

import pytest

from rdv.scheduling.holidays import ZONES, public_holiday, public_holidays, school_holidays


@pytest.mark.parametrize(
    ("zone", "day", "name"),
    [
        ("metropole", date(2026, 7, 14), "Fête nationale"),
        ("metropole", date(2027, 3, 29), "Lundi de Pâques"),
        ("metropole", date(2026, 4, 3), None),
        ("metropole", date(2026, 12, 26), None),
        ("alsace-moselle", date(2026, 4, 3), "Vendredi saint"),
        ("alsace-moselle", date(2026, 12, 26), "Saint-Étienne"),
        ("alsace-moselle", date(2026, 7, 14), "Fête nationale"),
        ("guadeloupe", date(2026, 5, 27), "Abolition de l'esclavage"),
        ("martinique", date(2026, 5, 22), "Abolition de l'esclavage"),
        ("guyane", date(2026, 6, 10), "Abolition de l'esclavage"),
        ("la-reunion", date(2026, 12, 20), "Abolition de l'esclavage"),
        ("la-reunion", date(2026, 5, 22), None),
        ("mayotte", date(2026, 4, 27), "Abolition de l'esclavage"),
        ("saint-barthelemy", date(2026, 10, 9), "Abolition de l'esclavage"),
        ("saint-martin", date(2026, 5, 28), "Abolition de l'esclavage"),
        ("saint-pierre-et-miquelon", date(2026, 5, 1), "Fête du Travail"),
        ("polynesie-francaise", date(2026, 3, 5), "Arrivée de l'Évangile"),
        ("nouvelle-caledonie", date(2026, 9, 24), "Fête de la Citoyenneté"),
        ("wallis-et-futuna", date(2026, 7, 29), "Fête du Territoire"),
    ],
)
def test_a_public_holiday_depends_on_the_place_and_is_named_in_french(zone: str, day: date, name: str | None) -> None:
    assert public_holiday(day, zone) == name


def test_good_friday_is_an_option_of_each_site() -> None:
    assert public_holiday(date(2026, 4, 3), "alsace-moselle", good_friday=False) is None
    assert public_holiday(date(2026, 12, 26), "alsace-moselle", good_friday=False) == "Saint-Étienne"


@pytest.mark.parametrize("zone", ZONES)
def test_the_national_holidays_hold_in_every_zone(zone: str) -> None:
    days = public_holidays(zone, 2027)

    assert set(public_holidays("metropole", 2027)) <= set(days)
    assert list(days) == sorted(days)


def test_an_unknown_zone_is_an_error() -> None:
    with pytest.raises(KeyError, match="67"):
        public_holidays("67", 2026)


@pytest.mark.parametrize(
    ("zone", "first_day", "last_day"),
    [
        ("A", date(2026, 2, 7), date(2026, 2, 22)),
        ("B", date(2026, 2, 14), date(2026, 3, 1)),
        ("C", date(2026, 2, 21), date(2026, 3, 8)),
    ],
)
def test_winter_holidays_depend_on_the_school_zone(zone: str, first_day: date, last_day: date) -> None:
    """Arrêté du 7 décembre 2022 fixant le calendrier scolaire, for the year 2025-2026."""
    days = school_holidays(zone, date(2026, 1, 20), date(2026, 3, 20))

    assert (min(days), max(days), len(days)) == (first_day, last_day, 16)


def test_school_holidays_run_over_the_new_year() -> None:
    days = school_holidays("B", date(2026, 12, 30), date(2027, 1, 2))

    assert sorted(days) == [date(2026, 12, 30), date(2026, 12, 31), date(2027, 1, 1), date(2027, 1, 2)]


def test_an_unknown_school_zone_is_an_error() -> None:
    with pytest.raises(ValueError, match="A, B or C"):
        school_holidays("Corse", date(2026, 1, 1), date(2026, 1, 2))
