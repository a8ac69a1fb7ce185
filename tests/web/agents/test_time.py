"""Absences, opening periods and workshops, as agents plan them."""

import pytest
from django.test import Client
from django.urls import reverse

from rdv.models import Absence, Appointment, AppointmentType, OpeningException, OpeningOccurrence, OpeningPeriod
from rdv.models.actor import Actor
from rdv.waitinglist.entries import Wish, join
from tests.factories import NOW, family, who
from tests.web.agents.world import Office

pytestmark = pytest.mark.django_db


def absence_of(office: Office, **changes: str) -> dict[str, str]:
    day = office.day.isoformat()
    given = {"who": f"agent-{office.agent.pk}", "kind": "sick", "first_day": day, "last_day": day}
    return given | {"start_time": "09:00", "end_time": "12:00"} | changes


def test_scenario_18_an_absence_is_never_put_silently_on_appointments(office: Office, desk: Client) -> None:
    where = reverse("agents:new_absence")
    before = Absence.objects.count()
    shown = desk.post(where, absence_of(office))
    assert [line.pk for line in shown.context["hit"]] == [office.open.pk]
    assert Absence.objects.count() == before
    seen = shown.context["form"]["seen"].value()

    office.book(11)
    more = desk.post(where, absence_of(office, seen=seen))
    assert len(more.context["hit"]) == 2
    assert Absence.objects.count() == before

    seen = more.context["form"]["seen"].value()
    unanswered = desk.post(where, absence_of(office, seen=seen))
    assert [one.is_missing for one in unanswered.context["hit"]] == [True, True]
    assert Absence.objects.count() == before

    later = {one.name: "undecided" for one in unanswered.context["hit"]}
    saved = desk.post(where, absence_of(office, seen=seen, **later), follow=True)
    assert Absence.objects.count() == before + 1
    assert saved.context["total"] == 2
    opened = OpeningOccurrence.objects.filter(period=office.period, starts_at__date=office.day)
    assert not opened.exists()


def test_an_absence_that_hits_nothing_is_saved_at_once_and_withdrawn(office: Office, desk: Client) -> None:
    free = absence_of(office, start_time="11:00", end_time="12:00")
    desk.post(reverse("agents:new_absence"), free)
    absence = Absence.objects.latest("pk")
    assert (absence.starts_at, absence.ends_at) == (office.at(11), office.at(12))
    assert absence.created_by == office.people["secretary"]
    desk.post(reverse("agents:withdraw_absence", args=[absence.pk]))
    assert not Absence.objects.filter(pk=absence.pk).exists()
    assert OpeningOccurrence.objects.get(period=office.period).ends_at == office.at(12)


def test_a_walled_appointment_that_is_hit_is_an_hour_and_nothing_else(office: Office, desk: Client) -> None:
    answer = desk.post(reverse("agents:new_absence"), absence_of(office, who=f"agent-{office.counsellor.pk}"))
    line = answer.context["hit"][0].line
    assert (line.title, line.url, line.detail) == ("Occupé", "", "")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"last_day": "2027-01-01"}, "last_day"),
        ({"start_time": "12:00", "end_time": "09:00"}, "end_time"),
        ({"first_day": "demain"}, "first_day"),
        ({"who": "agent-0"}, "who"),
        ({"who": "lieu-0"}, "who"),
    ],
)
def test_a_wrong_absence_names_its_field(office: Office, desk: Client, changes: dict[str, str], field: str) -> None:
    answer = desk.post(reverse("agents:new_absence"), absence_of(office, **changes))
    assert list(answer.context["form"].errors) == [field]


def test_an_agent_manages_his_own_time_alone(office: Office) -> None:
    client = office.client("agent")
    other = absence_of(office, who=f"agent-{office.people['admin'].pk}")
    assert list(client.post(reverse("agents:new_absence"), other).context["form"].errors) == ["who"]
    period = OpeningPeriod.objects.get(agent=office.counsellor)
    assert client.get(reverse("agents:opening", args=[period.pk])).status_code == 404


def period_of(office: Office, **changes: object) -> dict[str, object]:
    return {
        "agent": office.agent.pk,
        "location": office.location.pk,
        "types": [office.type.pk],
        "first_day": "2027-02-01",
        "start_time": "14:00",
        "end_time": "16:00",
        "every": "1",
        "weekdays": ["1", "4"],
        "skips_public_holidays": "on",
    } | changes


