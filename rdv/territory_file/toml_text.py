"""Writing TOML: the standard library reads it only. Tables of scalars, lists and small inline tables are enough."""

import json
from collections.abc import Mapping
from datetime import date, time
from typing import Any


def value_text(value: Any) -> str:
    """One value as TOML. Raises TypeError for what TOML has no word for."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, time):
        return f'"{value:%H:%M}"'
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {value_text(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(value_text(inner) for inner in value) + "]"
    raise TypeError(f"TOML has no {type(value).__name__}")


def table_text(header: str, table: Mapping[str, Any]) -> str:
    """A table under its header; lists of mappings become tables of their own, after the plain keys."""
    inner = {key: value for key, value in table.items() if _is_tables(value)}
    lines = [header, *(f"{_key(key)} = {value_text(value)}" for key, value in table.items() if key not in inner)]
    name = header.strip("[]")
    text = "\n".join(lines) + "\n"
    for key, rows in inner.items():
        text += "".join("\n" + table_text(f"[[{name}.{key}]]", row) for row in rows)
    return text


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value)


def _string(text: str) -> str:
    # JSON's escapes are all TOML escapes; what JSON leaves (DEL) TOML wants escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _key(key: str) -> str:
    plain = key and all(char.isascii() and (char.isalnum() or char in "-_") for char in key)
    return key if plain else _string(key)
