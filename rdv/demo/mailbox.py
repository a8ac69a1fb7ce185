"""The simulated mailbox: what each message shows, in text, in HTML and as attachments."""

import email
import email.policy
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import quote

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from rdv import moments
from rdv.demo.models import DemoEmail

PER_PAGE = 30
# As mail programs do: styles inside the message, no script, nothing fetched from elsewhere.
FRAME_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


@dataclass(frozen=True, slots=True)
class Mail:
    """One line of the mailbox."""

    pk: int
    to: str
    subject: str
    when: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """What comes with a message."""

    name: str
    kind: str
    content: bytes


@login_not_required
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """The last messages, those of one address with `?a=`."""
    address = request.GET.get("a", "").strip()[:254]
    rows = DemoEmail.objects.defer("raw").order_by("-at", "-pk")
    if address:
        rows = rows.filter(to__iexact=address)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    zone = _zone(request)
    mails = [Mail(row.pk, row.to, row.subject, moments.short(row.at, zone)) for row in page]
    context = {"mails": mails, "page": page, "address": address, "query": f"a={quote(address)}&" if address else ""}
    return render(request, "demo/mailbox.html", context)


@login_not_required
@require_safe
def mail(request: HttpRequest, pk: int) -> HttpResponse:
    """One message: who, when, its text, its HTML in a frame, its attachments."""
    row = get_object_or_404(DemoEmail, pk=pk)
    message = _parsed(row)
    context = {
        "row": row,
        "when": moments.moment(row.at, _zone(request), year=True),
        "text": _body(message, "plain"),
        "has_html": bool(_body(message, "html")),
        "attachments": list(enumerate(_attachments(message))),
        "headers": [(name, message[name]) for name in ("Auto-Submitted", "Message-ID", "References") if message[name]],
    }
    return render(request, "demo/email.html", context)


@login_not_required
@require_safe
@xframe_options_sameorigin
def html(_request: HttpRequest, pk: int) -> HttpResponse:
    """The HTML as sent, alone in its frame: scripts don't run there, links open beside it."""
    body = _body(_parsed(get_object_or_404(DemoEmail, pk=pk)), "html")
    body = body.replace("<head>", '<head><base target="_blank">', 1)
    return HttpResponse(body, headers={"Content-Security-Policy": FRAME_POLICY})


@login_not_required
@require_safe
def attachment(_request: HttpRequest, pk: int, index: int) -> HttpResponse:
    """One attachment, to download."""
    found = _attachments(_parsed(get_object_or_404(DemoEmail, pk=pk)))
    if index >= len(found):
        raise Http404
    part = found[index]
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(part.name)}"}
    return HttpResponse(part.content, content_type=part.kind, headers=headers)


def _zone(request: HttpRequest) -> str:
    territory = getattr(request, "territory", None)
    return territory.time_zone if territory else "Europe/Paris"


def _parsed(row: DemoEmail) -> EmailMessage:
    message = email.message_from_bytes(bytes(row.raw), policy=email.policy.default)
    return message if isinstance(message, EmailMessage) else EmailMessage()


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return part.get_content() if part else ""


def _attachments(message: EmailMessage) -> list[Attachment]:
    """Everything that isn't the text: also the calendar part, which has no name of its own."""
    found = []
    for part in message.walk():
        kind = part.get_content_type()
        if part.is_multipart() or kind in ("text/plain", "text/html"):
            continue
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            name = part.get_filename() or ("rendez-vous.ics" if kind == "text/calendar" else "piece-jointe")
            found.append(Attachment(name, kind, content))
    return found
