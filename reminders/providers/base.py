"""What any SMS provider does for us, and the four ways in which it fails.

The failures differ by what may be done next: a permanent one marks the contact and makes a task,
a passing one is tried again until the message is no longer useful, an uncertain one may have
reached the family and is asked about before anything is sent again, and an account without
credit stops every message, so the administrators must know within minutes.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Protocol


class DeliveryState(StrEnum):
    """Where a message is, in the words of the outbox."""

    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


class Problem(StrEnum):
    """Why a number or an address cannot be reached; stable words for the contact and for the task."""

    INVALID_NUMBER = "invalid_number"
    INVALID_ADDRESS = "invalid_address"
    LANDLINE = "landline"
    OPTED_OUT = "opted_out"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Sent:
    """The provider took the message; ``segments`` if it says how many it will bill."""

    provider_id: str
    segments: int | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A message that the provider knows, when asked about it."""

    provider_id: str
    state: DeliveryState
    code: str = ""


@dataclass(frozen=True, slots=True)
class StatusUpdate:
    """One status callback, read. ``problem`` only when it failed."""

    provider_id: str
    state: DeliveryState
    code: str = ""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message received, read; numbers in E.164, or a short number."""

    provider_id: str
    sender: str
    recipient: str
    text: str


class ProviderError(Exception):
    """A message was not taken, or perhaps not. ``code`` is the provider's own, for the log."""

    retryable: ClassVar[bool] = False

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(f"{code} {reason}".strip())
        self.code = code
        self.reason = reason


class PermanentError(ProviderError):
    """Trying again will not help: this number, or this text, is refused."""

    def __init__(self, code: str, problem: Problem, reason: str = "") -> None:
        super().__init__(code, reason)
        self.problem = problem


class TransientError(ProviderError):
    """Not taken now; ``retry_after`` if the provider said how long to wait."""

    retryable = True

    def __init__(self, code: str, reason: str = "", *, retry_after: timedelta | None = None) -> None:
        super().__init__(code, reason)
        self.retry_after = retry_after


class UncertainError(ProviderError):
    """The request left and no answer came: the message may have been taken."""


class AccountError(ProviderError):
    """The account is refused (wrong token, suspended): no message will pass until it is mended."""


class OutOfCredit(AccountError):
    """The account has nothing left."""


class SmsProvider(Protocol):
    """A provider's account, ready to send."""

    name: str

    def send(self, *, to: str, body: str, sender: str, reference: str, status_url: str = "") -> Sent:
        """Hand one SMS over.

        ``to`` in E.164; ``reference`` is our key of the message, for ``look_up``;
        ``status_url`` receives the status callbacks, none if empty.

        Raises ``PermanentError``, ``TransientError``, ``UncertainError``, ``OutOfCredit`` or
        ``AccountError``.
        """

    def look_up(
        self, *, provider_id: str = "", reference: str = "", to: str = "", body: str = "", since: datetime | None = None
    ) -> Found | None:
        """What became of a message, by its id, else by our key, else the last with that text to that number.

        ``None``: the provider does not know it. Raises ``TransientError`` when it can't tell.
        """

    def read_status(self, form: Mapping[str, Any]) -> StatusUpdate | None:
        """A status callback of this provider; ``None`` if it says nothing new."""

    def read_inbound(self, form: Mapping[str, str]) -> Inbound | None:
        """A signed inbound webhook of this provider; ``None`` if it carries no message."""

    def incoming(self, *, since: datetime) -> Sequence[Inbound]:
        """The messages received since then, asked of the provider, where its webhooks are not signed.

        Raises ``TransientError`` or ``AccountError`` when it can't tell.
        """

    def credit(self) -> float | None:
        """What is left on the account, in the provider's own unit; ``None`` where it does not say.

        Raises ``TransientError`` or ``AccountError`` when it can't tell.
        """


def tag_of(reference: str) -> str:
    """Our key of a message as a label that any provider keeps: 20 characters, letters and digits."""
    return hashlib.sha256(reference.encode()).hexdigest()[:20]


def digits_of(phone: str) -> str:
    """A number in E.164 without its plus sign."""
    return phone.removeprefix("+")


def e164(number: str) -> str:
    """A number as our contacts have it, however the provider writes it; a short number stays one."""
    digits = re.sub(r"\D", "", number)
    if number.lstrip().startswith("+"):
        return f"+{digits}"
    digits = digits.removeprefix("00")
    return f"+{digits}" if len(digits) > 8 else digits
