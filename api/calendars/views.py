"""/agenda/<secret>.ics: an agent's subscription feed. Whoever has the address reads it, so it can be renewed."""

import hashlib

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from api.calendars.agenda import agenda_of
from rdv import clock
from rdv.access.throttle import FEED_BY_IP, Throttled, client_ip, hit
from rdv.access.tokens import find_feed
from reminders.ics import feed

MOST_SECRET = 80


@login_not_required
@require_safe
def agent_feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The feed, 304 when nothing changed since the reader's last visit, 404 for an address that leads nowhere."""
    try:
        hit(FEED_BY_IP, client_ip(request))
    except Throttled as error:
        return HttpResponse(error.text, status=429, headers={"Retry-After": str(error.retry_after)})
    agent = find_feed(secret) if len(secret) <= MOST_SECRET else None
    if agent is None:
        raise Http404
    now = clock.now()
    meetings = agenda_of(agent, now=now)
    etag = quote_etag(hashlib.sha256(repr(meetings).encode()).hexdigest()[:32])
    headers = {"ETag": etag, "Cache-Control": "private, max-age=300"}
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers=headers)
    file = feed(meetings, name=f"Rendez-vous – {agent.full_name}", now=now)
    headers["Content-Disposition"] = 'inline; filename="agenda.ics"'
    return HttpResponse(file, content_type="text/calendar; charset=utf-8", headers=headers)
