"""Every answer and question word for word, in one SMS. `RDV_GOLDEN=write` writes the file anew."""

import os
from datetime import date
from pathlib import Path

import pytest

from rdv.models import Location, Mode, Organisation, Service, Territory
from reminders.texts import gsm7, rendering
from reminders.texts.facts import Meeting
from tests.factories import paris

ROOT = Path(__file__).resolve().parents[3]
GOLDEN = ROOT / "tests" / "golden" / "answers.txt"
TEXTS = ROOT / "templates" / "messages" / "sms"
NAMES = sorted(path.stem for path in (TEXTS / "fr").glob("*.txt") if path.stem.startswith(("receipt_", "question_")))
SITE = "https://rendez-vous.val-exemple.fr"
CONTEXT = {
    "link": f"{SITE}/r/abcdefghijklmnop/",
    "site": SITE,
    "phone": "01 99 00 00 01",
    "choices": "1 = mar. 12/01 à 9h30 (Léa), 2 = jeu. 14/01 à 14h00 (Noé)",
    "both": True,
    "others": "ven. 15/01 à 9h30, ven. 15/01 à 10h00",
    "keeps": True,
}


MEETING = Meeting(
    start=paris(date(2027, 1, 14), 14, 30),
    zone="Europe/Paris",
    mode=Mode.ON_SITE,
    location=Location(
        name="Maison des solidarités du Centre",
        short_name="MDS Centre",
        organisation=Organisation(phone="+33199000001", territory=Territory()),
    ),
    service=Service(),
)


def written(name: str, language: str = "fr") -> str:
    return rendering.sms(name, language=language, meeting=MEETING, context=CONTEXT).text


def test_each_answer_is_as_it_was_read_aloud() -> None:
    text = "".join(f"# {name}\n{written(name)}\n\n" for name in NAMES)
    if os.environ.get("RDV_GOLDEN") == "write":
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_each_answer_fits_one_sms(name: str) -> None:
    """The link of a lost offer, and its two other slots, may take a second one."""
    length = gsm7.count(written(name))
    assert (length.encoding, length.segments) <= ("gsm7", 2 if name == "receipt_offer_lost" else 1)


@pytest.mark.parametrize("language", ["en", "ar", "tr", "pt", "es", "ro", "uk"])
def test_each_language_has_the_answers_that_matter_most_briefly(language: str) -> None:
    """What follows a yes, a no, a doubt, a STOP; the rest falls back to French."""
    own = {path.stem for path in (TEXTS / language).glob("*.txt") if path.stem in NAMES}
    assert {"receipt_confirmed", "receipt_cancelled", "receipt_stopped", "question_repeat", "question_which"} <= own
    for name in own:
        length = gsm7.count(written(name, language))
        assert length.segments <= (3 if language in ("ar", "uk") else 1), f"{name} {length.units}"


def test_who_has_nothing_to_do_with_us_learns_nothing() -> None:
    """No link of an appointment, no day, no place, no name."""
    for name in ("receipt_unknown", "receipt_wrong_number", "receipt_no_appointment"):
        text = written(name)
        assert "/r/" not in text
        assert "janvier" not in text
        assert "MDS" not in text


def test_every_answer_of_a_language_has_its_french_one() -> None:
    others = {path.stem for path in TEXTS.glob("*/*.txt") if path.stem.startswith(("receipt_", "question_"))}
    assert others == set(NAMES)
