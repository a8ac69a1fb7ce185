"""The instance's colours, and the choice of a language."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from rdv.web.languages import is_translated
from rdv.web.theme import Theme

YEAR = 365 * 24 * 3600


@login_not_required
@require_safe
def theme(request: HttpRequest) -> HttpResponse:
    """The territory's colours as a stylesheet; its address changes with them, so it may be kept."""
    territory = getattr(request, "territory", None)
    colours = Theme.of(territory.theme if territory else {})
    return HttpResponse(colours.css, content_type="text/css", headers={"Cache-Control": f"public, max-age={YEAR}"})


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
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, max_age=YEAR, samesite="Lax", httponly=True)
    return response
