"""The telephone network: carries what families write, and receipts, to the product's real webhooks."""

import base64
import hashlib
import hmac
import uuid
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from django.conf import settings

from rdv import clock
from rdv.demo.models import DemoSms

INBOUND, STATUS = "/sms/twilio/inbound/", "/sms/twilio/status/"
TIMEOUT_SECONDS = 20
# Nobody has ever reached a number that ends so: a failure can be seen.
UNREACHABLE = "0404"


class NotCarried(Exception):
    """The product refused the message, or doesn't answer; the text says which."""


def signature(url: str, form: dict[str, str], token: str) -> str:
    """What Twilio puts into X-Twilio-Signature: https://www.twilio.com/docs/usage/security."""
    signed = url + "".join(f"{key}{form[key]}" for key in sorted(form))
    digest = hmac.new(token.encode(), signed.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def reply(phone: str, body: str) -> DemoSms:
    """Send a family's SMS to the product, as Twilio would. Raises NotCarried."""
    row = DemoSms.objects.create(
        sid=f"SM{uuid.uuid4().hex}",
        phone=phone,
        sender=settings.TWILIO_SENDER,
        body=body,
        is_from_family=True,
        status="received",
        at=clock.now(),
    )
    form = {"From": phone, "To": settings.TWILIO_SENDER, "Body": body, "MessageSid": row.sid, "NumMedia": "0"}
    post(INBOUND, form | {"SmsSid": row.sid, "AccountSid": settings.TWILIO_ACCOUNT_SID})
    return row


def deliver(row: DemoSms) -> None:
    """The handset has it: tell the product, as Twilio does. Raises NotCarried."""
    row.status = "undelivered" if row.phone.endswith(UNREACHABLE) else "delivered"
    row.save(update_fields=["status"])
    if not row.status_url:
        return
    form = {"MessageSid": row.sid, "MessageStatus": row.status, "To": row.phone, "From": row.sender}
    if row.status == "undelivered":
        form["ErrorCode"] = "30003"
    post(STATUS, form | {"AccountSid": settings.TWILIO_ACCOUNT_SID})


def post(path: str, form: dict[str, str]) -> None:
    """A signed call over HTTP; the address is ours, the signature is that of the public one."""
    mark = signature(f"{settings.PUBLIC_URL}{path}", form, settings.TWILIO_AUTH_TOKEN)
    headers = {"X-Twilio-Signature": mark, "Content-Type": "application/x-www-form-urlencoded"}
    request = Request(f"{settings.DEMO_URL}{path}", urlencode(form).encode(), headers)
    try:
        with urlopen(request, timeout=TIMEOUT_SECONDS):
            return
    except HTTPError as error:
        raise NotCarried(f"{path} a répondu {error.code}.") from error
    except (URLError, OSError) as error:
        raise NotCarried(f"{path} ne répond pas.") from error
