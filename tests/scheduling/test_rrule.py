"""What is written as RRULE is read back the same, said in French, and refused in French."""

from datetime import date
from typing import Any

import pytest

from rdv.scheduling.recurrence import Freq, Recurrence, RecurrenceError, describe, format_rrule, parse_rrule

TUESDAY = date(2026, 10, 20)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "une seule fois, le mardi 20 octobre 2026"),
        ("FREQ=DAILY", "tous les jours"),
        ("FREQ=DAILY;INTERVAL=2", "un jour sur deux"),
        ("FREQ=DAILY;INTERVAL=10;COUNT=3", "tous les 10 jours, 3 fois"),
        ("FREQ=WEEKLY", "toutes les semaines, le mardi"),
        (
            "FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20270303",
            "toutes les semaines, le mardi et le jeudi, jusqu'au 3 mars 2027",
        ),
        ("FREQ=WEEKLY;BYDAY=MO,WE,FR", "toutes les semaines, le lundi, le mercredi et le vendredi"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "toutes les semaines, du lundi au vendredi"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU", "tous les jours"),
        (
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;UNTIL=20270101",
            "une semaine sur deux, le vendredi, jusqu'au 1er janvier 2027",
        ),
        ("FREQ=WEEKLY;INTERVAL=3;BYDAY=MO", "toutes les 3 semaines, le lundi"),
        ("FREQ=MONTHLY", "tous les mois, le 20"),
        ("FREQ=MONTHLY;BYDAY=2TU", "tous les mois, le deuxième mardi"),
        ("FREQ=MONTHLY;BYDAY=1MO,-1FR", "tous les mois, le premier lundi et le dernier vendredi"),
        ("FREQ=MONTHLY;BYDAY=-2WE", "tous les mois, l'avant-dernier mercredi"),
        ("FREQ=MONTHLY;BYDAY=-3WE", "tous les mois, le troisième mercredi avant la fin du mois"),
        ("FREQ=MONTHLY;BYDAY=WE", "tous les mois, chaque mercredi"),
        ("FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=1,15,-1", "un mois sur deux, le 1er, le 15 et le dernier jour"),
        (
            "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=-2,-5",
            "tous les 3 mois, le 5e jour avant la fin et l'avant-dernier jour",
        ),
    ],
)
def test_a_rule_is_read_written_back_and_said(text: str, sentence: str) -> None:
    rule = parse_rrule(text, TUESDAY)

    assert parse_rrule(format_rrule(rule), TUESDAY) == rule
    assert describe(rule) == sentence


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("RRULE:FREQ=WEEKLY;BYDAY=TH,TU", "FREQ=WEEKLY;BYDAY=TU,TH"),
        ("freq=weekly;interval=1;byday=tu;wkst=su", "FREQ=WEEKLY;BYDAY=TU"),
        ("FREQ=DAILY;BYDAY=MO,TU", "FREQ=WEEKLY;BYDAY=MO,TU"),
        ("FREQ=MONTHLY;BYDAY=+2TU", "FREQ=MONTHLY;BYDAY=2TU"),
        ("FREQ=WEEKLY;UNTIL=20270303T120000", "FREQ=WEEKLY;UNTIL=20270303"),
        ("FREQ=WEEKLY;UNTIL=20270303T233000Z", "FREQ=WEEKLY;UNTIL=20270304"),
    ],
)
def test_other_ways_of_writing_mean_the_same(text: str, written: str) -> None:
    assert format_rrule(parse_rrule(text, TUESDAY, "Europe/Paris")) == written


def test_a_utc_end_keeps_its_day_when_no_zone_is_given() -> None:
    assert parse_rrule("FREQ=WEEKLY;UNTIL=20270303T233000Z", TUESDAY).until == date(2027, 3, 3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("FREQ=YEARLY", "Une récurrence demande FREQ=DAILY, FREQ=WEEKLY ou FREQ=MONTHLY"),
        ("BYDAY=MO", "Une récurrence demande FREQ="),
        ("FREQ", "Récurrence illisible"),
        ("n'importe quoi", "Récurrence illisible"),
        ("FREQ=", "Récurrence illisible"),
        ("FREQ=WEEKLY;FREQ=DAILY", "Récurrence illisible"),
        ("FREQ=WEEKLY;BYHOUR=9", "« BYHOUR » n'est pas pris en charge"),
        ("FREQ=WEEKLY;INTERVAL=0", "INTERVAL est un nombre de 1 à 99"),
        ("FREQ=WEEKLY;INTERVAL=-1", "INTERVAL est un nombre de 1 à 99"),
        ("FREQ=WEEKLY;INTERVAL=²", "INTERVAL est un nombre de 1 à 99"),
        ("FREQ=WEEKLY;COUNT=1000000", "COUNT est un nombre de 1 à 999"),
        ("FREQ=WEEKLY;COUNT=3;UNTIL=20270303", "soit une date de fin .* soit un nombre de fois"),
        ("FREQ=WEEKLY;BYDAY=LU", "BYDAY illisible"),
        ("FREQ=WEEKLY;BYDAY=", "Récurrence illisible"),
        ("FREQ=WEEKLY;BYDAY=2TU", "« 2TU » demande FREQ=MONTHLY"),
        ("FREQ=MONTHLY;BYDAY=6TU", "BYDAY illisible"),
        ("FREQ=DAILY;INTERVAL=2;BYDAY=MO", "demande INTERVAL=1"),
        ("FREQ=WEEKLY;BYMONTHDAY=3", "BYMONTHDAY demande FREQ=MONTHLY, sans BYDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", "BYMONTHDAY demande FREQ=MONTHLY, sans BYDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY est un jour du mois"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY est un jour du mois"),
        ("FREQ=WEEKLY;UNTIL=20270230", "UNTIL n'est pas une date"),
        ("FREQ=WEEKLY;UNTIL=demain", "UNTIL n'est pas une date"),
        ("FREQ=WEEKLY;UNTIL=20270303T250000Z", "UNTIL n'est pas une date"),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU", "semaines qui ne commencent pas le lundi"),
    ],
)
def test_a_rule_that_is_not_understood_says_why(text: str, message: str) -> None:
    with pytest.raises(RecurrenceError, match=message):
        parse_rrule(text, TUESDAY, "Europe/Paris")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"freq": "yearly"}, "no such frequency"),
        ({"interval": 0}, "at least 1"),
        ({"count": 0}, "at least 1"),
        ({"freq": Freq.WEEKLY, "weekdays": (0,)}, "weekday is"),
        ({"freq": Freq.MONTHLY, "ordinals": ((2, 8),)}, "weekday is"),
    ],
)
def test_a_recurrence_without_meaning_is_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Recurrence(TUESDAY, **wrong)
