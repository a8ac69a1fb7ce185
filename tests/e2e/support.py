"""A browser for the end-to-end tests: pages at two widths, axe on each, screenshots to look at."""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.chromium import find

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "RGAAv4"]
AXE_RUN = """async tags => (await axe.run(document, {
    runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'],
})).violations"""
WIDTHS = {"phone": 360, "desktop": 1280}
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium speaking French; dates in its controls need the environment, not only the locale."""
    executable = find()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=executable, args=FLAGS, env={**os.environ, "LANGUAGE": "fr"}
        )
        yield chromium
        chromium.close()


def person(
    chromium: Browser, *, width: int = WIDTHS["phone"], javascript: bool = True, **options: Any
) -> BrowserContext:
    """Somebody at a screen of this width, with cookies of their own.

    Without JavaScript axe can't run either: such journeys check what they reach.
    """
    return chromium.new_context(
        viewport={"width": width, "height": 800},
        locale="fr-FR",
        timezone_id="Europe/Paris",
        java_script_enabled=javascript,
        bypass_csp=True,  # axe is added as a script; the header itself has its own test
        **options,
    )


def leads_on(page: Page, deed: Callable[[], None]) -> None:
    """Do what leads to another page, and wait until that page is there: a click returns as soon as it has begun."""
    with page.expect_navigation(wait_until="load"):
        deed()


def violations(page: Page) -> list[str]:
    """What axe finds on the page: rule, how bad, and where. An empty list is what a test wants."""
    # Of a page that has only begun the document may not have a head yet.
    page.wait_for_load_state("load")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    # Of what is well it need not say where: that is most of the work, and of what would be carried over here.
    found_here = page.evaluate(AXE_RUN, AXE_TAGS)
    return [
        f"{found['id']} ({found['impact']}): {node['target']} {node['failureSummary']}"
        for found in found_here
        for node in found["nodes"]
    ]


def defects(page: Page, widths: Iterable[int] = WIDTHS.values()) -> list[str]:
    """What axe finds on the page, and whether it scrolls sideways, in windows of these widths."""
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        found += [f"at {width}: {one}" for one in violations(page)]
        if overflow(page):
            found.append(f"at {width}: {overflow(page)} pixels too wide")
    return found


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window: 0, or it scrolls sideways (WCAG 1.4.10)."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


def screenshot(page: Page, name: str, folder: Path) -> Path:
    """The whole page as it stands, under `folder/name.png`."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{name}.png"
    page.screenshot(path=target, full_page=True)
    return target
