"""/demo/: the visit in a few steps, and the clock."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from rdv import clock, moments
from rdv.demo import work
from rdv.demo.world.accounts import PASSWORD, TOKEN
from rdv.models import Offer, OfferStatus
from rdv.phones import Phone

VISITOR = "+33639987777"
STEPS = {"heure": timedelta(hours=1), "jour": timedelta(days=1)}


@login_not_required
@require_safe
def visit(request: HttpRequest) -> HttpResponse:
    """The story that shows the product in five minutes, each step with its link."""
    offers = Offer.objects.filter(status__in=[OfferStatus.LIVE, OfferStatus.CLAIMED])
    proposed = offers.exclude(entry__contact__phone="").select_related("entry__contact", "round__location")
    context = {
        "visitor": Phone(VISITOR).spoken,
        "visitor_digits": VISITOR.lstrip("+"),
        "offers": [
            {"digits": offer.entry.contact.phone.lstrip("+"), "number": Phone(offer.entry.contact.phone).spoken}
            for offer in proposed.order_by("-made_at", "rank")[:5]
        ],
        "accounts": [
            ("camille.roux@demo.example", "puéricultrice, administratrice de la MDS des Tilleuls"),
            ("secretariat@demo.example", "secrétariat des MDS des Tilleuls et du Canal"),
            ("admin@demo.example", "administration du département"),
        ],
        "password": PASSWORD,
        "token": TOKEN,
        "api_example": f'curl -H "Authorization: Bearer {TOKEN}" {settings.PUBLIC_URL}/api/v1/appointment-types/',
    }
    return render(request, "demo/visit.html", context)


@login_not_required
@require_POST
def move_clock(request: HttpRequest) -> HttpResponse:
    """Let time pass: `pas` is "heure", "jour" or "message" (with `numero`, the next one to that telephone)."""
    step = request.POST.get("pas", "")
    if step in STEPS:
        work.advance(STEPS[step])
    elif step != "message" or not work.to_next_message(request.POST.get("numero", "")[:20]):
        messages.warning(request, "Aucun message n’est prévu\u00a0: l’horloge n’a pas bougé.")
    territory = getattr(request, "territory", None)
    zone = territory.time_zone if territory else "Europe/Paris"
    messages.info(request, f"Nous sommes le {moments.moment(clock.now(), zone, year=True)}.")
    back = request.POST.get("retour", "")
    safe = back.startswith("/") and url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return HttpResponseRedirect(back if safe else reverse("demo:visit"))
