"""Six hundred families: children, parents, numbers reserved for fiction."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from rdv.demo.world import names
from rdv.demo.world.base import World
from rdv.demo.world.cast import CAST, Role
from rdv.models import Contact, Family, Location, Person, PhoneKind, Relation
from rdv.models.text import search_key
from rdv.scheduling.rules import age_in_months

FAMILIES = 600
DISCREET = 45
# Every file is older than the first appointment of the world.
OLD_ENOUGH_DAYS = 130
MOBILE, FIXED = "+3363998", "+3319900"
# Days of age of a first child: many infants, as in a PMI.
AGES = ((30, 25), (150, 25), (365, 22), (730, 14), (1600, 14))


@dataclass(slots=True)
class Household:
    """A family in memory, with when it is already busy."""

    family: Family
    place: Location
    contacts: list[Contact]
    children: list[Person] = field(default_factory=list)
    adult: Person | None = None
    days: list[date] = field(default_factory=list)
    last_contact: date | None = None

    @property
    def language(self) -> str:
        return self.contacts[0].language

    def of_age(self, low: int | None, high: int | None, on: date) -> list[Person]:
        """The children whose age in completed months is in [low, high) that day."""
        found = []
        for child in self.children:
            months = age_in_months(child.birth_date, on) if child.birth_date else -1
            if (low or 0) <= months < (high or 10_000):
                found.append(child)
        return found


def make_families(world: World) -> list[Household]:
    """All households, saved; the last ones are files of the discreet service."""
    service = world.territory.services.get(is_discreet=True)
    open_places = [world.locations[slug] for slug in world.locations if slug not in ("maison-du-parc", "halle", "bus")]
    discreet_places = [world.locations["maison-du-parc"], world.locations["halle"]]
    made = []
    for number in range(FAMILIES):
        is_discreet = number >= FAMILIES - DISCREET
        place = world.rng.choice(discreet_places if is_discreet else open_places)
        created = world.ago(days=500, at_least=OLD_ENOUGH_DAYS)
        family = Family(
            territory=world.territory,
            organisation=place.organisation,
            discreet_service=service if is_discreet else None,
            created_at=created,
            last_contact_at=created,
        )
        household = Household(family, place, [])
        if number in CAST:
            _known_people(world, household, number, CAST[number])
        else:
            (_discreet_people if is_discreet else _people)(world, household, number)
        made.append(household)
    _save(made)
    return made


def _people(world: World, household: Household, number: int) -> None:
    rng = world.rng
    last_name = rng.choice(names.LAST)
    limit = rng.choices([limit for limit, _ in AGES], [weight for _, weight in AGES])[0]
    birth = world.today - timedelta(days=rng.randrange(2, limit))
    for _ in range(rng.choices((1, 2, 3), (62, 29, 9))[0]):
        household.children.append(_person(household, rng.choice(names.CHILDREN), last_name, birth))
        birth -= timedelta(days=rng.randrange(400, 1100))
    if world.chance(0.3):
        adult_birth = world.today - timedelta(days=rng.randrange(7000, 14000))
        household.adult = _person(household, rng.choice(names.PARENTS), last_name, adult_birth, is_child=False)
    language = rng.choices([code for code, _ in names.LANGUAGES], [weight for _, weight in names.LANGUAGES])[0]
    household.contacts.append(_contact(world, household, last_name, number, language))
    if world.chance(0.22):
        household.contacts.append(_contact(world, household, rng.choice(names.LAST), number + 5000, language))


def _known_people(world: World, household: Household, number: int, role: Role) -> None:
    household.place = world.locations[role.place]
    household.family.organisation = household.place.organisation
    for name, months in role.children:
        birth = world.today - timedelta(days=months * 30 + 12)
        household.children.append(_person(household, name, role.last_name, birth))
    contact = _contact(world, household, role.last_name, number, role.language)
    contact.first_name, contact.relation, contact.email = role.first_name, Relation.PARENT, role.email
    contact.phone_kind = role.phone_kind
    contact.phone = f"{MOBILE if role.phone_kind == PhoneKind.MOBILE else FIXED}{number:04d}"
    contact.search_key = search_key(role.first_name, role.last_name)
    household.contacts.append(contact)


def _discreet_people(world: World, household: Household, number: int) -> None:
    first_name = world.rng.choice(names.TEENS)
    birth = world.today - timedelta(days=world.rng.randrange(5500, 9500))
    household.adult = _person(household, first_name, "", birth, is_child=False)
    contact = _contact(world, household, "", number, "fr")
    contact.first_name, contact.relation, contact.email = first_name, Relation.SELF, ""
    contact.search_key = search_key(first_name)
    household.contacts.append(contact)


def _person(household: Household, first: str, last: str, birth: date, *, is_child: bool = True) -> Person:
    key = search_key(first, last)
    return Person(
        family=household.family, first_name=first, last_name=last, birth_date=birth, is_child=is_child, search_key=key
    )


def _contact(world: World, household: Household, last_name: str, number: int, language: str) -> Contact:
    first_name = world.rng.choice(names.PARENTS)
    by = world.rng.choices(("mobile", "fixed", "none"), (94, 5, 1))[0]
    phone = {"mobile": f"{MOBILE}{number:04d}", "fixed": f"{FIXED}{number:04d}", "none": ""}[by]
    mail = search_key(first_name, last_name).replace(" ", ".").replace("'", "")
    return Contact(
        family=household.family,
        first_name=first_name,
        last_name=last_name,
        relation=world.rng.choices((Relation.PARENT, Relation.FOSTER, Relation.GUARDIAN), (96, 3, 1))[0],
        phone=phone,
        phone_kind={"mobile": PhoneKind.MOBILE, "fixed": PhoneKind.FIXED, "none": PhoneKind.NONE}[by],
        email=f"{mail}{number}@famille.example" if world.chance(0.7) else "",
        language=language,
        search_key=search_key(first_name, last_name),
    )


def _save(households: list[Household]) -> None:
    Family.objects.bulk_create([household.family for household in households])
    people = [p for h in households for p in (*h.children, *([h.adult] if h.adult else []))]
    Person.objects.bulk_create(people)
    Contact.objects.bulk_create([contact for household in households for contact in household.contacts])
