"""E-mail stays here: every message goes to the mailbox of the demonstration."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from rdv import clock
from rdv.demo.models import DemoEmail


class MailboxBackend(BaseEmailBackend):
    """Keeps what an SMTP server would have been given."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Store each message once per recipient."""
        rows = [
            DemoEmail(
                to=recipient[:254],
                sender=str(message.from_email)[:254],
                subject=str(message.subject)[:300],
                raw=_on_the_wire(message),
                at=clock.now(),
            )
            for message in email_messages
            for recipient in message.recipients()
        ]
        DemoEmail.objects.bulk_create(rows)
        return len(email_messages)


def _on_the_wire(message: EmailMessage) -> bytes:
    """The bytes that SMTP carries: lines end with CR LF (RFC 5321 §2.3.8), which calendar files need too."""
    return b"\r\n".join(message.message().as_bytes().splitlines()) + b"\r\n"
