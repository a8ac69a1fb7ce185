"""Every message word for word, so that no change of a text goes unread. `RDV_GOLDEN=write` writes the files anew."""

import os
from datetime import datetime
from pathlib import Path

import pytest

from rdv import moments
from rdv.models import Mode
from reminders.kinds import EMAIL, SMS, TABLE, Audience, Kind
from reminders.texts import gsm7, library
from tests.factories import NOW
from tests.reminders.golden import Scene

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "messages"
TEXTS = ROOT / "templates" / "messages"
LANGUAGES = ["fr", "en", "ar", "tr", "pt", "es", "ro", "uk"]
TYPED = (Kind.TRIAL, Kind.REPLY_BY_AGENT)  # what somebody has just written
ANSWERS = (Kind.RECEIPT, Kind.QUESTION)  # their texts have names of their own
SAID = [kind for kind in Kind if kind not in ANSWERS]
TO_FAMILIES = [kind for kind in SAID if TABLE[kind].audience is not Audience.AGENT and kind not in TYPED]
VARIANTS = {
    "participation_cancelled_others_come": (Kind.PARTICIPATION_CANCELLED, {"leaves": False}),
    "participation_cancelled_by_service": (Kind.PARTICIPATION_CANCELLED, {"by_service": True}),
    "moved_to_a_colleague": (Kind.MOVED, {"same_time": True}),
    "trial": (Kind.TRIAL, {"trial": "Objet de l’essai\n\nBonjour,\n\nVoici le texte."}),
    "reply_by_agent": (Kind.REPLY_BY_AGENT, {"words": "Bonjour, pouvez-vous venir à 10h ?"}),
    "access_code": (Kind.ACCESS_CODE, {"code": "482913"}),
    "agent_absent": (
        Kind.AGENT_ABSENT,
        {"span": "du lundi 11 janvier à 8\u00a0h au mardi 12 janvier à 18\u00a0h", "hit": 3},
    ),
    "agent_moved_to_a_colleague": (Kind.AGENT_MOVED, {"gone": True}),
    "agent_cancelled_prescriber": (Kind.AGENT_CANCELLED, {"prescriber": True}),
}
DATES = [
    {"key": key, "start": f"2027-01-{day}T{hour}:00:00+01:00"}
    for key, day, hour in (("A", 13, 10), ("B", 15, 10), ("C", 18, 14))
]
UNTIL = "2027-01-13T16:30:00+01:00"
VARIANTS["dates_proposed"] = (Kind.DATES_PROPOSED, {"slots": DATES, "until": UNTIL})
CASES = {str(kind): (kind, {}) for kind in SAID} | VARIANTS
# A long address of the site leaves the least room to the rest.
SITE = "https://rendez-vous.val-exemple.fr"


def written(scene: Scene, name: str) -> str:
    kind, context = CASES[name]
    parts = []
    if SMS in TABLE[kind].channels:
        sms = scene.write(kind, SMS, **context)
        parts.append(f"# SMS, {sms.message.segments} segment(s)\n{sms.text}")
    if EMAIL in TABLE[kind].channels:
        email = scene.write(kind, EMAIL, **context).email
        assert email is not None
        parts.append(f"# Courriel\nObjet : {email.subject}\n\n{email.text}")
    return scene.still("\n\n".join(parts))


@pytest.mark.parametrize("name", sorted(CASES))
def test_each_message_is_as_it_was_read_aloud(name: str, settings: object) -> None:
    settings.PUBLIC_URL = SITE  # type: ignore[attr-defined]
    path, text = GOLDEN / f"{name}.txt", written(Scene(), name)
    if os.environ.get("RDV_GOLDEN") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_no_golden_text_is_left_over() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(CASES)


def test_every_kind_has_its_texts() -> None:
    for kind in SAID:
        for channel in TABLE[kind].channels:
            assert (TEXTS / channel / "fr" / f"{kind}.txt").is_file(), (kind, channel)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", TO_FAMILIES)
def test_each_language_says_it_briefly(kind: Kind, language: str, settings: object) -> None:
    """One segment in Latin letters; three at most in Arabic and Ukrainian, of which a link alone fills one."""
    settings.PUBLIC_URL = SITE  # type: ignore[attr-defined]
    assert library.find("sms", kind, language).language == language
    sms = Scene().write(kind, SMS, language=language, code="482913")
    length = gsm7.count(sms.text)
    assert length.segments <= (3 if language in ("ar", "uk") else 1), f"{length} {sms.text}"
    assert length.encoding == ("ucs2" if language in ("ar", "uk") else "gsm7")