def test_the_next_dates_are_shown_before_a_period_is_saved(office: Office, desk: Client) -> None:
    where = reverse("agents:new_opening")
    before = OpeningPeriod.objects.count()
    shown = desk.post(where, period_of(office) | {"preview": "1"})
    assert OpeningPeriod.objects.count() == before
    assert [line.replace("\u00a0", " ") for line in shown.context["occurrences"]][:2] == [
        "lundi 1er février de 14 h à 16 h",
        "jeudi 4 février de 14 h à 16 h",
    ]
    desk.post(where, period_of(office) | {"save": "1"})
    period = OpeningPeriod.objects.latest("pk")
    assert period.rrule == "FREQ=WEEKLY;BYDAY=MO,TH"
    assert list(period.types.all()) == [office.type]
    assert period.occurrences.exists()


def test_a_period_is_changed_and_a_day_set_apart(office: Office, desk: Client) -> None:
    desk.post(reverse("agents:new_opening"), period_of(office) | {"save": "1"})
    period = OpeningPeriod.objects.latest("pk")
    count = period.occurrences.count()
    desk.post(reverse("agents:opening_exceptions", args=[period.pk]), {"day": "4/2/2027"})
    assert period.occurrences.count() == count - 1
    exception = OpeningException.objects.get(period=period)
    desk.post(reverse("agents:restore", args=[period.pk, exception.pk]))
    assert period.occurrences.count() == count
    desk.post(reverse("agents:opening", args=[period.pk]), period_of(office, every="once") | {"save": "1"})
    assert OpeningPeriod.objects.get(pk=period.pk).rrule == ""
    desk.post(reverse("agents:delete_opening", args=[period.pk]))
    assert not OpeningPeriod.objects.filter(pk=period.pk).exists()


def test_a_rule_of_another_shape_is_kept(office: Office, desk: Client) -> None:
    OpeningPeriod.objects.filter(pk=office.period.pk).update(rrule="FREQ=MONTHLY;BYDAY=2TU")
    where = reverse("agents:opening", args=[office.period.pk])
    form = desk.get(where).context["form"]
    assert form["every"].value() == "keep"
    desk.post(where, period_of(office, every="keep", first_day="2027-01-12") | {"save": "1"})
    assert OpeningPeriod.objects.get(pk=office.period.pk).rrule == "FREQ=MONTHLY;BYDAY=2TU"


def workshop_of(office: Office, capacity: int) -> dict[str, object]:
    return {
        "type": office.workshop_type.pk,
        "location": office.location.pk,
        "day": office.day.isoformat(),
        "time": "16:30",
        "agents": [office.agent.pk],
        "capacity": str(capacity),
    }


def enrolling(office: Office) -> str:
    """Where the family of the team is put into that workshop."""
    query = f"?motif={office.workshop_type.pk}&lieu={office.location.pk}&debut={office.at(16, 30):%Y-%m-%dT%H:%M}"
    return reverse("agents:confirm") + query + f"&famille={office.family.pk}"


def test_a_workshop_is_opened_and_families_enrol(office: Office, desk: Client) -> None:
    data = workshop_of(office, 2)
    desk.post(reverse("agents:new_session"), data)
    session = Appointment.objects.get(starts_at=office.at(16, 30))
    assert (session.capacity, session.seats_taken) == (2, 0)
    twice = desk.post(reverse("agents:new_session"), data)
    assert list(twice.context["form"].errors) == ["agents"]
    past = desk.post(reverse("agents:new_session"), data | {"day": "2027-01-01"})
    assert list(past.context["form"].errors) == ["day"]
    where = enrolling(office)
    desk.post(where, {"persons": [office.family.persons.get().pk]})
    session.refresh_from_db()
    assert session.seats_taken == 1
    page = desk.get(reverse("agents:appointment", args=[session.pk]))
    assert [guest.family_id for guest in page.context["guests"]] == [office.family.pk]


def test_a_workshop_that_finds_no_room_says_so_at_its_place(office: Office, desk: Client) -> None:
    AppointmentType.objects.filter(pk=office.workshop_type.pk).update(needs_room=True)
    refused = desk.post(reverse("agents:new_session"), workshop_of(office, 2))
    assert "Aucune salle qui convient" in str(refused.context["form"].errors["location"])


def test_the_first_seats_of_a_workshop_go_to_those_who_wait_and_an_agent_takes_one_knowing_it(
    office: Office, desk: Client
) -> None:
    asker = family(office.territory, phone="+33639981234")
    join(Wish(type=office.workshop_type, who=who(asker)), by=Actor.family(), now=NOW)
    told = desk.post(reverse("agents:new_session"), workshop_of(office, 1), follow=True)
    assert "liste d’attente" in str(*told.context["messages"])
    session = Appointment.objects.get(starts_at=office.at(16, 30))
    person = {"persons": [office.family.persons.get().pk]}
    warned = desk.post(enrolling(office), person)
    assert warned.context["offered"]
    desk.post(enrolling(office), person | {"over_offers": "True"})
    assert session.participations.get().family == office.family
