"""A parsed file as entries: each table checked against its section, mistakes gathered, nothing loaded yet."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from rdv.territory_file.lines import Path, line_at, lines_of
from rdv.territory_file.mistakes import FileMistakes, Mistake
from rdv.territory_file.sections import Section
from rdv.territory_file.values import WrongValue, read_value, unknown_key

_PLACE = re.compile(r" \(at line (\d+), column (\d+)\)")


@dataclass(slots=True)
class Entry:
    """One table: columns in `values`, slugs in `refs`, its own tables in `nested`."""

    section: Section
    path: Path
    values: dict[str, Any] = field(default_factory=dict)
    refs: dict[str, Any] = field(default_factory=dict)
    nested: dict[str, list["Entry"]] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What other tables call it."""
        found = self.values.get(self.section.identity[0], "")
        return str(found)

    @property
    def where(self) -> str:
        return f"{self.section.singular} «\u00a0{self.key}\u00a0»" if self.key else self.section.singular


class Reader:
    """Reads tables into entries and keeps what is wrong; `stop_if_wrong` raises it all at once."""

    def __init__(self, text: str) -> None:
        self.mistakes: list[Mistake] = []
        try:
            self.data: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise FileMistakes([_not_toml(error, text)]) from error
        self.lines = lines_of(text)

    def wrong(self, path: Path, where: str, text: str) -> None:
        self.mistakes.append(Mistake(line_at(self.lines, path), where, text))

    def stop_if_wrong(self) -> None:
        if self.mistakes:
            raise FileMistakes(self.mistakes)

    def tables(self, section: Section, path: Path, found: Any) -> list[tuple[Path, Mapping[str, Any]]]:
        """The tables of an array of tables; anything else is a mistake."""
        if found is None:
            return []
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            self.wrong(path, str(path[-1]), f"une suite de tables [[{section.name}]] est attendue.")
            return []
        return [((*path, index), item) for index, item in enumerate(found)]

    def entry(self, section: Section, path: Path, table: Mapping[str, Any]) -> Entry:
        """One table read; what can't be read is left out and remembered as a mistake."""
        entry = Entry(section, path)
        columns = {f.name: f for f in section.model._meta.concrete_fields}
        for key, value in table.items():
            where = f"{_name(section, table)}, {key}"
            if key in section.plain:
                self._read(entry, columns[key], value, where)
            elif key in section.refs:
                self._ref(entry, key, value, where)
            elif key in section.nested:
                inner = section.nested[key]
                entry.nested[key] = [self.entry(inner, *found) for found in self.tables(inner, (*path, key), value)]
            elif key in section.extra:
                entry.extra[key] = value
            else:
                self.wrong((*path, key), where, unknown_key(key, section.keys))
        for key in section.required:
            if key not in table:
                self.wrong(path, _name(section, table), f"«\u00a0{key}\u00a0» manque.")
        self._constraints(entry, _name(section, table))
        return entry

    def _read(self, entry: Entry, column: models.Field, value: Any, where: str) -> None:
        try:
            entry.values[column.name] = read_value(column, value)
        except WrongValue as error:
            self.wrong((*entry.path, column.name), where, str(error))

    def _ref(self, entry: Entry, key: str, value: Any, where: str) -> None:
        many = entry.section.refs[key].endswith("*")
        right = (
            isinstance(value, list) and all(isinstance(item, str) for item in value) if many else isinstance(value, str)
        )
        if right:
            entry.refs[key] = value
        else:
            expected = "une liste d’identifiants" if many else "un identifiant entre guillemets"
            self.wrong((*entry.path, key), where, f"{expected} est {'attendue' if many else 'attendu'}.")

    def _constraints(self, entry: Entry, where: str) -> None:
        """The rules that the columns of one row obey together, as the database has them."""
        given = entry.section.model(**entry.values)
        names = {f.name for f in entry.section.model._meta.fields}
        try:
            given.validate_constraints(exclude=names - set(entry.values))
        except ValidationError as error:
            for text in error.messages:
                self.wrong(entry.path, where, text)


def _name(section: Section, table: Mapping[str, Any]) -> str:
    found = next((table[key] for key in ("slug", *section.identity, "name") if isinstance(table.get(key), str)), "")
    return f"{section.singular} «\u00a0{found}\u00a0»" if found else section.singular


def _not_toml(error: tomllib.TOMLDecodeError, text: str) -> Mistake:
    found = _PLACE.search(str(error))
    line = int(found[1]) if found else max(1, len(text.splitlines()))
    column = f"colonne {found[2]}, " if found else ""
    return Mistake(line, "", f"{column}ce n’est pas du TOML\u00a0: {_PLACE.sub('', str(error))}.")
