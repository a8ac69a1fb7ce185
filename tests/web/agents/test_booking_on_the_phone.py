"""A secretary books for a family that calls: known or new, with a mobile, a landline or nothing."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from rdv.models import Appointment, Occupation, OccupationKind, OfferRound, Participation, PhoneKind
from rdv.models.actor import Actor
from tests.factories import NOW
from tests.web.agents.world import Office

pytestmark = pytest.mark.django_db


def address(office: Office, hour: int, minute: int = 0, **more: Any) -> str:
    query = {"motif": office.type.pk, "lieu": office.location.pk, "debut": office.at(hour, minute).isoformat()}
    return f"{reverse('agents:confirm')}?{urlencode(query | more)}"


NEW = {
    "first_name_0": "Zoé",
    "last_name_0": "",
    "contact_first_name": "Ana",
    "contact_last_name": "Nouvelle",
    "contact_phone": "06 39 98 44 55",
    "contact_relation": "parent",
    "contact_language": "fr",
}


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode().replace("\u00a0", " "))


def test_the_soonest_of_every_place_then_the_week_of_one(office: Office, desk: Client) -> None:
    everywhere = desk.get(reverse("agents:find_slot"), {"motif": office.type.pk})
    assert [line.name for line in everywhere.context["places"] if line.first] == [
        office.location.name,
        office.other_place.name,
    ] or everywhere.context["places"][0].first
    week = desk.get(reverse("agents:find_slot"), {"motif": office.type.pk, "lieu": office.location.pk})
    hours = [slot.hour.replace("\u00a0", " ") for day in week.context["slot_days"] for slot in day.slots]
    assert hours == ["9 h 30", "10 h", "10 h 30", "11 h", "11 h 30"]


def test_an_empty_week_gives_the_next_free_slot(office: Office, desk: Client) -> None:
    query = {"motif": office.type.pk, "lieu": office.location.pk, "agent": office.people["admin"].pk}
    empty = desk.get(reverse("agents:find_slot"), query)
    assert empty.context["slot_days"] == []
    assert empty.context["next_slot"] is None
    later = {"motif": office.type.pk, "lieu": office.location.pk, "jour": "2027-01-05"}
    assert desk.get(reverse("agents:find_slot"), later).context["next_slot"] is not None


def test_a_new_family_with_a_mobile_is_booked_once(office: Office, desk: Client) -> None:
    form = desk.get(address(office, 10)).context["form"]
    data = NEW | {"key": form["key"].value()}
    first = desk.post(address(office, 10), data)
    again = desk.post(address(office, 10), data)
    booked = Appointment.objects.get(starts_at=office.at(10))
    assert first.headers["Location"] == again.headers["Location"] == reverse("agents:booked", args=[booked.pk])
    assert (booked.booked_by, booked.channel) == (office.people["secretary"], "agent")
    assert booked.participations.get().family.contacts.get().phone_kind == PhoneKind.MOBILE


def test_scenario_13_a_landline_only_family_gets_a_letter(office: Office, desk: Client) -> None:
    answer = desk.post(address(office, 10), NEW | {"contact_phone": "01 99 00 55 66"}, follow=True)
    booked = Appointment.objects.get(starts_at=office.at(10))
    family = booked.participations.get().family
    assert family.contacts.get().phone_kind == PhoneKind.FIXED
    assert not booked.messages.filter(channel="sms").exists()
    assert "Aucun message ne partira" in text(answer)
    letter = desk.get(reverse("agents:letter", args=[booked.pk, family.pk]))
    assert letter.headers["Content-Type"] == "application/pdf"
    assert letter.content.startswith(b"%PDF-")


def test_neither_phone_nor_address_is_no_error(office: Office, desk: Client) -> None:
    desk.post(address(office, 10), NEW | {"contact_phone": ""})
    assert Appointment.objects.get(starts_at=office.at(10)).participations.get().family.contacts.get().phone == ""


def test_a_known_family_comes_with_whom_it_wants(office: Office, desk: Client) -> None:
    person = office.family.persons.get()
    where = address(office, 10, famille=office.family.pk)
    nobody = desk.post(where, {})
    assert nobody.context["form"].errors["persons"]
    desk.post(where, {"persons": [person.pk], "first_name_0": "Noé"})
    booked = Appointment.objects.get(starts_at=office.at(10))
    assert {str(row.person) for row in booked.participations.all()} == {str(person), "Noé"}
    assert {row.family for row in booked.participations.all()} == {office.family}


def test_scenario_22_losing_the_race_keeps_what_was_typed_and_shows_the_nearest(office: Office, desk: Client) -> None:
    office.book(10)
    lost = desk.post(address(office, 10), NEW)
    assert lost.status_code == 200
    assert "vient d’être pris" in text(lost)
    assert 'value="Nouvelle"' in text(lost)
    values = [slot.value for day in lost.context["alternatives"] for slot in day.slots]
    assert values[0] == office.at(9, 30).isoformat()
    desk.post(address(office, 10), NEW | {"debut": values[0]})
    assert Appointment.objects.filter(starts_at=office.at(9, 30)).count() == 1


def test_an_offered_slot_is_taken_only_after_a_warning(office: Office, desk: Client) -> None:
    start, end = office.at(10), office.at(10, 30)
    round_ = OfferRound.objects.create(
        territory=office.territory,
        type=office.type,
        location=office.location,
        agent=office.agent,
        starts_at=start,
        ends_at=end,
        opened_at=NOW,
        next_batch_at=NOW + timedelta(hours=1),
        closes_at=start,
        seed=1,
    )
    Occupation.objects.create(
        agent=office.agent, kind=OccupationKind.OFFER, round=round_, starts_at=start, ends_at=end, expires_at=start
    )
    warned = desk.post(address(office, 10), NEW)
    assert "proposé en ce moment" in text(warned)
    assert not Appointment.objects.filter(starts_at=start).exists()
    assert warned.context["form"]["over_offers"].value() == "True"
    desk.post(address(office, 10), NEW | {"over_offers": "True"})
    assert Appointment.objects.get(starts_at=start).booked_by == office.people["secretary"]


def test_overbooking_asks_for_its_reason(office: Office, desk: Client) -> None:
    where = address(office, 9, surreservation="1", agent=office.agent.pk)
    assert desk.post(where, NEW).context["form"].errors["overbooking_reason"]
    desk.post(where, NEW | {"overbooking_reason": "Urgence, pesée"})
    occupation = Occupation.objects.get(is_overbooked=True)
    assert (occupation.overbooking_reason, occupation.agent) == ("Urgence, pesée", office.agent)


def test_overbooking_stays_in_one_s_own_organisation(office: Office, desk: Client) -> None:
    elsewhere = {"surreservation": "1", "agent": office.other_agent.pk, "lieu": office.other_place.pk}
    reason = NEW | {"overbooking_reason": "Urgence"}
    assert desk.post(address(office, 9, **elsewhere), reason).status_code == 404
    assert desk.post(address(office, 9, surreservation="1", agent=office.other_agent.pk), reason).status_code == 404
    assert not Occupation.objects.filter(is_overbooked=True).exists()


def test_a_bad_address_is_answered_and_changes_nothing(office: Office, desk: Client) -> None:
    before = Participation.objects.count()
    for query in ("motif=abc", "motif=999999999999999999999", "motif=0&lieu=1", f"motif={office.type.pk}&lieu=0"):
        assert desk.get(f"{reverse('agents:find_slot')}?{query}").status_code in (200, 404)
    for start in ("", "hier", "2027-99-99", "9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59"):
        answer = desk.post(address(office, 10, debut=start), NEW)
        assert answer.status_code in (200, 404), start
    assert Participation.objects.count() == before


def test_a_prescriber_books_and_sees_his_own_alone(office: Office) -> None:
    client = office.client("prescriber")
    client.post(address(office, 10), NEW)
    booked = Appointment.objects.get(starts_at=office.at(10))
    assert client.get(reverse("agents:booked", args=[booked.pk])).status_code == 200
    assert client.get(reverse("agents:appointment", args=[office.open.pk])).status_code == 404
    assert Actor.of(office.people["prescriber"]).agent == booked.booked_by
