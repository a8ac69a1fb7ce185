"""Names and other short texts: as they are kept, and the keys by which they are sorted and searched."""

import unicodedata

from django.db import models

ZWNJ, ZWJ = "\u200c", "\u200d"
BREAKS = {"Cc", "Zl", "Zp"}


def search_key(*parts: str) -> str:
    """Lower-case, unaccented text with single spaces: "Élise  D'Août" -> "elise d'aout".

    PostgreSQL may be built without ICU, so the order of names must not depend on its collation.
    """
    text = " ".join(part for part in parts if part).replace("œ", "oe").replace("Œ", "OE")
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(plain.casefold().replace("-", " ").replace("’", "'").split())


def one_line(text: str) -> str:
    """What is seen of a name, on one line and with single spaces: no control sign, nothing that turns or hides text.

    Persian, Urdu and the scripts of India need joiners inside words, and keep them there. NUL is left for whoever
    refuses it in words.
    """
    signs = [" " if sign != "\0" and unicodedata.category(sign) in BREAKS else sign for sign in text]
    seen = [sign for place, sign in enumerate(signs) if unicodedata.category(sign) != "Cf" or _joins(signs, place)]
    return " ".join("".join(seen).split())


def _joins(signs: list[str], place: int) -> bool:
    around = signs[place - 1 : place] + signs[place + 1 : place + 2]
    return signs[place] in (ZWNJ, ZWJ) and len(around) == 2 and all(map(_is_of_joining_script, around))


def _is_of_joining_script(sign: str) -> bool:
    return sign >= "\u0600" and unicodedata.category(sign)[0] in "LM"


class Minutes(models.PositiveSmallIntegerField):
    """A length of time in whole minutes."""
