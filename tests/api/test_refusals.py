"""Who may call what, and how every refusal looks."""

import json

import pytest

from rdv.access.scopes import ALL, TokenScope
from rdv.access.tokens import revoke_token
from rdv.models import Contact, Role
from tests.api.support import Caller, booking
from tests.factories import NOW, World, agent, organisation, service, territory

READS = ["appointment-types/", "locations/", "organisations/", "agents/", "appointments/"]


def problem(answer, status: int, code: str) -> None:
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["code"], body["type"]) == (status, code, f"urn:rdv:problem:{code}")
    assert body["title"]
    assert body["detail"]


@pytest.mark.parametrize("path", READS)
def test_without_a_token_there_is_nothing_to_see(client, world: World, path: str) -> None:
    answer = client.get(f"/api/v1/{path}")
    problem(answer, 401, "not_authenticated")
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("header", ["Bearer faux", "Bearer", "Bearer a b", "Bearer é", "Bearer " + "x" * 5000])
def test_a_wrong_token_is_refused(client, world: World, header: str) -> None:
    problem(client.get("/api/v1/locations/", headers={"Authorization": header}), 401, "invalid_token")


def test_other_schemes_are_no_token(client, world: World) -> None:
    problem(client.get("/api/v1/locations/", headers={"Authorization": "Basic YTpi"}), 401, "not_authenticated")


def test_a_revoked_token_and_that_of_an_agent_who_left_are_refused(api: Caller, world: World) -> None:
    revoke_token(api.token, now=NOW)
    problem(api.get("locations/"), 401, "invalid_token")
    theirs = Caller(world.territory, agent=world.agent)
    assert theirs.get("locations/").status_code == 200
    world.agent.is_active = False
    world.agent.save()
    problem(theirs.get("locations/"), 401, "invalid_token")


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("get", "locations/", TokenScope.CATALOGUE_READ),
        ("get", "slots/", TokenScope.SLOTS_READ),
        ("get", "slots/first/", TokenScope.SLOTS_READ),
        ("get", "appointments/", TokenScope.APPOINTMENTS_READ),
        ("post", "appointments/", TokenScope.APPOINTMENTS_WRITE),
        ("get", "appointments/1/", TokenScope.APPOINTMENTS_READ),
        ("post", "appointments/1/cancel/", TokenScope.APPOINTMENTS_WRITE),
        ("post", "appointments/1/move/", TokenScope.APPOINTMENTS_WRITE),
        ("post", "appointments/1/outcome/", TokenScope.APPOINTMENTS_WRITE),
    ],
)
def test_each_call_needs_its_scope(world: World, method: str, path: str, scope: str) -> None:
    others = tuple(set(ALL) - {scope})
    answer = getattr(Caller(world.territory, scopes=others), method)(path)
    problem(answer, 403, "insufficient_scope")
    assert answer.json()["scope"] == scope
    assert getattr(Caller(world.territory, scopes=(scope,)), method)(path).status_code in (200, 400, 404)


def test_another_territory_is_invisible(api: Caller, world: World) -> None:
    made = world.book(9).appointment
    elsewhere = Caller(territory())
    problem(elsewhere.get(f"appointments/{made.pk}/"), 404, "not_found")
    problem(elsewhere.post(f"appointments/{made.pk}/cancel/", {"by": "service"}), 404, "not_found")
    problem(elsewhere.post("appointments/", booking(world)), 400, "invalid")
    for path in READS:
        assert elsewhere.get(path).json()["count"] == 0


def test_discreet_appointments_are_behind_the_wall(world: World) -> None:
    discreet = service(world.territory, name="Santé sexuelle", is_discreet=True)
    world.type.service = discreet
    world.type.save()
    made = world.book(9).appointment
    for caller in (
        Caller(world.territory),
        Caller(world.territory, agent=agent(world.organisation, role=Role.ADMIN, services=[world.service])),
    ):
        assert caller.get("appointments/").json()["count"] == 0
        problem(caller.get(f"appointments/{made.pk}/"), 404, "not_found")
    member = Caller(world.territory, agent=agent(world.organisation, services=[discreet]))
    assert member.get(f"appointments/{made.pk}/").status_code == 200


def test_an_application_keeps_hold_of_what_it_booked_itself_at_a_discreet_service(world: World) -> None:
    world.type.service.is_discreet = True
    world.type.service.save()
    ours, other = Caller(world.territory), Caller(world.territory)
    made = ours.post("appointments/", booking(world)).json()
    path = f"appointments/{made['id']}/"
    assert ours.get(path).json()["attendees"] == made["attendees"]
    problem(other.get(path), 404, "not_found")
    assert ours.get("appointments/").json()["count"] == 0
    problem(ours.post(f"{path}outcome/", {"status": "seen"}), 404, "not_found")
    assert ours.post(f"{path}move/", {"start": world.at(10).isoformat()}).json()["sequence"] == 1
    problem(other.post(f"{path}cancel/", {"by": "family"}), 404, "not_found")
    assert ours.post(f"{path}cancel/", {"by": "family"}).json()["status"] == "excused"


