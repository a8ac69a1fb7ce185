"""Families from a CSV: nobody twice, nothing forgotten, every mistake at once."""

from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from rdv.family_file import load
from rdv.models import Contact, Family, Person, Territory
from rdv.territory_file import FileMistakes
from tests.factories import NOW, organisation, service, territory

pytestmark = pytest.mark.django_db

HEADER = "famille;organisation;prenom;nom;naissance;contact_prenom;contact_nom;contact_lien;telephone;courriel;langue\n"
FILE = (
    HEADER
    + "1;mds;Léa;Exemple;27/03/2025;Sam;Exemple;parent;06 39 98 00 01;sam@famille.example;fr\n"
    + "1;;Noé;Exemple;2023-05-01;Alix;Dupré;assistant familial;;;\n"
    + "2;;Elif;Yılmaz;;Mehmet;Yılmaz;;01 99 00 00 02;;tr\n"
    + "\n"
    + "3;;Rose;Sanzadresse;;Ana;Sanzadresse;;;;\n"
)


@pytest.fixture
def place() -> Territory:
    found = territory()
    organisation(found, slug="mds")
    return found


def test_families_children_and_contacts_are_opened(place: Territory) -> None:
    report = load(FILE, place, now=NOW)
    assert report.rows() == [("familles", 3, 0, 0), ("contacts", 4, 0, 0), ("personnes", 4, 0, 0)]
    family = Family.objects.get(contacts__email="sam@famille.example")
    assert family.organisation.slug == "mds"
    assert sorted(family.persons.values_list("first_name", "birth_date")) == [
        ("Léa", date(2025, 3, 27)),
        ("Noé", date(2023, 5, 1)),
    ]
    assert sorted(family.contacts.values_list("first_name", "phone", "phone_kind", "relation")) == [
        ("Alix", "", "", "foster"),
        ("Sam", "+33639980001", "mobile", "parent"),
    ]
    assert Contact.objects.get(first_name="Mehmet").phone_kind == "fixed"


def test_the_same_file_twice_changes_nothing(place: Territory) -> None:
    load(FILE, place, now=NOW)
    assert load(FILE, place, now=NOW).is_unchanged
    assert (Family.objects.count(), Person.objects.count(), Contact.objects.count()) == (3, 4, 4)


def test_one_family_under_two_names_is_one_file(place: Territory) -> None:
    twice = HEADER + "a;;Léa;;;Sam;Exemple;;0639980001;;\nb;;Noé;;;Sam;Exemple;;0639980001;;\n"
    load(twice, place, now=NOW)
    assert sorted(Family.objects.get().persons.values_list("first_name", flat=True)) == ["Léa", "Noé"]
    assert load(twice, place, now=NOW).is_unchanged


def test_what_is_known_is_brought_up_to_date_and_never_emptied(place: Territory) -> None:
    load(FILE, place, now=NOW)
    later = HEADER + "x;;Léa;Exemple;;Sam;Exemple;;06 39 98 00 09;sam@famille.example;pt\n"
    report = load(later, place, now=NOW)
    assert report.rows() == [("familles", 0, 0, 1), ("contacts", 0, 1, 0), ("personnes", 0, 0, 1)]
    sam = Contact.objects.get(first_name="Sam")
    assert (sam.phone, sam.language) == ("+33639980009", "pt")
    assert Person.objects.get(first_name="Léa").birth_date == date(2025, 3, 27)


def test_two_people_of_one_number_are_two_files(place: Territory) -> None:
    load(HEADER + "1;;Léa;;;Sam;Exemple;;0639980001;;\n2;;Noé;;;Alix;Dupré;;0639980001;;\n", place, now=NOW)
    assert Family.objects.count() == 2


def test_discreet_files_are_never_matched(place: Territory) -> None:
    load(FILE, place, now=NOW)
    Family.objects.update(discreet_service=service(place, is_discreet=True))
    load(FILE, place, now=NOW)
    assert Family.objects.filter(discreet_service=None).count() == 3


