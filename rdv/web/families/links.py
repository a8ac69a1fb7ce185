"""Pages that are reached by a secret in their address: an appointment, an offer, an invitation, a place on the list."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Protocol

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from rdv import clock
from rdv.access import throttle
from rdv.access.links import language_of, link_by_pk
from rdv.models import Territory
from rdv.web.families.doors import View, open_to_all, personal, show, territory_of
from rdv.web.languages import is_translated
from rdv.web.public.site import remember_language


class Found(Protocol):
    """What a secret leads to: something of a family's."""

    @property
    def family_id(self) -> int: ...


def by_secret(find: Callable[[str, Territory, datetime], Found | None]) -> Callable[[View], View]:
    """Open a view to whoever holds the secret in its address: it gets what `find` finds, after the request.

    GET never changes anything: scanners of mail open links. The address itself is the secret, so a form of these pages
    proves no more by a CSRF token than by having been reached; and without a referrer browsers send no origin to check
    (see `rdv.web.robots`: these addresses are told to nobody).
    Who has chosen no language reads the page in that of the family's messages, where the link stood; what follows an
    act (choosing a slot, say) goes on in it.
    A link that leads nowhere says so; those alone are counted and refused (see `throttle.UNKNOWN_LINK_BY_IP`).
    """

    def decorate(view: View) -> View:
        @csrf_exempt
        @open_to_all
        @personal
        @wraps(view)
        def opened(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponse:
            found = find(token, territory_of(request), clock.now())
            if found is None:
                throttle.hit(throttle.UNKNOWN_LINK_BY_IP, throttle.client_ip(request))
                lost = {"find_url": reverse("families:find")}
                return show(request, "families/unknown_link.html", lost, status=404)
            if settings.LANGUAGE_COOKIE_NAME in request.COOKIES:
                return view(request, found, *args, **kwargs)
            spoken = language_of(found.family_id)
            spoken = spoken if is_translated(spoken) else settings.LANGUAGE_CODE
            with translation.override(spoken):
                response = view(request, found, *args, **kwargs)
            response.headers["Content-Language"] = spoken
            if request.method == "POST" and spoken != settings.LANGUAGE_CODE:
                remember_language(response, spoken)
            return response

        return opened

    return decorate


def redirect_to_link(request: HttpRequest, pk: int) -> HttpResponse:
    """To the page of an appointment that this session booked."""
    link = link_by_pk(pk, territory=territory_of(request))
    return redirect("families:appointment", link.token) if link else redirect("families:home")
