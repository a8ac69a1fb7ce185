"""/liste-attente/suivi/<token>/: what a family waits for, and what it may change of it. Reading it changes nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rdv.access.waiting import find_entry, link_of_entry, link_to, offers_to
from rdv.booking.errors import BookingError
from rdv.models import EntryStatus, Territory, WaitingListEntry
from rdv.waitinglist.ended import come_back, led_to
from rdv.waitinglist.entries import change_wishes, leave, pause, resume
from rdv.web.families.doors import CONFLICT, scope_of, show
from rdv.web.families.holding import FAMILY
from rdv.web.families.links import by_secret
from rdv.web.families.waiting_form import EarlierForm
from rdv.web.families.waits import Wait

ACTS: dict[str, Callable[..., WaitingListEntry]] = {
    "pause": pause,
    "reprendre": resume,
    "quitter": leave,
    "revenir": come_back,
}


@dataclass(frozen=True, slots=True)
class Followed:
    """A place on the list that was found by its link."""

    entry: WaitingListEntry
    token: str
    now: datetime

    @property
    def family_id(self) -> int:
        return self.entry.family_id

    @property
    def url(self) -> str:
        return reverse("families:wait", args=[self.token])


def _followed(token: str, territory: Territory, now: datetime) -> Followed | None:
    entry = find_entry(token, territory=territory)
    return Followed(entry, token, now) if entry else None


by_wait = by_secret(_followed)


@by_wait
@require_safe
def wait(request: HttpRequest, followed: Followed) -> HttpResponse:
    """What, since when, how families are ranked, what was proposed."""
    return _page(request, followed)


@by_wait
@require_POST
def act(request: HttpRequest, followed: Followed) -> HttpResponse:
    """Pause, go on, leave or come back (`acte`); doing it twice is doing it once.

    What would be lost is shown first: leaving, and a pause while an answer is awaited, come with `sur`.
    """
    said, is_sure = request.POST.get("acte", ""), "sur" in request.POST
    verb, shown = ACTS.get(said), Wait(followed.entry, followed.now)
    if verb is None:
        return redirect(followed.url)
    if shown.is_open and not is_sure:
        if said == "quitter":
            return redirect("families:wait_leave", followed.token)
        if said == "pause" and shown.pending(offers_to(followed.entry)):
            return redirect("families:wait_pause", followed.token)
    try:
        verb(followed.entry.pk, by=FAMILY, now=followed.now)
    except BookingError as error:
        return _page(request, followed, problem=_(error.text))
    return redirect(followed.url)


@by_wait
@require_safe
def ask_leave(request: HttpRequest, followed: Followed) -> HttpResponse:
    """What is lost by leaving, and what is not."""
    return _ask(request, followed, "quitter")


@by_wait
@require_safe
def ask_pause(request: HttpRequest, followed: Followed) -> HttpResponse:
    """The proposal that a pause gives up."""
    return _ask(request, followed, "pause")


def _ask(request: HttpRequest, followed: Followed, act: str) -> HttpResponse:
    entry = followed.entry
    shown = Wait(entry, followed.now)
    if not shown.is_open:
        return redirect(followed.url)
    context = {
        "wait": shown,
        "act": act,
        "offer": shown.pending(offers_to(entry)),
        "keeps": shown.has_appointment,
        "act_url": reverse("families:wait_act", args=[followed.token]),
        "url": followed.url,
    }
    return show(request, "families/wait_ask.html", context, here="find")


@by_wait
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, followed: Followed) -> HttpResponse:
    """Other places, other half-days: the place in the queue is kept."""
    entry = followed.entry
    if not Wait(entry, followed.now).is_open:
        return redirect(followed.url)
    places = scope_of(request).locations_for(entry.type, followed.now) or list(entry.locations.all())
    form = EarlierForm(request.POST if request.method == "POST" else None, places=places)
    form.start_from(entry)
    if request.method == "POST" and form.is_valid():
        problem = _change(followed, form)
        if not problem:
            return redirect(followed.url)
        form.add_error(None, problem)
    context = {"wait": Wait(entry, followed.now), "form": form, "url": followed.url}
    return show(request, "families/wait_change.html", context, here="find")


def _change(followed: Followed, form: EarlierForm) -> str:
    try:
        change_wishes(
            followed.entry.pk,
            locations=form.locations(),
            half_days=form.chosen_half_days(),
            notice_minutes=form.cleaned_data["notice"],
            standby=form.cleaned_data["standby"],
            now=followed.now,
        )
    except BookingError as error:
        return _(error.text)
    return ""


def _page(request: HttpRequest, followed: Followed, problem: str = "") -> HttpResponse:
    entry = followed.entry
    if problem:
        entry.refresh_from_db(fields=["status", "silences", "ended_at", "ended_by"])
    shown = Wait(entry, followed.now)
    link = link_of_entry(entry) if shown.is_open else link_to(led_to(entry), entry)
    offers = offers_to(entry) if shown.is_open else []
    context = {
        "wait": shown,
        "is_fulfilled": entry.status == EntryStatus.FULFILLED,
        "problem": problem,
        "rows": shown.rows(),
        "offers": shown.offers(offers),
        "pending": shown.pending(offers),
        "appointment_url": reverse("families:appointment", args=[link.token]) if link else "",
        "act_url": reverse("families:wait_act", args=[followed.token]),
        "leave_url": reverse("families:wait_leave", args=[followed.token]),
        "change_url": reverse("families:wait_change", args=[followed.token]),
        "again_url": f"{reverse('families:waiting')}?motif={entry.type.slug}",
    }
    return show(request, "families/wait.html", context, here="find", status=CONFLICT if problem else 200)
