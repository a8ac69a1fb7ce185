"""publiccode.yml is what catalogues of public software read: it must be complete and current."""

import tomllib
from datetime import date
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
KEYS = {
    "publiccodeYmlVersion", "name", "url", "releaseDate", "softwareVersion", "platforms", "categories",
    "developmentStatus", "softwareType", "description", "legal", "maintenance", "localisation",
}  # fmt: skip


def test_it_says_what_pyproject_says() -> None:
    described = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(described) >= KEYS
    assert described["softwareVersion"] == project["version"]
    assert described["legal"]["license"] == project["license"] == "AGPL-3.0-or-later"
    assert date.fromisoformat(described["releaseDate"])
    assert len(described["description"]["fr"]["shortDescription"]) <= 150
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("GNU AFFERO GENERAL PUBLIC LICENSE")
