"""How the texts of messages are written: words, placeholders, and parts that are said only when they serve. Pure.

    Rappel : RDV {quand}[ et {autres}], {lieu}. [si à confirmer : Venez-vous ? ]{lien}

`{quand}` is filled in. A part in brackets is said when all its placeholders have something to say and its condition
(`si …`, `sauf si …`) holds; `|` parts what is said otherwise: `[{lien}|{site}/rendez-vous/]`. Parts don't nest, and
what is filled in is never read again. Whoever writes the texts of a département writes this, and nothing else runs.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol


class Facts(Protocol):
    """What is known, by the names that texts use."""

    def get(self, name: str, /) -> object:
        """None when nothing is known."""


_MARK = re.compile(r"[\[\]{}|]")
_CONDITION = re.compile(r"\s*(?P<unless>sauf )?si (?P<flag>[^:{}]+?)[ \u00a0]: ?")


class PhrasingError(ValueError):
    """The text can't be read; `text` says why, to whoever wrote it."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


@dataclass(frozen=True, slots=True)
class Fill:
    """A placeholder, by its name."""

    name: str


Parts = tuple[str | Fill, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """Something to say when `flag` holds (or doesn't, with `unless`) and no placeholder is empty."""

    parts: Parts
    flag: str = ""
    unless: bool = False

    def serves(self, facts: Facts) -> bool:
        if self.flag and bool(facts.get(self.flag)) is self.unless:
            return False
        return all(facts.get(part.name) for part in self.parts if isinstance(part, Fill))


@dataclass(frozen=True, slots=True)
class Phrasing:
    """A text that can be said. Each part is words, a placeholder, or alternatives of which the first that serves is."""

    parts: tuple[str | Fill | tuple[Alternative, ...], ...]

    def render(self, facts: Facts) -> str:
        """The words, with these facts. What is not known is said as nothing."""
        return "".join(_said(part, facts) for part in self.parts)

    def placeholders(self) -> frozenset[str]:
        """All that it may say."""
        return frozenset(fill.name for _always, fill in self._fills())

    def always(self) -> frozenset[str]:
        """The placeholders that it says whatever happens."""
        return frozenset(fill.name for always, fill in self._fills() if always)

    def flags(self) -> frozenset[str]:
        """The conditions that it depends on."""
        choices = [part for part in self.parts if isinstance(part, tuple)]
        return frozenset(one.flag for choice in choices for one in choice if one.flag)

    def _fills(self) -> Iterator[tuple[bool, Fill]]:
        for part in self.parts:
            if isinstance(part, Fill):
                yield True, part
            elif isinstance(part, tuple):
                for one in part:
                    yield from ((False, fill) for fill in one.parts if isinstance(fill, Fill))


@lru_cache(maxsize=2048)
def parse(text: str) -> Phrasing:
    """Read a text. Raises PhrasingError, with what to mend."""
    parts: list[str | Fill | tuple[Alternative, ...]] = []
    rest = text
    while found := _MARK.search(rest):
        parts += _words(rest[: found.start()])
        if found[0] == "{":
            fill, rest = _fill(rest, found.start())
            parts.append(fill)
        elif found[0] == "[":
            inside, rest = _inside(rest, found.start())
            parts.append(tuple(_alternative(one) for one in inside.split("|")))
        elif found[0] == "|":
            parts.append("|")
            rest = rest[found.end() :]
        else:
            raise PhrasingError(f"Il y a un « {found[0]} » de trop.")
    return Phrasing((*parts, *_words(rest)))


def _said(part: str | Fill | tuple[Alternative, ...], facts: Facts) -> str:
    if isinstance(part, str):
        return part
    if isinstance(part, Fill):
        return str(facts.get(part.name) or "")
    for one in part:
        if one.serves(facts):
            return "".join(_said(inner, facts) for inner in one.parts)
    return ""


def _words(text: str) -> list[str]:
    return [text] if text else []


def _fill(text: str, start: int) -> tuple[Fill, str]:
    end = text.find("}", start)
    name = text[start + 1 : end].strip() if end > 0 else ""
    if end < 0 or "{" in name or "[" in name:
        raise PhrasingError("Une accolade « { » n’est pas fermée.")
    if not name:
        raise PhrasingError("Il manque un nom entre les accolades.")
    return Fill(name), text[end + 1 :]


def _inside(text: str, start: int) -> tuple[str, str]:
    end = text.find("]", start)
    inside = text[start + 1 : end]
    if end < 0 or "[" in inside:
        raise PhrasingError("Un crochet « [ » n’est pas fermé avant le suivant.")
    return inside, text[end + 1 :]


def _alternative(text: str) -> Alternative:
    condition = _CONDITION.match(text)
    said = text[condition.end() :] if condition else text
    parts: list[str | Fill] = []
    while found := _MARK.search(said):
        if found[0] != "{":
            raise PhrasingError(f"Il y a un « {found[0]} » de trop.")
        parts += _words(said[: found.start()])
        fill, said = _fill(said, found.start())
        parts.append(fill)
    parts += _words(said)
    if condition is None:
        return Alternative(tuple(parts))
    return Alternative(tuple(parts), condition["flag"].strip(), unless=bool(condition["unless"]))
