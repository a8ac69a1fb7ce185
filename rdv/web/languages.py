"""The languages that pages can really be read in."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import get_language_info


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the menu, in its own words; direction is "ltr" or "rtl"."""

    code: str
    name: str
    direction: str


@lru_cache(maxsize=32)
def is_translated(code: str) -> bool:
    """Whether the product ships a compiled catalogue for the language; French needs none."""
    if code not in dict(settings.LANGUAGES):
        return False
    catalogues = (Path(folder) / code / "LC_MESSAGES" / "django.mo" for folder in settings.LOCALE_PATHS)
    return code == settings.LANGUAGE_CODE or any(catalogue.exists() for catalogue in catalogues)


def offered(codes: Iterable[str]) -> tuple[Language, ...]:
    """Those of the codes that pages are translated into, in the order given."""
    known = [(code, get_language_info(code)) for code in codes if is_translated(code)]
    return tuple(
        Language(code, info["name_local"].capitalize(), "rtl" if info["bidi"] else "ltr") for code, info in known
    )
