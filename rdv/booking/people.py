"""Who comes and whom to tell: find the family that asks again, or open its file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db import connection
from django.db.models import Model

from rdv.booking.rows import number, write
from rdv.models import Contact, Family, Organisation, Person, PhoneKind, Relation, Service
from rdv.models.text import search_key

# Asked by every booking, mostly for nothing. One text for each way to be reached: PostgreSQL plans each once.
KNOWN_SQL = """
    SELECT f.id FROM rdv_contact c JOIN rdv_family f ON f.id = c.family_id
     WHERE {at} AND c.search_key = %(name)s AND f.territory_id = %(territory)s
       AND f.discreet_service_id IS NOT DISTINCT FROM %(service)s
     ORDER BY c.id LIMIT 1
"""
AT_PHONE, AT_EMAIL = "c.phone = %(phone)s", "upper(c.email) = upper(%(email)s)"


@dataclass(frozen=True, slots=True)
class PersonSpec:
    """Somebody who comes; `pk` when she is chosen in the family's file."""

    first_name: str
    last_name: str = ""
    birth_date: date | None = None
    is_child: bool = True
    pk: int | None = None


@dataclass(frozen=True, slots=True)
class ContactSpec:
    """Whom to tell. `phone` is E.164; no phone, no e-mail, or neither: all normal.

    With `may_be_told` false nothing is written to that person, whose telephone others may read.
    """

    first_name: str
    last_name: str = ""
    phone: str = ""
    phone_kind: str = PhoneKind.NONE
    email: str = ""
    language: str = "fr"
    relation: str = Relation.PARENT
    may_be_told: bool = True


@dataclass(frozen=True, slots=True)
class Who:
    """A known family, or a contact; and the people who come."""

    persons: Sequence[PersonSpec]
    family: Family | None = None
    contact: ContactSpec | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """Who comes. `rows` are new, to be numbered and written by whoever asked. `is_new`: the file has no past."""

    family: Family
    persons: list[Person]
    rows: list[Model]
    is_new: bool

    @property
    def contacts(self) -> list[Contact] | None:
        """All the contacts of a new file; None when those of a known file are to be read."""
        return [row for row in self.rows if isinstance(row, Contact)] if self.is_new else None

    @property
    def known(self) -> list[Person]:
        """Those who were in the file before."""
        return [person for person in self.persons if person not in self.rows]


def party_of(who: Who, *, organisation: Organisation, service: Service, now: datetime) -> Party:
    """The family's file and the people of it who come, found again or made ready.

    A file is found again only when the same person (number or address, and name) asks: one phone may serve several
    families, and separated parents may share an address. The files of a discreet service are matched among themselves
    alone, and files are never merged by themselves. A known file is locked by noting that it was used.
    """
    known = who.family or (who.contact and known_family(who.contact, organisation, service))
    if known:
        Family.objects.filter(pk=known.pk).update(last_contact_at=now)
        if who.contact is not None and not who.contact.may_be_told:
            _silence(known, who.contact)
        persons, rows = _people(known, who.persons, list(known.persons.all()))
        return Party(known, persons, rows, is_new=False)
    if who.contact is None:
        raise ValueError("a family or a contact is needed")
    family = Family(
        territory_id=organisation.territory_id,
        organisation=organisation,
        discreet_service=service if service.is_discreet else None,
        created_at=now,
        last_contact_at=now,
    )
    persons, rows = _people(family, who.persons, [])
    return Party(family, persons, [family, _contact(family, who.contact), *rows], is_new=True)


def family_of(who: Who, *, organisation: Organisation, service: Service, now: datetime) -> tuple[Family, bool]:
    """The file alone, as `party_of` finds or opens it, written at once; and whether it was opened."""
    party = party_of(replace(who, persons=()), organisation=organisation, service=service, now=now)
    number(party.rows)
    write(party.rows)
    return party.family, party.is_new


def persons_of(family: Family, specs: Sequence[PersonSpec]) -> list[Person]:
    """The people of the file who come; new ones are added at once, a missing birth date is filled in."""
    persons, rows = _people(family, specs, list(family.persons.all()))
    number(rows)
    write(rows)
    return persons


def _people(family: Family, specs: Sequence[PersonSpec], known: list[Person]) -> tuple[list[Person], list[Model]]:
    """Everybody, and those of them who are new."""
    by_pk = {person.pk: person for person in known}
    taken: set[int] = set()
    found: list[Person] = []
    new: list[Model] = []
    for spec in specs:
        person = by_pk.get(spec.pk) if spec.pk else _same(spec, by_pk, taken)
        if person is None:
            person = _person(family, spec)
            new.append(person)
        else:
            taken.add(person.pk)
            if spec.birth_date and person.birth_date is None:
                person.birth_date = spec.birth_date
                person.save(update_fields=["birth_date"])
        found.append(person)
    return found, new


def _person(family: Family, spec: PersonSpec) -> Person:
    return Person(
        family=family,
        first_name=spec.first_name,
        last_name=spec.last_name,
        birth_date=spec.birth_date,
        is_child=spec.is_child,
        search_key=search_key(spec.first_name, spec.last_name),
    )


def _contact(family: Family, spec: ContactSpec) -> Contact:
    return Contact(
        family=family,
        first_name=spec.first_name,
        last_name=spec.last_name,
        phone=spec.phone,
        phone_kind=spec.phone_kind,
        email=spec.email,
        language=spec.language,
        relation=spec.relation,
        may_be_told=spec.may_be_told,
        search_key=search_key(spec.first_name, spec.last_name),
    )


def _silence(family: Family, spec: ContactSpec) -> None:
    """Whoever asks for silence gets it, also in a file opened when messages were welcome."""
    same = family.contacts.filter(search_key=search_key(spec.first_name, spec.last_name))
    same.update(may_be_told=False)


def known_family(spec: ContactSpec, organisation: Organisation, service: Service) -> Family | None:
    """The file in which the same person, at the same number or address, is already a contact.

    A number or an address that the file does not know opens another file: joining it would send what is said to the
    old number, and taking it over would let whoever knows a name and an address receive what others are told.
    """
    at = [where for given, where in ((spec.phone, AT_PHONE), (spec.email, AT_EMAIL)) if given]
    if not at:
        return None
    asked: dict[str, str | int | None] = {
        "phone": spec.phone,
        "email": spec.email,
        "name": search_key(spec.first_name, spec.last_name),
        "territory": organisation.territory_id,
        "service": service.pk if service.is_discreet else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(KNOWN_SQL.format(at=" AND ".join(at)), asked)
        found = cursor.fetchone()
    return Family.objects.get(pk=found[0]) if found else None


def _same(spec: PersonSpec, known: dict[int, Person], taken: set[int]) -> Person | None:
    """The same first name, and a birth date and a last name that don't contradict."""
    first_name = search_key(spec.first_name)
    for person in known.values():
        agrees = search_key(person.first_name) == first_name and (
            spec.birth_date is None or person.birth_date in (None, spec.birth_date)
        )
        same_name = (
            not spec.last_name or not person.last_name or search_key(person.last_name) == search_key(spec.last_name)
        )
        if agrees and same_name and person.pk not in taken:
            return person
    return None
