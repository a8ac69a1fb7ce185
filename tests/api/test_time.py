"""Opening periods and absences through the API: what is written is what is offered."""

import pytest

from rdv.booking.events import AbsenceDeclared
from rdv.models import OpeningPeriod, Role
from tests.api.support import Caller, booking
from tests.factories import World, agent, location
from tests.waitinglist.support import heard


def period(world: World, **values: object) -> dict[str, object]:
    return {
        "agent": world.agent.pk,
        "location": world.location.pk,
        "appointment_types": [world.type.pk],
        "first_day": world.day.isoformat(),
        "start_time": "14:00",
        "end_time": "16:00",
        **values,
    }


def starts(api: Caller, world: World) -> list[str]:
    asked = {"appointment_type": world.type.pk, "location": world.location.pk, "from": world.day, "to": world.day}
    return [row["start"][11:16] for row in api.get("slots/", asked).json()["results"]]


def test_a_new_period_is_offered_at_once_changed_and_closed(api: Caller, world: World) -> None:
    made = api.post("opening-periods/", period(world))
    assert made.status_code == 201
    body = made.json()
    assert (body["start_time"], body["time_zone"], body["appointment_types"]) == (
        "14:00",
        "Europe/Paris",
        [world.type.pk],
    )
    assert starts(api, world)[6:] == ["14:00", "14:30", "15:00", "15:30"]
    changed = api.patch(f"opening-periods/{body['id']}/", {"end_time": "15:00"})
    assert (changed.status_code, changed.json()["end_time"]) == (200, "15:00")
    assert starts(api, world)[6:] == ["14:00", "14:30"]
    day = {"day": world.day.isoformat(), "start_time": "17:00", "end_time": "17:30"}
    assert api.post(f"opening-periods/{body['id']}/days/", day).json()["exceptions"] == [day]
    assert starts(api, world)[6:] == ["17:00"]
    assert api.delete(f"opening-periods/{body['id']}/days/{world.day}/").json()["exceptions"] == []
    assert api.delete(f"opening-periods/{body['id']}/").status_code == 204
    assert len(starts(api, world)) == 6
    assert api.get("opening-periods/", {"agent": world.agent.pk}).json()["count"] == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"end_time": "13:00"}, "end_time"),
        ({"end_time": "14:00"}, "end_time"),
        ({"rrule": "FREQ=WEEKLY;BYDAY=XX"}, "rrule"),
        ({"rrule": "FREQ=WEEKLY;BYDAY=MO\x00"}, "rrule"),
        ({"first_day": "0001-01-01"}, "first_day"),
        ({"first_day": "2027-02-30"}, "first_day"),
        ({"appointment_types": []}, "appointment_types"),
        ({"appointment_types": [2**62]}, "appointment_types"),
        ({"agent": 2**62}, "agent"),
        ({"location": 2**62}, "location"),
        ({"start_time": "25:00"}, "start_time"),
    ],
)
def test_a_period_that_cannot_be_opens_nothing(api: Caller, world: World, changes: dict, field: str) -> None:
    answer = api.post("opening-periods/", period(world, **changes))
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert OpeningPeriod.objects.count() == 1


def test_an_agent_opens_his_own_hours_and_the_secretary_those_of_others(world: World) -> None:
    colleague = agent(world.organisation)
    own = Caller(world.territory, agent=world.agent)
    assert own.post("opening-periods/", period(world)).status_code == 201
    assert own.post("opening-periods/", period(world, agent=colleague.pk)).status_code == 403
    secretary = Caller(world.territory, agent=agent(world.organisation, role=Role.SECRETARY))
    assert secretary.post("opening-periods/", period(world, agent=colleague.pk)).status_code == 201


def test_an_absence_closes_the_time_and_names_what_it_hits(api: Caller, world: World) -> None:
    hit = world.book(9).appointment
    body = {"agent": world.agent.pk, "kind": "sick", "start": world.at(8).isoformat(), "end": world.at(10).isoformat()}
    made = api.post("absences/", body)
    assert made.status_code == 201
    absence = made.json()
    assert (absence["appointments"], absence["start"]) == ([hit.pk], f"{world.day}T08:00:00+01:00")
    assert starts(api, world) == ["10:00", "10:30", "11:00", "11:30"]
    assert api.get(f"absences/{absence['id']}/").json() == absence
    assert api.get("absences/", {"from": world.day, "agent": world.agent.pk}).json()["count"] == 1
    assert api.get("absences/", {"to": "2027-01-01"}).json()["count"] == 0
    assert api.delete(f"absences/{absence['id']}/").status_code == 204
    assert starts(api, world)[0] == "09:30"


