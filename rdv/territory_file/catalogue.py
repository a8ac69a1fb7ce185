"""The ready catalogue of PMI types, and how a territory's file takes from it.

`catalogue = "pmi"` in a type takes that type from the catalogue by its slug, and every other key of the table
overrides it. `catalogue = "pmi"` in [territory] takes all of them, with the services that they name.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from rdv.territory_file.entries import Reader

FOLDER = Path(__file__).with_name("catalogues")


def names() -> list[str]:
    """The catalogues that ship with the product."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


@cache
def read(name: str) -> dict[str, Any]:
    """A catalogue: `services` and `types`, as tables of a territory's file."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def complete(reader: Reader) -> None:
    """Replace, in what was read, the types taken from a catalogue by the whole of them."""
    wanted = reader.data["territory"].get("catalogue")
    types = reader.data.setdefault("types", [])
    if not isinstance(types, list):
        return
    for index, table in enumerate(types):
        if isinstance(table, dict) and "catalogue" in table:
            types[index] = _taken(reader, index, table)
    if wanted is None:
        return
    if wanted not in names():
        reader.wrong(("territory", "catalogue"), "territory, catalogue", _unknown(wanted))
        return
    _append(types, read(wanted)["types"])
    services = reader.data.setdefault("services", [])
    if isinstance(services, list):
        _append(services, read(wanted)["services"])


def _append(tables: list[Any], ready: list[dict[str, Any]]) -> None:
    there = {table.get("slug") for table in tables if isinstance(table, dict)}
    tables.extend(dict(table) for table in ready if table["slug"] not in there)


def _taken(reader: Reader, index: int, table: dict[str, Any]) -> dict[str, Any]:
    name, slug = table["catalogue"], table.get("slug")
    own = {key: value for key, value in table.items() if key != "catalogue"}
    if name not in names():
        reader.wrong(("types", index, "catalogue"), "motif, catalogue", _unknown(name))
        return own
    ready = next((found for found in read(name)["types"] if found["slug"] == slug), None)
    if ready is None:
        known = ", ".join(found["slug"] for found in read(name)["types"])
        text = f"le catalogue «\u00a0{name}\u00a0» n’a pas de motif «\u00a0{slug}\u00a0»\u00a0; il a\u00a0: {known}."
        reader.wrong(("types", index, "slug"), "motif, slug", text)
        return own
    return {**ready, **own}


def _unknown(name: object) -> str:
    return f"«\u00a0{name}\u00a0» n’est pas un catalogue\u00a0; au choix\u00a0: {', '.join(names())}."
