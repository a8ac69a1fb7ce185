"""From a text and facts to what leaves: an SMS that fits one segment if it can, the words of an e-mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reminders.texts import gsm7, library
from reminders.texts.facts import SHORTENINGS, Meeting
from reminders.texts.phrasing import Phrasing
from reminders.texts.placeholders import Named


@dataclass(frozen=True, slots=True)
class Sms:
    """The text as it leaves, in the alphabet of SMS when its letters allow it."""

    text: str
    segments: int


def sms(
    name: str,
    *,
    language: str,
    meeting: Meeting | None,
    context: Mapping[str, Any],
    own: library.Own = library.NOTHING_OWN,
) -> Sms:
    """The SMS of that name: the territory's own wording, or the one that ships."""
    text = library.find("sms", name, language, own)
    return said_by_sms(text.phrasing, language=text.language, meeting=meeting, context=context)


def said_by_sms(phrasing: Phrasing, *, language: str, meeting: Meeting | None, context: Mapping[str, Any]) -> Sms:
    """The first wording that fits one segment, from the full one to the shortest; else the shortest.

    `meeting` gives `moment`, `hour`, `day` and `place`.
    """
    best: Sms | None = None
    for when, where in SHORTENINGS if meeting else SHORTENINGS[:1]:
        facts = dict(context)
        if meeting:
            facts |= {
                "moment": when(meeting, language),
                "hour": meeting.hour(language),
                "day": meeting.day(language),
                "place": where(meeting, language),
            }
        text = gsm7.transliterate(" ".join(words(phrasing, facts).split()))
        length = gsm7.count(text)
        if best is None or length.segments < best.segments:
            best = Sms(text, length.segments)
        if length.segments <= 1:
            break
    if best is None:
        raise ValueError("no wording")
    return best


def words(phrasing: Phrasing, facts: Mapping[str, Any]) -> str:
    """The text with these facts, by the names that the code gives them."""
    return phrasing.render(Named(facts))
