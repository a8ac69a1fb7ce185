"""Where each key of a TOML file stands: what `tomllib` doesn't tell."""

import pytest

from rdv.territory_file.lines import line_at, lines_of
from rdv.territory_file.toml_text import table_text

TEXT = '''\
# [[types]] in a comment is no table
[territory]
name = "a = b [c]"
notes = """
[[types]]
slug = "inside a string"
"""
list = [
  "one", # ] not here
  "two",
]
theme.primary = "#123456"

[[types]]
slug = "first"
[[types.steps]]
minutes = 5
[[types.steps]]
minutes = 10

[[types]]
slug = 'second'
"quoted key" = 1
[types.inner]
x = 1
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("territory",), 2),
        (("territory", "name"), 3),
        (("territory", "list"), 8),
        (("territory", "theme", "primary"), 12),
        (("types", 0, "slug"), 15),
        (("types", 0, "steps", 1, "minutes"), 19),
        (("types", 1), 21),
        (("types", 1, "quoted key"), 23),
        (("types", 1, "inner", "x"), 25),
        (("types", 1, "missing", "deep"), 21),
        (("nowhere",), 1),
    ],
)
def test_lines_follow_tables_strings_and_arrays(path: tuple[str | int, ...], line: int) -> None:
    assert line_at(lines_of(TEXT), path) == line


def test_only_real_tables_count() -> None:
    assert [path for path in lines_of(TEXT) if path[:1] == ("types",) and len(path) == 2] == [
        ("types", 0),
        ("types", 1),
    ]


def test_written_text_escapes_what_it_must() -> None:
    text = table_text("[t]", {"a key": 'guillemets " et \\ et\nligne', "ok": [1, True, 2.5]})
    assert text == '[t]\n"a key" = "guillemets \\" et \\\\ et\\nligne"\nok = [1, true, 2.5]\n'
