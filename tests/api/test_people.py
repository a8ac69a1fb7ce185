"""Families, the waiting list and messages through the API."""

from rdv.access.scopes import TokenScope
from rdv.models import AccessLog, Contact, Family, WaitingListEntry
from tests.api.support import Caller, booking
from tests.factories import NOW, World, agent, family, organisation, service

CONTACT = {"first_name": "Sam", "last_name": "Exemple", "phone": "0639981234", "email": "sam@exemple.test"}


def test_a_file_is_opened_once_for_the_same_person(api: Caller, world: World) -> None:
    body = {"contact": CONTACT, "persons": [{"first_name": "Léa"}]}
    made = api.post("families/", body)
    assert made.status_code == 201
    found = made.json()
    assert [(one["first_name"], one["is_child"]) for one in found["persons"]] == [("Léa", True)]
    assert (found["contacts"][0]["phone"], found["contacts"][0]["phone_kind"]) == ("+33639981234", "mobile")
    assert api.post("families/", body).json()["id"] == found["id"]
    assert Family.objects.count() == 1
    more = api.post(f"families/{found['id']}/persons/", {"first_name": "Noé", "birth_date": "2026-06-01"})
    assert [one["first_name"] for one in more.json()["persons"]] == ["Léa", "Noé"]


def test_another_number_is_a_new_chance(api: Caller, world: World) -> None:
    here = family(world.territory)
    contact = here.contacts.get()
    Contact.objects.update(phone_state="failed", sms_stopped_at=NOW)
    path = f"families/{here.pk}/contacts/{contact.pk}/"
    kept = api.patch(path, {"language": "en"}).json()["contacts"][0]
    assert (kept["language"], kept["phone_state"], kept["sms_stopped"]) == ("en", "failed", True)
    changed = api.patch(path, {"phone": "01 99 00 12 34"}).json()["contacts"][0]
    assert (changed["phone_kind"], changed["phone_state"], changed["sms_stopped"]) == ("fixed", "ok", False)
    assert api.patch(path, {"phone": "12"}).json()["errors"]["phone"]
    assert api.patch(f"families/{here.pk}/contacts/0/", {}).status_code == 404


def test_families_are_found_by_name_whatever_the_accents(api: Caller, world: World) -> None:
    here = family(world.territory)
    assert [row["id"] for row in api.get("families/", {"q": "lea"}).json()["results"]] == [here.pk]
    assert api.get("families/", {"q": "zoé"}).json()["count"] == 0
    assert api.get("families/", {"q": "a"}).json()["errors"]["q"]


def test_an_agents_reading_is_logged_and_a_refusal_too(world: World) -> None:
    here = family(world.territory, organisation=world.organisation)
    reader = Caller(world.territory, agent=world.agent)
    assert reader.get(f"families/{here.pk}/").status_code == 200
    stranger = Caller(world.territory, agent=agent(organisation(world.territory)))
    assert stranger.get(f"families/{here.pk}/").status_code == 404
    assert list(AccessLog.objects.order_by("pk").values_list("agent", "family", "was_refused")) == [
        (world.agent.pk, here.pk, False),
        (stranger.token.agent_id, here.pk, True),
    ]


def test_a_file_of_a_discreet_service_is_unknown_to_applications(api: Caller, world: World) -> None:
    discreet = service(world.territory, is_discreet=True)
    here = family(world.territory, discreet_service=discreet)
    assert api.get("families/").json()["count"] == 0
    assert api.get(f"families/{here.pk}/").status_code == 404
    body = booking(world, contact=None, family=here.pk)
    assert list(api.post("appointments/", body).json()["errors"]) == ["family"]


def test_a_family_joins_pauses_and_leaves_the_list(api: Caller, world: World) -> None:
    body = {
        "appointment_type": world.type.pk,
        "contact": CONTACT,
        "attendees": [{"first_name": "Léa", "birth_date": "2026-06-01"}],
        "locations": [world.location.pk],
        "half_days": ["2-am"],
    }
    made = api.post("waiting-list/", body)
    assert made.status_code == 201
    entry = made.json()
    assert (entry["status"], entry["locations"], entry["half_days"], entry["channel"]) == (
        "waiting",
        [world.location.pk],
        ["2-am"],
        "api",
    )
    assert api.post("waiting-list/", body).json()["id"] == entry["id"]
    assert api.post(f"waiting-list/{entry['id']}/pause/").json()["status"] == "paused"
    assert api.post(f"waiting-list/{entry['id']}/resume/").json()["status"] == "waiting"
    assert api.get("waiting-list/", {"appointment_type": world.type.pk, "status": "waiting"}).json()["count"] == 1
    assert api.delete(f"waiting-list/{entry['id']}/").status_code == 204
    assert WaitingListEntry.objects.get().status == "left"
    ended = api.post(f"waiting-list/{entry['id']}/resume/")
    assert (ended.status_code, ended.json()["code"]) == (409, "entry_ended")


def test_wishes_that_nothing_could_meet_are_refused(api: Caller, world: World) -> None:
    body = {"appointment_type": world.type.pk, "contact": CONTACT, "attendees": [{"first_name": "Léa"}]}
    for field, value in (("locations", [2**62]), ("half_days", ["8-am"]), ("notice_minutes", -1), ("agent", 2**62)):
        assert list(api.post("waiting-list/", body | {field: value}).json()["errors"]) == [field]
    nowhere = api.post("waiting-list/", body | {"locations": []})
    assert (nowhere.status_code, nowhere.json()["code"]) == (409, "nothing_wanted")
    assert api.post("waiting-list/", body | {"priority": 1}).json()["code"] == "priority_refused"
    assert WaitingListEntry.objects.count() == 0


def test_messages_are_read_and_never_written(api: Caller, world: World) -> None:
    made = world.book(9)
    message = world.territory.messages.create(
        key="k",
        kind="booked",
        channel="sms",
        appointment=made.appointment,
        family=made.family,
        to="+33639981234",
        body="Rendez-vous mar. 12/01 à 9h",
        due_at=NOW,
        give_up_at=world.at(9),
        next_try_at=NOW,
        created_at=NOW,
    )
    found = api.get("messages/", {"family": made.family.pk}).json()["results"]
    assert message.pk in [row["id"] for row in found]
    one = api.get(f"messages/{message.pk}/").json()
    assert (one["body"], one["due_at"]) == ("Rendez-vous mar. 12/01 à 9h", "2027-01-11T08:00:00+01:00")
    assert api.post("messages/", {}).status_code == 405
    assert Caller(world.territory, scopes=(TokenScope.SLOTS_READ,)).get("messages/").status_code == 403
