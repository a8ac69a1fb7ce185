"""Legal notice, personal data, accessibility, statistics.

The texts that belong to the territory are in `Territory.legal`, a dict of plain strings: `editor`, `address`,
`publication_director`, `host`, `dpo` and `accessibility_contact`. What is missing is said to be missing.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe


@dataclass(frozen=True, slots=True)
class Row:
    """A line of summary.html."""

    label: str
    value: str
    url: str = ""


def _texts(request: HttpRequest) -> dict[str, Any]:
    territory = getattr(request, "territory", None)
    return territory.legal if territory else {}


def _row(label: str, texts: dict[str, Any], key: str) -> Row:
    return Row(label, str(texts.get(key) or _("Non renseigné par le département")))


@login_not_required
@require_safe
def legal(request: HttpRequest) -> HttpResponse:
    """Who publishes and hosts the site (loi n° 2004-575 du 21 juin 2004, article 1-1)."""
    texts = _texts(request)
    rows = [
        _row(_("Éditeur"), texts, "editor"),
        _row(_("Adresse"), texts, "address"),
        _row(_("Direction de la publication"), texts, "publication_director"),
        _row(_("Hébergement"), texts, "host"),
    ]
    return render(request, "public/legal.html", {"rows": rows})


@login_not_required
@require_safe
def personal_data(request: HttpRequest) -> HttpResponse:
    """What is kept, why and for how long (RGPD, articles 13 and 14; rules §11)."""
    texts = _texts(request)
    return render(
        request, "public/personal_data.html", {"rows": [_row(_("Délégué à la protection des données"), texts, "dpo")]}
    )


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """The declaration of décret n° 2019-768 du 24 juillet 2019; without an audit it can only say "non conforme"."""
    contact = str(_texts(request).get("accessibility_contact") or "")
    return render(request, "public/accessibility.html", {"contact": contact})
