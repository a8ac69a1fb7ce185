"""`manage.py territory`: what an administrator reads."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from rdv.models import Territory
from tests.territory_file.test_load import MINIMAL

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("territory", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    found = tmp_path / "val.toml"
    found.write_text(MINIMAL, encoding="utf-8")
    return found


def test_load_counts_what_it_did_and_the_second_time_nothing(file: Path) -> None:
    first = run("load", str(file)).splitlines()
    assert first[0].split() == ["créés", "modifiés", "inchangés"]
    assert ["types", "17", "0", "0"] in [line.split() for line in first]
    assert run("load", str(file)).endswith("Rien à changer.\n")


def test_check_loads_nothing(file: Path) -> None:
    assert run("check", str(file)).endswith("rien n'a été chargé.\n")
    assert not Territory.objects.exists()


def test_dump_writes_a_file_that_loads(file: Path, tmp_path: Path) -> None:
    run("load", str(file))
    again = tmp_path / "again.toml"
    run("dump", "--output", str(again))
    assert run("load", str(again)).endswith("Rien à changer.\n")
    assert run("dump", "val") == again.read_text(encoding="utf-8")


def test_mistakes_name_the_file_the_line_and_the_field(file: Path) -> None:
    file.write_text(MINIMAL.replace('name = "PMI du Centre"', "nom = 1"), encoding="utf-8")
    with pytest.raises(CommandError) as caught:
        run("load", str(file))
    assert str(caught.value).replace("\u00a0", " ").splitlines() == [
        "2 erreurs, rien n'a été chargé.",
        "  val.toml, ligne 11, lieu « centre » : « name » manque.",
        "  val.toml, ligne 14, lieu « centre », nom : clé inconnue.",
    ]


def test_a_file_that_is_not_there_or_not_text_says_so(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="ne se lit pas"):
        run("load", str(tmp_path / "absent.toml"))
    (tmp_path / "latin.toml").write_bytes("name = 'é'".encode("latin-1"))
    with pytest.raises(CommandError, match="UTF-8"):
        run("check", str(tmp_path / "latin.toml"))


def test_dump_asks_which_when_there_are_several(file: Path) -> None:
    with pytest.raises(CommandError, match="Aucun département"):
        run("dump")
    run("load", str(file))
    Territory.objects.create(slug="autre", name="Autre", department_code="98")
    with pytest.raises(CommandError, match=r"Lequel \? val, autre"):
        run("dump")
