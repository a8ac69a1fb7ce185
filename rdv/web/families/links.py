"""From a token to the appointment that it shows."""

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from rdv.access import throttle
from rdv.access.links import find_link, link_by_pk
from rdv.models import AppointmentLink
from rdv.web.families.doors import territory_of


def link_of(request: HttpRequest, token: str, now: datetime) -> AppointmentLink | None:
    """The link, or None; unknown ones alone are counted and refused (see `throttle.UNKNOWN_LINK_BY_IP`)."""
    link = find_link(token, territory=territory_of(request), now=now)
    if link is None:
        throttle.hit(throttle.UNKNOWN_LINK_BY_IP, throttle.client_ip(request))
    return link


def redirect_to_link(request: HttpRequest, pk: int) -> HttpResponse:
    """To the page of an appointment that this session booked."""
    link = link_by_pk(pk, territory=territory_of(request))
    return redirect("families:appointment", link.token) if link else redirect("families:home")
