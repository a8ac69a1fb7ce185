"""Families of a file found again or opened: who is already there is brought up to date, nobody twice."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from rdv.booking.people import ContactSpec
from rdv.family_file.rows import Child, FamilyRows, read
from rdv.models import Contact, Family, Organisation, Person, Territory
from rdv.models.text import search_key
from rdv.phones import region_of
from rdv.territory_file.report import Report

AT_ONCE = 500
Progress = Callable[[Iterable[FamilyRows]], Iterable[FamilyRows]]


def load(text: str, territory: Territory, *, now: datetime, dry_run: bool = False, progress: Progress = iter) -> Report:
    """Load a CSV into a territory, in one transaction; `dry_run` tells what would change.

    Files of discreet services are left alone: they are never matched. Raises FileMistakes with every mistake.
    """
    organisations = {found.slug: found for found in territory.organisations.order_by("pk")}
    region = region_of(territory.department_code)
    families = read(text, region=region, languages=territory.languages, organisations=set(organisations))
    with transaction.atomic():
        importer = Importer(territory, organisations, now)
        importer.know(families)
        for family in progress(families):
            importer.load(family)
        transaction.set_rollback(dry_run)
    return importer.report


class Importer:
    """One load: the files that may be meant, and what is done with them."""

    def __init__(self, territory: Territory, organisations: dict[str, Organisation], now: datetime) -> None:
        self.territory, self.organisations, self.now = territory, organisations, now
        self.report = Report()
        self.by_address: dict[tuple[str, str], Family] = {}
        self.by_name: dict[tuple[str, str], Family] = {}

    def know(self, families: Sequence[FamilyRows]) -> None:
        """Find, a few hundred at a time, the files that the lines may speak of."""
        specs = [(family, contact) for family in families for contact in family.contacts]
        for first in range(0, len(specs), AT_ONCE):
            some = [contact for _, contact in specs[first : first + AT_ONCE]]
            keys = [search_key(contact.first_name, contact.last_name) for contact in some]
            rows = Contact.objects.filter(
                Q(phone__in=[contact.phone for contact in some if contact.phone])
                | Q(email__in=[contact.email for contact in some if contact.email])
                | Q(search_key__in=keys, phone="", email=""),
                family__territory=self.territory,
                family__discreet_service=None,
            )
            for row in rows.select_related("family").prefetch_related("family__persons").order_by("-pk"):
                self._remember(row.family, row)

    def load(self, rows: FamilyRows) -> None:
        """Open or find the file of one family, then its contacts and its children."""
        family = self._find(rows)
        if family is None:
            family = Family.objects.create(
                territory=self.territory,
                organisation=self.organisations.get(rows.organisation),
                created_at=self.now,
                last_contact_at=self.now,
            )
            self.report.count("created", "familles")
        elif rows.organisation and family.organisation != self.organisations[rows.organisation]:
            family.organisation = self.organisations[rows.organisation]
            family.save(update_fields=["organisation"])
            self.report.count("changed", "familles")
        else:
            self.report.count("unchanged", "familles")
        self._contacts(family, rows.contacts)
        self._children(family, rows)
        self._is(family, rows)

    def _is(self, family: Family, rows: FamilyRows) -> None:
        """Another line of the file that speaks of the same people goes to the same file."""
        for contact in rows.contacts:
            key = search_key(contact.first_name, contact.last_name)
            for address in (contact.phone, contact.email.casefold()):
                if address:
                    self.by_address[address, key] = family
            for child in rows.children if not contact.phone and not contact.email else ():
                self.by_name[key, search_key(child.first_name, child.last_name)] = family

    def _remember(self, family: Family, contact: Contact) -> None:
        for address in (contact.phone, contact.email.casefold()):
            if address:
                self.by_address[address, contact.search_key] = family
        if not contact.phone and not contact.email:
            for person in family.persons.all():
                self.by_name[contact.search_key, person.search_key] = family

    def _find(self, rows: FamilyRows) -> Family | None:
        """The same name at the same number or address; without either, the same name and a child of the same name."""
        for contact in rows.contacts:
            key = search_key(contact.first_name, contact.last_name)
            for address in (contact.phone, contact.email.casefold()):
                if address and (address, key) in self.by_address:
                    return self.by_address[address, key]
            for child in rows.children if not contact.phone and not contact.email else ():
                named = (key, search_key(child.first_name, child.last_name))
                if named in self.by_name:
                    return self.by_name[named]
        return None

    def _contacts(self, family: Family, specs: Sequence[ContactSpec]) -> None:
        there = {contact.search_key: contact for contact in family.contacts.order_by("-pk")}
        for spec in specs:
            wanted = {
                "phone": spec.phone,
                "phone_kind": spec.phone_kind,
                "email": spec.email,
                "language": spec.language,
                "relation": spec.relation,
            }
            contact = there.get(search_key(spec.first_name, spec.last_name))
            if contact is None:
                contact = Contact(family=family, first_name=spec.first_name, last_name=spec.last_name, **wanted)
                contact.save()
                there[contact.search_key] = contact
                self.report.count("created", "contacts")
            else:
                self._update(contact, wanted)

    def _update(self, contact: Contact, wanted: dict[str, str]) -> None:
        """An empty cell changes nothing: what is known of a family is not forgotten by a file."""
        given = {name: value for name, value in wanted.items() if value}
        different = [name for name, value in given.items() if getattr(contact, name) != value]
        for name in different:
            setattr(contact, name, given[name])
        if different:
            contact.save(update_fields=different)
        self.report.count("changed" if different else "unchanged", "contacts")

    def _children(self, family: Family, rows: FamilyRows) -> None:
        there: dict[str, list[Person]] = defaultdict(list)
        for known in family.persons.order_by("pk"):
            there[search_key(known.first_name, known.last_name)].append(known)
        for child in rows.children:
            key = search_key(child.first_name, child.last_name)
            same = (p for p in there[key] if child.birth_date in (None, p.birth_date) or not p.birth_date)
            person: Person | None = next(same, None)
            if person is None:
                there[key].append(self._new_child(family, child))
            elif child.birth_date and not person.birth_date:
                person.birth_date = child.birth_date
                person.save(update_fields=["birth_date"])
                self.report.count("changed", "personnes")
            else:
                self.report.count("unchanged", "personnes")

    def _new_child(self, family: Family, child: Child) -> Person:
        self.report.count("created", "personnes")
        return Person.objects.create(
            family=family, first_name=child.first_name, last_name=child.last_name, birth_date=child.birth_date
        )
