"""The instance's colours, and the choice of a language."""

from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from rdv.web.languages import is_translated
from rdv.web.theme import Theme

DAY = 24 * 3600
YEAR = 365 * DAY


@login_not_required
@require_safe
def theme(request: HttpRequest) -> HttpResponse:
    """The territory's colours as a stylesheet; its address changes with them, so it may be kept."""
    territory = getattr(request, "territory", None)
    colours = Theme.of(territory.theme if territory else {})
    return HttpResponse(colours.css, content_type="text/css", headers={"Cache-Control": f"public, max-age={YEAR}"})


@login_not_required
@require_safe
def icon(request: HttpRequest) -> HttpResponse:
    """The product's mark in the territory's colours, for the tab of the browser; kept as long as they are."""
    territory = getattr(request, "territory", None)
    mark = Theme.of(territory.theme if territory else {}).coloured(_mark())
    return HttpResponse(mark, content_type="image/svg+xml", headers={"Cache-Control": f"public, max-age={YEAR}"})


@lru_cache(maxsize=1)
def _mark() -> str:
    return Path(settings.BASE_DIR, "rdv/static/rdv/img/favicon.svg").read_text(encoding="utf-8")


@login_not_required
@require_safe
def fallback_icon(request: HttpRequest) -> HttpResponse:
    """Where browsers look without being told, from what isn't a page: a calendar, the description of the API."""
    return HttpResponseRedirect(static("rdv/img/favicon.ico"), headers={"Cache-Control": f"public, max-age={DAY}"})


@csrf_exempt
@login_not_required
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language chosen, and go back to the page it was chosen on.

    From the page of a link, whose address is told to nobody, browsers send no origin that a CSRF check could accept;
    a forged request could but change a language.
    """
    back = request.POST.get("next", "/")
    ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    response = HttpResponseRedirect(back if ours and back.startswith("/") else "/")
    chosen = request.POST.get("language", "")
    if is_translated(chosen):
        remember_language(response, chosen)
    return response


def remember_language(response: HttpResponse, chosen: str) -> None:
    """For the pages that follow."""
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=YEAR, samesite="Lax", httponly=True)
