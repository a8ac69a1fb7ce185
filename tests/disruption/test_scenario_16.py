"""Scenarios 16 and 18: an agent is sick at 7:45; each family knows before it leaves home, and nothing is left silent.

Through the real pages, the signed webhook and the stand-in of the provider.
"""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from rdv.disruption.carrying_out import work
from rdv.models import Absence, Appointment, Disruption, Status, WaitingListEntry
from tests.disruption.world import SickDay
from tests.factories import family, who
from tests.reminders.inbound.support import Line

pytestmark = pytest.mark.django_db

PHONES = ("+33639980011", "+33639980012", "+33639980013", "")


class Morning(SickDay):
    """Four families: three mobiles, and one that only somebody's voice reaches."""

    def __init__(self) -> None:
        super().__init__(hours=())
        hours = ((9, 0), (9, 30), (11, 0), (11, 30))
        for phone, hour in zip(PHONES, hours, strict=True):
            known = family(self.territory, phone=phone)
            booking = self.book(*hour, agents=[self.agent.pk], who=who(known))
            self.bookings.append(booking)
        self.appointments = [one.appointment for one in self.bookings]


@pytest.fixture
def day() -> Morning:
    return Morning()


@pytest.fixture
def desk(line: Line, day: Morning) -> Line:
    """The confirmations have left."""
    line.sends()
    return line


@pytest.fixture
def secretary(day: Morning, desk: Line) -> Client:
    client = Client()
    client.force_login(day.secretary)
    return client


def declared(client: Client, day: Morning, preset: str = "") -> Absence:
    """Through the form: the list is shown, then saved with what is advised, or with the same answer for all."""
    where = reverse("agents:new_absence")
    typed = {"who": f"agent-{day.agent.pk}", "kind": "sick", "first_day": str(day.day), "last_day": str(day.day)}
    shown = client.post(where, typed | ({"tout": preset} if preset else {}))
    assert not Absence.objects.exists()
    hit = shown.context["hit"]
    assert [one.pk for one in hit] == [one.pk for one in day.appointments]
    answers = {one.name: next(each.value for each in one.answers if each.is_chosen) for one in hit}
    saved = client.post(where, typed | answers | {"seen": shown.context["form"]["seen"].value()})
    absence = Absence.objects.get()
    assert saved.headers["Location"] == reverse("agents:absence", args=[absence.pk])
    return absence


def passes(desk: Line, **time: float) -> None:
    """Time passes: the periodic pass works, then what is due leaves."""
    desk.now += timedelta(**time)
    work(now=desk.now)
    desk.sends()


def board(client: Client, absence: Absence) -> dict[str, int]:
    """How many of each; who has to be called is not dealt with."""
    page = client.get(reverse("agents:absence", args=[absence.pk]))
    counted = {str(one["label"]): one["count"] for one in page.context["tallies"]}
    waiting = ("À décider", "Décidé, pas encore fait", "Message en attente d’envoi", "À appeler", "Message non remis")
    assert page.context["settled"] == page.context["total"] - sum(counted.get(one, 0) for one in waiting)
    return counted


def test_the_sick_day_is_rebooked_before_families_leave_home(day: Morning, desk: Line, secretary: Client) -> None:
    absence = declared(secretary, day)
    passes(desk, minutes=1)
    assert board(secretary, absence) == {"Décidé, pas encore fait": 4}
    before = {phone: len(desk.sms(phone)) for phone in PHONES if phone}

    passes(desk, minutes=10)
    said = [desk.new_sms(before[phone], phone) for phone in PHONES[:3]]
    assert [len(one) for one in said] == [1, 1, 1]
    assert "est maintenu, avec un autre professionnel" in said[0][0].replace("\u00a0", " ")
    assert "Repondez A, B ou C" in said[2][0].replace("é", "e")
    assert board(secretary, absence) == {"À appeler": 1, "Prévenue": 3}
    calls = secretary.get(reverse("agents:absence_calls", args=[absence.pk])).content.decode()
    assert "aucun numéro" in calls

    assert desk.receives("B", sender=PHONES[2]) == 200
    third = Appointment.objects.get(pk=day.appointments[2].pk)
    proposal = third.slot_proposals.get()
    assert (third.starts_at, proposal.chosen) == ((proposal.slot("B") or (None,))[0], "B")
    assert board(secretary, absence)["Nouveau rendez-vous"] == 1

    seen = sum(map(len, (desk.sms(phone) for phone in PHONES if phone)))
    passes(desk, minutes=5)
    assert sum(map(len, (desk.sms(phone) for phone in PHONES if phone))) == seen


