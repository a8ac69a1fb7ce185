"""From the first page to the appointment, without an account."""

import pytest

from rdv.models import Appointment, Hold
from tests.factories import World
from tests.web.families.journey import Family

pytestmark = pytest.mark.django_db


def test_a_family_books_from_the_first_page_to_its_link() -> None:
    world = World(max_attendees=1)
    family = Family(world)
    assert world.type.public_label in family.get("/").content.decode()
    places = family.get(f"/prendre/{world.type.slug}/")
    assert world.location.name in places.content.decode()
    assert "demain à 9\u00a0h" in places.content.decode()
    slots = family.get(family.place_url())
    assert 'aria-label="mardi 12 janvier à 9\u00a0h"' in slots.content.decode()
    form = family.hold(world.at(9))
    assert "retenu pour vous jusqu’à 8\u00a0h\u00a010" in form.content.decode()
    review = family.say()
    assert "06\u00a039\u00a098\u00a000\u00a001" in review.content.decode()
    done = family.confirm()
    appointment = Appointment.objects.get()
    assert done.redirect_chain[-1][0] == f"/r/{appointment.links.get().token}/"
    assert appointment.reference in done.content.decode()
    assert appointment.participations.get().person.first_name == "Léa"
    assert not Hold.objects.exists()
