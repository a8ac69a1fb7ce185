"""Where SMS providers call us: replies and reports of delivery.

Only what Twilio signed, or what comes to an address that holds our key, is read; anything else leaves no trace. What is
read is stored, then handled at once; should that fail, the periodic pass finds it: the provider is answered in either
case. A provider that signs nothing is believed about reports, never about replies: its call only says that there is
something to fetch from it.
"""

import json
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from rdv import clock
from reminders import receipts
from reminders.inbound import fetching, intake, pending
from reminders.inbound.signature import is_signed
from reminders.providers import accounts
from reminders.providers.base import ProviderError, SmsProvider, StatusUpdate
from reminders.providers.twilio_sms import TwilioProvider

# Nothing is said in the answer itself: answers are messages of the outbox, counted and kept like the others.
SILENT_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'

LONGEST_ID, LONGEST_CODE = 80, 20

logger = logging.getLogger(__name__)

View = Callable[[HttpRequest], HttpResponse]
KeyedView = Callable[[HttpRequest, SmsProvider], HttpResponse]


def signed_by_twilio(view: View) -> View:
    """Refuse whatever our account did not sign: 403, before anything is read or stored."""

    @csrf_exempt
    @login_not_required
    @require_POST
    @wraps(view)
    def checked(request: HttpRequest) -> HttpResponse:
        form = {name: [str(value) for value in values] for name, values in request.POST.lists()}
        signature = request.headers.get("X-Twilio-Signature", "")
        token = settings.TWILIO_AUTH_TOKEN
        if not any(is_signed(token=token, url=url, form=form, signature=signature) for url in _addresses(request)):
            return HttpResponseForbidden("Signature absente ou fausse.\n", content_type="text/plain; charset=utf-8")
        return view(request)

    return checked


def _addresses(request: HttpRequest) -> list[str]:
    """The public address that is signed; the demonstration is also reached by the name that its visitor typed."""
    public = settings.PUBLIC_URL + request.get_full_path()
    return [public, request.build_absolute_uri()] if settings.DEMO else [public]


@signed_by_twilio
def twilio_inbound(request: HttpRequest) -> HttpResponse:
    """A message from a telephone. Delivered twice, it is stored and honoured once."""
    now = clock.now()
    inbound = _twilio().read_inbound(_fields(request))
    stored = intake.store(inbound, provider="twilio", now=now) if inbound else None
    if stored:
        pending.process_sender(stored.sender, now=now)
    return HttpResponse(SILENT_TWIML, content_type="text/xml")


@signed_by_twilio
def twilio_status(request: HttpRequest) -> HttpResponse:
    """A report on a message that was sent; late, doubled and out-of-order ones change nothing."""
    _report("twilio", _twilio().read_status(_fields(request)))
    return HttpResponse(status=204)


def keyed(view: KeyedView) -> Callable[[HttpRequest, str], HttpResponse]:
    """Refuse whoever does not know the key of our addresses, or speaks for an account that we don't have: 403.

    By GET too: OVHcloud reports so.
    """

    @csrf_exempt
    @login_not_required
    @require_http_methods(["GET", "POST"])
    @wraps(view)
    def checked(request: HttpRequest, provider: str) -> HttpResponse:
        if provider not in accounts.UNSIGNED:
            raise Http404
        known = settings.SMS_WEBHOOK_KEY
        if not known or not constant_time_compare(request.GET.get("key", ""), known):
            return HttpResponseForbidden("Clé absente ou fausse.\n", content_type="text/plain; charset=utf-8")
        account = accounts.sms_provider(provider)
        if account is None:
            return HttpResponseForbidden("Compte inconnu.\n", content_type="text/plain; charset=utf-8")
        return view(request, account)

    return checked


@keyed
def inbound(request: HttpRequest, provider: SmsProvider) -> HttpResponse:
    """Somebody has answered: what was written is fetched from the provider itself."""
    try:
        fetching.fetch(provider, now=clock.now())
    except ProviderError as error:  # the periodic pass asks again
        logger.warning("replies of %s can't be fetched: %s", provider.name, error)
    return HttpResponse(status=204)


@keyed
def status(request: HttpRequest, provider: SmsProvider) -> HttpResponse:
    """A report on a message that was sent."""
    _report(provider.name, provider.read_status({**_fields(request), **_json(request), **_query(request)}))
    return HttpResponse(status=204)


def _report(provider: str, update: StatusUpdate | None) -> None:
    if update:
        receipts.apply_status(
            provider=provider,
            provider_id=update.provider_id[:LONGEST_ID],
            status=update.state,
            error_code=update.code[:LONGEST_CODE],
            problem=update.problem,
            now=clock.now(),
        )


def _query(request: HttpRequest) -> dict[str, str]:
    return {name: str(value).replace("\x00", "") for name, value in request.GET.items()}


def _json(request: HttpRequest) -> dict[str, Any]:
    """An object in the body; nothing when it is none."""
    if request.content_type != "application/json":
        return {}
    try:
        found = json.loads(request.body.replace(b"\\u0000", b""))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _fields(request: HttpRequest) -> dict[str, str]:
    """What was sent, without what a database can't hold."""
    return {name: str(value).replace("\x00", "") for name, value in request.POST.items()}


def _twilio() -> TwilioProvider:
    return TwilioProvider(account_sid=settings.TWILIO_ACCOUNT_SID, auth_token=settings.TWILIO_AUTH_TOKEN)
