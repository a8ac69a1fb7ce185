"""Pages for what goes wrong: each says what happened and what to do next.

`handler400`…`handler500` of the root URLs and `CSRF_FAILURE_VIEW` point here. A refused try gives
`too_many_requests`; services that are down give nothing to the template that could fail again.
"""

import math

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

RETRY_SECONDS = 5


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The address or the form can't be read."""
    return render(request, "errors/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The page is for others, or the session ended."""
    return render(request, "errors/403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old, or cookies are refused: what was typed is still behind the back button."""
    return render(request, "errors/403_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """No such page, or not for this person."""
    return render(request, "errors/404.html", status=404)


def method_refused(request: HttpRequest) -> HttpResponse:
    """An address to which something is sent was opened, or the reverse."""
    return render(request, "errors/405.html", status=405)


def too_many_requests(request: HttpRequest, *, retry_after: float) -> HttpResponse:
    """Too many tries; `retry_after` is in seconds, and shown in minutes."""
    minutes = max(1, math.ceil(retry_after / 60))
    response = render(request, "errors/429.html", {"minutes": minutes}, status=429)
    response.headers["Retry-After"] = str(math.ceil(retry_after))
    return response


def too_busy(request: HttpRequest) -> HttpResponse:
    """What was asked waited too long for what others were changing: nothing was done, it may be asked again."""
    response = render(request, "errors/503.html", status=503)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    response.headers["Cache-Control"] = "no-store, private"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Without context processors: they may be what failed."""
    return HttpResponse(render_to_string("errors/500.html"), status=500)
