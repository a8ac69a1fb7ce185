"""Where the text of a message is found: what the territory has written, else what ships, else the French."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from reminders.texts.phrasing import Phrasing, parse

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "messages"
FALLBACK = "fr"

# The territory's own texts, by channel, name and language.
Own = Mapping[tuple[str, str, str], str]
NOTHING_OWN: Own = {}


class TextMissing(LookupError):
    """No text ships under that name."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text ready to be said; `language` is the one that it is written in."""

    source: str
    language: str

    @property
    def phrasing(self) -> Phrasing:
        return parse(self.source)


@lru_cache(maxsize=1024)
def shipped(channel: str, name: str, language: str) -> Text:
    """The text that ships. Raises TextMissing when there is none in French either."""
    for code in (language.partition("-")[0], FALLBACK):
        path = FOLDER / channel / code / f"{name}.txt"
        if path.is_file():
            return Text(path.read_text(encoding="utf-8").strip(), code)
    raise TextMissing(f"{channel}/{name}")


def find(channel: str, name: str, language: str, own: Own = NOTHING_OWN) -> Text:
    """What to say. Raises TextMissing."""
    found = shipped(channel, name, language)
    written = own.get((channel, name, found.language))
    return Text(written, found.language) if written else found


@lru_cache(maxsize=2)
def names(channel: str) -> tuple[str, ...]:
    """All that can be said by that channel."""
    return tuple(sorted(path.stem for path in (FOLDER / channel / FALLBACK).glob("*.txt")))
