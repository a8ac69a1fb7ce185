"""What a call looks up is kept in memory, and never a moment longer than it is true."""

from collections.abc import Callable
from datetime import date

import pytest
from django.http import HttpResponse
from django.utils import timezone

from rdv.models import ApiToken, OfferedType, TypeRevision
from tests.api.support import Caller, booking
from tests.factories import World

Change = Callable[[World], object]


def refused_field(answer: HttpResponse) -> str:
    return next(iter(answer.json().get("errors", {"": ""})))


@pytest.fixture
def warm(api: Caller, world: World) -> Caller:
    """All that a booking looks up has been kept."""
    for hour in (9, 10):
        contact = {"first_name": "Alix", "last_name": f"Nom {hour}"}
        assert api.post("appointments/", booking(world, hour, contact=contact)).status_code == 201
    return api


def test_a_revoked_token_is_refused_at_once(warm: Caller, world: World) -> None:
    ApiToken.objects.update(revoked_at=timezone.now())
    assert warm.post("appointments/", booking(world, 11)).status_code == 401


def test_a_scope_that_is_taken_away_is_missed_at_once(warm: Caller, world: World) -> None:
    ApiToken.objects.update(scopes=["slots:read"])
    assert warm.post("appointments/", booking(world, 11)).status_code == 403


def test_a_territory_that_closes_refuses_its_tokens_at_once(warm: Caller, world: World) -> None:
    type(world.territory).objects.update(is_active=False)
    assert warm.post("appointments/", booking(world, 11)).status_code == 401


def out_of_use(world: World) -> None:
    type(world.type).objects.update(is_active=False)


def switched_off(world: World) -> None:
    OfferedType.objects.create(type=world.type, organisation=world.location.organisation, is_active=False)


def discreet(world: World) -> None:
    type(world.type.service).objects.update(is_discreet=True)


def place_closed(world: World) -> None:
    type(world.location).objects.update(is_active=False)


def team_closed(world: World) -> None:
    type(world.location.organisation).objects.update(is_active=False)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (out_of_use, "appointment_type"),
        (switched_off, "appointment_type"),
        (place_closed, "location"),
        (team_closed, "location"),
    ],
)
def test_a_type_or_a_place_that_closes_is_refused_at_once(
    warm: Caller, world: World, change: Change, field: str
) -> None:
    change(world)
    answer = warm.post("appointments/", booking(world, 11))
    assert (answer.status_code, refused_field(answer)) == (400, field)


def test_a_service_that_becomes_discreet_is_hidden_at_once(warm: Caller, world: World) -> None:
    discreet(world)
    assert warm.get("appointments/").json()["count"] == 0


def test_a_duration_counts_from_the_next_call(warm: Caller, world: World) -> None:
    TypeRevision.objects.create(type=world.type, valid_from=date(2020, 1, 1), duration_minutes=20)
    made = warm.post("appointments/", booking(world, 11)).json()
    assert made["end"][11:16] == "11:20"


def test_calls_after_the_first_look_up_little(
    warm: Caller, world: World, django_assert_max_num_queries: Callable[..., object]
) -> None:
    with django_assert_max_num_queries(16):  # type: ignore[attr-defined]
        assert warm.post("appointments/", booking(world, 11)).status_code == 201