def test_an_agent_elsewhere_sees_nothing_of_it(world: World) -> None:
    made = world.book(9).appointment
    stranger = Caller(world.territory, agent=agent(organisation(world.territory)))
    problem(stranger.get(f"appointments/{made.pk}/"), 404, "not_found")


def test_the_link_of_the_family_is_for_those_who_may_cancel(world: World) -> None:
    made = world.book(9).appointment
    reader = Caller(world.territory, scopes=(TokenScope.APPOINTMENTS_READ,))
    assert reader.get(f"appointments/{made.pk}/").json()["manage_url"] is None


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"\xff\xfe",
        b'{"a": NaN}',
        b'"\\ud800"',
        b"[" * 100_000,
        b"1" * 10_000,
        b"",
        b'{"start": "\\ud83d"}',
    ],
)
def test_what_is_not_json_is_a_problem(api: Caller, body: bytes) -> None:
    answer = api.client.generic(
        "POST", "/api/v1/appointments/", body, content_type="application/json; charset=rot13", headers=api.headers
    )
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] in ("malformed", "invalid")


@pytest.mark.parametrize("body", [[], 3, None, "texte", {"contact": []}, {"attendees": {"a": 1}}, {"start": {}}])
def test_json_of_another_shape_is_a_problem(api: Caller, body: object) -> None:
    problem(api.post("appointments/", body), 400, "invalid")


def test_methods_formats_and_addresses_that_do_not_exist(api: Caller) -> None:
    headers = api.headers
    answer = api.client.delete("/api/v1/locations/", headers=headers)
    problem(answer, 405, "method_not_allowed")
    assert "GET" in answer["Allow"]
    form = api.client.post("/api/v1/appointments/", {"a": 1}, headers=headers)
    problem(form, 415, "unsupported_media_type")
    problem(api.get("locations/", Accept="text/html"), 406, "not_acceptable")
    problem(api.get("rien/"), 404, "not_found")
    problem(api.get("appointments/99999999999999999999999/"), 404, "not_found")
    problem(api.client.get("/api/v1/rien/"), 404, "not_found")
    problem(api.client.get("/api/v1/a%0Ab/%00/%FF"), 404, "not_found")
    problem(api.get("locations/", {"page": 7}), 404, "not_found")
    problem(api.get("locations/", {"page": "٣"}), 400, "invalid")
    problem(api.get("locations/", {"page_size": 0}), 400, "invalid")
    assert api.get("locations/", {"page_size": 10**9 - 1}).status_code == 200
    assert api.get("locations/", Accept="application/problem+json").status_code == 200


def test_an_address_without_its_slash_leads_to_it(api: Caller, world: World) -> None:
    answer = api.get("slots", {"location": 1})
    assert (answer.status_code, answer["Location"]) == (308, "/api/v1/slots/?location=1")
    assert api.client.get("/api/v1/slots/first").status_code == 308


def test_too_many_calls_are_slowed_down(api: Caller, settings) -> None:
    settings.RATE_LIMITS = {"api-token": 2}
    assert [api.get("locations/").status_code for _ in range(3)] == [200, 200, 429]
    answer = api.get("locations/")
    problem(answer, 429, "throttled")
    assert 1 <= int(answer["Retry-After"]) <= 60


def test_a_defect_is_a_problem_that_says_nothing(api: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("secret detail")

    monkeypatch.setattr("api.v1.catalogue.Locations.presented", broken)
    api.client.raise_request_exception = False
    answer = api.get("locations/")
    problem(answer, 500, "server_error")
    assert "secret" not in json.dumps(answer.json())


def test_names_are_what_is_seen_of_them(api: Caller, world: World) -> None:
    """Nothing turns a list around or breaks a subject; a name that cannot be seen is none."""
    seen = booking(world, contact={"first_name": "Al\u200bix", "last_name": "Ex\r\nemple\u202e"})
    assert api.post("appointments/", seen).status_code == 201
    contact = Contact.objects.get()
    assert (contact.first_name, contact.last_name) == ("Alix", "Ex emple")
    unseen = booking(world, 10, attendees=[{"first_name": "\u200b\u202e"}])
    problem(api.post("appointments/", unseen), 400, "invalid")


@pytest.mark.parametrize("body", [None, [], "texte", 5])
def test_a_body_that_is_no_object_is_named_in_french(api: Caller, world: World, body: object) -> None:
    answer = api.post("appointments/", body)
    problem(answer, 400, "invalid")
    assert answer.json()["errors"] == {"body": ["Envoyez un objet JSON : {…}."]}


def test_an_error_about_a_whole_list_or_object_is_told_of_its_field(api: Caller, world: World) -> None:
    errors = api.post("appointments/", {**booking(world), "attendees": [], "contact": "Sam"}).json()["errors"]
    assert set(errors) == {"attendees", "contact"}
    assert all(isinstance(texts, list) and isinstance(texts[0], str) for texts in errors.values())


def test_a_refused_method_is_not_among_those_that_are_allowed(api: Caller, world: World) -> None:
    answer = api.client.options("/api/v1/appointments/", headers=api.headers)
    problem(answer, 405, "method_not_allowed")
    assert answer["Allow"] == "GET, POST, HEAD"
