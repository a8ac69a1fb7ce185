"""The first page: what do you need?"""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from rdv.access.public import PublicScope
from rdv.web.families.catalogue import situations
from rdv.web.families.doors import open_to_all, show


@open_to_all
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The catalogue by situation; an instance that is not set up yet says so."""
    territory = getattr(request, "territory", None)
    groups = situations(PublicScope(territory).types()) if territory else []
    context = {"groups": groups, "find_url": reverse("families:find"), "waiting_url": reverse("families:waiting")}
    return show(request, "families/home.html", context, here="home")
