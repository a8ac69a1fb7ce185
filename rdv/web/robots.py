"""What search engines may read, and which addresses are secrets that no other site hears of.

An address is refused to robots by its beginning, not by its view: what is answered before a view, or instead of it,
says the same. Pages about somebody are besides not to be indexed wherever they are (`personal` of the families' site).
"""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

# Whoever has the address has what is behind it.
SECRETS = ("/r/", "/i/", "/liste-attente/suivi/", "/liste-attente/offre/", "/agenda/")
CLOSED = (
    *SECRETS, "/agents/", "/api/", "/sms/", "/courriels/", "/demo/", "/reservation/", "/liste-attente/inscription/",
    "/rendez-vous/code/", "/rendez-vous/liste/", "/rendez-vous/attente/", "/rendez-vous/fermer/", "/langue/",
    "/healthz", "/readyz", "/metrics",
)  # fmt: skip
DAY = 24 * 3600


class DiscreetMiddleware:
    """Nothing of a closed part is indexed; the address of a secret is sent as referrer to nobody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith(CLOSED):
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
        if request.path_info.startswith(SECRETS):
            response.headers["Referrer-Policy"] = "no-referrer"
        return response


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """The robots exclusion file (RFC 9309)."""
    lines = ["User-agent: *", *(f"Disallow: {beginning}" for beginning in CLOSED)]
    headers = {"Cache-Control": f"public, max-age={DAY}"}
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8", headers=headers)
