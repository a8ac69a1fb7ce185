"""The team at work, as the tests of the workspace have it."""

from tests.web.agents.conftest import built_office, office

__all__ = ["built_office", "office"]
