"""What became of a slot that was offered: who was asked when, why in that order, who was passed over; take it back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from rdv import moments
from rdv.access.roles import Right
from rdv.models import Offer, OfferRound, RoundStatus
from rdv.waitinglist.byhand import withdraw
from rdv.waitinglist.eligibility import SKIPPED_BECAUSE, Skip
from rdv.web.agents.appointment import attempt
from rdv.web.agents.families import family_name
from rdv.web.agents.visible_rounds import visible_rounds
from rdv.web.agents.waiting_history import became, why_then
from rdv.web.agents.workspace import AgentRequest, page, posted, workspace
from rdv.web.forms import BaseForm

PASSED_SHOWN = 40
SOMEBODY = gettext_noop("Une famille d’une autre équipe")


class WithdrawForm(BaseForm):
    """Why those who wait are no longer offered what the rule would offer them."""

    reason = forms.CharField(
        label=gettext_lazy("Pourquoi ce créneau n’est plus proposé"),
        help_text=gettext_lazy("Sans nom de famille : les équipes peuvent le relire avec l’historique du créneau."),
        max_length=200,
    )


@workspace(Right.WAITING_LIST)
def round_page(request: AgentRequest, pk: int) -> HttpResponse:
    """The history of a round, in words."""
    found = _find(request, pk)
    zone = found.location.zone
    offers = list(found.offers.select_related("round", "entry").order_by("made_at", "rank"))
    named = _named(request, found, offers)
    context = {
        "round": found,
        "when": moments.moment(found.starts_at, zone),
        "state": found.get_status_display(),
        "withdrawn_by": _withdrawn_by(request, found),
        "is_open": found.status == RoundStatus.OPEN,
        "opened": moments.soon(found.opened_at, zone, request.now),
        "closes": moments.soon(found.closed_at or found.closes_at, zone, request.now),
        "by": found.opened_by.full_name if found.opened_by else "",
        "first": named.get(found.first_entry_id or 0, ""),
        "offers": [_offer(offer, named, request) for offer in offers],
        "waits_until": _waits(found, request.now),
        "passed": _passed(found, named),
    }
    return page(request, "agents/round.html", context, here="waiting")


@workspace(Right.WAITING_LIST, post=True)
def withdraw_round(request: AgentRequest, pk: int) -> HttpResponse:
    """Ask, then give the slot back to everybody."""
    found = _find(request, pk)
    if found.status != RoundStatus.OPEN:
        messages.error(request, _("Il n’y a rien à retirer ici."))
        return redirect("agents:round", pk)
    form = None if found.opened_by_id else WithdrawForm(posted(request))
    if request.method == "POST" and (form is None or form.is_valid()):
        reason = form.cleaned_data["reason"] if form else ""
        if attempt(request, lambda: withdraw(pk, by=request.by, now=request.now, reason=reason)):
            messages.success(request, _("La proposition est retirée : le créneau est de nouveau ouvert à tous."))
        return redirect("agents:round", pk)
    context = {
        "form": form,
        "round": found,
        "when": moments.moment(found.starts_at, found.location.zone),
        "asked": found.offers.pending().count(),
    }
    return page(request, "agents/round_withdraw.html", context, here="waiting")


def _find(request: AgentRequest, pk: int) -> OfferRound:
    found = visible_rounds(request).select_related("opened_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _named(request: AgentRequest, found: OfferRound, offers: list[Offer]) -> Mapping[int, str]:
    """The families that one may know of, by entry."""
    concerned = {offer.entry_id for offer in offers} | {each["entry"] for each in _skips(found)}
    concerned |= {found.first_entry_id or 0}
    rows = request.scope.waiting_list().filter(pk__in=concerned)
    rows = rows.select_related("family").prefetch_related("family__contacts", "family__persons")
    return {one.pk: family_name(one.family) for one in rows}


def _offer(offer: Offer, named: Mapping[int, str], request: AgentRequest) -> dict[str, Any]:
    zone = request.territory.time_zone
    return {
        "entry": offer.entry_id if offer.entry_id in named else None,
        "name": named.get(offer.entry_id, _(SOMEBODY)),
        "made": moments.moment(offer.made_at, zone),
        "became": became(offer),
        "until": moments.soon(offer.expires_at, zone, request.now) if offer.is_pending else "",
        "rank": offer.rank,
        "why": why_then(offer, request),
    }


def _waits(found: OfferRound, now: datetime) -> str:
    """When the first messages go out, while nobody has been asked."""
    if found.status != RoundStatus.OPEN or found.batches or found.next_batch_at <= now:
        return ""
    return moments.soon(found.next_batch_at, found.location.zone, now)


def _withdrawn_by(request: AgentRequest, found: OfferRound) -> str:
    """Who took it back, for a round that was."""
    agents = [line["withdrawn_by"] for line in found.log if "withdrawn_by" in line]
    agent = request.territory.agents.filter(pk__in=agents).first()
    return agent.full_name if agent else ""


def _skips(found: OfferRound) -> list[dict[str, Any]]:
    """Those passed over, each with the last reason that was kept."""
    last = {each["entry"]: each for line in found.log for each in line.get("skipped", ())}
    return list(last.values())


def _passed(found: OfferRound, named: Mapping[int, str]) -> list[dict[str, str]]:
    known = {skip.value for skip in Skip}
    asked = set(found.offers.values_list("entry_id", flat=True))
    shown = [each for each in _skips(found) if each["reason"] in known and each["entry"] not in asked]
    return [
        {
            "when": _("rang %(rank)d") % {"rank": each["rank"]},
            "text": f"{named.get(each['entry'], _(SOMEBODY))} – {SKIPPED_BECAUSE[Skip(each['reason'])]}",
            "detail": "",
        }
        for each in sorted(shown, key=lambda each: each["rank"])[:PASSED_SHOWN]
    ]
