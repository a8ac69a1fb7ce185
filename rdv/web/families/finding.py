"""/rendez-vous/: find one's appointments again with a code sent by SMS or e-mail."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from rdv.web.families.doors import open_to_all, personal, show


@open_to_all
@personal
@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """Ask for a number or an address."""
    return show(request, "families/find.html", {}, here="find")
