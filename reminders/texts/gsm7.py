"""The SMS alphabet: what fits one message, and how to make French fit.

Source: 3GPP TS 23.038 § 6.2.1 (default alphabet and its extension table). ``é è à ù`` are in
it; ``ê ç œ À ’ « » …`` and the no-break space are not, and a single one of them turns the whole
message into UCS-2, whose segments hold 70 characters instead of 160.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

Encoding = Literal["gsm7", "ucs2"]

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")

_WHOLLY_GSM7 = re.compile(f"[{re.escape(''.join(BASIC | EXTENSION))}]*").fullmatch
_WIDE = re.compile(f"[{re.escape(''.join(EXTENSION))}]").findall

# One segment alone, then each segment of a longer message (a header of 6 bytes is taken off).
GSM7_ALONE, GSM7_PART = 160, 153
UCS2_ALONE, UCS2_PART = 70, 67

_REPLACED: Final = {
    "œ": "oe",
    "Œ": "OE",
    "…": "...",
    "‘": "'",
    "’": "'",
    "ʼ": "'",
    "‚": ",",
    "“": '"',
    "”": '"',
    "„": '"',
    "«": '"',
    "»": '"',
    "‹": "'",
    "›": "'",
    "–": "-",
    "—": "-",
    "‐": "-",
    "‑": "-",
    "−": "-",
    "•": "-",
    "·": ".",
    "×": "x",
    "°": "o",
    "№": "no",
    "\t": " ",
    "ı": "i",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
    "µ": "u",
}
# Zero-width characters, joiners, variation selectors and skin tones mean nothing once drawn as text.
_INVISIBLE = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufe0e\ufe0f\u20e3")


@dataclass(frozen=True, slots=True)
class SmsLength:
    """What a text costs: ``units`` are septets in GSM-7, UTF-16 code units in UCS-2."""

    encoding: Encoding
    units: int
    segments: int


def is_gsm7(text: str) -> bool:
    """Whether every character is in the alphabet or its extension table."""
    return _WHOLLY_GSM7(text) is not None


def transliterate(text: str) -> str:
    """``text`` with its Latin letters and punctuation brought into the alphabet.

    Emoji disappear with the space before them, no-break spaces become spaces. If letters of
    another script remain (Arabic, Cyrillic…) the text is returned untouched, since it will be
    sent as UCS-2 whatever is done.
    """
    composed = unicodedata.normalize("NFC", text)
    if is_gsm7(composed):
        return composed
    spelled: list[str] = []
    for char in composed:
        letter = _letter(char)
        if not letter and char.isalnum():
            return text
        if not letter and char not in _INVISIBLE and spelled[-1:] == [" "]:
            spelled.pop()
        spelled.append(letter)
    return "".join(spelled)


def count(text: str) -> SmsLength:
    """Encoding, units and segments of ``text`` as it would be sent, without changing it."""
    if is_gsm7(text):
        units = len(text) + len(_WIDE(text))
        if units <= GSM7_ALONE:
            return SmsLength("gsm7", units, 1 if units else 0)
        widths = [2 if char in EXTENSION else 1 for char in text]
        return _measure("gsm7", widths, GSM7_ALONE, GSM7_PART)
    widths = [2 if ord(char) > 0xFFFF else 1 for char in text]
    return _measure("ucs2", widths, UCS2_ALONE, UCS2_PART)


def _measure(encoding: Encoding, widths: list[int], alone: int, part: int) -> SmsLength:
    """Fill segments without splitting a character of two units across them."""
    units = sum(widths)
    if units <= alone:
        return SmsLength(encoding, units, 1 if units else 0)
    segments, used = 1, 0
    for width in widths:
        if used + width > part:
            segments, used = segments + 1, 0
        used += width
    return SmsLength(encoding, units, segments)


def _letter(char: str) -> str:
    """The spelling of one character inside the alphabet; empty when it has none."""
    if char in BASIC or char in EXTENSION:
        return char
    if char in _INVISIBLE:
        return ""
    if char in _REPLACED:
        return _REPLACED[char]
    if unicodedata.category(char) == "Zs":
        return " "
    parts = unicodedata.normalize("NFKD", char).replace("\u2044", "/")
    return "".join(part for part in parts if part in BASIC or part in EXTENSION)
