"""A family is found again when the same person asks, and never by half."""

import pytest

from rdv.booking.people import ContactSpec, known_family
from rdv.models import Contact, Family
from tests.factories import World, family, service

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def known(world: World) -> Family:
    """Sam Exemple, at a number and an address."""
    made = family(world.territory, phone="+33639980001", email="sam@exemple.test")
    assert Contact.objects.get().search_key == "sam exemple"
    return made


@pytest.mark.parametrize(
    ("first_name", "phone", "email", "found"),
    [
        ("Sam", "+33639980001", "", True),
        ("sam", "", "SAM@exemple.test", True),
        ("Sam", "+33639980001", "sam@exemple.test", True),
        ("Alix", "+33639980001", "", False),
        ("Sam", "+33639980002", "sam@exemple.test", False),
        ("Sam", "+33639980001", "autre@exemple.test", False),
        ("Sam", "", "", False),
    ],
)
def test_the_same_person_at_a_known_address(
    world: World, known: Family, first_name: str, phone: str, email: str, *, found: bool
) -> None:
    spec = ContactSpec(first_name, "Exemple", phone, "mobile" if phone else "", email)
    assert known_family(spec, world.organisation, world.service) == (known if found else None)


def test_discreet_files_are_matched_among_themselves_alone(world: World, known: Family) -> None:
    discreet = service(world.territory, is_discreet=True)
    spec = ContactSpec("Sam", "Exemple", "+33639980001", "mobile")
    assert known_family(spec, world.organisation, discreet) is None
    apart = family(world.territory, discreet_service=discreet)
    assert known_family(spec, world.organisation, discreet) == apart
    assert known_family(spec, world.organisation, world.service) == known
