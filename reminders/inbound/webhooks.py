"""Where SMS providers call us: replies and reports of delivery.

Only a signed POST is read; anything else leaves no trace. What is read is stored, then handled at once; should that
fail, the periodic pass finds it: the provider is answered in either case.
"""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from rdv import clock
from reminders import receipts
from reminders.inbound import intake, pending
from reminders.inbound.signature import is_signed
from reminders.providers.twilio_sms import TwilioProvider

# Nothing is said in the answer itself: answers are messages of the outbox, counted and kept like the others.
SILENT_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'

LONGEST_ID, LONGEST_CODE = 80, 20

View = Callable[[HttpRequest], HttpResponse]


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
    update = _twilio().read_status(_fields(request))
    if update:
        receipts.apply_status(
            provider="twilio",
            provider_id=update.provider_id[:LONGEST_ID],
            status=update.state,
            error_code=update.code[:LONGEST_CODE],
            problem=update.problem,
            now=clock.now(),
        )
    return HttpResponse(status=204)


def _fields(request: HttpRequest) -> dict[str, str]:
    """What was sent, without what a database can't hold."""
    return {name: str(value).replace("\x00", "") for name, value in request.POST.items()}


def _twilio() -> TwilioProvider:
    return TwilioProvider(account_sid=settings.TWILIO_ACCOUNT_SID, auth_token=settings.TWILIO_AUTH_TOKEN)
