"""A CSV of families as values: each line checked, all mistakes at once, nothing read from the database."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from rdv.booking.people import ContactSpec
from rdv.models import PhoneKind, Relation
from rdv.phones import Kind, PhoneError, parse_phone
from rdv.territory_file.mistakes import FileMistakes, Mistake

COLUMNS = (
    "famille",
    "organisation",
    "prenom",
    "nom",
    "naissance",
    "contact_prenom",
    "contact_nom",
    "contact_lien",
    "telephone",
    "courriel",
    "langue",
)
NEEDED = ("famille", "prenom", "contact_prenom")
RELATIONS = {
    "parent": Relation.PARENT,
    "tuteur": Relation.GUARDIAN,
    "assistant familial": Relation.FOSTER,
    "educateur": Relation.EDUCATOR,
    "elle-meme": Relation.SELF,
    "autre": Relation.OTHER,
}
DAYS = ("%d/%m/%Y", "%Y-%m-%d")
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Child:
    """Somebody who is seen."""

    first_name: str
    last_name: str
    birth_date: date | None


@dataclass(slots=True)
class FamilyRows:
    """The lines of one family: `line` is the first of them."""

    line: int
    organisation: str = ""
    children: list[Child] = field(default_factory=list)
    contacts: list[ContactSpec] = field(default_factory=list)


class _Line:
    """One line of the file and what is wrong with it."""

    def __init__(self, number: int, cells: Mapping[str, str], region: str, languages: list[str]) -> None:
        self.number, self.cells = number, cells
        self.region, self.languages = region, languages
        self.mistakes: list[Mistake] = []

    def wrong(self, column: str, text: str) -> None:
        self.mistakes.append(Mistake(self.number, column, text))

    def name(self, column: str) -> str:
        value = self.cells.get(column, "")
        if len(value) > LONGEST:
            self.wrong(column, f"{LONGEST} caractères au plus.")
        if "\x00" in value:
            self.wrong(column, "le texte contient un caractère nul.")
        return value

    def birth_date(self) -> date | None:
        text = self.cells.get("naissance", "")
        for pattern in DAYS if text else ():
            try:
                return datetime.strptime(f"{text} +0000", f"{pattern} %z").date()
            except ValueError:
                continue
        if text:
            self.wrong("naissance", f"«\u00a0{text}\u00a0» n’est pas une date, par exemple 27/03/2025.")
        return None

    def child(self) -> Child | None:
        first_name = self.name("prenom")
        birth_date = self.birth_date()
        if not first_name:
            if self.cells.get("nom") or birth_date:
                self.wrong("prenom", "le prénom de la personne manque.")
            return None
        return Child(first_name, self.name("nom"), birth_date)

    def contact(self) -> ContactSpec | None:
        phone, kind = self._phone()
        email = self._email()
        first_name = self.name("contact_prenom")
        if not first_name:
            if phone or email or self.cells.get("contact_nom"):
                self.wrong("contact_prenom", "le prénom du contact manque.")
            return None
        return ContactSpec(first_name, self.name("contact_nom"), phone, kind, email, self._language(), self._relation())

    def _phone(self) -> tuple[str, str]:
        text = self.cells.get("telephone", "")
        if not text:
            return "", PhoneKind.NONE
        try:
            phone = parse_phone(text, self.region)
        except PhoneError:
            self.wrong("telephone", f"«\u00a0{text}\u00a0» n’est pas un numéro de téléphone.")
            return "", PhoneKind.NONE
        return str(phone), PhoneKind.MOBILE if phone.kind is Kind.MOBILE else PhoneKind.FIXED

    def _email(self) -> str:
        text = self.cells.get("courriel", "")
        if text:
            try:
                validate_email(text)
            except ValidationError:
                self.wrong("courriel", f"«\u00a0{text}\u00a0» n’est pas une adresse électronique.")
        return text

    def _language(self) -> str:
        text = self.cells.get("langue", "") or "fr"
        if text not in self.languages:
            self.wrong(
                "langue", f"«\u00a0{text}\u00a0» n’est pas proposée\u00a0; au choix\u00a0: {', '.join(self.languages)}."
            )
        return text

    def _relation(self) -> str:
        text = self.cells.get("contact_lien", "").casefold() or "parent"
        if text not in RELATIONS:
            self.wrong(
                "contact_lien", f"«\u00a0{text}\u00a0» n’est pas un lien\u00a0; au choix\u00a0: {', '.join(RELATIONS)}."
            )
        return RELATIONS.get(text, Relation.PARENT)


def read(text: str, *, region: str, languages: list[str], organisations: set[str]) -> list[FamilyRows]:
    """The families of a file, in its order. Raises FileMistakes."""
    families: dict[str, FamilyRows] = {}
    mistakes: list[Mistake] = []
    for number, cells in _lines(text):
        line = _Line(number, cells, region, languages)
        name = cells.get("famille", "")
        if not name:
            line.wrong(
                "famille", "chaque ligne dit de quelle famille elle parle\u00a0: un nom ou un numéro, à votre choix."
            )
        family = families.setdefault(name, FamilyRows(number))
        child, contact = line.child(), line.contact()
        family.children += [child] if child and child not in family.children else []
        family.contacts += [contact] if contact and contact not in family.contacts else []
        family.organisation = cells.get("organisation", "") or family.organisation
        if family.organisation and family.organisation not in organisations:
            line.wrong(
                "organisation", f"«\u00a0{family.organisation}\u00a0» n’est pas une organisation du département."
            )
        if not child and not contact and not line.mistakes:
            line.wrong("prenom", "la ligne ne dit ni personne ni contact.")
        mistakes += line.mistakes
    mistakes += [
        Mistake(family.line, "contact_prenom", "la famille n’a aucun contact.")
        for family in families.values()
        if not family.contacts and not mistakes
    ]
    if mistakes:
        raise FileMistakes(mistakes)
    return list(families.values())


def _lines(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line that isn't empty, with its number. Raises FileMistakes when the columns are wrong."""
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if ";" in first else ",", strict=True)
    found = [name.strip().casefold() for name in reader.fieldnames or []]
    reader.fieldnames = found
    wrong = [f"la colonne «\u00a0{name}\u00a0» manque." for name in NEEDED if name not in found]
    wrong += [f"la colonne «\u00a0{name}\u00a0» est inconnue." for name in found if name not in COLUMNS]
    if wrong:
        raise FileMistakes([Mistake(1, "", text) for text in wrong])
    try:
        for cells in reader:
            if None in cells:
                raise FileMistakes([Mistake(reader.line_num, "", "la ligne a plus de cellules que de colonnes.")])
            clean = {name: " ".join((value or "").split()) for name, value in cells.items()}
            if any(clean.values()):
                yield reader.line_num, clean
    except csv.Error as error:
        raise FileMistakes([Mistake(reader.line_num, "", f"la ligne ne se lit pas ({error}).")]) from error
