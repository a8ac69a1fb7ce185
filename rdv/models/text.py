"""Keys for sorting and searching names without relying on a database collation."""

import unicodedata

from django.db import models


def search_key(*parts: str) -> str:
    """Lower-case, unaccented text with single spaces: "Élise  D'Août" -> "elise d'aout".

    PostgreSQL may be built without ICU, so the order of names must not depend on its collation.
    """
    text = " ".join(part for part in parts if part).replace("œ", "oe").replace("Œ", "OE")
    decomposed = unicodedata.normalize("NFKD", text)
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(plain.casefold().replace("-", " ").replace("’", "'").split())


class Minutes(models.PositiveSmallIntegerField):
    """A length of time in whole minutes."""
