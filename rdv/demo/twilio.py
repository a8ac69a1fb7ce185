"""A stand-in for Twilio inside the demonstration: the real adapter talks to it over HTTP.

Accounts and answers follow https://www.twilio.com/docs/messaging/api/message-resource. What was taken
reaches its telephone a moment later (`rdv.demo.network`).
"""

import base64
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, JsonResponse
from django.utils.crypto import constant_time_compare
from django.utils.http import http_date
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from rdv import clock
from rdv.demo.models import DemoSms
from rdv.demo.tasks import DELAY_SECONDS, deliver

VERSION = "2010-04-01"
View = Callable[..., JsonResponse]


def _account_only(view: View) -> View:
    """Refuse whoever doesn't give the account's own token, as Twilio does."""

    @wraps(view)
    def checked(request: HttpRequest, account: str, **named: str) -> JsonResponse:
        expected = f"{settings.TWILIO_ACCOUNT_SID}:{settings.TWILIO_AUTH_TOKEN}"
        wanted = "Basic " + base64.b64encode(expected.encode()).decode()
        given = request.headers.get("Authorization", "")
        if account != settings.TWILIO_ACCOUNT_SID or not constant_time_compare(given, wanted):
            return _error(401, 20003, "Authenticate")
        return view(request, **named)

    return checked


@csrf_exempt
@login_not_required
@require_http_methods(["GET", "POST"])
@_account_only
def messages(request: HttpRequest) -> JsonResponse:
    """Take a message, or list the last ones."""
    if request.method == "GET":
        rows = DemoSms.objects.filter(is_from_family=False, phone=request.GET.get("To", "")).order_by("-at", "-pk")
        return JsonResponse({"messages": [_resource(row) for row in rows[:20]], "page": 0, "next_page_uri": None})
    to, body = request.POST.get("To", ""), request.POST.get("Body", "")
    sender = request.POST.get("From") or request.POST.get("MessagingServiceSid", "")
    if not to.startswith("+") or not to[1:].isdigit():
        return _error(400, 21211, f"Invalid 'To' Phone Number: {to}")
    if not body:
        return _error(400, 21602, "Message body is required.")
    row = DemoSms.objects.create(
        sid=f"SM{uuid.uuid4().hex}",
        phone=to,
        sender=sender,
        body=body,
        status_url=request.POST.get("StatusCallback", "")[:300],
        at=clock.now(),
    )

    # Without a broker there is no receipt: the message was taken all the same.
    def soon() -> None:
        deliver.apply_async((row.pk,), countdown=DELAY_SECONDS)

    transaction.on_commit(soon, robust=True)
    return JsonResponse(_resource(row), status=201)


@login_not_required
@require_GET
@_account_only
def message(_request: HttpRequest, sid: str) -> JsonResponse:
    """One message, by its id."""
    row = DemoSms.objects.filter(sid=sid).first()
    return JsonResponse(_resource(row)) if row else _error(404, 20404, "The requested resource was not found")


def _resource(row: DemoSms) -> dict[str, Any]:
    units = len(row.body)
    return {
        "sid": row.sid,
        "account_sid": settings.TWILIO_ACCOUNT_SID,
        "to": row.phone,
        "from": row.sender,
        "messaging_service_sid": None,
        "body": row.body,
        "status": row.status,
        "direction": "outbound-api",
        "num_segments": str(1 if units <= 160 else -(-units // 153)),
        "num_media": "0",
        "error_code": None,
        "error_message": None,
        "price": None,
        "price_unit": "EUR",
        "api_version": VERSION,
        "date_created": http_date(row.at.timestamp()),
        "date_sent": http_date(row.at.timestamp()),
        "date_updated": http_date(row.at.timestamp()),
        "uri": f"/{VERSION}/Accounts/{settings.TWILIO_ACCOUNT_SID}/Messages/{row.sid}.json",
        "subresource_uris": {},
    }


def _error(status: int, code: int, text: str) -> JsonResponse:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return JsonResponse({"code": code, "message": text, "more_info": more, "status": status}, status=status)
