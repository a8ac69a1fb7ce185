"""When two people want the same calendar at once, and one of them has waited too long."""

import logging

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

from rdv.web.middleware import GetResponse
from rdv.web.public.errors import too_busy

# PostgreSQL's lock_not_available and deadlock_detected: what was asked was undone whole, and may be asked again.
BUSY = ("55P03", "40P01")

logger = logging.getLogger(__name__)


class BusyMiddleware:
    """A lock that could not be had is answered by a page that says to try again; any other error goes its way."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Called by Django with what a view raised; None leaves it as it is."""
        if isinstance(exception, OperationalError) and getattr(exception.__cause__, "sqlstate", None) in BUSY:
            logger.warning("a lock could not be had in time", exc_info=exception)
            return too_busy(request)
        return None
