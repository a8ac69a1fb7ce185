"""Scenarios of PMI services, played through the API."""

from datetime import date, time

import icalendar

from rdv.access.tokens import open_feed
from rdv.models import AppointmentEvent
from tests.api.support import Caller, booking
from tests.factories import (
    World,
    agent,
    appointment_type,
    location,
    opening,
    organisation,
    paris,
    service,
    territory,
)


def free(api: Caller, world: World) -> list[str]:
    asked = {"appointment_type": world.type.pk, "location": world.location.pk, "from": world.day, "to": world.day}
    return [row["start"][11:16] for row in api.get("slots/", asked).json()["results"]]


def in_feed(api: Caller, world: World) -> dict[str, str]:
    """The agent's calendar: hour and state of each meeting."""
    path = open_feed(world.agent).removeprefix("http://127.0.0.1:8000")
    events = icalendar.Calendar.from_ical(api.client.get(path).content).events
    return {event.start.strftime("%H:%M"): str(event["status"]) for event in events}


def test_scenario_1_a_cancelled_appointment_is_cancelled_everywhere(api: Caller, world: World) -> None:
    """Cancelled once, the slot free at once, the family told, the agenda and its feed updated, history kept."""
    made = api.post("appointments/", booking(world, 9)).json()
    assert "09:00" not in free(api, world)
    assert in_feed(api, world) == {"09:00": "CONFIRMED"}
    cancelled = api.post(f"appointments/{made['id']}/cancel/", {"by": "family"})
    assert cancelled.json()["status"] == "excused"
    assert api.post(f"appointments/{made['id']}/cancel/", {"by": "family"}).json()["code"] == "already_cancelled"
    assert "09:00" in free(api, world)
    assert in_feed(api, world) == {"09:00": "CANCELLED"}
    assert list(AppointmentEvent.objects.order_by("pk").values_list("verb", "channel", "actor_kind")) == [
        ("booked", "api", "application"),
        ("cancelled", "api", "application"),
    ]
    kinds = [row["kind"] for row in api.get("messages/", {"appointment": made["id"]}).json()["results"]]
    assert any("cancel" in kind for kind in kinds)


def test_a_moved_appointment_is_moved_everywhere(api: Caller, world: World) -> None:
    """Identity, link and reference stay; the old hour is free at once, the new one is not."""
    made = api.post("appointments/", booking(world, 9)).json()
    moved = api.post(f"appointments/{made['id']}/move/", {"start": world.at(11).isoformat()}).json()
    assert (moved["id"], moved["reference"], moved["sequence"]) == (made["id"], made["reference"], 1)
    assert free(api, world) == ["09:00", "09:30", "10:00", "10:30", "11:30"]
    assert in_feed(api, world) == {"11:00": "CONFIRMED"}


def test_scenario_22_the_loser_sees_near_slots_and_its_own_words_still_serve(api: Caller, world: World) -> None:
    """The refusal names the nearest free slots; the same body with another start is accepted."""
    world.book(10)
    body = booking(world, 10)
    refused = api.post("appointments/", body)
    assert refused.status_code == 409
    nearest = min(refused.json()["alternatives"], key=lambda slot: slot["start"])
    assert nearest["start"][11:16] in ("09:30", "10:30", "09:00")
    assert api.post("appointments/", body | {"start": nearest["start"]}).status_code == 201


def test_scenario_33_nine_o_clock_stays_nine_o_clock_when_clocks_change(api: Caller, world: World) -> None:
    """Slots, appointment and feed say 9:00 on both sides of the last Sunday of March."""
    for day in (date(2027, 3, 27), date(2027, 3, 30)):  # the 29th is Easter Monday
        opening(world.agent, world.location, world.type, day=day, start=time(9), end=time(10))
        asked = {"appointment_type": world.type.pk, "location": world.location.pk, "from": day, "to": day}
        first = api.get("slots/", asked).json()["results"][0]["start"]
        assert first == paris(day, 9).isoformat()
        made = api.post("appointments/", booking(world, start=first)).json()
        assert made["start"] == first


def test_scenario_34_an_island_answers_in_its_own_time(world: World) -> None:
    """A server in Paris, a place in Réunion: 8:00 there, with its offset and its zone, and a local number."""
    here = territory(department_code="974", time_zone="Indian/Reunion", holiday_zone="la-reunion")
    service(here)
    place = location(organisation(here))
    kind = appointment_type(here)
    opening(agent(place.organisation), place, kind, day=world.day, start=time(8), end=time(9))
    api = Caller(here)
    body = {
        "appointment_type": kind.pk,
        "location": place.pk,
        "start": f"{world.day}T08:00:00+04:00",
        "contact": {"first_name": "Alix", "last_name": "Exemple", "phone": "0692 12 34 56"},
        "attendees": [{"first_name": "Noé"}],
    }
    made = api.post("appointments/", body)
    assert made.status_code == 201
    assert (made.json()["start"], made.json()["time_zone"]) == (f"{world.day}T08:00:00+04:00", "Indian/Reunion")
    family = api.get("families/").json()["results"][0]
    assert family["contacts"][0]["phone"] == "+262692123456"
