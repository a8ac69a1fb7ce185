"""/liste-attente/: wait for a slot, without an appointment or to come earlier than the one at hand."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rdv import moments
from rdv.access import throttle
from rdv.access.waiting import entry_of_link
from rdv.booking.errors import BookingError
from rdv.booking.moving import search_for_move
from rdv.booking.people import ContactSpec, PersonSpec, Who
from rdv.booking.selectors import slots_at
from rdv.models import PhoneKind
from rdv.waitinglist.entries import Wish
from rdv.waitinglist.entries import join as join_list
from rdv.web.families.appointment import Opened, by_link
from rdv.web.families.catalogue import public_label, situations
from rdv.web.families.doors import language, open_to_all, personal, read_number, scope_of, show, territory_of
from rdv.web.families.holding import FAMILY
from rdv.web.families.labels import about
from rdv.web.families.search import Journey
from rdv.web.families.waiting_form import EarlierForm, WaitingForm

JOINED, CALLED = "attente", "attente-appel"


@open_to_all
@personal
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Without a type, the catalogue; then the wishes and the coordinates, on one page."""
    slug = request.GET.get("motif", "")
    if not slug:
        groups = situations(scope_of(request).types(), page="families:waiting")
        return show(request, "families/waiting_types.html", {"groups": groups})
    journey = Journey.of(request, slug)
    if journey.invited:
        # An invitation opens slots to those whom it names; a place on the list would open them to anybody.
        raise Http404
    if not journey.knows_who:
        query = urlencode({"suite": "attente", "lieu": request.GET.get("lieu", "")})
        return redirect(f"{reverse('families:who', args=[slug])}?{query}")
    form = _form(request, journey)
    if request.method == "POST" and form.is_valid():
        problem = _join(request, journey, form)
        if not problem:
            return redirect("families:waiting_done")
        form.add_error(None, problem)
    context = {"type": about(journey), "form": form}
    return show(request, "families/waiting.html", context)


def _form(request: HttpRequest, journey: Journey) -> WaitingForm:
    wanted = read_number(request.GET.get("lieu", ""))
    return WaitingForm(
        request.POST if request.method == "POST" else None,
        initial=journey.draft.answers,
        places=journey.places,
        wanted=[] if wanted is None else [wanted],
        type=journey.type,
        count=journey.search().attendees,
        births=journey.draft.birth_dates,
        territory=territory_of(request),
    )


def _join(request: HttpRequest, journey: Journey, form: WaitingForm) -> str:
    """Put the family on the list; gives what went wrong, in words."""
    who = form.who()
    throttle.hit(throttle.BOOKING_BY_IP, throttle.client_ip(request))
    if who.contact and who.contact.phone:
        throttle.hit(throttle.BOOKING_BY_PHONE, who.contact.phone)
    wish = Wish(
        type=journey.type,
        who=who,
        locations=form.locations(),
        half_days=form.chosen_half_days(),
        notice_minutes=form.cleaned_data["notice"],
        standby=form.cleaned_data["standby"],
        organisation=journey.places[0].organisation if journey.places else None,
    )
    try:
        join_list(wish, by=FAMILY, now=journey.now)
    except BookingError as error:
        return _(error.text)
    request.session[JOINED] = journey.type.slug
    # What was typed, and not what the file says: a known and an unknown number are answered alike.
    request.session[CALLED] = who.contact is not None and not _can_be_written_to(who.contact)
    return ""


def _can_be_written_to(contact: ContactSpec) -> bool:
    return contact.phone_kind == PhoneKind.MOBILE or bool(contact.email)


@open_to_all
@personal
@require_safe
def joined(request: HttpRequest) -> HttpResponse:
    """What happens next. Without having joined, the way in."""
    chosen = scope_of(request).type(str(request.session.get(JOINED, "")))
    if chosen is None:
        return redirect("families:waiting")
    called = bool(request.session.get(CALLED))
    context = {"is_discreet": chosen.service.is_discreet, "label": public_label(chosen), "is_called": called}
    return show(request, "families/waiting_done.html", context)


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def earlier(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Wait for an earlier slot; the appointment at hand stays until a better one is accepted."""
    if not opened.meeting.can_come_earlier:
        return redirect(opened.url)
    link = opened.link
    entry = entry_of_link(link)
    places = scope_of(request).locations_for(link.appointment.type, opened.now) or [link.appointment.location]
    data = request.POST if request.method == "POST" else None
    form = EarlierForm(data, places=places, wanted=[link.appointment.location_id])
    if entry is not None:
        form.start_from(entry)
    if request.method == "POST" and form.is_valid():
        problem = _wait_for_earlier(opened, form)
        if not problem:
            return redirect(opened.url)
        form.add_error(None, problem)
    context = opened.meeting.context() | {"form": form, "url": opened.url, "free_now": _free_now(opened)}
    return show(request, "families/earlier.html", context, here="find")


def _free_now(opened: Opened) -> str:
    """The first slot of the same place that is earlier and free already: nobody need wait for that one."""
    at = opened.link.appointment
    if not opened.meeting.can_move:
        return ""
    zone, before = at.location.zone, at.starts_at
    search = search_for_move(at.type, opened.meeting.awaited, now=opened.now, zone=zone, before=before)
    slots = slots_at(search, at.location, limit=1)
    return moments.moment(slots[0].start, zone, language=language()) if slots else ""


def _wait_for_earlier(opened: Opened, form: EarlierForm) -> str:
    people = [PersonSpec(row.person.first_name, pk=row.person_id) for row in opened.meeting.awaited]
    wish = Wish(
        type=opened.link.appointment.type,
        who=Who(people, family=opened.link.family),
        locations=form.locations(),
        half_days=form.chosen_half_days(),
        notice_minutes=form.cleaned_data["notice"],
        standby=form.cleaned_data["standby"],
        current_appointment=opened.link.appointment,
    )
    try:
        join_list(wish, by=FAMILY, now=opened.now)
    except BookingError as error:
        return _(error.text)
    return ""
