"""From a slot that is held to an appointment: who comes, check, done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rdv import moments
from rdv.access import throttle
from rdv.booking.book import book
from rdv.booking.errors import BookingError, HoldExpired, SlotTaken
from rdv.booking.request import Booking, BookingRequest
from rdv.models import Hold, Location
from rdv.web.families.contact_form import ContactForm
from rdv.web.families.doors import UNPROCESSABLE, language, open_to_all, other_tab, personal, show, territory_of
from rdv.web.families.draft import Draft, booked_by, forget, last_booked, remember_booked
from rdv.web.families.holding import current_hold, lost, take
from rdv.web.families.invited_form import InvitedForm
from rdv.web.families.labels import about
from rdv.web.families.links import redirect_to_link
from rdv.web.families.places import place_url
from rdv.web.families.review import review_rows
from rdv.web.families.search import Journey
from rdv.web.families.steps import CHECK, CONTACT, steps
from rdv.web.forms import BaseForm

GONE = 410


@dataclass(frozen=True, slots=True)
class Visit:
    """The slot that this session is booking: its place, its start and what keeps it."""

    journey: Journey
    at: Location
    start: datetime
    hold: Hold | None

    @property
    def draft(self) -> Draft:
        return self.journey.draft

    @property
    def is_held(self) -> bool:
        return self.hold is not None and self.hold.expires_at > self.journey.now

    @property
    def kept_until(self) -> str:
        """Until when the slot is kept, on the place's clock; "" when it no longer is."""
        held = self.hold if self.is_held else None
        return moments.hour(held.expires_at, self.at.zone, language=language()) if held else ""

    def context(self, current: int) -> dict[str, Any]:
        return {
            "type": about(self.journey),
            "when": moments.moment(self.start, self.at.zone, language=language()),
            "place": {"name": self.at.name, "address": self.at.postal_address},
            "kept_until": self.kept_until,
            "slots_url": place_url(self.journey.type.slug, self.at),
            "steps": steps(current),
        }


def visit_of(request: HttpRequest) -> Visit | None:
    """What this session is booking; None when it has chosen nothing, or when that is no longer to be had."""
    draft = Draft.of(request)
    start = draft.starts_at
    if not draft.type or start is None:
        return None
    try:
        journey = Journey.of(request, draft.type)
    except Http404:
        return None
    at = next((place for place in journey.places if place.pk == draft.place), None)
    return Visit(journey, at, start, current_hold(request, draft)) if at and journey.knows_who else None


@open_to_all
@personal
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest) -> HttpResponse:
    """Who comes and how to reach them. A slot that is no longer kept is taken again, if it is still free."""
    visit = visit_of(request)
    if visit is None:
        return _nothing_chosen(request)
    form = _form(request, visit, request.POST if request.method == "POST" else None)
    if not form.fields:
        return redirect("families:check")
    if request.method == "POST":
        visit.draft.answers = {key: value for key, value in request.POST.dict().items() if key in _names(form)}
        visit.draft.checked = form.is_valid()
        visit.draft.keep(request)
        refused = _hold_again(request, visit)
        if refused:
            return refused
        if form.is_valid():
            return redirect("families:check")
    context = visit.context(CONTACT) | {"form": form}
    return show(request, "families/contact.html", context, here="home")


@open_to_all
@personal
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Everything on one page; sending it books, once, however often it is sent."""
    done = booked_by(request, request.POST.get("retenue", "")) if request.method == "POST" else None
    if done:
        return redirect_to_link(request, done)
    visit = visit_of(request)
    if visit is None:
        return _nothing_chosen(request)
    form = _form(request, visit, visit.draft.answers)
    if not form.is_valid():
        return redirect("families:contact")
    if request.method != "POST":
        return _review(request, visit, form)
    if request.POST.get("retenue", "") != visit.draft.hold:
        return _review(request, visit, form, problem=other_tab())
    return _book(request, visit, form)


def _review(request: HttpRequest, visit: Visit, form: ContactForm | InvitedForm, problem: str = "") -> HttpResponse:
    context = visit.context(CHECK) | {
        "rows": review_rows(visit, form),
        "hold": visit.draft.hold,
        "problem": problem,
    }
    return show(request, "families/check.html", context, here="home", status=UNPROCESSABLE if problem else 200)


def _book(request: HttpRequest, visit: Visit, form: ContactForm | InvitedForm) -> HttpResponse:
    who = form.who()
    throttle.hit(throttle.BOOKING_BY_IP, throttle.client_ip(request))
    if who.contact and who.contact.phone:
        throttle.hit(throttle.BOOKING_BY_PHONE, who.contact.phone)
    wanted = BookingRequest(
        type=visit.journey.type,
        location=visit.at,
        start=visit.start,
        who=who,
        by=visit.journey.by,
        hold=visit.hold,
        request_key=f"web:{visit.draft.hold}" if visit.draft.hold else None,
        visit_address=form.cleaned_data.get("address", ""),
    )
    try:
        booked: Booking = book(wanted, now=visit.journey.now)
    except (SlotTaken, HoldExpired) as error:
        return lost(request, visit.journey, visit.at, error)
    except BookingError as error:
        return _review(request, visit, form, problem=_(error.text))
    remember_booked(request, visit.draft.hold, booked.link.pk)
    forget(request)
    return redirect("families:appointment", booked.link.token)


def _form(request: HttpRequest, visit: Visit, data: Any) -> ContactForm | InvitedForm:
    """Bound to what was just sent, or to what is to be checked; else filled in with what was typed before."""
    draft, invited = visit.draft, visit.journey.invited
    if invited is not None:
        return InvitedForm(data, initial=draft.answers, type=visit.journey.type, invited=invited, draft=draft)
    return ContactForm(
        data,
        initial=draft.answers,
        type=visit.journey.type,
        count=visit.journey.search().attendees,
        births=draft.birth_dates,
        territory=territory_of(request),
    )


def _names(form: BaseForm) -> set[str]:
    """The controls of the form, with the e-mail address already questioned."""
    return {*form.fields, "email_confirmed"}


def _hold_again(request: HttpRequest, visit: Visit) -> HttpResponse | None:
    """Keep the slot for another while, or say that it is gone."""
    throttle.hit(throttle.HOLD_BY_IP, throttle.client_ip(request))
    try:
        take(request, visit.journey, visit.at, visit.start)
    except BookingError as error:
        return lost(request, visit.journey, visit.at, error)
    return None


def _nothing_chosen(request: HttpRequest) -> HttpResponse:
    """A page opened out of its turn, or much later: begin again, or see what was booked here."""
    context = {"home_url": reverse("families:home"), "booked": last_booked(request)}
    return show(request, "families/begin_again.html", context, here="home", status=GONE)


@open_to_all
@personal
@require_safe
def booked(request: HttpRequest) -> HttpResponse:
    """To the last appointment that this browser made."""
    return redirect_to_link(request, last_booked(request) or 0)
