"""Where the mail provider calls us: what became of an e-mail.

django-anymail reads the report; its signals are not used, so that a report is applied where it is read. Brevo calls
https://user:password@our-site/courriels/brevo/ (EMAIL_WEBHOOK_SECRET); without the secret nothing is read.
Source: https://anymail.dev/en/stable/esps/brevo/#status-tracking-webhooks
"""

import logging

from anymail.exceptions import AnymailConfigurationError, AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent, EventType
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden

from rdv import clock
from reminders import contacts, receipts, record
from reminders.kinds import EMAIL
from reminders.providers.base import DeliveryState, Problem

logger = logging.getLogger(__name__)

STATES = {
    EventType.QUEUED: DeliveryState.SENT,
    EventType.SENT: DeliveryState.SENT,
    EventType.DELIVERED: DeliveryState.DELIVERED,
    EventType.BOUNCED: DeliveryState.FAILED,
    EventType.REJECTED: DeliveryState.FAILED,
    EventType.FAILED: DeliveryState.FAILED,
}
# The address itself is wrong, or its owner wants nothing of us; other failures say nothing of it.
OF_THE_ADDRESS = ("hard_bounce", "invalid_email", "blocked")


class BrevoReports(BrevoTrackingWebhookView):
    """One report of Brevo."""

    warn_if_no_basic_auth = False
    http_method_names = ("post",)

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Apply it; late, doubled and out-of-order ones change nothing. Forged: 403; nonsense: 400."""
        try:
            if not self.basic_auth:
                return _forbidden()
            self.run_validators(request)
        except AnymailWebhookValidationFailure:
            return _forbidden()
        try:
            events = self.parse_events(request)
        except (ValueError, TypeError, AttributeError, AnymailConfigurationError):
            return HttpResponse(status=400)
        for event in events:
            _apply(event)
        return HttpResponse(status=204)


def _apply(event: AnymailTrackingEvent) -> None:
    now, kind = clock.now(), str(event.esp_event.get("event", ""))
    problem = Problem.INVALID_ADDRESS if kind in OF_THE_ADDRESS else Problem.UNREACHABLE
    state = STATES.get(event.event_type)
    if state and event.message_id:
        receipts.apply_status(
            provider=EMAIL,
            provider_id=record.short(str(event.message_id)),
            status=state,
            error_code=kind[:20] if state is DeliveryState.FAILED else "",
            problem=problem if state is DeliveryState.FAILED else None,
            now=now,
        )
    address = str(event.recipient or "")
    if event.event_type == EventType.COMPLAINED:
        contacts.email_refused(address, why="nos courriels sont signalés comme indésirables", now=now)
    elif state is DeliveryState.FAILED and problem is Problem.INVALID_ADDRESS:
        contacts.email_refused(address, why="les courriels sont refusés", now=now)


def _forbidden() -> HttpResponse:
    return HttpResponseForbidden("Secret absent ou faux.\n", content_type="text/plain; charset=utf-8")
