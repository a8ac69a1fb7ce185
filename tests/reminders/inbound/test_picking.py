"""Which date an answer picks, on the words alone; and the word that answers "are you sure?" in each language."""

from datetime import date

import pytest

from reminders.inbound.parser import parse
from reminders.inbound.picking import Proposal, pick
from reminders.inbound.reply import COMMANDS, NO_OPTION, Intent
from tests.factories import NOW, PARIS, paris

DATES = [Proposal(key, paris(date(2027, 1, day), 9, 30)) for key, day in (("A", 12), ("B", 20), ("C", 22))]


def picked(text: str) -> str | None:
    return pick(text, DATES, NOW.astimezone(PARIS))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("a", "A"),
        ("b.", "B"),
        ("C merci", "C"),
        ("ok pour la B", "B"),
        ("Je prends le C svp", "C"),
        ("plutôt B", "B"),
        ("la 2e", "B"),
        ("le deuxième", "B"),
        ("la dernière", "C"),
        ("celui de vendredi", "C"),
        ("le 20", "B"),
        ("mardi 12", "A"),
        ("demain", "A"),
        ("В", "B"),
        ("Б", "B"),
        ("ج", "C"),
        ("option A please", "A"),
    ],
)
def test_a_letter_a_rank_or_a_day_picks_a_date(text: str, key: str) -> None:
    assert picked(text) == key


@pytest.mark.parametrize("text", ["aucune", "Aucun.", "aucun ne me convient", "non merci", "none", "ninguna", "لا شيء"])
def test_none_is_an_answer(text: str) -> None:
    assert picked(text) == NO_OPTION


@pytest.mark.parametrize(
    "text",
    [
        "2",
        "deux",
        "oui",
        "ok merci",
        "A ou B",
        "A et B",
        "pas A",
        "sauf le C",
        "A ?",
        "à jeudi",
        "à demain",
        "C'est bon",
        "9h30",
        "jeudi",
        "annuler",
        "D",
        "je peux pas venir B",
        "",
    ],
)
def test_what_is_not_sure_picks_nothing(text: str) -> None:
    """A digit had another meaning in the reminder; an hour that all have, or a day that none has, names no date."""
    assert picked(text) is None


@pytest.mark.parametrize(
    ("language", "word"),
    [
        ("en", "CANCEL"),
        ("es", "ANULAR"),
        ("pt", "ANULAR"),
        ("ro", "ANULARE"),
        ("tr", "IPTAL"),
        ("tr", "İptal"),
        ("uk", "СКАСУВАТИ"),
        ("uk", "ANNULER"),
        ("ar", "إلغاء"),
        ("ar", "الغاء"),
    ],
)
def test_the_word_of_each_language_orders_a_cancellation(language: str, word: str) -> None:
    reply = parse(word, language=language)
    assert reply.intent is Intent.NO
    assert reply.why in COMMANDS


@pytest.mark.parametrize(
    ("language", "text"), [("en", "my son is sick"), ("es", "tiene fiebre"), ("en", "don't cancel")]
)
def test_a_reason_or_a_denial_alone_cancels_nothing(language: str, text: str) -> None:
    assert parse(text, language=language).intent is Intent.UNCLEAR
