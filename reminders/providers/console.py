"""A provider that prints, for development: nothing leaves the machine."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from reminders.providers.base import Found, Inbound, Sent, StatusUpdate
from reminders.texts import gsm7

logger = logging.getLogger(__name__)


class ConsoleProvider:
    """Writes each SMS in the log with its length; knows nothing of what was sent before."""

    name = "console"

    def send(self, *, to: str, body: str, sender: str, reference: str, status_url: str = "") -> Sent:
        """Log the message and take it."""
        length = gsm7.count(body)
        logger.info("SMS %s -> %s [%s, %s segment(s)] %s", sender, to, reference, length.segments, body)
        return Sent(provider_id=f"console-{uuid4().hex}", segments=length.segments)

    def look_up(
        self, *, provider_id: str = "", reference: str = "", to: str = "", body: str = "", since: datetime | None = None
    ) -> Found | None:
        """Nothing is kept."""
        return None

    def read_status(self, form: Mapping[str, str]) -> StatusUpdate | None:
        """No callback is ever sent."""
        return None

    def read_inbound(self, form: Mapping[str, str]) -> Inbound | None:
        """Nobody answers a console."""
        return None

    def incoming(self, *, since: datetime) -> Sequence[Inbound]:
        """Nobody answers a console."""
        return ()

    def credit(self) -> float | None:
        """Printing costs nothing."""
        return None
