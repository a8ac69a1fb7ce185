"""What every page of the demonstration knows besides: the time of its clock, for the banner."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from rdv import clock, moments


@dataclass(frozen=True, slots=True)
class Banner:
    """`present`: "mardi 24 novembre 2026 à 9 h 30", in the territory's zone."""

    present: str


def demo(request: HttpRequest) -> dict[str, Any]:
    """Context processor: adds `demo`, lazy."""
    return {"demo": SimpleLazyObject(lambda: banner(request))}


def banner(request: HttpRequest) -> Banner:
    """The strip at the top of the page."""
    territory = getattr(request, "territory", None)
    zone = territory.time_zone if territory else "Europe/Paris"
    return Banner(moments.moment(clock.now(), zone, year=True))
