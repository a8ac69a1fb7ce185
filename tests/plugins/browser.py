"""One Chromium for all browser tests of a worker; without one they fail and say what to run."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def chromium() -> "Iterator[Browser]":
    """A browser; `tests.e2e.support.person` opens windows in it."""
    from tests.e2e.support import browser

    with pytest.MonkeyPatch.context() as patch, browser() as running:
        # Playwright's loop runs in our thread; Django would take every query there for a mistake.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield running
