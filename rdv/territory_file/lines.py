"""On which line each key of a TOML file stands: `tomllib` gives values without their place.

A small scanner, run only on files that `tomllib` has accepted: it follows table headers and top-level keys, and
steps over strings and arrays. A key inside an inline table has the line of the key that holds it.
"""

import re
from collections import Counter

Path = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[{1,2})\s*([^\]]+?)\s*\]{1,2}\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*([A-Za-z0-9_-]+|"[^"]*"|'[^']*')(\s*\.\s*[A-Za-z0-9_-]+)*\s*=""")
_TOKEN = re.compile(r'"""|\'\'\'|"(?:\\.|[^"\\])*"|\'[^\']*\'|#.*|[\[\]{}]')


def lines_of(text: str) -> dict[Path, int]:
    """The line, counted from 1, of every table and key."""
    found: dict[Path, int] = {}
    counts: Counter[Path] = Counter()
    table: Path = ()
    open_ = _Open()
    for number, line in enumerate(text.splitlines(), start=1):
        rest = line
        if not open_.anything:
            header, key = _HEADER.match(line), _KEY.match(line)
            if header:
                table = _table(header[2], counts, is_array=header[1] == "[[")
                found[table] = number
                continue
            if key:
                path = line[: line.index("=")].strip()
                found[table + tuple(_bare(part) for part in path.split("."))] = number
                rest = line[line.index("=") + 1 :]
        open_.read(rest)
    return found


def line_at(lines: dict[Path, int], path: Path) -> int:
    """The line of a key, else of what holds it; 1 for the file itself."""
    while path:
        if path in lines:
            return lines[path]
        path = path[:-1]
    return 1


def _bare(part: str) -> str:
    return part.strip().strip("\"'")


def _table(header: str, counts: Counter[Path], *, is_array: bool) -> Path:
    names = [_bare(part) for part in header.split(".")]
    path: Path = ()
    for name in names[:-1]:
        path += (name,)
        if counts[path]:
            path += (counts[path] - 1,)
    path += (names[-1],)
    if is_array:
        counts[path] += 1
        path += (counts[path] - 1,)
    return path


class _Open:
    """What a line leaves open for the next ones: a long string, brackets."""

    def __init__(self) -> None:
        self.quote = ""
        self.depth = 0

    @property
    def anything(self) -> bool:
        return bool(self.quote) or self.depth > 0

    def read(self, line: str) -> None:
        position = 0
        while position < len(line):
            if self.quote:
                end = line.find(self.quote, position)
                if end < 0:
                    return
                position, self.quote = end + 3, ""
                continue
            token = _TOKEN.search(line, position)
            if not token:
                return
            position = token.end()
            if token[0] in ('"""', "'''"):
                self.quote = token[0]
            elif token[0] in "[{":
                self.depth += 1
            elif token[0] in "]}":
                self.depth -= 1
