"""Whether a text that somebody wrote may be said: it can be read, says what it must, and costs what it should.

It is tried on an invented appointment, under every condition that it depends on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import product
from typing import Any

from django.conf import settings

from rdv.models import Location, Mode, Organisation, Service, Territory
from reminders.texts import library, rendering
from reminders.texts.facts import Meeting
from reminders.texts.phrasing import Phrasing, PhrasingError, parse
from reminders.texts.placeholders import CONDITIONS, PLACEHOLDERS

LONGEST = 1000
# A Wednesday of September at half past ten: no date is longer in French.
_START = datetime(2027, 9, 22, 8, 30, tzinfo=UTC)
_FACT = {word.name: word.fact for word in (*PLACEHOLDERS, *CONDITIONS)}


@dataclass(frozen=True, slots=True)
class Tried:
    """What a text gives: as it is said most often, and the most segments that it may cost."""

    said: str
    segments: int


class TextRefused(ValueError):
    """The text can't be said; `reasons` are told to whoever wrote it."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(" ".join(reasons))
        self.reasons = reasons


def check(channel: str, name: str, language: str, source: str) -> Tried:
    """Try a text. Raises TextRefused with all its reasons, or TextMissing."""
    source = source.strip()
    model = library.shipped(channel, name, language)
    try:
        phrasing = parse(source)
    except PhrasingError as error:
        raise TextRefused([error.text]) from error
    reasons = [*_wrong_words(phrasing, model.phrasing), *_wrong_shape(channel, source)]
    if reasons:
        raise TextRefused(reasons)
    tried = attempt(channel, name, model.language, source)
    limit = max(1, attempt(channel, name, model.language, model.source).segments)
    if tried.segments > limit:
        raise TextRefused([_too_long(tried.segments, limit)])
    return tried


@lru_cache(maxsize=2048)
def attempt(channel: str, name: str, language: str, source: str) -> Tried:
    """Say a text about an invented appointment; an e-mail has no segments."""
    phrasing = parse(source)
    if channel != "sms":
        said = rendering.words(phrasing, sample(name, language) | {"moment": _MEETING.moment(language)})
        return Tried(said, 0)
    tried = sayings(phrasing, name, language)
    return Tried(tried[0].text, max(one.segments for one in tried))


def sayings(phrasing: Phrasing, name: str, language: str) -> list[rendering.Sms]:
    """All that a text may say by SMS of an invented appointment; the usual case first."""
    return [
        rendering.said_by_sms(phrasing, language=language, meeting=_MEETING, context=context)
        for context in _situations(phrasing, name, language)
    ]


def sample(name: str, language: str) -> dict[str, Any]:
    """Facts of the usual case: one appointment, not confirmed yet."""
    link = f"{settings.PUBLIC_URL}/r/abcdefghijklmnop/"
    if name == "offer":
        link = f"{settings.PUBLIC_URL}/liste-attente/offre/abcdefghijklmnop/"
    if name in ("waiting", "still_waiting"):
        link = f"{settings.PUBLIC_URL}/liste-attente/suivi/123456-abcdefghijklmnop/"
    return {
        "link": link,
        "site": settings.PUBLIC_URL,
        "phone": "01 99 00 00 01",
        "code": "482913" if name == "access_code" else "4F7",
        "deadline": _MEETING.hour(language),
        "choices": "A 22/09 10h30, B 23/09 9h, C 24/09 14h",
        "day": _MEETING.day(language),
        "hour": _MEETING.hour(language),
        "place": _MEETING.place(language),
        "moment": "",
        "span": "du 20 au 24 septembre",
        "asks": True,
        **dict.fromkeys(("others", "replaces", "hit", "count"), ""),
    }


def may_say(model: Phrasing) -> frozenset[str]:
    """The placeholders that a text may use, given the one that ships."""
    may = model.placeholders() | {"site", "téléphone"}
    return may | {"jour", "heure", "lieu", "lien"} if "quand" in may else may


def _situations(phrasing: Phrasing, name: str, language: str) -> Iterator[dict[str, Any]]:
    """The usual case first, then each way in which the conditions may hold, with every placeholder filled."""
    usual = sample(name, language)
    yield usual
    filled = usual | {"others": "9h, 14h30", "replaces": "29/09", "hit": "3", "count": "3"}
    flags = sorted(_FACT[flag] for flag in phrasing.flags())
    for holds in product((True, False), repeat=len(flags)):
        yield filled | {flag: (filled.get(flag) or True) if on else "" for flag, on in zip(flags, holds, strict=True)}


def _wrong_words(phrasing: Phrasing, model: Phrasing) -> list[str]:
    """What it must say and doesn't, and what it can't say."""
    return [
        *(f"Ce message ne peut pas dire « {{{name}}} »." for name in sorted(phrasing.placeholders() - may_say(model))),
        *(
            f"Il manque « {{{name}}} », que ce message doit toujours dire."
            for name in sorted(model.always() - phrasing.always())
        ),
        *(f"Il manque la partie « [si {name} : …] »." for name in sorted(model.flags() - phrasing.flags())),
        *(
            f"Ce message ne connaît pas la condition « si {name} »."
            for name in sorted(phrasing.flags() - model.flags())
        ),
    ]


def _wrong_shape(channel: str, source: str) -> list[str]:
    if not source:
        return ["Écrivez un texte."]
    if len(source) > LONGEST:
        return [f"Le texte est trop long : {LONGEST} signes au plus."]
    if channel == "email" and len([part for part in source.split("\n\n") if part.strip()]) < 2:
        return ["Écrivez l’objet sur la première ligne, une ligne vide, puis le texte."]
    return []


def _too_long(segments: int, limit: int) -> str:
    most = "un seul SMS" if limit == 1 else f"{limit} SMS"
    return (
        f"Ce texte coûterait {segments} SMS, et doit tenir en {most} : raccourcissez-le. "
        "Les lettres ê, ç et œ sont remplacées ; un autre alphabet tient 70 signes au lieu de 160."
    )


_MEETING = Meeting(
    start=_START,
    zone="Europe/Paris",
    mode=Mode.ON_SITE,
    location=Location(
        name="Maison des solidarités du Centre",
        short_name="MDS du Centre",
        organisation=Organisation(territory=Territory()),
    ),
    service=Service(),
)
