"""From the letters of an SMS to words: case, accents, emoji, punctuation, quoted messages."""

import re
import unicodedata
from dataclasses import dataclass

BOUND = "|"
"""Stands for a full stop, a comma, a line end: the edge of a clause."""

_APOSTROPHES = re.compile(r"['’‘ʼ`´-]")
# Telephones forward a reaction as « 👍 à "texte du rappel" »: the quoted text is ours, not theirs.
_QUOTED = re.compile(r"[«“\"][^«»“”\"]{20,}[»”\"]?", re.DOTALL)
_EMOJI_WORDS = {
    "👍": " emojioui ",
    "👌": " emojioui ",
    "✅": " emojioui ",
    "✔": " emojioui ",
    "☑": " emojioui ",
    "🆗": " emojioui ",
    "🙏": " emojimerci ",
    "👎": " emojinon ",
    "❌": " emojinon ",
    "🚫": " emojinon ",
    "❓": "?",
    "🤔": "?",
    "🤷": "?",
}
_DOTTED = re.compile(r"\b(?:[a-z]\.){2,}[a-z]?(?![a-z])", re.IGNORECASE)
_TOMORROW = re.compile(r"\b2m(?:ain|1)\b", re.IGNORECASE)
_TOKEN = re.compile(
    r"""
    (?P<time>\d{1,2}\s?(?:h|:|heures?\b)(?![^\W\d])\s?(?:[0-5]\d(?!\d))?)
  | (?P<date>\d{1,2}[/.]\d{1,2}(?:[/.]\d{2,4})?(?!\d))
  | (?P<number>\d+)
  | (?P<word>[^\W\d_]+)
  | (?P<question>[?؟])
  | (?P<bound>[.,!;:\n\r()…،—–|"«»“”]+)
  | (?P<slash>[/+&=])
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word, folded. ``capital``: written Like This, so perhaps a name."""

    word: str
    capital: bool = False


def fold(text: str) -> str:
    """``text`` without case or accents: what two spellings of one word share."""
    spelled = text.casefold().replace("œ", "oe").replace("æ", "ae").replace("ı", "i")
    parts = unicodedata.normalize("NFKD", spelled)
    return "".join(part for part in parts if unicodedata.category(part) != "Mn")


def read(text: str) -> list[Token]:
    """The tokens of a message: words, ``@14:30``, ``#12/03``, numbers, ``?`` and ``BOUND``."""
    plain = _QUOTED.sub(" | ", unicodedata.normalize("NFKC", text))
    for emoji, word in _EMOJI_WORDS.items():
        plain = plain.replace(emoji, word)
    plain = _DOTTED.sub(lambda found: found[0].replace(".", "") + " ", plain)
    plain = _TOMORROW.sub("demain", plain)
    plain = _APOSTROPHES.sub(" ", plain)
    return [_token(found) for found in _TOKEN.finditer(plain)]


def _token(found: re.Match[str]) -> Token:
    written = found[0]
    match found.lastgroup:
        case "time":
            hours, *minutes = re.findall(r"\d+", written)
            return Token(f"@{int(hours):02}:{minutes[0] if minutes else '00'}")
        case "date":
            day, month = re.split(r"[/.]", written)[:2]
            return Token(f"#{int(day)}/{int(month):02}")
        case "word":
            capital = len(written) > 1 and written[0].isupper() and not written.isupper()
            return Token(_shorten(fold(written)), capital)
        case "question":
            return Token("?")
        case "bound":
            return Token(BOUND)
        case "slash":
            return Token("/")
        case _:
            return Token(written)


def _shorten(word: str) -> str:
    """Three letters and more are one: "ouiiii" and "noooon" are "oui" and "non"."""
    return re.sub(r"(.)\1{2,}", r"\1", word)
