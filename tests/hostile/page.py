"""What a page shows of what was typed, and whether it speaks to whoever made a mistake."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

TYPED = {"text", "tel", "email", "date", "time", "search", "number", "url"}


@dataclass
class Shown:
    """The boxes of a page with their values, its language and its titles."""

    boxes: dict[str, str] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    language: str = ""
    title: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.shown = Shown()
        self.in_title = False
        self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.shown.language = values.get("lang", "")
        elif tag == "input" and values.get("type", "text") in TYPED:
            self.shown.boxes[values.get("name", "")] = values.get("value", "")
        elif tag == "input" and values.get("type") == "hidden":
            self.shown.hidden[values.get("name", "")] = values.get("value", "")
        elif tag == "textarea":
            self.area = values.get("name", "")
            self.shown.boxes[self.area] = ""
        elif tag == "h1":
            self.in_title = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "h1":
            self.in_title = False
        elif tag == "textarea":
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.in_title:
            self.shown.title += data.strip()
        elif self.area:
            self.shown.boxes[self.area] += data.removeprefix("\n")


def read(html: str) -> Shown:
    """What a browser would make of the page, as far as we look."""
    reader = _Reader()
    reader.feed(html)
    return reader.shown
