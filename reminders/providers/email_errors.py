"""What a mail server's, or a mail provider's, refusal lets us do next.

Sources: RFC 5321 § 4.2.1 (5xx is final, 4xx is "not now"); https://anymail.dev/en/stable/sending/exceptions/ and
https://developers.brevo.com/docs/how-it-works (statuses of the API).
"""

import json
import smtplib

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from requests import RequestException

from reminders.providers.base import (
    AccountError,
    OutOfCredit,
    PermanentError,
    Problem,
    ProviderError,
    TransientError,
    UncertainError,
)
from reminders.providers.http import BUSY, connection_error, wait_asked

Refusals = (smtplib.SMTPException, OSError, AnymailError)


def failure(error: Exception) -> ProviderError:
    """The refusal in our words."""
    match error:
        case smtplib.SMTPAuthenticationError():
            return AccountError(str(error.smtp_code), "log-in refused")
        case smtplib.SMTPRecipientsRefused():
            code, reason = next(iter(error.recipients.values()), (550, b""))
            return _refusal(code, _text(reason))
        case smtplib.SMTPServerDisconnected() | TimeoutError():
            return UncertainError("no_answer", str(error))
        case smtplib.SMTPResponseException():
            return _refusal(error.smtp_code, _text(error.smtp_error))
        case AnymailRecipientsRefused():
            return PermanentError("refused", Problem.INVALID_ADDRESS, str(error))
        case AnymailAPIError():
            return _of_provider(error)
        case AnymailError():
            return PermanentError("unwritable", Problem.REFUSED, str(error))
        case _:
            return TransientError("unreachable", str(error))


def _of_provider(error: AnymailAPIError) -> ProviderError:
    response, status = error.response, error.status_code
    if response is None or status is None:
        cause = error.__cause__
        return connection_error(cause) if isinstance(cause, RequestException) else UncertainError("no_answer")
    code, reason = str(status), response.text[:200]
    if status in BUSY:
        return TransientError(code, reason, retry_after=wait_asked(response.headers))
    if status >= 500 or status < 400:
        return UncertainError(code, reason)
    if status == 402:
        return OutOfCredit(code, reason)
    if status in {401, 403}:
        return AccountError(code, reason)
    of_address = "email is not valid" in _message(response.text)
    return PermanentError(code, Problem.INVALID_ADDRESS if of_address else Problem.REFUSED, reason)


def _message(text: str) -> str:
    try:
        return str(json.loads(text)["message"]).lower()
    except (ValueError, KeyError, TypeError):
        return ""


def _refusal(code: int, reason: str) -> ProviderError:
    if code >= 500:
        return PermanentError(
            str(code), Problem.INVALID_ADDRESS if code in {550, 551, 553} else Problem.REFUSED, reason
        )
    return TransientError(str(code), reason)


def _text(reason: bytes | str) -> str:
    return reason.decode(errors="replace") if isinstance(reason, bytes) else reason
