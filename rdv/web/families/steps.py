"""The steps of booking, for the bar at the top of each page."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

NAMES = (
    gettext_noop("Le lieu"),
    gettext_noop("Le jour et l’heure"),
    gettext_noop("Vos coordonnées"),
    gettext_noop("Vérification"),
)
PLACE, SLOT, CONTACT, CHECK = range(4)


def steps(current: int) -> dict[str, Any]:
    """What steps.html takes."""
    states = ["done" if n < current else "current" if n == current else "todo" for n in range(len(NAMES))]
    return {
        "steps": [{"label": _(name), "state": state} for name, state in zip(NAMES, states, strict=True)],
        "number": current + 1,
        "total": len(NAMES),
        "label": _(NAMES[current]),
    }
