"""Booking, reading, cancelling, moving and settling through the API."""

from datetime import timedelta

import pytest

from rdv.models import Appointment, Contact
from tests.api.support import Caller, booking
from tests.factories import World, agent, location, opening


def test_a_booking_answers_with_all_that_the_contract_names(api: Caller, world: World) -> None:
    answer = api.post("appointments/", booking(world))
    assert answer.status_code == 201
    body = answer.json()
    made = Appointment.objects.get()
    link = made.links.get()
    wanted = {
        "id": made.pk,
        "reference": made.reference,
        "status": "unknown",
        "start": f"{world.day}T09:00:00+01:00",
        "end": f"{world.day}T09:30:00+01:00",
        "time_zone": "Europe/Paris",
        "location": world.location.pk,
        "agents": [world.agent.pk],
        "sequence": 0,
        "manage_url": f"http://127.0.0.1:8000/r/{link.token}/",
    }
    assert {name: body[name] for name in wanted} == wanted
    assert [(one["first_name"], one["birth_date"]) for one in body["attendees"]] == [("Noé", "2026-06-01")]
    assert answer["Location"] == f"/api/v1/appointments/{made.pk}/"
    assert Contact.objects.get().phone == "+33639981234"
    assert made.channel == "api"


def test_a_taken_slot_is_a_conflict_with_the_nearest_free_ones(api: Caller, world: World) -> None:
    world.book(9)
    answer = api.post("appointments/", booking(world))
    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["code"], problem["status"]) == ("slot_taken", 409)
    assert problem["alternatives"][0] == {
        "start": f"{world.day}T09:30:00+01:00",
        "end": f"{world.day}T10:00:00+01:00",
        "time_zone": "Europe/Paris",
        "location": world.location.pk,
        "agents": [world.agent.pk],
    }


def test_the_same_body_without_a_key_is_a_conflict_that_names_the_appointment(api: Caller, world: World) -> None:
    made = api.post("appointments/", booking(world)).json()
    again = api.post("appointments/", booking(world))
    assert again.status_code == 409
    assert (again.json()["code"], again.json()["appointment"]) == ("slot_taken", made["id"])
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"start": "2027-01-12T09:00:00"}, "start"),
        ({"start": "demain"}, "start"),
        ({"start": 3}, "start"),
        ({"start": "2027-01-12T09:10:00+01:00"}, "start"),
        ({"start": "2020-01-12T09:00:00+01:00"}, "start"),
        ({"appointment_type": 0}, "appointment_type"),
        ({"appointment_type": 10**30}, "appointment_type"),
        ({"appointment_type": 2**62}, "appointment_type"),
        ({"location": 2**62}, "location"),
        ({"agent": 2**62}, "agent"),
        ({"attendees": []}, "attendees"),
        ({"attendees": "Noé"}, "attendees"),
        ({"attendees": [{"first_name": ""}]}, "attendees"),
        ({"attendees": [{"first_name": "No\x00é"}]}, "attendees"),
        ({"attendees": [{"first_name": "Noé", "birth_date": "2028-01-01"}]}, "attendees"),
        ({"attendees": [{"first_name": f"Enfant {n}"} for n in range(9)]}, "attendees"),
        ({"contact": None}, "contact"),
        ({"contact": {"first_name": "Alix"}}, "contact"),
        ({"contact": {"first_name": "Alix", "last_name": "E", "phone": "06 39"}}, "contact"),
        ({"contact": {"first_name": "Alix", "last_name": "E", "email": "a@"}}, "contact"),
        ({"contact": None, "family": 2**62}, "family"),
    ],
)
def test_each_mistake_is_told_at_its_field(api: Caller, world: World, changes: dict, field: str) -> None:
    answer = api.post("appointments/", booking(world) | changes)
    assert answer.status_code == 400, answer.json()
    problem = answer.json()
    assert (problem["code"], list(problem["errors"])) == ("invalid", [field])
    assert Appointment.objects.count() == 0


def test_a_contact_without_any_address_is_normal(api: Caller, world: World) -> None:
    contact = {"first_name": "Alix", "last_name": "Exemple"}
    assert api.post("appointments/", booking(world, contact=contact)).status_code == 201


def test_a_landline_is_kept_as_such(api: Caller, world: World) -> None:
    contact = {"first_name": "Alix", "last_name": "Exemple", "phone": "01 99 00 12 34"}
    assert api.post("appointments/", booking(world, contact=contact)).status_code == 201
    assert Contact.objects.get().phone_kind == "fixed"


def test_an_application_is_bound_by_notice_like_a_family(api: Caller) -> None:
    world = World(earliest_notice_minutes=3 * 24 * 60)
    answer = Caller(world.territory).post("appointments/", booking(world))
    assert (answer.status_code, answer.json()["reason"]) == (400, "too_soon")


