"""Every answer and question word for word, in one SMS. `RDV_GOLDEN=write` writes the file anew."""

import os
from datetime import date
from pathlib import Path

import pytest

from rdv import moments
from rdv.models import Location, Mode, Organisation, Service, Territory
from reminders.texts import gsm7, library, rendering
from reminders.texts.facts import Meeting
from tests.factories import paris

ROOT = Path(__file__).resolve().parents[3]
GOLDEN = ROOT / "tests" / "golden" / "answers"
TEXTS = ROOT / "templates" / "messages" / "sms"
NAMES = sorted(path.stem for path in (TEXTS / "fr").glob("*.txt") if path.stem.startswith(("receipt_", "question_")))
SITE = "https://rendez-vous.val-exemple.fr"
CONTEXT = {
    "link": f"{SITE}/r/abcdefghijklmnop/",
    "site": SITE,
    "phone": "01 99 00 00 01",
    "choices": "1 = mar. 12/01 à 9h30 (Léa), 2 = jeu. 14/01 à 14h00 (Noé)",
    "both": True,
    "code": "4F7",
    "others": "ven. 15/01 à 9h30, ven. 15/01 à 10h00",
    "keeps": True,
    "free_again": True,
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


LANGUAGES = ["fr", "en", "ar", "tr", "pt", "es", "ro", "uk"]
UNICODE = ("ar", "uk")
# Three dates or two other slots, with the link, may take a second segment.
TWO = {"receipt_offer_lost", "receipt_offer_late", "receipt_offer_over"}
TWO |= {"question_move", "question_move_again", "question_move_taken"}


def written(name: str, language: str = "fr") -> str:
    context = dict(CONTEXT)
    if name in TWO:
        starts = [paris(date(2027, 1, day), 9, 30) for day in (12, 13, 15)]
        labels = [moments.short(start, "Europe/Paris", language=language) for start in starts]
        context |= {"choices": ", ".join(f"{key} {label}" for key, label in zip("ABC", labels, strict=True))}
        context |= {"others": ", ".join(labels[:2])}
    return rendering.sms(name, language=language, meeting=MEETING, context=context).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_answer_is_as_it_was_read_aloud(language: str) -> None:
    text = "".join(f"# {name}\n{written(name, language)}\n\n" for name in NAMES)
    path = GOLDEN / f"{language}.txt"
    if os.environ.get("RDV_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_answer_is_written_in_each_language_and_brief(language: str) -> None:
    """One SMS in Latin letters; in Arabic and Ukrainian three, of which a link alone fills one."""
    for name in NAMES:
        assert library.find("sms", name, language).language == language, name
        length = gsm7.count(written(name, language))
        most = 3 if language in UNICODE else 1
        assert length.segments <= most + (name in TWO), f"{name} {length.units}"
        assert length.encoding == ("ucs2" if language in UNICODE else "gsm7"), name


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
