"""The waiting list at the desk: who waits and why in that order, what was offered, anybody put there."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rdv.models import Channel, EntryStatus, Family, Offer, OfferRound, RoundStatus, WaitingListEntry
from rdv.models.actor import Actor
from rdv.waitinglist.entries import leave
from tests.factories import NOW, family
from tests.web.agents.world import Office

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return response.content.decode()


def waits(office: Office, number: int, **values) -> WaitingListEntry:
    of = family(office.territory, phone=f"+336399860{number:02}", organisation=office.organisation)
    given = {"any_location": True, "waiting_since": NOW - timedelta(days=1)} | values
    made = WaitingListEntry.objects.create(
        territory=office.territory, family=of, contact=of.contacts.get(), type=office.type, **given
    )
    made.persons.set(of.persons.all())
    return made


def test_the_list_is_in_the_published_order_and_says_why(office: Office, desk: Client) -> None:
    WaitingListEntry.objects.all().delete()
    late = waits(office, 1, waiting_since=NOW)
    has_one = waits(office, 2, waiting_since=NOW - timedelta(days=30), current_appointment=office.open)
    urgent = waits(office, 3, waiting_since=NOW, priority=2, priority_reason="Sortie de maternité")
    page = desk.get("/agents/liste-attente/")
    assert [line["pk"] for line in page.context["lines"]] == [urgent.pk, late.pk, has_one.pk]
    assert "très prioritaire, sans rendez-vous" in text(page)
    assert "Sortie de maternité" in text(page)
    assert "a déjà un rendez-vous, attend depuis le" in text(page)


def test_it_is_narrowed_by_type_and_place_and_asks_as_much_for_one_as_for_fifty(office: Office, desk: Client) -> None:
    WaitingListEntry.objects.all().delete()
    waits(office, 1)
    desk.get("/agents/liste-attente/")
    with CaptureQueriesContext(connection) as one:
        desk.get("/agents/liste-attente/")
    for number in range(2, 51):
        waits(office, number)
    with CaptureQueriesContext(connection) as fifty:
        page = desk.get("/agents/liste-attente/")
    assert len(fifty) == len(one)
    assert (len(page.context["lines"]), page.context["current"].paginator.num_pages) == (40, 2)
    assert desk.get(f"/agents/liste-attente/?motif={office.workshop_type.pk}").context["lines"] == []
    assert len(desk.get(f"/agents/liste-attente/?lieu={office.location.pk}&page=2").context["lines"]) == 10


def test_a_wait_that_is_over_is_still_explained_and_changes_no_more(office: Office, desk: Client) -> None:
    entry = waits(office, 1, priority=1, priority_reason="Sortie de maternité")
    leave(entry.pk, by=Actor.family(Channel.SMS), now=NOW)
    page = text(desk.get(f"/agents/liste-attente/{entry.pk}/"))
    for words in ("S’est retirée de la liste par SMS", "prioritaire, sans rendez-vous", "Sortie de maternité"):
        assert words in page
    assert "Enregistrer la priorité" not in page
    assert f"/agents/liste-attente/{entry.pk}/" in text(desk.get(f"/agents/familles/{entry.family_id}/"))
    for address in (f"/agents/liste-attente/{entry.pk}/", f"/agents/liste-attente/{entry.pk}/changer/"):
        assert desk.post(address, {"action": "pause", "priority": "0"}).status_code == 404


def test_the_appointment_that_ended_a_wait_is_named_and_leads_to_it(office: Office, desk: Client) -> None:
    entry = waits(office, 1)
    WaitingListEntry.objects.filter(pk=entry.pk).update(family=office.family, status=EntryStatus.FULFILLED)
    entry.persons.set(office.family.persons.all())
    page = text(desk.get(f"/agents/liste-attente/{entry.pk}/"))
    assert "A obtenu un rendez-vous" in page
    assert f"/agents/rendez-vous/{office.open.pk}/" in page


def test_the_list_is_numbered_and_counted_and_comes_back_as_it_was_narrowed(office: Office, desk: Client) -> None:
    WaitingListEntry.objects.all().delete()
    entries = [waits(office, number, waiting_since=NOW - timedelta(days=9 - number)) for number in (1, 2, 3)]
    narrowed = f"motif={office.type.pk}&lieu={office.location.pk}"
    page = desk.get(f"/agents/liste-attente/?{narrowed}")
    assert [line["number"] for line in page.context["lines"]] == [1, 2, 3]
    assert "(3)" in text(page)
    own = f"/agents/liste-attente/{entries[1].pk}/?{narrowed}"
    assert own in text(page).replace("&amp;", "&")
    assert "Raison de la priorité</label>" in text(desk.get(own))
    for address, data in ((own, {"priority": "0"}), (own.replace("/?", "/changer/?"), {"action": "pause"})):
        assert desk.post(address, data)["Location"] == f"/agents/liste-attente/?{narrowed}"


def test_the_rounds_that_are_shown_are_those_of_the_filters(office: Office, desk: Client) -> None:
    OfferRound.objects.update(status=RoundStatus.OPEN)
    shown = {
        query: len(desk.get(f"/agents/liste-attente/?{query}").context["rounds"])
        for query in (
            f"motif={office.type.pk}",
            f"lieu={office.location.pk}",
            f"motif={office.workshop_type.pk}",
            "lieu=9999",
        )
    }
    assert list(shown.values()) == [1, 1, 0, 0]


def test_an_entry_says_what_was_offered_and_why_it_was_passed_over(office: Office, desk: Client) -> None:
    entry = waits(office, 1)
    shown = {"territory": office.territory, "type": office.type, "location": office.location, "agent": office.agent}
    times = {"opened_at": NOW, "next_batch_at": NOW, "closes_at": office.at(10), "seed": 1, "status": "exhausted"}
    log = [{"skipped": [{"entry": entry.pk, "rank": 1, "reason": "too_short_notice"}]}]
    OfferRound.objects.create(starts_at=office.at(10), ends_at=office.at(11), log=log, **shown, **times)
    made = OfferRound.objects.create(starts_at=office.at(11), ends_at=office.at(12), **shown, **times)
    kept = {"priority": 0, "has_appointment": False, "waiting_since": NOW.isoformat(), "draw": 7}
    Offer.unsaved(
        round=made, entry=entry, family=entry.family, rank=3, batch=1, code="4F7", made_at=NOW, expires_at=NOW,
        status="expired", explanation=kept,
    ).save()  # fmt: skip
    page = text(desk.get(f"/agents/liste-attente/{entry.pk}/"))
    for words in (
        "sans réponse",
        "rang 3",
        "Elle a besoin de plus de temps pour venir.",
        "ordinaire, sans rendez-vous",
    ):
        assert words in page


def test_a_family_without_a_mobile_waits_and_is_to_be_called(office: Office, desk: Client) -> None:
    data = {
        "type": office.type.pk, "first_name_0": "Noé", "birth_date_0": "2026-06-01", "contact_first_name": "Alix",
        "contact_last_name": "Exemple", "contact_phone": "", "notice": "120", "priority": "1",
        "priority_reason": "Adressée par la maternité", "standby": "on",
    }  # fmt: skip
    page = desk.post("/agents/liste-attente/nouvelle/", data, follow=True)
    assert "La famille est sur la liste d’attente." in text(page)
    entry = WaitingListEntry.objects.latest("pk")
    assert (entry.standby, entry.priority, entry.channel) == (True, 1, "agent")
    assert "à appeler" in text(page)


def test_what_is_typed_is_kept_when_a_priority_lacks_its_reason(office: Office, desk: Client) -> None:
    before = Family.objects.count()
    data = {"type": office.type.pk, "contact_first_name": "Alix", "priority": "2", "notice": "120"}
    page = text(desk.post("/agents/liste-attente/nouvelle/", data))
    assert "Donnez la raison de la priorité." in page
    assert 'value="Alix"' in page
    assert Family.objects.count() == before


def test_from_an_appointment_the_family_waits_for_an_earlier_one(office: Office, desk: Client) -> None:
    WaitingListEntry.objects.all().delete()
    address = f"/agents/liste-attente/nouvelle/?famille={office.family.pk}&motif={office.type.pk}&rdv={office.open.pk}"
    assert address.replace("&", "&amp;") in text(desk.get(f"/agents/rendez-vous/{office.open.pk}/"))
    assert "Elle garde son rendez-vous" in text(desk.get(address))
    people = [str(one.pk) for one in office.family.persons.all()]
    desk.post(address, {"type": office.type.pk, "persons": people, "notice": "120", "priority": "0"})
    assert WaitingListEntry.objects.get().current_appointment == office.open


def test_changing_the_wishes_starts_from_them_and_keeps_the_place_and_the_pause(office: Office, desk: Client) -> None:
    since = NOW - timedelta(days=9)
    WaitingListEntry.objects.filter(pk=office.entry.pk).update(
        waiting_since=since, notice_minutes=300, any_half_day=False, half_days=["2-am"], standby=True, status="paused"
    )
    office.entry.persons.set(office.family.persons.all())
    address = f"/agents/liste-attente/nouvelle/?famille={office.family.pk}&motif={office.type.pk}"
    form = desk.get(address).context["form"]
    assert (form["half_days"].initial, form["notice"].initial, form["standby"].initial) == (["2-am"], "300", True)
    people = [str(one.pk) for one in office.family.persons.all()]
    data = {"type": office.type.pk, "persons": people, "notice": "300", "priority": "0", "half_days": ["3-pm"]}
    assert "La famille reste en pause" in text(desk.post(address, data, follow=True))
    office.entry.refresh_from_db()
    kept = (office.entry.half_days, office.entry.waiting_since, office.entry.status)
    assert kept == (["3-pm"], since, EntryStatus.PAUSED)


@pytest.mark.parametrize("followed", [False, True])
def test_an_entry_says_that_the_agent_whom_the_family_wanted_has_left(
    office: Office, desk: Client, *, followed: bool
) -> None:
    entry = waits(office, 1, agent=None if followed else office.other_agent)
    if followed:
        Family.objects.filter(pk=entry.family_id).update(own_agent=office.other_agent)
        type(office.type).objects.filter(pk=office.type.pk).update(same_agent=True)
    address = f"/agents/liste-attente/{entry.pk}/"
    assert "ne reçoit plus" not in text(desk.get(address))
    type(office.other_agent).objects.filter(pk=office.other_agent.pk).update(is_active=False)
    assert f"{office.other_agent.full_name} ne reçoit plus" in text(desk.get(address))
