"""An appointment lasts a day at most: what is asked about a day looks no further back."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from rdv.booking.book import constraint_of
from rdv.booking.errors import NotBookable
from rdv.booking.hold import hold
from rdv.booking.sessions import open_session
from rdv.models import Appointment, Occupation
from rdv.models.actor import Actor
from rdv.scheduling.rules import Reason
from tests.api.support import Caller
from tests.api.support import booking as body
from tests.factories import NOW, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def too_long() -> World:
    """A day of meeting, and a quarter of an hour to tidy up."""
    return World(duration_minutes=24 * 60, buffer_after_minutes=15)


@pytest.mark.parametrize("model", [Appointment, Occupation])
def test_the_database_refuses_more_than_a_day(model: type[Appointment] | type[Occupation]) -> None:
    made = World().book(9).appointment
    rows = model.objects.filter(starts_at=made.starts_at)
    assert rows.update(ends_at=made.starts_at + timedelta(days=1)) == 1
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        rows.update(ends_at=made.starts_at + timedelta(days=1, seconds=1))
    assert constraint_of(refused.value).endswith("_within_a_day")


def test_booking_and_holding_say_so(too_long: World) -> None:
    with pytest.raises(NotBookable) as refused:
        too_long.book(9)
    assert refused.value.reason == Reason.TOO_LONG
    asked = {"type": too_long.type, "location": too_long.location, "start": too_long.at(9), "attendees": 1}
    with pytest.raises(NotBookable, match="un jour au plus"):
        hold(**asked, holder="navigateur", by=Actor.family(), now=NOW)


def test_the_api_says_which_field(too_long: World) -> None:
    answer = Caller(too_long.territory).post("appointments/", body(too_long))
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["appointment_type"])
    assert answer.json()["reason"] == "too_long"


def test_so_does_a_session() -> None:
    world = World(duration_minutes=24 * 60, buffer_before_minutes=5, is_collective=True, capacity=8)
    with pytest.raises(NotBookable, match="un jour au plus"):
        open_session(
            type=world.type,
            location=world.location,
            agents=[world.agent],
            start=world.at(9),
            by=Actor.system(),
            now=NOW,
        )
    assert not Appointment.objects.exists()


def test_a_type_is_refused_where_it_is_written() -> None:
    world = World()
    world.type.duration_minutes = 24 * 60 + 5
    with pytest.raises(ValidationError, match="un jour au plus"):
        world.type.validate_constraints()
