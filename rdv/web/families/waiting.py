"""/liste-attente/: wait for a slot, or for an earlier one."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from rdv.web.families.appointment import Opened, by_link
from rdv.web.families.doors import open_to_all, personal, show


@open_to_all
@personal
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Ask what the family waits for."""
    return show(request, "families/waiting.html", {})


@by_link
@require_GET
def earlier(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Wait for an earlier slot than the present appointment."""
    return show(request, "families/waiting.html", {})