@pytest.mark.parametrize("language", LANGUAGES)
def test_families_read_until_when_they_can_choose_another_date(language: str, settings: object) -> None:
    """In two segments, or as many as before where a letter takes two bytes; the hour alone on the last day."""
    settings.PUBLIC_URL = SITE  # type: ignore[attr-defined]
    scene, dates = Scene(), {"slots": DATES, "until": UNTIL}
    for channel, day in ((SMS, moments.short), (EMAIL, moments.moment)):
        end = day(datetime.fromisoformat(UNTIL), "Europe/Paris", language=language)
        ready = scene.write(Kind.DATES_PROPOSED, channel, language=language, **dates)
        assert gsm7.transliterate(end) in gsm7.transliterate(ready.text or getattr(ready.email, "text", ""))
    length = gsm7.count(scene.write(Kind.DATES_PROPOSED, SMS, language=language, **dates).text)
    assert length.segments <= {"ar": 4, "uk": 3}.get(language, 2), length
    today = scene.write(Kind.DATES_PROPOSED, SMS, slots=DATES, until=f"{NOW.date()}T16:30:00+01:00")
    assert "avant 16h30 :" in today.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_emails_speak_the_language_of_the_contact(language: str) -> None:
    scene = Scene()
    for kind in TO_FAMILIES:
        email = scene.write(kind, EMAIL, language=language, code="482913", same_time=True).email
        assert email is not None
        assert library.find("email", kind, language).language == language
        assert f'<html lang="{language}"' in email.html
        assert ('dir="rtl"' in email.html) == (language == "ar")


@pytest.mark.parametrize("kind", TO_FAMILIES)
def test_nothing_private_is_ever_said(kind: Kind) -> None:
    """No type, no surname, no address of the family, in either channel."""
    scene = Scene()
    scene.appointment.visit_address = "12 impasse du Secret"
    scene.appointment.mode = Mode.HOME
    scene.appointment.cancel_reason = "raison secrète"
    scene.appointment.save()
    scene.type.public_label = scene.type.internal_label = "Dépistage secret"
    scene.type.instructions = scene.type.documents_to_bring = "carnet secret"
    scene.type.save()
    for channel in TABLE[kind].channels:
        ready = scene.write(kind, channel, code="482913")
        text = ready.text if ready.email is None else f"{ready.email.subject}{ready.email.text}{ready.email.html}"
        calendar = ready.email.calendar if ready.email else ""
        for word in ("ecret", "secrète", "Exemple\n", "Léa", "Sam"):
            assert word not in text, (channel, word)
            assert word not in calendar, (channel, word)


def test_a_visit_at_home_says_so_and_nothing_else() -> None:
    scene = Scene()
    scene.appointment.mode = Mode.HOME
    scene.appointment.save()
    assert "jeudi 14 janvier à 14h30, à votre domicile." in scene.write(Kind.BOOKED, SMS).text


def test_a_discreet_service_gives_a_street_and_a_neutral_sender() -> None:
    scene = Scene()
    service = scene.type.service
    service.is_discreet, service.neutral_sender = True, "38000"
    service.save()
    sms = scene.write(Kind.REMINDER, SMS)
    assert "14h30, 3 rue des Lilas, Exempleville." in sms.text
    assert "MDS" not in sms.text
    assert "solidarités" not in sms.text
    assert sms.message.sender == "38000"
    email = scene.write(Kind.BOOKED, EMAIL).email
    assert email is not None
    assert email.sender == "Rendez-vous <rdv@exemple.test>"
    assert "solidarités" not in email.text + email.html + email.calendar + email.subject


def test_a_place_with_a_long_name_still_fits() -> None:
    scene = Scene()
    scene.location.name = "Maison départementale des solidarités et de l’autonomie de Saint-Exemple-sous-Forêt"
    scene.location.short_name = "Saint-Exemple-sous-Forêt"
    scene.location.save()
    sms = scene.write(Kind.REMINDER, SMS)
    assert sms.message.segments == 1
    assert "Saint-Exemple-sous-Foret" in sms.text


def test_every_kind_has_its_line_in_the_documentation() -> None:
    documented = (ROOT / "docs" / "messages.md").read_text(encoding="utf-8")
    assert [kind for kind in Kind if f"| `{kind}` |" not in documented] == []