def test_the_family_chooses_on_its_page_or_says_that_none_suits(day: Morning, desk: Line, secretary: Client) -> None:
    absence = declared(secretary, day, "dates")
    passes(desk, minutes=11)
    first, second = (reverse("families:dates", args=[one.link.token]) for one in day.bookings[:2])
    anyone = Client()
    assert len(anyone.get(first).context["choices"]) == 3
    assert day.row(0).appointment.sequence == 0
    moved = anyone.post(first, {"date": "A"})
    assert moved.headers["Location"] == reverse("families:appointment", args=[day.bookings[0].link.token])
    assert day.row(0).appointment.sequence == 1
    assert anyone.post(first, {"date": "C"}).status_code == 302
    assert day.row(0).appointment.sequence == 1

    assert "nous vous rappelons" in anyone.post(second, {"date": "aucune"}).content.decode()
    counted = board(secretary, absence)
    assert counted["À appeler"] == 2
    decide = secretary.get(reverse("agents:absence_decide", args=[absence.pk]))
    assert [one.problem for one in decide.context["hit"]] == ["Aucune des dates proposées ne convient à la famille."]


def test_all_are_cancelled_with_a_link_and_a_place_at_the_head_of_the_list(
    day: Morning, desk: Line, secretary: Client
) -> None:
    declared(secretary, day, "annuler")
    passes(desk, minutes=11)
    assert set(Appointment.objects.values_list("status", flat=True)) == {Status.REVOKED}
    assert set(WaitingListEntry.objects.values_list("priority", flat=True)) == {2}
    assert "est annulé par nos services. Reprendre RDV" in desk.sms(PHONES[0])[-1].replace("\u00a0", " ")


def test_ten_minutes_to_undo_and_nobody_has_heard_of_it(day: Morning, desk: Line, secretary: Client) -> None:
    absence = declared(secretary, day)
    passes(desk, minutes=1)
    before = sum(map(len, (desk.sms(phone) for phone in PHONES if phone)))
    secretary.post(reverse("agents:withdraw_absence", args=[absence.pk]))
    passes(desk, minutes=30)
    assert sum(map(len, (desk.sms(phone) for phone in PHONES if phone))) == before
    assert not Absence.objects.exists()
    assert set(Disruption.objects.get().hits.values_list("step", flat=True)) == {"withdrawn"}


def test_who_was_asked_learns_that_the_first_date_stands(day: Morning, desk: Line, secretary: Client) -> None:
    absence = declared(secretary, day, "dates")
    passes(desk, minutes=11)
    secretary.post(reverse("agents:withdraw_absence", args=[absence.pk]))
    passes(desk, minutes=1)
    assert "est maintenu" in desk.sms(PHONES[0])[-1]
    assert "maintained" in str(day.row(0).appointment.messages.latest("pk").kind)


def test_sending_the_form_twice_declares_and_tells_once(day: Morning, desk: Line, secretary: Client) -> None:
    absence = declared(secretary, day, "annuler")
    passes(desk, minutes=11)
    told = len(desk.sms(PHONES[0]))
    where = reverse("agents:absence_decide", args=[absence.pk])
    for _ in range(2):
        secretary.post(where, {f"choix-{one.pk}": "cancel" for one in day.appointments})
        passes(desk, minutes=11)
    assert len(desk.sms(PHONES[0])) == told


def test_on_the_day_itself_families_are_told_at_eight_and_the_first_is_called(
    day: Morning, desk: Line, secretary: Client
) -> None:
    """Two hours and less before, nothing can be undone; no SMS leaves before eight, and nine o'clock must know."""
    desk.now = day.at(7, 45)
    desk.sends()
    before = {phone: len(desk.sms(phone)) for phone in PHONES if phone}
    absence = declared(secretary, day, "annuler")
    passes(desk, seconds=30)
    assert [one.status for one in Appointment.objects.order_by("starts_at")][:2] == [Status.REVOKED] * 2
    assert desk.new_sms(before[PHONES[0]], PHONES[0]) == []
    passes(desk, minutes=16)
    assert [len(desk.new_sms(before[phone], phone)) for phone in PHONES[:3]] == [1, 1, 1]
    assert sum(board(secretary, absence).values()) == 4
