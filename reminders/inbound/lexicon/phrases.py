"""A small language for phrases, so that vocabulary is data.

A phrase is a line of words; a word is a regular expression without spaces; ``{set}`` stands for
any of a named set; ``?`` after a bracket or a set makes it optional; a final ``$`` asks that
the clause end there (or go on with a tag). Phrases apply to text whose tokens are separated by
one space, and become one tag, ``<NO>``. A line that ends with a backslash goes on below.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

Sets = Mapping[str, str]
_END = r"(?= (?:\||\?|<(?:REF|WHEN|HOUR|WHO|WHY|POLITE|SOFT|NAME|THANKS)>|(?:car|parce|donc|merci|emoji\w+)\b))"


@dataclass(frozen=True, slots=True)
class Rule:
    """Every way to say one thing."""

    tag: str
    pattern: re.Pattern[str]

    def mark(self, text: str) -> str:
        """``text`` with each occurrence replaced by the tag."""
        return self.pattern.sub(f" <{self.tag}>", text)


def rule(tag: str, lines: str, sets: Sets) -> Rule:
    """A rule from lines of phrases; the longest one wins."""
    whole = re.sub(r"\\\n\s*", "", lines)
    phrases = [line.strip() for line in whole.splitlines() if line.strip()]
    ordered = sorted(phrases, key=lambda phrase: -len(_items(phrase)))
    alternatives = "|".join(_phrase(phrase, sets) for phrase in ordered)
    return Rule(tag, re.compile(f"(?:{alternatives})(?= )"))


def word_set(listed: str) -> frozenset[str]:
    """Words written one after the other, as a set."""
    return frozenset(listed.split())


def words_of(*sources: str) -> frozenset[str]:
    """The plain words that occur in phrases: they are known, so they are not names."""
    return frozenset(word for source in sources for word in re.findall(r"[a-z]{2,}", source))


def _phrase(phrase: str, sets: Sets) -> str:
    return "".join(_item(item, sets) for item in _items(phrase))


def _items(phrase: str) -> list[str]:
    """The phrase cut at its spaces, but for those inside brackets."""
    items, depth = [""], 0
    for char in phrase:
        depth += (char == "(") - (char == ")")
        if char == " " and not depth:
            items.append("")
        else:
            items[-1] += char
    return items


def _item(item: str, sets: Sets) -> str:
    if item == "$":
        return _END
    optional = item[0] in "({<" and item.endswith((")?", "}?", ">?"))
    body = item[:-1] if optional else item
    body = re.sub(r"\{([a-z_]+)\}", lambda found: f"(?:{sets[found[1]]})", body)
    return f"(?: (?:{body}))" + ("?" if optional else "")
