"""/liste-attente/offre/<token>/: a freed slot proposed to one family. Reading it answers nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rdv import moments
from rdv.access.waiting import find_offer, link_of_offer
from rdv.booking.errors import BookingError, SlotTaken
from rdv.models import AppointmentLink, Offer, OfferStatus, Territory
from rdv.scheduling.slots import Slot
from rdv.waitinglist.offers import accept as accept_offer
from rdv.waitinglist.offers import decline as decline_offer
from rdv.web.families.doors import CONFLICT, language, show
from rdv.web.families.holding import FAMILY
from rdv.web.families.labels import meeting_lines, private_label
from rdv.web.families.links import by_secret
from rdv.web.families.places import place_url


@dataclass(frozen=True, slots=True)
class Proposal:
    """An offer as its family reads it."""

    offer: Offer
    token: str
    link: AppointmentLink | None
    now: datetime

    @property
    def zone(self) -> str:
        return self.offer.round.location.zone

    @property
    def state(self) -> str:
        """open, claimed, accepted, declined or over."""
        offer = self.offer
        if offer.status == OfferStatus.LIVE:
            return "open" if self.now < offer.expires_at else "over"
        known = {OfferStatus.CLAIMED: "claimed", OfferStatus.ACCEPTED: "accepted", OfferStatus.DECLINED: "declined"}
        return known.get(OfferStatus(offer.status), "over")

    def current(self) -> str:
        """When the appointment is that a yes would replace; "" if the family has none."""
        at = self.offer.entry.current_appointment
        if at is None or at.is_cancelled or at.starts_at <= self.now:
            return ""
        return moments.moment(at.starts_at, at.location.zone, language=language())

    def context(self) -> dict[str, Any]:
        round_, current = self.offer.round, self.offer.entry.current_appointment
        standing = (
            current if current is not None and not current.is_cancelled and current.starts_at > self.now else None
        )
        return {
            "state": self.state,
            "label": private_label(round_.type),
            "when": moments.moment(round_.starts_at, self.zone, language=language()),
            "where": meeting_lines(round_.type.mode, round_.location, discreet=round_.type.service.is_discreet),
            "until": moments.soon(self.offer.expires_at, self.zone, self.now, language=language()),
            "current": moments.moment(standing.starts_at, standing.location.zone, language=language())
            if standing
            else "",
            "appointment_url": reverse("families:appointment", args=[self.link.token]) if self.link else "",
            "slots_url": place_url(round_.type.slug, round_.location),
            "waiting_url": f"{reverse('families:waiting')}?motif={round_.type.slug}",
        }


def _proposal(token: str, territory: Territory, now: datetime) -> Proposal | None:
    offer = find_offer(token, territory=territory)
    return Proposal(offer, token, link_of_offer(offer), now) if offer else None


by_offer = by_secret(_proposal)


@by_offer
@require_safe
def offer(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """The slot, until when it may be accepted, and what would become of the present appointment."""
    return _page(request, proposal)


@by_offer
@require_POST
def accept(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """Yes: booked at once, or as soon as families that rank before have had their minutes."""
    try:
        accepted = accept_offer(proposal.offer.pk, by=FAMILY, now=proposal.now)
    except BookingError as error:
        near = error.alternatives if isinstance(error, SlotTaken) else []
        return _page(request, proposal, problem=_(error.text), near=near)
    link = link_of_offer(accepted) if accepted.status == OfferStatus.ACCEPTED else None
    return redirect("families:appointment", link.token) if link else redirect("families:offer", proposal.token)


@by_offer
@require_POST
def decline(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """No: the next family is asked at once, and this one keeps its place."""
    decline_offer(proposal.offer.pk, by=FAMILY, now=proposal.now)
    return redirect("families:offer", proposal.token)


def _page(request: HttpRequest, proposal: Proposal, problem: str = "", near: Sequence[Slot] = ()) -> HttpResponse:
    context = proposal.context() | {
        "accept_url": reverse("families:offer_accept", args=[proposal.token]),
        "decline_url": reverse("families:offer_decline", args=[proposal.token]),
        "problem": problem,
        "near": [moments.moment(slot.start, proposal.zone, language=language()) for slot in near],
    }
    if problem:
        context["state"] = "over"
    return show(request, "families/offer.html", context, here="find", status=CONFLICT if problem else 200)
