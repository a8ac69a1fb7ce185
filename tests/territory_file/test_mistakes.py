"""A wrong file: every mistake at once, with its line, in French, and nothing loaded."""

import pytest

from rdv.models import Territory
from rdv.territory_file import FileMistakes, load
from tests.factories import NOW
from tests.territory_file.test_load import HOURS, MINIMAL, TEXT

pytestmark = pytest.mark.django_db


def mistakes(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(FileMistakes) as caught:
        load(text, now=NOW)
    assert not Territory.objects.exists()
    return [(found.line, found.where, found.text.replace("\u00a0", " ")) for found in caught.value.mistakes]


def test_all_mistakes_are_told_at_once() -> None:
    text = """\
[territory]
slug = "val"
name = "Le Val"
department_code = "99"
time_zone = "Europe/Pari"

[[organisations]]
slug = "mds"
nom = "MDS"

[[locations]]
organisation = "msd"
slug = "centre"
name = 12
"""
    assert mistakes(text) == [
        (
            5,
            "département «\u00a0val\u00a0», time_zone",
            "« Europe/Pari » n’est pas un fuseau horaire, par exemple Europe/Paris ou Indian/Reunion.",
        ),
        (7, "organisation «\u00a0mds\u00a0»", "« name » manque."),
        (9, "organisation «\u00a0mds\u00a0», nom", "clé inconnue."),
        (12, "lieu «\u00a0centre\u00a0», organisation", "« msd » n’est décrit nulle part dans [[organisations]]."),
        (14, "lieu «\u00a0centre\u00a0», name", "un texte entre guillemets est attendu."),
    ]


@pytest.mark.parametrize(
    ("old", "new", "line", "expected"),
    [
        ('slug = "mds"', 'slug = "m d s"', 8, "des lettres, des nombres"),
        ("[[locations]]", "[[lieux]]", 11, "clé inconnue"),
        ("[[locations]]", "[[location]]", 11, "vouliez-vous dire « locations »"),
        ('catalogue = "pmi"', 'catalogue = "pim"', 5, "« pim » n’est pas un catalogue ; au choix : pmi."),
        ('name = "Salle bleue"', 'nom = "Salle bleue"', 15, "clé inconnue"),
        ('department_code = "99"', "department_code = 99", 4, "un texte entre guillemets est attendu."),
        ('catalogue = "pmi"', 'holiday_zone = "alsace"', 5, "au choix : metropole, alsace-moselle"),
        ('catalogue = "pmi"', "messages_from = 8", 5, "une heure entre guillemets est attendue"),
        ('catalogue = "pmi"', 'messages_from = "21:00"\nmessages_until = "20:00"', 1, "L’heure du premier envoi"),
        ('catalogue = "pmi"', 'reminder_plan = [{ channel = "fax", days_before = 2 }]', 5, "chaque rappel s’écrit"),
        ('catalogue = "pmi"', 'theme = { primaire = "#fff" }', 5, "vouliez-vous dire « primary »"),
    ],
)
def test_each_mistake_names_its_line(old: str, new: str, line: int, expected: str) -> None:
    found = mistakes(MINIMAL.replace(old, new))
    assert any(at == line and expected in text for at, _, text in found), found


@pytest.mark.parametrize(
    ("old", "new", "line", "expected"),
    [
        ('rrule = "FREQ=WEEKLY;BYDAY=TU"', 'rrule = "FREQ=TOUJOURS"', 35, "récurrence"),
        ('types = ["pesee"]', 'types = ["pesée"]', 30, "« pesée » n’est décrit nulle part dans [[types]]."),
        ('types = ["pesee"]', 'types = "pesee"', 30, "une liste d’identifiants est attendue."),
        ('roles = { mds = "admin" }', 'roles = { mds = "chef" }', 25, "« chef » n’est pas un rôle"),
        ('end_time = "12:00"', 'end_time = "8:00"', 27, "L’heure de fin doit suivre"),
        ("first_day = 2027-01-12", 'first_day = "12/01/2027"', 32, "une date sans guillemets"),
        ('email = "lea@exemple.test"', 'email = "lea"', 20, "adresse"),
        ('room = "Salle bleue"', 'room = "Salle rose"', 31, "Salle rose"),
    ],
)
def test_hours_and_agents_are_checked_too(old: str, new: str, line: int, expected: str) -> None:
    found = mistakes((MINIMAL + HOURS).replace(old, new))
    assert any(at == line and expected in text for at, _, text in found), found


def test_what_is_not_toml_says_where() -> None:
    assert mistakes('[territory]\nslug = "val"\nname = Le Val\n')[0][0] == 3


def test_two_rows_with_one_slug_are_a_mistake() -> None:
    twice = MINIMAL + '\n[[organisations]]\nslug = "mds"\nname = "Encore"\n'
    assert mistakes(twice) == [
        (19, "organisation «\u00a0mds\u00a0»", "ce même élément est déjà décrit plus haut dans le fichier.")
    ]


def test_a_discreet_sender_is_not_that_of_everybody() -> None:
    text = MINIMAL.replace('catalogue = "pmi"', 'sms_sender = "36999"')
    text += '\n[[services]]\nslug = "css"\nname = "CSS"\nis_discreet = true\nneutral_sender = "36999"\n'
    assert [line for line, _, found in mistakes(text) if "l’expéditeur neutre" in found] == [23]


def test_a_file_without_territory_says_so() -> None:
    assert mistakes("") == [(1, "territory", "la table [territory] manque.")]


@pytest.mark.parametrize(
    ("change", "line", "reason"),
    [
        (("{lien}", ""), 23, "Il manque « {lien} », que ce message doit toujours dire."),
        (("C’est noté", "Bonjour {motif}"), 23, "Ce message ne peut pas dire « {motif} »."),
        (('"booked"', '"inconnu"'), 21, "« inconnu » n’est pas un message que dit sms."),
    ],
)
def test_a_text_that_can_t_be_said_names_its_line(change: tuple[str, str], line: int, reason: str) -> None:
    found = mistakes(MINIMAL + TEXT.replace(*change))
    assert [(number, text) for number, _where, text in found] == [(line, reason)]
