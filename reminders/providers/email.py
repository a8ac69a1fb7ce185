"""E-mail through Django's mail backend: text and HTML, and the appointment as a calendar file."""

from dataclasses import dataclass, field
from email.mime.text import MIMEText
from email.utils import parseaddr

from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from reminders.providers.base import Sent
from reminders.providers.email_errors import Refusals, failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Email:
    """A message ready to go.

    ``reference`` is our key: the Message-ID is made from it. Messages of one ``thread`` are shown together.
    """

    to: str
    subject: str
    text: str
    sender: str
    reference: str
    html: str = ""
    reply_to: str = ""
    thread: str = ""
    calendar: str = ""
    calendar_method: str = "PUBLISH"
    calendar_name: str = field(default="rendez-vous.ics")

    @property
    def message_id(self) -> str:
        """The same at each attempt, so that a mail sent twice is shown once (RFC 5322 § 3.6.4)."""
        return f"<{self.reference}@{self._domain}>"

    @property
    def headers(self) -> dict[str, str]:
        """Who it is, what it belongs to (RFC 5322 § 3.6.4), and that no absence notice answers it (RFC 3834)."""
        known = {"Message-ID": self.message_id, "Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
        if self.thread:
            root = f"<{self.thread}@{self._domain}>"
            known |= {"References": root, "In-Reply-To": root}
        return known

    @property
    def _domain(self) -> str:
        return parseaddr(self.sender)[1].rpartition("@")[2] or "localhost"


def send_email(email: Email, *, connection: BaseEmailBackend | None = None) -> Sent:
    """Hand one e-mail to the mail server.

    Raises ``PermanentError`` (address refused), ``AccountError`` (log-in refused),
    ``TransientError`` (not taken now) or ``UncertainError`` (cut while it was being handed over).
    """
    message = _compose(email)
    message.connection = connection or get_connection()
    try:
        message.send()
    except Refusals as error:
        raise failure(error) from error
    # A provider's API gives its own id, by which it reports; a mail server keeps ours.
    status = getattr(message, "anymail_status", None)
    return Sent(provider_id=str(getattr(status, "message_id", None) or email.message_id))


def _compose(email: Email) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        subject=" ".join(email.subject.split()),
        body=email.text,
        from_email=email.sender,
        to=[email.to],
        reply_to=[email.reply_to] if email.reply_to else None,
        headers=email.headers,
    )
    if email.html:
        message.attach_alternative(email.html, "text/html")
    if email.calendar:
        message.attach(_calendar_part(email))
    return message


def _calendar_part(email: Email) -> MIMEText:
    """RFC 6047 § 2.4: the method stands in the content type as it does in the file."""
    part = MIMEText(email.calendar, "calendar", "utf-8")
    part.set_param("method", email.calendar_method)
    part.add_header("Content-Disposition", "attachment", filename=email.calendar_name)
    return part