def test_a_known_family_books_for_its_children(api: Caller, world: World) -> None:
    made = api.post("appointments/", booking(world)).json()["attendees"][0]
    body = booking(world, 10, contact=None, family=made["family"], attendees=[{"id": made["id"], "first_name": "Noé"}])
    answer = api.post("appointments/", body)
    assert answer.status_code == 201
    assert answer.json()["attendees"][0]["id"] == made["id"]


def test_cancelling_frees_the_slot_at_once(api: Caller, world: World) -> None:
    made = api.post("appointments/", booking(world)).json()
    answer = api.post(f"appointments/{made['id']}/cancel/", {"by": "family", "reason": "malade"})
    assert answer.status_code == 200
    body = answer.json()
    assert (body["status"], body["sequence"], body["is_late"]) == ("excused", 1, False)
    again = api.post(f"appointments/{made['id']}/cancel/", {"by": "family"})
    assert (again.status_code, again.json()["code"]) == (409, "already_cancelled")
    contact = {"first_name": "Autre", "last_name": "Famille"}
    assert api.post("appointments/", booking(world, contact=contact)).status_code == 201


def test_moving_keeps_the_identity_and_the_link(api: Caller, world: World) -> None:
    made = api.post("appointments/", booking(world)).json()
    answer = api.post(f"appointments/{made['id']}/move/", {"start": world.at(11).isoformat()})
    assert answer.status_code == 200
    moved = answer.json()
    assert (moved["id"], moved["reference"], moved["manage_url"]) == (made["id"], made["reference"], made["manage_url"])
    assert (moved["start"], moved["sequence"]) == (f"{world.day}T11:00:00+01:00", 1)


def test_moving_to_another_place_and_agent(api: Caller, world: World) -> None:
    made = api.post("appointments/", booking(world)).json()
    elsewhere = location(world.organisation)
    colleague = agent(world.organisation)
    opening(colleague, elsewhere, world.type, day=world.day)
    body = {"start": world.at(9).isoformat(), "location": elsewhere.pk, "agent": colleague.pk}
    moved = api.post(f"appointments/{made['id']}/move/", body).json()
    assert (moved["location"], moved["agents"]) == (elsewhere.pk, [colleague.pk])


def test_moving_onto_a_taken_slot_is_a_conflict_and_changes_nothing(api: Caller, world: World) -> None:
    world.book(10)
    made = api.post("appointments/", booking(world)).json()
    answer = api.post(f"appointments/{made['id']}/move/", {"start": world.at(10).isoformat()})
    assert (answer.status_code, answer.json()["code"]) == (409, "slot_taken")
    assert answer.json()["alternatives"]
    assert Appointment.objects.get(pk=made["id"]).starts_at == world.at(9)


def test_outcomes_are_recorded_and_taken_back(api: Caller, world: World) -> None:
    made = api.post("appointments/", booking(world)).json()
    for status in ("seen", "noshow", "unknown"):
        answer = api.post(f"appointments/{made['id']}/outcome/", {"status": status})
        assert (answer.status_code, answer.json()["status"]) == (200, status)
    assert api.post(f"appointments/{made['id']}/outcome/", {"status": "revoked"}).json()["status"] == "revoked"
    late = api.post(f"appointments/{made['id']}/outcome/", {"status": "seen"})
    assert (late.status_code, late.json()["code"]) == (409, "already_cancelled")
    assert api.post(f"appointments/{made['id']}/outcome/", {"status": "gone"}).json()["errors"]["status"]


def test_lists_are_filtered_and_paged(api: Caller, world: World) -> None:
    first, second = world.book(9).appointment, world.book(10).appointment
    body = api.get("appointments/", {"from": world.day, "to": world.day, "page_size": 1}).json()
    assert (body["count"], body["previous"], [row["id"] for row in body["results"]]) == (2, None, [first.pk])
    assert "page=2" in body["next"]
    assert [row["id"] for row in api.get("appointments/", {"from": world.at(10).isoformat()}).json()["results"]] == [
        second.pk
    ]
    for name, value in (("location", world.location.pk), ("agent", world.agent.pk), ("status", "unknown")):
        assert api.get("appointments/", {name: value}).json()["count"] == 2
    assert api.get("appointments/", {"status": "seen"}).json()["count"] == 0
    assert api.get("appointments/", {"to": world.day - timedelta(days=1)}).json()["count"] == 0
    assert api.get("appointments/", {"status": "x"}).json()["errors"]["status"]


def test_reading_costs_the_same_for_one_and_for_many(
    api: Caller, world: World, django_assert_num_queries, django_assert_max_num_queries
) -> None:
    world.book(9)
    api.get("appointments/")  # notes that the token was used
    with django_assert_max_num_queries(8) as once:
        api.get("appointments/")
    for hour, minute in ((9, 30), (10, 0), (10, 30), (11, 0), (11, 30)):
        world.book(hour, minute)
    with django_assert_num_queries(len(once)):
        assert api.get("appointments/").json()["count"] == 6
