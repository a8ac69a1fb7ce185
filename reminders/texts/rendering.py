"""From a template and facts to the text that leaves: SMS that fit one segment, e-mails with their HTML."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.template import TemplateDoesNotExist
from django.template.loader import get_template

from reminders.texts import gsm7
from reminders.texts.facts import SHORTENINGS, Meeting

if TYPE_CHECKING:
    from django.template.backends.base import _EngineTemplate

FALLBACK = "fr"


@dataclass(frozen=True, slots=True)
class Sms:
    """The text as it leaves, in the alphabet of SMS when its letters allow it."""

    text: str
    segments: int


def sms(template: str, *, language: str, meeting: Meeting | None, context: Mapping[str, Any]) -> Sms:
    """The first wording that fits one segment, from the full one to the shortest; else the shortest.

    `meeting` gives `moment`, `hour`, `day` and `place`.
    """
    found, language = find("sms", template, language)
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
        text = gsm7.transliterate(" ".join(str(found.render(facts)).split()))
        length = gsm7.count(text)
        if best is None or length.segments < best.segments:
            best = Sms(text, length.segments)
        if length.segments <= 1:
            break
    if best is None:
        raise ValueError("no wording")
    return best


@lru_cache(maxsize=512)
def find(folder: str, name: str, language: str) -> tuple["_EngineTemplate", str]:
    """The template of a message and the language that it is written in: French when there is no other."""
    for code in (language.partition("-")[0], FALLBACK):
        try:
            return get_template(f"messages/{folder}/{code}/{name}.txt"), code
        except TemplateDoesNotExist:
            continue
    raise TemplateDoesNotExist(f"messages/{folder}/{FALLBACK}/{name}.txt")
