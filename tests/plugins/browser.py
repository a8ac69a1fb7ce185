"""One Chromium for all browser tests of a worker; without one they fail and say what to run."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def running_chromium() -> "Iterator[Browser]":
    """Started at the first test that asks for one."""
    from tests.e2e.support import browser

    with pytest.MonkeyPatch.context() as patch, browser() as running:
        # Playwright's loop runs in our thread; Django would take every query there for a mistake.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield running


@pytest.fixture
def chromium(running_chromium: "Browser") -> "Iterator[Browser]":
    """A browser; `tests.e2e.support.person` opens windows in it.

    They are closed before the database is emptied: a page left open would go on asking for what is gone.
    """
    yield running_chromium
    for context in running_chromium.contexts:
        context.close()
