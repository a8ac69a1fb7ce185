"""/liste-attente/offre/<token>/: a freed slot proposed to one family. Reading it answers nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rdv import moments
from rdv.access.links import link_by_pk, participations_of
from rdv.access.waiting import find_offer, link_of_offer
from rdv.booking.errors import BookingError
from rdv.models import ON_THE_LIST, Offer, OfferStatus, Territory
from rdv.waitinglist.award import window_end
from rdv.waitinglist.became import Became, became, keeps_appointment
from rdv.waitinglist.errors import EntryEnded, OfferOver
from rdv.waitinglist.offers import accept as accept_offer
from rdv.waitinglist.offers import alternatives_to
from rdv.waitinglist.offers import decline as decline_offer
from rdv.waitinglist.who_waits import whom_for
from rdv.web.families.again import to_the_slots
from rdv.web.families.catalogue import is_for_families
from rdv.web.families.doors import CONFLICT, language, show
from rdv.web.families.holding import FAMILY
from rdv.web.families.holding import keep as hold_slot
from rdv.web.families.labels import meeting_lines, private_label
from rdv.web.families.links import by_secret
from rdv.web.families.meeting import Meeting
from rdv.web.families.places import place_url
from rdv.web.families.waits import Wait, children_of
from rdv.web.families.weeks import days_of

# Whose page shows what is free instead.
LOST = (Became.LATE, Became.TAKEN, Became.WITHDRAWN, Became.REFUSED)


@dataclass(frozen=True, slots=True)
class Proposal:
    """An offer as its family reads it; `meeting` is what it became, or the appointment that the family has."""

    offer: Offer
    token: str
    meeting: Meeting | None
    now: datetime

    @property
    def family_id(self) -> int:
        return self.offer.family_id

    @property
    def state(self) -> Became:
        return became(self.offer, now=self.now)

    @property
    def zone(self) -> str:
        return self.offer.round.location.zone

    @property
    def keeps_appointment(self) -> bool:
        return keeps_appointment(self.offer, now=self.now)

    @property
    def type_slug(self) -> str:
        """Of the motif that families may book by themselves; "" for another."""
        type_ = self.offer.round.type
        return type_.slug if is_for_families(type_) else ""

    def url(self, name: str) -> str:
        return reverse(f"families:{name}", args=[self.token])

    def context(self) -> dict[str, Any]:
        round_, meeting, state = self.offer.round, self.meeting, self.state
        is_waiting = self.offer.entry.status in ON_THE_LIST
        offered = moments.moment(round_.starts_at, self.zone, language=language())
        where = meeting_lines(round_.type.mode, round_.location, discreet=round_.type.service.is_discreet)
        moved = meeting if state is Became.MOVED else None
        return {
            "state": state.value,
            "label": private_label(round_.type),
            "people": children_of(round_.type, whom_for(self.offer, now=self.now)),
            "when": moved.when if moved else offered,
            "where": moved.where if moved else where,
            "moved_from": offered if moved else "",
            "until": moments.soon(self.offer.expires_at, self.zone, self.now, language=language()),
            "ranked_until": self._ranked_until(),
            "current": meeting.when if meeting and self.keeps_appointment else "",
            "is_waiting": is_waiting,
            "wait_url": Wait(self.offer.entry, self.now).url if is_waiting else "",
            "appointment_url": reverse("families:appointment", args=[meeting.link.token]) if meeting else "",
            "slots_url": place_url(self.type_slug, round_.location) if self.type_slug else "",
            "waiting_url": f"{reverse('families:waiting')}?motif={round_.type.slug}",
            "accept_url": self.url("offer_accept"),
            "decline_url": self.url("offer_decline"),
        }

    def _ranked_until(self) -> str:
        """Until when the order of the list decides between several yes; "" once the first has it."""
        end = window_end(self.offer, self.offer.round)
        return moments.hour(end, self.zone, language=language()) if self.now < end else ""

    def near(self) -> dict[str, Any]:
        """The nearest free slots, as buttons that book one or move the appointment there; nothing if neither may be."""
        to_move = self.meeting if self.keeps_appointment and self.meeting and self.meeting.can_move else None
        if to_move is None and (self.keeps_appointment or not self.type_slug):
            return {"near": [], "is_free_again": False}
        slots = alternatives_to(self.offer, now=self.now)
        moving = reverse("families:move_hold", args=[to_move.link.token]) if to_move else ""
        return {
            "near": days_of(slots, self.zone),
            "near_url": moving or self.url("offer_book"),
            "place": self.offer.round.location_id,
            "is_free_again": any(slot.start == self.offer.round.starts_at for slot in slots),
        }


def _proposal(token: str, territory: Territory, now: datetime) -> Proposal | None:
    offer = find_offer(token, territory=territory)
    if offer is None:
        return None
    known = link_of_offer(offer)
    link = link_by_pk(known.pk, territory=territory) if known else None
    return Proposal(offer, token, Meeting(link, participations_of(link), now) if link else None, now)


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
        over = _proposal(proposal.token, proposal.offer.round.territory, proposal.now) or proposal
        problem = "" if isinstance(error, OfferOver | EntryEnded) else _(error.text)
        return _page(request, over, problem=problem, status=CONFLICT)
    link = link_of_offer(accepted) if accepted.status == OfferStatus.ACCEPTED else None
    if link is None or became(accepted, now=proposal.now) is not Became.BOOKED:
        return redirect("families:offer", proposal.token)
    messages.success(request, _("C’est noté, ce rendez-vous est à vous"))
    return redirect("families:appointment", link.token)


@by_offer
@require_POST
def decline(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """No: the next family is asked at once, and this one keeps its place."""
    decline_offer(proposal.offer.pk, by=FAMILY, now=proposal.now)
    return redirect("families:offer", proposal.token)


@by_offer
@require_POST
def book(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """One of the slots near the one that is lost, for those who wait: what the service knows is filled in."""
    of, slug = proposal.offer, proposal.type_slug
    if not slug or proposal.keeps_appointment:
        return redirect("families:offer", proposal.token)
    at = of.round.location
    people = list(of.entry.persons.order_by("pk"))
    shown = to_the_slots(request, of.round.type, people=people, family=of.family, at=at)
    there = shown.headers["Location"] == place_url(slug, at)
    return hold_slot(request, slug, at.pk) if there else shown


def _page(request: HttpRequest, proposal: Proposal, problem: str = "", status: int = 200) -> HttpResponse:
    context = proposal.context() | {"problem": problem, "near": [], "is_free_again": False}
    if proposal.state in LOST or (status == CONFLICT and proposal.state is not Became.ENDED):
        context |= proposal.near()
    return show(request, "families/offer.html", context, here="find", status=status)
