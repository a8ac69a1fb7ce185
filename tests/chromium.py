"""The browser of the tests: where it is, and how `make test` gets one.

Debian's package first (with its French), else Playwright's own. `python -m tests.chromium` gets it.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HOW = "sudo apt-get install chromium chromium-l10n   (ou : .venv/bin/playwright install --with-deps chromium)"


class NoBrowser(Exception):
    """This machine has no Chromium; the text says what to run."""


def _of_playwright() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def find() -> str:
    """The path of a Chromium. Raises NoBrowser."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    path = _of_playwright()
    if path:
        return path
    raise NoBrowser(f"Pas de Chromium sur cette machine. À lancer :\n  {HOW}")


def _install_debian() -> bool:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    quietly = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "stdin": subprocess.DEVNULL}
    install = [
        "apt-get",
        "install",
        "-y",
        "-qq",
        "--no-install-recommends",
        "chromium",
        "chromium-l10n",
        "fonts-noto-core",
    ]
    subprocess.run(["apt-get", "update", "-qq"], check=False, stdout=subprocess.DEVNULL, **quietly)
    return subprocess.run(install, check=False, stdout=subprocess.DEVNULL, **quietly).returncode == 0


def _install_playwright() -> bool:
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    return subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode == 0


def main() -> None:
    """Make a Chromium available; without one, say so and leave it to the browser tests to fail."""
    try:
        find()
    except NoBrowser as missing:
        sys.stderr.write("Installation de Chromium pour les tests…\n")
        if not _install_debian() and not _install_playwright():
            sys.stderr.write(f"{missing}\nLes tests de navigateur vont échouer.\n")


if __name__ == "__main__":
    main()
