"""Every template serves."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
# Named by data (the kind of a message, its language), never in one piece in the code.
NAMED_BY_DATA = ("messages/",)


def _sources() -> str:
    paths = [path for folder in ("rdv", "reminders", "api") for path in (ROOT / folder).rglob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in [*paths, *TEMPLATES.rglob("*.*")])
    # A component opens with a comment that shows how it is used: that isn't a use.
    return re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", text, flags=re.DOTALL)


def test_no_template_is_unused() -> None:
    """A template nobody names is read by the next person for nothing."""
    named = set(re.findall(r"[\"']([\w./-]+\.(?:html|txt|xml|svg))[\"']", _sources()))
    present = {str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.*")}
    unused = {name for name in present - named if not name.startswith(NAMED_BY_DATA)}
    assert unused == set()
