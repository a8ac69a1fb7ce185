"""The telephone of the families, as the tests of replies have it."""

from tests.reminders.inbound.conftest import line

__all__ = ["line"]
