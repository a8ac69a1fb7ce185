"""The secret address of one's calendar feed: made, changed and closed by its owner alone."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from rdv.access.roles import Right
from rdv.access.tokens import close_feed, open_feed, renew_feed
from rdv.web.agents.workspace import AgentRequest, page, workspace


@workspace(Right.SEE_AGENDA, post=True)
def feed(request: AgentRequest) -> HttpResponse:
    """Looking makes no address; each act is a POST."""
    if request.method == "POST":
        _act(request, request.POST.get("acte", ""))
        return redirect("agents:feed")
    address = open_feed(request.user) if request.user.feed_secret else ""
    context = {"address": address, "webcal": f"webcal://{address.partition('://')[2]}"}
    return page(request, "agents/feed.html", context)


def _act(request: AgentRequest, act: str) -> None:
    """Anything else than these acts changes nothing; creating twice keeps the first address."""
    if act == "creer":
        open_feed(request.user)
        messages.success(request, _("Votre agenda a maintenant une adresse."))
    elif act == "changer":
        renew_feed(request.user)
        text = _("L’adresse est changée, l’ancienne ne répond plus. Abonnez à nouveau vos calendriers.")
        messages.success(request, text)
    elif act == "fermer":
        close_feed(request.user)
        messages.success(request, _("Votre agenda n’a plus d’adresse : vos calendriers ne se mettent plus à jour."))
