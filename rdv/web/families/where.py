"""What a family wrote under "Où ?": a commune, several that could be meant, or words about a place."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from django.http import HttpRequest
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from rdv.booking.selectors import FirstSlot
from rdv.models import Commune, Location
from rdv.models.text import search_key
from rdv.web.families.doors import scope_of

EARTH_KM = 6371.0
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Where:
    """`commune` when one was meant, `choices` when several could be; else the words look for a place."""

    text: str
    commune: Commune | None
    choices: list[dict[str, str]]

    @classmethod
    def of(cls, request: HttpRequest) -> "Where":
        """Read the address of the page; what can't be read is nothing."""
        scope = scope_of(request)
        text = request.GET.get("ou", "").replace("\x00", "").strip()[:LONGEST]
        code = request.GET.get("commune", "")[:5]
        commune = scope.commune(code) if code.isalnum() else None
        if commune:
            return cls(commune.name, commune, [])
        found = scope.communes(text)
        if len(found) == 1:
            return cls(text, scope.commune(found[0].insee_code), [])
        return cls(text, None, [_choice(one) for one in found])

    @property
    def query(self) -> str:
        """The rest of an address that keeps what was said: "?commune=99001", or nothing."""
        if self.commune is not None:
            return f"?commune={self.commune.insee_code}"
        return f"?{urlencode({'ou': self.text})}" if self.text else ""

    @property
    def shown(self) -> tuple[str, ...]:
        """All that a page says of it."""
        return (self.text, self.query, *(f"{choice['label']} {choice['url']}" for choice in self.choices))

    def narrow(self, found: list[FirstSlot]) -> list[FirstSlot]:
        """The places that serve the commune, or that answer to the words; all of them when none does."""
        if self.commune is not None:
            served = {place.pk for place in self.commune.locations.all()}
            return [first for first in found if first.location.pk in served] or found
        if self.choices or not self.text:
            return found
        return [first for first in found if self._names(first.location)] or found

    def is_unknown(self, found: list[FirstSlot]) -> bool:
        """Whether the words meant nothing here, so that everything is shown."""
        if not self.text or self.commune is not None or self.choices:
            return False
        return not any(self._names(first.location) for first in found)

    def _names(self, place: Location) -> bool:
        words = search_key(self.text).split()
        said = search_key(place.name, place.address, place.postcode, place.city)
        return bool(words) and all(word in said for word in words)


def distance(at: Location, commune: Commune | None) -> str:
    """As the crow flies, from the middle of the commune: to compare places, not to plan a journey."""
    if commune is None or None in (at.latitude, at.longitude, commune.latitude, commune.longitude):
        return ""
    degrees = (at.latitude, at.longitude, commune.latitude, commune.longitude)
    south, west, north, east = (radians(value or 0) for value in degrees)
    chord = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin((east - west) / 2) ** 2
    return _("à environ %(km)s km") % {"km": max(1, round(2 * EARTH_KM * asin(sqrt(chord))))}


def _choice(commune: Commune) -> dict[str, str]:
    return {
        "label": f"{commune.name} ({', '.join(commune.postcodes[:2])})",
        "url": f"?commune={commune.insee_code}",
    }
