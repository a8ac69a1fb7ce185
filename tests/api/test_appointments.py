"""Booking, reading, cancelling, moving and settling through the API."""

from datetime import timedelta

import pytest

from rdv import clock
from rdv.booking.sessions import open_session
from rdv.models import Appointment, Contact, Participation, Territory
from rdv.models.actor import Actor
from tests.api.support import Caller
from tests.api.support import booking as book_body
from tests.factories import NOW, World, agent, appointment_type, booking, location, opening, who


def test_a_booking_answers_with_all_that_the_contract_names(api: Caller, world: World) -> None:
    answer = api.post("appointments/", book_body(world))
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
    answer = api.post("appointments/", book_body(world))
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
    made = api.post("appointments/", book_body(world)).json()
    again = api.post("appointments/", book_body(world))
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
    answer = api.post("appointments/", book_body(world) | changes)
    assert answer.status_code == 400, answer.json()
    problem = answer.json()
    assert (problem["code"], list(problem["errors"])) == ("invalid", [field])
    assert Appointment.objects.count() == 0


def test_a_contact_without_any_address_is_normal(api: Caller, world: World) -> None:
    contact = {"first_name": "Alix", "last_name": "Exemple"}
    assert api.post("appointments/", book_body(world, contact=contact)).status_code == 201


def test_a_landline_is_kept_as_such(api: Caller, world: World) -> None:
    contact = {"first_name": "Alix", "last_name": "Exemple", "phone": "01 99 00 12 34"}
    assert api.post("appointments/", book_body(world, contact=contact)).status_code == 201
    assert Contact.objects.get().phone_kind == "fixed"


def test_an_application_is_bound_by_notice_like_a_family(api: Caller) -> None:
    world = World(earliest_notice_minutes=3 * 24 * 60)
    answer = Caller(world.territory).post("appointments/", book_body(world))
    assert (answer.status_code, answer.json()["reason"]) == (400, "too_soon")


def test_a_known_family_books_for_its_children(api: Caller, world: World) -> None:
    made = api.post("appointments/", book_body(world)).json()["attendees"][0]
    body = book_body(
        world, 10, contact=None, family=made["family"], attendees=[{"id": made["id"], "first_name": "Noé"}]
    )
    answer = api.post("appointments/", body)
    assert answer.status_code == 201
    assert answer.json()["attendees"][0]["id"] == made["id"]


def test_cancelling_frees_the_slot_at_once(api: Caller, world: World) -> None:
    made = api.post("appointments/", book_body(world)).json()
    answer = api.post(f"appointments/{made['id']}/cancel/", {"by": "family", "reason": "malade"})
    assert answer.status_code == 200
    body = answer.json()
    assert (body["status"], body["sequence"], body["is_late"]) == ("excused", 1, False)
    again = api.post(f"appointments/{made['id']}/cancel/", {"by": "family"})
    assert (again.status_code, again.json()["code"]) == (409, "already_cancelled")
    contact = {"first_name": "Autre", "last_name": "Famille"}
    assert api.post("appointments/", book_body(world, contact=contact)).status_code == 201


def test_moving_keeps_the_identity_and_the_link(api: Caller, world: World) -> None:
    made = api.post("appointments/", book_body(world)).json()
    answer = api.post(f"appointments/{made['id']}/move/", {"start": world.at(11).isoformat()})
    assert answer.status_code == 200
    moved = answer.json()
    assert (moved["id"], moved["reference"], moved["manage_url"]) == (made["id"], made["reference"], made["manage_url"])
    assert (moved["start"], moved["sequence"]) == (f"{world.day}T11:00:00+01:00", 1)


def test_moving_to_another_place_and_agent(api: Caller, world: World) -> None:
    made = api.post("appointments/", book_body(world)).json()
    elsewhere = location(world.organisation)
    colleague = agent(world.organisation)
    opening(colleague, elsewhere, world.type, day=world.day)
    body = {"start": world.at(9).isoformat(), "location": elsewhere.pk, "agent": colleague.pk}
    moved = api.post(f"appointments/{made['id']}/move/", body).json()
    assert (moved["location"], moved["agents"]) == (elsewhere.pk, [colleague.pk])


def test_moving_onto_a_taken_slot_is_a_conflict_and_changes_nothing(api: Caller, world: World) -> None:
    world.book(10)
    made = api.post("appointments/", book_body(world)).json()
    answer = api.post(f"appointments/{made['id']}/move/", {"start": world.at(10).isoformat()})
    assert (answer.status_code, answer.json()["code"]) == (409, "slot_taken")
    assert answer.json()["alternatives"]
    assert Appointment.objects.get(pk=made["id"]).starts_at == world.at(9)


