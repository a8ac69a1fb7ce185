"""What every page of the families' site shares: open to all, limited, in the territory's name."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeAlias

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from rdv.access.public import PublicScope
from rdv.access.throttle import Throttled
from rdv.models import Territory
from rdv.web.public.errors import too_many_requests

View: TypeAlias = Callable[..., HttpResponse]
CONFLICT = 409
UNPROCESSABLE = 422


def open_to_all(view: View) -> View:
    """A page without an account; beyond the limits it asks to wait."""

    @login_not_required
    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Throttled as error:
            return too_many_requests(request, retry_after=error.retry_after)

    return opened


def personal(view: View) -> View:
    """A page about somebody: kept by nobody, found by no search engine."""

    @wraps(view)
    def discreet(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return discreet


def territory_of(request: HttpRequest) -> Territory:
    """The territory of the address; 404 on an instance that is not set up."""
    territory: Territory | None = getattr(request, "territory", None)
    if not territory:
        raise Http404
    return territory


def scope_of(request: HttpRequest) -> PublicScope:
    """Where every page looks things up."""
    return PublicScope(territory_of(request))


def show(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, here: str = "", status: int = 200
) -> HttpResponse:
    """A page with the site's menu; `here` names the entry it belongs to."""
    return render(request, template, {"nav_items": menu(here), **context}, status=status)


def menu(here: str = "") -> list[dict[str, Any]]:
    """The entries of the header, the present one marked."""
    entries = [("home", _("Prendre rendez-vous")), ("find", _("Mes rendez-vous"))]
    return [{"url": reverse(f"families:{name}"), "label": label, "current": name == here} for name, label in entries]


def read_number(text: str) -> int | None:
    """A number of an address or of a button; None for anything else, and for what no row or count could be."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def other_tab() -> str:
    """The button pressed is that of another slot: what it showed is not what would be done."""
    return _(
        "Vous avez choisi un autre créneau entre-temps, peut-être dans un autre onglet. Celui que vous venez de "
        "confirmer n’a pas été pris : vérifiez celui-ci."
    )


def language() -> str:
    """The language that the page is read in."""
    return get_language() or "fr"
