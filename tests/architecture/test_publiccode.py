"""publiccode.yml is what catalogues of public software read: it must be complete and current."""

import tomllib
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from django.conf import settings

from rdv.web.languages import offered

ROOT = Path(__file__).resolve().parents[2]
KEYS = {
    "publiccodeYmlVersion", "name", "url", "releaseDate", "softwareVersion", "platforms", "categories",
    "developmentStatus", "softwareType", "description", "legal", "maintenance", "localisation",
}  # fmt: skip

# Of the controlled vocabularies of version 0.4, the words that come near.
CATEGORIES = {"appointment-scheduling", "online-booking", "communications", "contact-management"}
SCOPES = {"healthcare", "welfare", "society", "local-authorities"}
# RFC 2606: names that will never be anybody's.
RESERVED = ("example.org", "example.com", "example.net")


@pytest.fixture
def described() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))


def test_it_says_what_pyproject_says(described: dict[str, Any]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(described) >= KEYS
    assert described["softwareVersion"] == project["version"]
    assert described["legal"]["license"] == project["license"] == "AGPL-3.0-or-later"
    assert date.fromisoformat(described["releaseDate"])
    assert len(described["description"]["fr"]["shortDescription"]) <= 150
    assert (ROOT / "LICENSE").read_text(encoding="utf-8").startswith("GNU AFFERO GENERAL PUBLIC LICENSE")


def test_its_words_are_those_of_the_standard(described: dict[str, Any]) -> None:
    assert described["publiccodeYmlVersion"] == "0.4"
    assert set(described["categories"]) <= CATEGORIES
    assert set(described["intendedAudience"]["scope"]) <= SCOPES
    assert described["softwareType"] == "standalone/web"
    assert described["developmentStatus"] in ("concept", "development", "beta", "stable", "obsolete")
    assert described["maintenance"]["type"] == "community"
    assert all(contact["name"] for contact in described["maintenance"]["contacts"])
    assert 150 <= len(described["description"]["fr"]["longDescription"]) <= 10_000


def test_it_offers_the_languages_that_pages_can_be_read_in(described: dict[str, Any]) -> None:
    languages = [language.code for language in offered(dict(settings.LANGUAGES))]
    assert described["localisation"] == {"localisationReady": True, "availableLanguages": languages}


def test_it_names_no_forge_until_somebody_publishes_it(described: dict[str, Any]) -> None:
    """The address is mandatory. Until it is known it is plainly an example, and the file says who replaces it."""
    address = urlsplit(described["url"])
    assert address.scheme == "https"
    if address.hostname in RESERVED:
        before = (ROOT / "publiccode.yml").read_text(encoding="utf-8").split("\nurl:")[0].splitlines()[-1]
        assert before.startswith("# ")
        assert "publiccode.yml" in (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
