"""/r/<token>/: one appointment, as it stands now; what the family can still do with it."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from rdv.access.links import find_link, participations_of
from rdv.access.waiting import entry_after, entry_of_link, offers_to
from rdv.booking.cancel import cancel as cancel_appointment
from rdv.booking.confirm import confirm as confirm_appointment
from rdv.booking.errors import BookingError
from rdv.booking.proposals import open_proposal
from rdv.disruption.told import told_off
from rdv.models import AppointmentLink, Participation, Territory
from rdv.web.families.cancel_form import CancelForm
from rdv.web.families.doors import CONFLICT, show
from rdv.web.families.draft import was_booked_here
from rdv.web.families.holding import FAMILY
from rdv.web.families.links import by_secret
from rdv.web.families.meeting import Meeting
from rdv.web.families.waits import Wait
from reminders.ics import meeting_of, single


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that was found, with this family's people."""

    link: AppointmentLink
    people: list[Participation]
    now: datetime
    is_told_off: bool = False

    @property
    def family_id(self) -> int:
        return self.link.family_id

    @property
    def meeting(self) -> Meeting:
        return Meeting(self.link, self.people, self.now, self.is_told_off)

    @property
    def url(self) -> str:
        return reverse("families:appointment", args=[self.link.token])


def _opened(token: str, territory: Territory, now: datetime) -> Opened | None:
    link = find_link(token, territory=territory, now=now)
    if link is None:
        return None
    return Opened(link, participations_of(link), now, is_told_off=bool(told_off([link.appointment])))


by_link = by_secret(_opened)


@by_link
@require_safe
def appointment(request: HttpRequest, opened: Opened) -> HttpResponse:
    """What stands now, and what can be done."""
    return _page(request, opened)


def _page(request: HttpRequest, opened: Opened, problem: str = "") -> HttpResponse:
    meeting = opened.meeting
    waits = _waits(opened)
    context = meeting.context() | {
        "problem": problem,
        "dates_url": reverse("families:dates", args=[opened.link.token]) if _has_dates(opened) else "",
        "waits": waits,
        "pending": waits.pending(offers_to(waits.entry)) if waits else None,
        "is_new": was_booked_here(request, opened.link.pk) and meeting.is_as_booked,
        "url": request.build_absolute_uri(opened.url),
    }
    return show(request, "families/appointment.html", context, here="find", status=CONFLICT if problem else 200)


def _waits(opened: Opened) -> Wait | None:
    """The wish to have it earlier, if there is one; of what is cancelled, the place on the list that came instead."""
    meeting, entry = opened.meeting, None
    if meeting.is_cancelled:
        entry = entry_after(opened.link)
    elif meeting.can_come_earlier:
        entry = entry_of_link(opened.link)
    return Wait(entry, opened.now) if entry else None


def _has_dates(opened: Opened) -> bool:
    """Whether the service proposes other dates."""
    return opened.meeting.can_cancel and open_proposal(opened.link.appointment, now=opened.now) is not None


@by_link
@require_POST
def confirm(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Note that the family comes; saying it twice is saying it once. Not to what can't take place."""
    if opened.is_told_off:
        return redirect(opened.url)
    try:
        confirm_appointment(opened.link.appointment_id, family=opened.link.family, by=FAMILY, now=opened.now)
    except BookingError as error:
        return _page(request, opened, problem=_(error.text))
    return redirect(opened.url)


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Ask before cancelling; with several children, ask for whom."""
    meeting = opened.meeting
    if not meeting.can_cancel:
        return redirect(opened.url)
    form = CancelForm(request.POST if request.method == "POST" else None, people=meeting.awaited)
    if request.method == "POST" and form.is_valid():
        problem = _cancel(opened, form.persons_chosen())
        return _page(request, opened, problem=problem) if problem else redirect(opened.url)
    context = meeting.context() | {"form": form, "url": opened.url}
    return show(request, "families/cancel.html", context, here="find")


def _cancel(opened: Opened, persons: list[int] | None) -> str:
    """Cancel for these people, or for all of the family; gives what went wrong, in words."""
    try:
        cancel_appointment(
            opened.link.appointment_id,
            by=FAMILY,
            now=opened.now,
            for_family=True,
            family=opened.link.family,
            persons=persons,
        )
    except BookingError as error:
        return _(error.text)
    return ""


@by_link
@require_safe
def calendar(request: HttpRequest, opened: Opened) -> HttpResponse:
    """The appointment for the family's own calendar."""
    url = request.build_absolute_uri(opened.url)
    meeting = meeting_of(opened.link.appointment, url=url, participations=opened.people)
    body = single(meeting, now=opened.now)
    disposition = 'attachment; filename="rendez-vous.ics"'
    headers = {"Content-Disposition": disposition}
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=headers)
