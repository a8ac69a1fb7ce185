"""The first page: what do you need, and where?"""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from rdv.access.public import PublicScope
from rdv.web.families.catalogue import situations
from rdv.web.families.doors import open_to_all, show
from rdv.web.families.where import Where


@open_to_all
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The catalogue by situation, for all places or those near a commune. Not set up yet, it says so."""
    territory = getattr(request, "territory", None)
    where = Where.of(request) if territory else Where("", None, [])
    groups = situations(PublicScope(territory).types(), query=where.query) if territory else []
    context = {
        "groups": groups,
        "where": where,
        "find_url": reverse("families:find"),
        "waiting_url": reverse("families:waiting"),
    }
    return show(request, "families/home.html", context, here="home")
