"""The provider's stand-in, as for the messages."""

from tests.reminders.conftest import nothing_remembered, provider

__all__ = ["nothing_remembered", "provider"]