def test_outcomes_wait_for_the_hour(api: Caller, world: World) -> None:
    made = api.post("appointments/", book_body(world)).json()
    for status in ("seen", "noshow"):
        early = api.post(f"appointments/{made['id']}/outcome/", {"status": status})
        assert (early.status_code, early.json()["code"]) == (409, "not_begun")
        assert early.headers["Content-Type"] == "application/problem+json"
    assert Appointment.objects.get(pk=made["id"]).status == "unknown"
    assert api.post(f"appointments/{made['id']}/outcome/", {"status": "excused"}).json()["status"] == "excused"


def test_outcomes_are_recorded_and_taken_back(api: Caller, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    made = api.post("appointments/", book_body(world)).json()
    monkeypatch.setattr(clock, "now", lambda: world.at(9))
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
    for _ in range(2):
        api.get("appointments/")  # notes that the token was used, then keeps it as it has become
    with django_assert_max_num_queries(8) as once:
        api.get("appointments/")
    for hour, minute in ((9, 30), (10, 0), (10, 30), (11, 0), (11, 30)):
        world.book(hour, minute)
    with django_assert_num_queries(len(once)):
        assert api.get("appointments/").json()["count"] == 6


@pytest.fixture
def session(world: World) -> Appointment:
    """An atelier of eight seats, tomorrow at two."""
    kind = appointment_type(world.territory, world.service, is_collective=True, capacity=8, duration_minutes=60)
    return open_session(
        type=kind, location=world.location, agents=[world.agent], start=world.at(14), by=Actor.of(world.agent), now=NOW
    )


def seats(session: Appointment, name: str, children: int = 1) -> dict:
    return {
        "appointment_type": session.type_id,
        "location": session.location_id,
        "start": session.starts_at.isoformat(),
        "contact": {"first_name": "Alix", "last_name": name, "phone": "06 39 98 12 34"},
        "attendees": [{"first_name": f"Enfant {number}"} for number in range(children)],
    }


def test_a_family_gives_up_its_own_seats_and_never_the_session(api: Caller, world: World, session: Appointment) -> None:
    first = api.post("appointments/", seats(session, "Un", 2))
    assert (first.status_code, first.json()["id"], first.json()["seats_taken"]) == (201, session.pk, 2)
    assert len(first.json()["attendees"]) == 2
    again = api.post("appointments/", seats(session, "Un", 2))
    assert (again.status_code, again.json()["code"]) == (409, "already_booked")
    path = f"appointments/{session.pk}/cancel/"
    booking(session.type, world.location, world.at(14), who=who())
    alone = api.post(path, {"by": "family"}).json()
    assert (alone["status"], alone["seats_taken"]) == ("unknown", 1)
    api.post("appointments/", seats(session, "Deux"))
    api.post("appointments/", seats(session, "Trois"))
    several = api.post(path, {"by": "family"})
    assert (several.status_code, list(several.json()["errors"])) == (400, ["family"])
    third = Participation.objects.get(family__contacts__last_name="Trois")
    assert api.post(path, {"by": "family", "family": third.family_id}).json()["seats_taken"] == 2
    assert api.post(path, {"by": "service"}).json()["status"] == "revoked"


def test_a_full_session_is_a_conflict(api: Caller, session: Appointment) -> None:
    assert api.post("appointments/", seats(session, "Un", 7)).status_code == 201
    full = api.post("appointments/", seats(session, "Deux", 2))
    assert (full.status_code, full.json()["code"]) == (409, "full")


def test_one_sibling_leaves_and_the_others_stay(api: Caller, world: World) -> None:
    children = [{"first_name": name, "birth_date": "2026-06-01"} for name in ("Léa", "Noé")]
    made = api.post("appointments/", book_body(world, attendees=children)).json()
    lea = made["attendees"][0]["id"]
    left = api.post(f"appointments/{made['id']}/cancel/", {"by": "family", "attendees": [lea]}).json()
    assert (left["status"], [one["status"] for one in left["attendees"]]) == ("unknown", ["excused", "unknown"])
    stranger = api.post(f"appointments/{made['id']}/cancel/", {"by": "family", "attendees": [2**62]})
    assert list(stranger.json()["errors"]) == ["attendees"]


def test_the_familys_link_is_at_the_host_of_its_territory(api: Caller, world: World) -> None:
    Territory.objects.filter(pk=world.territory.pk).update(hosts=["rdv.ile.example"])
    made = api.post("appointments/", book_body(world)).json()
    assert made["manage_url"].startswith("http://rdv.ile.example:8000/r/")