def test_a_dry_run_keeps_nothing(place: Territory) -> None:
    assert load(FILE, place, now=NOW, dry_run=True).created["familles"] == 3
    assert not Family.objects.exists()


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("1;;Léa;;31/02/2025;Sam;;;;;", (2, "naissance", "« 31/02/2025 » n’est pas une date, par exemple 27/03/2025.")),
        ("1;;Léa;;;Sam;;;06 39;;", (2, "telephone", "« 06 39 » n’est pas un numéro de téléphone.")),
        ("1;;Léa;;;Sam;;;;sam@;", (2, "courriel", "« sam@ » n’est pas une adresse électronique.")),
        ("1;utas;Léa;;;Sam;;;;;", (2, "organisation", "« utas » n’est pas une organisation du département.")),
        ("1;;;Exemple;;Sam;;;;;", (2, "prenom", "le prénom de la personne manque.")),
        ("1;;Léa;;;;;;0639980001;;", (2, "contact_prenom", "le prénom du contact manque.")),
        ("1;;Léa;;;;;;;;", (2, "contact_prenom", "la famille n’a aucun contact.")),
        (
            ";;Léa;;;Sam;;;;;",
            (2, "famille", "chaque ligne dit de quelle famille elle parle : un nom ou un numéro, à votre choix."),
        ),
        ("1;;Léa;;;Sam;;cousin;;;", (2, "contact_lien", "« cousin » n’est pas un lien")),
        ("1;;Léa;;;Sam;;;;;klingon", (2, "langue", "« klingon » n’est pas proposée")),
        ("1;;Léa;;;Sam;;;;;fr;trop", (2, "", "la ligne a plus de cellules que de colonnes.")),
        ("1;;" + "L" * 81 + ";;;Sam;;;;;", (2, "prenom", "80 caractères au plus.")),
    ],
)
def test_each_mistake_names_its_line_and_column(place: Territory, line: str, expected: tuple[int, str, str]) -> None:
    with pytest.raises(FileMistakes) as caught:
        load(HEADER + line + "\n", place, now=NOW)
    assert not Family.objects.exists()
    found = [(one.line, one.where, one.text.replace("\u00a0", " ")) for one in caught.value.mistakes]
    assert any(one[:2] == expected[:2] and one[2].startswith(expected[2]) for one in found), found


def test_wrong_columns_are_named(place: Territory) -> None:
    with pytest.raises(FileMistakes) as caught:
        load("famille,prenom,mobile\n1,Léa,06\n", place, now=NOW)
    assert [one.text.replace("\u00a0", " ") for one in caught.value.mistakes] == [
        "la colonne « contact_prenom » manque.",
        "la colonne « mobile » est inconnue.",
    ]


def test_the_command_says_what_it_did(place: Territory, tmp_path: Path) -> None:
    file = tmp_path / "familles.csv"
    file.write_text(FILE, encoding="utf-8-sig")
    out = StringIO()
    call_command("families", "import", str(file), "--dry-run", stdout=out)
    assert ["familles", "3", "0", "0"] in [line.split() for line in out.getvalue().splitlines()]
    assert not Family.objects.exists()
    call_command("families", "import", str(file), stdout=out)
    assert Family.objects.count() == 3
    file.write_text(FILE.replace("06 39 98 00 01", "06"), encoding="utf-8")
    with pytest.raises(CommandError, match=r"1 erreur, rien n'a été importé\.\n  familles\.csv, ligne 2, telephone"):
        call_command("families", "import", str(file), stdout=out)
    file.write_bytes(FILE.encode("latin-1", "replace"))
    with pytest.raises(CommandError, match="UTF-8"):
        call_command("families", "import", str(file), stdout=out)
    territory()
    with pytest.raises(CommandError, match="Quel département"):
        call_command("families", "import", str(file), stdout=out)


def test_the_number_of_queries_to_find_families_does_not_follow_theirs(
    place: Territory, django_assert_max_num_queries
) -> None:
    lines = "".join(f"{n};;Enfant {n};;;Parent {n};;;06399801{n:02};;\n" for n in range(50))
    load(HEADER + lines, place, now=NOW)
    with django_assert_max_num_queries(5 + 2 * 50):
        load(HEADER + lines, place, now=NOW)
