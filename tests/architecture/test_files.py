"""Files stay small enough to be read, and imports go one way."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST_MODULE = 400
LONGEST_TEST = 600


def _modules(*folders: str) -> list[Path]:
    return [
        path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in path.parts
    ]


@pytest.mark.parametrize(
    ("folder", "longest"),
    [("rdv", LONGEST_MODULE), ("reminders", LONGEST_MODULE), ("api", LONGEST_MODULE), ("tests", LONGEST_TEST)],
)
def test_modules_are_short(folder: str, longest: int) -> None:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in _modules(folder)}
    too_long = {str(path.relative_to(ROOT)): count for path, count in lines.items() if count > longest}
    assert too_long == {}


def test_views_reach_data_through_a_scope_only() -> None:
    """`Model.objects` in a view sees every territory and every service."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in _modules("rdv/web", "api")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager", "_base_manager")
    ]
    assert found == []


def test_imports_go_one_way() -> None:
    """The contracts of pyproject.toml: the architecture, checked."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_no_package_is_called_utils() -> None:
    """A helper lives beside its only user; with two users it gets a name and a place."""
    vague = {"utils", "helpers", "common", "services", "misc"}
    found = [
        str(path.relative_to(ROOT))
        for path in _modules("rdv", "reminders", "api")
        if vague & {path.stem, path.parent.name}
    ]
    assert found == []


def test_every_test_that_opens_a_browser_says_so() -> None:
    """`make test-fast` leaves them out by their marker."""
    asking = [
        (path, text)
        for path in _modules("tests")
        if path.name.startswith("test_") and "chromium:" in (text := path.read_text(encoding="utf-8"))
    ]
    assert len(asking) > 3
    assert [path.name for path, text in asking if "pytest.mark.browser" not in text] == []
