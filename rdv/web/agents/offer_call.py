"""A slot that is proposed on the phone: what is said of it, and the yes or no that the family gives there."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from rdv import moments
from rdv.access.roles import Right
from rdv.booking.errors import BookingError
from rdv.models import Channel, Offer, OfferStatus, Person
from rdv.models.actor import Actor
from rdv.waitinglist.award import window_end
from rdv.waitinglist.offers import accept, decline
from rdv.waitinglist.who_waits import whom_for
from rdv.web.agents.visible_rounds import visible_rounds
from rdv.web.agents.workspace import AgentRequest, workspace
from reminders import desk
from reminders.models import TaskOutcome

# What whoever said yes on the phone, and was to wait, is called back for.
NEWS = {
    OfferStatus.CLAIMED: gettext_noop("Elle a dit oui. D’autres familles peuvent encore passer avant : à rappeler."),
    OfferStatus.ACCEPTED: gettext_noop("Elle a dit oui, et le rendez-vous est à elle : dites-le-lui."),
    OfferStatus.VOID: gettext_noop(
        "Elle avait dit oui, mais une autre famille est passée avant : dites-le-lui. Elle garde sa place."
    ),
}


@dataclass(frozen=True, slots=True)
class OfferCall:
    """What is read out on the phone; `news` once the family has said yes there."""

    pk: int
    when: str
    place: str
    what: str
    until: str
    news: str
    may_answer: bool


def who_comes(people: Iterable[Person]) -> list[str]:
    """Their first names, as one says them on the phone; in one text, or none."""
    names = ", ".join(person.first_name for person in people)
    return [names] if names else []


def offer_call(offer: Offer, request: AgentRequest) -> OfferCall | None:
    """In ready words; nothing of a service that one doesn't know of.

    The round is loaded with its place and type, the entry with its persons: a family may wait for each of its children.
    """
    round_ = offer.round
    if round_.type.service_id not in request.scope.reachable_services:
        return None
    zone, status = round_.location.zone, OfferStatus(offer.status)
    awaited = status == OfferStatus.LIVE and request.now < offer.expires_at
    return OfferCall(
        pk=offer.pk,
        when=moments.moment(round_.starts_at, zone),
        place=round_.location.name,
        what=" – ".join([round_.type.agents_label, *who_comes(whom_for(offer, now=request.now))]),
        until=moments.soon(offer.expires_at, zone, request.now) if awaited else "",
        news=_(NEWS[status]) if offer.answered_by == Channel.PHONE and status in NEWS else "",
        may_answer=awaited and request.scope.may(Right.WAITING_LIST),
    )


@workspace(Right.WAITING_LIST, only_post=True)
def answer_offer(request: AgentRequest, pk: int) -> HttpResponse:
    """The family's yes or no (`reponse`: oui, non), given on the phone to whoever proposes."""
    offer = _find(request, pk)
    said, by = request.POST.get("reponse", ""), Actor.of(request.user, Channel.PHONE)
    if said == "oui":
        return _yes(request, offer, by)
    if said != "non":
        raise Http404
    if offer.is_pending:
        decline(offer.pk, by=by, now=request.now)
        _end_calls(request, offer)
        messages.success(request, _("C’est noté : non. La famille garde sa place, une autre est prévenue."))
    else:
        messages.error(request, _("Cette proposition est déjà terminée."))
    return _back(request, offer)


def _yes(request: AgentRequest, offer: Offer, by: Actor) -> HttpResponse:
    try:
        accepted = accept(offer.pk, by=by, now=request.now)
    except BookingError as error:
        messages.error(request, _("Le rendez-vous n’a pas pu être pris : %s") % _(error.text))
        return _back(request, offer)
    if accepted.status != OfferStatus.ACCEPTED:
        until = window_end(accepted, offer.round)
        for task in request.scope.tasks().filter(offer=offer):
            desk.keep_until(task, until=offer.round.starts_at)
        when = moments.soon(until, offer.round.location.zone, request.now)
        said = _("Son oui est noté. On saura %(when)s si le rendez-vous est à elle : rappelez-la ensuite.")
        messages.info(request, said % {"when": when})
        return _back(request, offer)
    _end_calls(request, offer)
    messages.success(request, _("C’est noté : oui. Le rendez-vous est à elle."))
    booked = accepted.appointment_id
    if booked is not None and request.scope.appointments().filter(pk=booked).exists():
        return redirect("agents:appointment", booked)
    return _back(request, offer)


def _find(request: AgentRequest, pk: int) -> Offer:
    """An offer to a family that one sees on the list, of a slot that one may look at."""
    mine = request.scope.waiting_list().filter(offers=pk, offers__round__in=visible_rounds(request).values("pk"))
    entry = mine.first()
    if entry is None:
        raise Http404
    found: Offer = entry.offers.with_all().get(pk=pk)
    return found


def _end_calls(request: AgentRequest, offer: Offer) -> None:
    """The call that was to be made has been."""
    for task in request.scope.tasks().filter(offer=offer, done_at=None):
        desk.finish(task, outcome=TaskOutcome.REACHED, by=request.user, now=request.now)


def _back(request: AgentRequest, offer: Offer) -> HttpResponse:
    """To where it was answered: the sheet of calls, the family's place on the list, or what is to be done."""
    came_from = request.POST.get("retour", "")
    if came_from == "inscription":
        return redirect("agents:entry", offer.entry_id)
    return redirect("agents:calls" if came_from == "appels" else "agents:tasks")