def test_an_absence_is_prolonged_and_shortened(api: Caller, world: World) -> None:
    """What it leaves is open again; what it hits besides is named, and told as hit once."""
    first, second = world.book(9).appointment, world.book(11).appointment
    body = {"agent": world.agent.pk, "kind": "sick", "start": world.at(8).isoformat(), "end": world.at(10).isoformat()}
    path = f"absences/{api.post('absences/', body).json()['id']}/"
    with heard(AbsenceDeclared) as told:
        longer = api.patch(path, {"end": world.at(12).isoformat(), "label": "Grippe"})
    assert longer.status_code == 200
    assert (longer.json()["appointments"], longer.json()["label"]) == ([first.pk, second.pk], "Grippe")
    assert [[one.pk for one in event.hit] for event in told] == [[second.pk]]
    assert starts(api, world) == []
    shorter = api.patch(path, {"start": world.at(9).isoformat(), "end": world.at(9, 30).isoformat()}).json()
    assert (shorter["appointments"], shorter["kind"]) == ([first.pk], "sick")
    assert starts(api, world) == ["09:30", "10:00", "10:30", "11:30"]
    refused = api.patch(path, {"end": world.at(8).isoformat()})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["end"])
    colleague = Caller(world.territory, agent=agent(world.organisation))
    assert colleague.patch(path, {"label": "Reposée"}).status_code == 403


def test_a_closed_place_is_an_absence_too(api: Caller, world: World) -> None:
    body = {"location": world.location.pk, "start": world.at(8).isoformat(), "end": world.at(18).isoformat()}
    assert api.post("absences/", body).status_code == 201
    assert starts(api, world) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"agent": None}, "agent"),
        ({"end": "2027-01-12T07:00:00+01:00"}, "end"),
        ({"start": "2027-01-12"}, "start"),
        ({"kind": "x"}, "kind"),
        ({"kind": "closed"}, "kind"),
    ],
)
def test_an_absence_that_cannot_be_is_refused(api: Caller, world: World, changes: dict, field: str) -> None:
    body = {"agent": world.agent.pk, "start": world.at(8).isoformat(), "end": world.at(10).isoformat()} | changes
    answer = api.post("absences/", body)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_an_agent_does_not_close_and_is_told_which_kinds_are_his(api: Caller, world: World) -> None:
    span = {"start": world.at(8).isoformat(), "end": world.at(10).isoformat()}
    made = api.post("absences/", span | {"agent": world.agent.pk, "kind": "sick"}).json()
    refused = api.patch(f"absences/{made['id']}/", {"kind": "closed"})
    assert (refused.status_code, refused.headers["Content-Type"]) == (400, "application/problem+json")
    (said,) = refused.json()["errors"]["kind"]
    assert "« closed » est la fermeture d’un lieu" in said.replace("\xa0", " ")
    assert api.get(f"absences/{made['id']}/").json()["kind"] == "sick"
    place = api.post("absences/", span | {"location": world.location.pk, "kind": "closed"})
    assert place.status_code == 201


def test_an_agent_declares_his_own_absence_and_no_one_elses(world: World) -> None:
    own = Caller(world.territory, agent=world.agent)
    body = {"agent": world.agent.pk, "start": world.at(8).isoformat(), "end": world.at(10).isoformat()}
    assert own.post("absences/", body).status_code == 201
    assert own.post("absences/", body | {"agent": agent(world.organisation).pk}).status_code == 403
    assert own.post("absences/", body | {"agent": None, "location": location(world.organisation).pk}).status_code == 403


def test_two_agents_wait_for_nobody(api: Caller, world: World) -> None:
    """A slot freed by an absence that is withdrawn is booked like any other."""
    body = {"agent": world.agent.pk, "start": world.at(8).isoformat(), "end": world.at(18).isoformat()}
    absence = api.post("absences/", body).json()
    refused = api.post("appointments/", booking(world))
    assert (refused.status_code, refused.json()["reason"]) == (400, "not_open")
    api.delete(f"absences/{absence['id']}/")
    assert api.post("appointments/", booking(world)).status_code == 201
