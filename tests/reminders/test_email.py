"""E-mails as they leave, and what each refusal of the mail server lets us do next."""

import smtplib
from email.message import Message
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend

from reminders.providers.base import (
    AccountError,
    PermanentError,
    Problem,
    ProviderError,
    TransientError,
    UncertainError,
)
from reminders.providers.email import Email, send_email

EMAIL = Email(
    to="famille@exemple.test",
    subject="Votre rendez-vous\ndu mardi 12 mai",
    text="À bientôt",
    html="<p>À bientôt</p>",
    sender="PMI Val-d'Exemple <pmi@rdv.exemple.test>",
    reply_to="mds@exemple.test",
    reference="message-42",
    calendar="BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nEND:VCALENDAR\r\n",
    calendar_method="CANCEL",
)


class Refusing(BaseEmailBackend):
    """A mail server that answers with one error."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def send_messages(self, email_messages: Any) -> int:
        raise self.error


def parts(message: Message) -> dict[str, Message]:
    return {part.get_content_type(): part for part in message.walk()}


def test_an_email_carries_text_html_and_calendar() -> None:
    sent = send_email(EMAIL)
    message = mail.outbox[0].message()
    found = parts(message)
    assert sent.provider_id == message["Message-ID"] == "<message-42@rdv.exemple.test>"
    assert message["Subject"] == "Votre rendez-vous du mardi 12 mai"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Reply-To"] == "mds@exemple.test"
    assert {"text/plain", "text/html", "text/calendar"} <= found.keys()
    assert found["text/calendar"].get_param("method") == "CANCEL"
    assert found["text/calendar"].get_filename() == "rendez-vous.ics"
    assert found["text/calendar"].get_payload(decode=True) == EMAIL.calendar.encode()


@pytest.mark.parametrize(
    ("raised", "error"),
    [
        (smtplib.SMTPRecipientsRefused({"a@b": (550, b"no such user")}), PermanentError),
        (smtplib.SMTPRecipientsRefused({"a@b": (451, b"greylisted")}), TransientError),
        (smtplib.SMTPDataError(554, b"spam"), PermanentError),
        (smtplib.SMTPAuthenticationError(535, b"no"), AccountError),
        (smtplib.SMTPServerDisconnected("lost"), UncertainError),
        (TimeoutError("late"), UncertainError),
        (ConnectionRefusedError("down"), TransientError),
    ],
)
def test_each_refusal_says_what_may_be_done_next(raised: Exception, error: type[ProviderError]) -> None:
    with pytest.raises(error) as caught:
        send_email(EMAIL, connection=Refusing(raised))
    assert type(caught.value) is error


def test_an_unknown_address_is_marked_as_such() -> None:
    refused = smtplib.SMTPRecipientsRefused({"a@b": (550, b"no such user")})
    with pytest.raises(PermanentError) as caught:
        send_email(EMAIL, connection=Refusing(refused))
    assert (caught.value.problem, caught.value.code) == (Problem.INVALID_ADDRESS, "550")
