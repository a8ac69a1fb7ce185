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


def test_a_filter_stays_beside_its_name() -> None:
    """A line of choices is cut where the window ends: what belongs together is one thing in it."""
    parted = []
    for path in TEMPLATES.rglob("*.html"):
        for form in re.findall(r'<form[^>]*class="filters[ "].*?</form>', path.read_text(encoding="utf-8"), re.DOTALL):
            together = re.sub(r'<div class="filters__one">.*?</div>', "", form, flags=re.DOTALL)
            parted += [f"{path.name}: {one}" for one in re.findall(r"<label[^>]*>", together)]
    assert parted == []


def test_a_table_that_becomes_cards_is_a_table_for_those_who_listen() -> None:
    """Browsers forget what a table is when its lines are laid out otherwise: its parts say what they are."""
    nameless = []
    for path in TEMPLATES.rglob("*.html"):
        source = path.read_text(encoding="utf-8")
        for table in re.findall(r'<table[^>]*"[^"]*table--cards.*?</table>', source, re.DOTALL):
            parts = re.findall(r"<(?:table|thead|tbody|tr|th|td)\b[^>]*>", table)
            nameless += [f"{path.name}: {part}" for part in parts if "role=" not in part]
    assert nameless == []


def test_a_question_is_asked_before_what_it_is_about() -> None:
    """Who goes from heading to heading finds what follows under the question, not above it."""
    before = []
    for path in (TEMPLATES / "agents").rglob("*.html"):
        source = path.read_text(encoding="utf-8")
        if '{% include "components/confirm.html"' in source:
            before += [
                path.name for _ in re.findall(r"<p[ >]", source.split('{% include "components/confirm.html"')[0])
            ]
    assert before == []


def test_what_updates_itself_leaves_the_focus_where_it_is() -> None:
    """Its id tells htmx what had the focus; without one, whoever goes by keyboard begins at the top again."""
    nameless = []
    for path in (TEMPLATES / "agents").rglob("*.html"):
        source = path.read_text(encoding="utf-8")
        if 'hx-trigger="every' in source:
            focusable = re.findall(r"<(?:a|button|input|select|summary|textarea)\b[^>]*>", source)
            nameless += [f"{path.name}: {one}" for one in focusable if " id=" not in one]
    assert nameless == []
