"""Slots and first slots, as a caller asks for them."""

from datetime import timedelta

import pytest

from rdv.booking.openings import settle_location
from rdv.models import OpeningPeriod
from tests.api.support import Caller
from tests.factories import NOW, World, agent, location, opening, organisation, territory


def ask(world: World, **values: object) -> dict[str, object]:
    return {
        "appointment_type": world.type.pk,
        "location": world.location.pk,
        "from": world.day,
        "to": world.day,
    } | values


def test_slots_carry_their_offset_zone_place_and_agents(api: Caller, world: World) -> None:
    body = api.get("slots/", ask(world)).json()
    assert (body["count"], body["next"], body["previous"]) == (6, None, None)
    assert body["results"][0] == {
        "start": f"{world.day}T09:00:00+01:00",
        "end": f"{world.day}T09:30:00+01:00",
        "time_zone": "Europe/Paris",
        "location": world.location.pk,
        "agents": [world.agent.pk],
    }


def test_two_free_agents_are_one_slot(api: Caller, world: World) -> None:
    colleague = agent(world.organisation)
    opening(colleague, world.location, world.type, day=world.day)
    body = api.get("slots/", ask(world)).json()
    assert body["count"] == 6
    assert body["results"][0]["agents"] == sorted([world.agent.pk, colleague.pk])
    assert api.get("slots/", ask(world, agent=colleague.pk)).json()["results"][0]["agents"] == [colleague.pk]


def test_bounds_are_whole_days_or_instants(api: Caller, world: World) -> None:
    def count(**values: object) -> int:
        return api.get("slots/", ask(world, **values)).json()["count"]

    assert count(to=world.at(10).isoformat()) == 2
    assert count(**{"from": world.at(11).isoformat()}) == 2
    # A "+" that was not encoded arrives as a space.
    assert count(**{"from": world.at(11).isoformat().replace("+", " ")}) == 2
    assert count(to=world.day + timedelta(days=92)) == 6


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"to": NOW.date() + timedelta(days=94)}, "to"),
        ({"to": "2020-01-01"}, "to"),
        ({"to": "2026-02-30"}, "to"),
        ({"from": "2027-01-12T09:00"}, "from"),
        ({"from": "0001-01-01"}, "from"),
        ({"from": "9999-12-31T23:59:59-23:59"}, "from"),
        ({"appointment_type": ""}, "appointment_type"),
        ({"appointment_type": "x\x00"}, "appointment_type"),
        ({"location": "9" * 5000}, "location"),
        ({"location": 2**62}, "location"),
        ({"agent": 2**62}, "agent"),
        ({"attendees": 0}, "attendees"),
        ({"attendees": 1000}, "attendees"),
    ],
)
def test_wrong_parameters_are_named(api: Caller, world: World, values: dict, field: str) -> None:
    answer = api.get("slots/", ask(world, **values))
    assert answer.status_code == 400
    assert (answer.json()["code"], list(answer.json()["errors"])) == ("invalid", [field])


def test_what_is_shown_can_be_booked_and_no_more(api: Caller, world: World) -> None:
    world.book(9, 30)
    starts = [row["start"][11:16] for row in api.get("slots/", ask(world)).json()["results"]]
    assert starts == ["09:00", "10:00", "10:30", "11:00", "11:30"]


def test_first_slots_have_one_row_for_every_location_soonest_first(api: Caller, world: World) -> None:
    empty = location(world.organisation, name="Sans plage")
    sooner = location(organisation(world.territory), name="Plus tôt")
    early = opening(agent(world.organisation), sooner, world.type, day=NOW.date() + timedelta(days=1))
    OpeningPeriod.objects.filter(pk=early.pk).update(start_time="08:00")
    settle_location(sooner, now=NOW)
    location(organisation(territory()))
    body = api.get("slots/first/", {"appointment_type": world.type.pk}).json()
    assert [(row["location"], row["start"] and row["start"][11:16]) for row in body["results"]] == [
        (sooner.pk, "08:00"),
        (world.location.pk, "09:00"),
        (empty.pk, None),
    ]
    assert body["count"] == 3
    later = api.get("slots/first/", {"appointment_type": world.type.pk, "from": world.day + timedelta(days=1)})
    assert [row["start"] for row in later.json()["results"]] == [None, None, None]


def test_an_overseas_place_shows_its_own_hours(api: Caller, world: World) -> None:
    island = location(world.organisation, time_zone="Indian/Reunion")
    opening(agent(world.organisation), island, world.type, day=world.day)
    first = api.get("slots/", ask(world, location=island.pk)).json()["results"][0]
    assert (first["start"], first["time_zone"]) == (f"{world.day}T09:00:00+04:00", "Indian/Reunion")
