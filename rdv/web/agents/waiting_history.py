"""Why a waiting family ranks where it does, what it was offered, and when it was passed over: from what was kept."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rdv import moments
from rdv.models import EntryStatus, Offer, OfferStatus, RoundStatus, WaitingListEntry
from rdv.waitinglist.eligibility import SKIPPED_BECAUSE, Skip
from rdv.web.agents.visible_rounds import visible_rounds
from rdv.web.agents.waiting_form import PRIORITIES
from rdv.web.agents.workspace import AgentRequest

# The last rounds of the type that are looked through, and how many lines are shown.
LOOKED_AT, SHOWN = 40, 8
BECAME = {
    OfferStatus.LIVE: gettext_lazy("réponse attendue"),
    OfferStatus.CLAIMED: gettext_lazy("oui reçu, en attente de départage"),
    OfferStatus.ACCEPTED: gettext_lazy("acceptée"),
    OfferStatus.DECLINED: gettext_lazy("refusée"),
    OfferStatus.EXPIRED: gettext_lazy("sans réponse"),
    OfferStatus.VOID: gettext_lazy("prise par une autre famille"),
}
INSTEAD = {
    EntryStatus.PAUSED: gettext_lazy("rendue : mise en pause"),
    EntryStatus.LEFT: gettext_lazy("rendue : retirée de la liste"),
}
VOID_BECAUSE = {
    RoundStatus.TAKEN: gettext_lazy("le créneau a été pris autrement"),
    RoundStatus.WITHDRAWN: gettext_lazy("retirée par le service"),
    RoundStatus.OVER: gettext_lazy("close avant le rendez-vous"),
}


def became(offer: Offer) -> str:
    """What became of an offer; void says by whom the slot was taken, or that it was taken back."""
    if offer.explanation.get("instead") in INSTEAD:
        return str(INSTEAD[EntryStatus(offer.explanation["instead"])])
    if offer.status == OfferStatus.VOID and offer.round.status in VOID_BECAUSE:
        return str(VOID_BECAUSE[RoundStatus(offer.round.status)])
    return str(BECAME[OfferStatus(offer.status)])


def why_then(offer: Offer, request: AgentRequest) -> str:
    """The published rule as it was applied, or the reason for which an agent did not wait for it."""
    kept = offer.explanation
    if not kept:
        return ""
    since = datetime.fromisoformat(kept["waiting_since"])
    rule = _rule(int(kept["priority"]), since, request, has_one=bool(kept["has_appointment"]))
    if "out_of_turn" not in kept:
        return rule
    return _("%(rule)s ; proposée avant son tour : %(reason)s") % {"rule": rule, "reason": kept["out_of_turn"]}


def classes_given(entry: WaitingListEntry, request: AgentRequest) -> list[str]:
    """Who gave the family its class, when and why, the latest first."""
    given = []
    for one in entry.priority_changes.select_related("by").order_by("-at", "-pk"):
        said = {
            "when": moments.moment(one.at, request.territory.time_zone, year=True),
            "class": dict(PRIORITIES).get(str(one.priority), one.priority),
            "who": one.by.full_name if one.by else _("le service"),
        }
        line = _("%(when)s : %(class)s, par %(who)s") % said
        given.append(f"{line} – {one.reason}" if one.reason else line)
    return given


def why_here(entry: WaitingListEntry, request: AgentRequest) -> str:
    """The published rule applied to this family: class, appointment, wait."""
    at_hand = entry.current_appointment
    has_one = at_hand is not None and not at_hand.is_cancelled
    return _rule(entry.priority, entry.waiting_since, request, has_one=has_one)


def offers_made(entry: WaitingListEntry, request: AgentRequest) -> list[dict[str, Any]]:
    """Its last offers with the rank that each had then, and why."""
    rows = entry.offers.select_related("round__location__organisation__territory").order_by("-made_at", "-pk")
    shown = list(rows[:SHOWN])
    opened = set(visible_rounds(request).filter(pk__in=[one.round_id for one in shown]).values_list("pk", flat=True))
    return [_offer(one, request, has_page=one.round_id in opened) for one in shown]


def passed_over(entry: WaitingListEntry, request: AgentRequest) -> list[dict[str, str]]:
    """The slots that were offered to families behind it, each with the reason that was kept."""
    rounds = request.territory.rounds.filter(
        type=entry.type_id, opened_at__gte=entry.waiting_since, location__in=request.scope.locations()
    ).select_related("location__organisation__territory")
    if entry.ended_at:
        rounds = rounds.filter(opened_at__lte=entry.ended_at)
    found = []
    for round_ in rounds.order_by("-opened_at", "-pk")[:LOOKED_AT]:
        reason = _reason(round_.log, entry.pk)
        if reason:
            when = moments.moment(round_.starts_at, round_.location.zone)
            found.append({"when": when, "text": f"{round_.location.name} – {reason}", "detail": ""})
    return found[:SHOWN]


def _reason(log: Iterable[dict[str, Any]], entry: int) -> str:
    """Why this entry was passed over, the last time that it was."""
    skips = [each["reason"] for line in log for each in line.get("skipped", ()) if each["entry"] == entry]
    known = {skip.value for skip in Skip}
    return SKIPPED_BECAUSE[Skip(skips[-1])] if skips and skips[-1] in known else ""


def _offer(offer: Offer, request: AgentRequest, *, has_page: bool) -> dict[str, Any]:
    place = offer.round.location
    return {
        "url": reverse("agents:round", args=[offer.round_id]) if has_page else "",
        "made": moments.moment(offer.made_at, place.zone),
        "slot": moments.moment(offer.round.starts_at, place.zone),
        "place": place.name,
        "became": became(offer),
        "rank": offer.rank,
        "why": why_then(offer, request),
    }


def _rule(priority: int, since: datetime, request: AgentRequest, *, has_one: bool) -> str:
    parts = [
        str(dict(PRIORITIES).get(str(priority), priority)).lower(),
        _("a déjà un rendez-vous") if has_one else _("sans rendez-vous"),
        _("attend depuis le %(day)s")
        % {"day": moments.plain_day(moments.local(since, request.territory.time_zone).date())},
    ]
    return ", ".join(parts)
