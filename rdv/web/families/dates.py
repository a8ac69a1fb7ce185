"""/r/<token>/dates/: other dates that the service proposes instead of its own; the family chooses one, or none."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from rdv import moments
from rdv.access.links import places_of_proposal
from rdv.booking.errors import BookingError, SlotTaken
from rdv.booking.proposals import choose as choose_date
from rdv.booking.proposals import open_proposal, refuse
from rdv.models import SlotProposal
from rdv.web.families.appointment import Opened, by_link
from rdv.web.families.doors import CONFLICT, UNPROCESSABLE, language, show
from rdv.web.families.holding import FAMILY

NONE_SUITS = "aucune"


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def dates(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Reading it answers nothing; without a proposal, or once it is answered, the appointment as it stands."""
    proposal = open_proposal(opened.link.appointment, now=opened.now) if opened.meeting.can_cancel else None
    if proposal is None:
        return redirect(opened.url)
    if request.method == "POST":
        return _answer(request, opened, proposal)
    return _page(request, opened, proposal)


def _answer(request: HttpRequest, opened: Opened, proposal: SlotProposal) -> HttpResponse:
    answer = request.POST.get("date", "")
    if answer == NONE_SUITS:
        refuse(proposal.pk, by=FAMILY, now=opened.now)
        return _told(request, opened)
    if proposal.slot(answer) is None:
        return _page(request, opened, proposal, problem=_("Choisissez une des dates."), status=UNPROCESSABLE)
    try:
        choose_date(proposal.pk, answer, by=FAMILY, now=opened.now)
    except SlotTaken:
        problem = _("Cette date vient d’être prise. Choisissez-en une autre.")
        return _page(request, opened, proposal, problem=problem, gone=answer, status=CONFLICT)
    except BookingError:
        return redirect(opened.url)
    messages.success(request, _("C’est noté, voici votre nouveau rendez-vous."))
    return redirect(opened.url)


def _page(
    request: HttpRequest,
    opened: Opened,
    proposal: SlotProposal,
    *,
    problem: str = "",
    gone: str = "",
    status: int = 200,
) -> HttpResponse:
    zone = opened.meeting.zone
    places = places_of_proposal(proposal)
    choices: list[dict[str, Any]] = []
    for one in proposal.slots:
        start, location_id = proposal.slot(one["key"]) or (None, 0)
        if start is not None and one["key"] != gone and start > opened.now:
            place = places.get(location_id)
            elsewhere = place is not None and place.pk != opened.link.appointment.location_id
            choices.append(
                {
                    "key": one["key"],
                    "when": moments.moment(start, place.zone if place else zone, language=language()),
                    "where": f"{place.name}, {place.postal_address}" if place and elsewhere else "",
                }
            )
    context = opened.meeting.context() | {
        "choices": choices,
        "none": NONE_SUITS,
        "problem": problem,
        "when": opened.meeting.when,
        "until": moments.soon(proposal.expires_at, zone, opened.now, language=language()),
        "must_move": proposal.must_move,
        "url": opened.url,
    }
    return show(request, "families/dates.html", context, here="find", status=status)


def _told(request: HttpRequest, opened: Opened) -> HttpResponse:
    context = opened.meeting.context() | {"move_url": reverse("families:move", args=[opened.link.token])}
    return show(request, "families/dates_none.html", context, here="find")
