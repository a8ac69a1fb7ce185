"""A place closes: from the form to the telephones of its families, whichever agent receives them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from rdv.disruption.carrying_out import work
from rdv.models import Absence, Appointment, Location, OpeningOccurrence
from tests import factories as make
from tests.disruption.world import SickDay
from tests.reminders.inbound.support import Line

pytestmark = pytest.mark.django_db

PHONES = ("+33639980021", "+33639980022", "+33639980023")


class FloodedPlace(SickDay):
    """Two agents receive where the water came in; in the other building one of them and a third have an hour."""

    def __init__(self) -> None:
        super().__init__(hours=())
        self.other = make.location(self.organisation, name="Maison de l’Enfance")
        third = make.agent(self.organisation, first_name="Chloé")
        make.opening(third, self.other, self.type, day=self.day, end=self.at(10).time())
        self.other = Location.objects.select_related("organisation__territory").get(pk=self.other.pk)
        for phone, agent in zip(PHONES, (self.agent, self.colleague, self.agent), strict=True):
            minutes = 30 * (phone == PHONES[2])
            known = make.family(self.territory, phone=phone)
            self.bookings.append(self.book(9, minutes, agents=[agent.pk], who=make.who(known)))
        self.appointments = [one.appointment for one in self.bookings]


def test_a_place_that_closes_is_emptied_from_the_form_on(line: Line) -> None:
    day = FloodedPlace()
    line.sends()
    client = Client()
    client.force_login(day.secretary)
    where = reverse("agents:new_absence")
    typed = {
        "who": f"lieu-{day.location.pk}",
        "kind": "leave",
        "first_day": str(day.day),
        "last_day": str(day.day),
        "label": "Dégât des eaux",
    }
    shown = client.post(where, typed)
    hit = shown.context["hit"]
    assert {one.pk for one in hit} == {one.pk for one in day.appointments}
    answers = {one.name: next(each.value for each in one.answers if each.is_chosen) for one in hit}
    saved = client.post(where, typed | answers | {"seen": shown.context["form"]["seen"].value()})
    absence = Absence.objects.get()
    assert (absence.location, absence.kind, absence.label) == (day.location, "closed", "Dégât des eaux")
    assert saved.headers["Location"] == reverse("agents:absence", args=[absence.pk])
    assert not OpeningOccurrence.objects.filter(location=day.location, starts_at__date=day.day).exists()

    before = {phone: len(line.sms(phone)) for phone in PHONES}
    line.now += timedelta(minutes=11)
    work(now=line.now)
    line.sends()
    there = Appointment.objects.filter(location=day.other).order_by("starts_at")
    assert [one.starts_at for one in there] == [day.at(9), day.at(9, 30)]
    said = [" ".join(line.new_sms(before[phone], phone)) for phone in PHONES]
    assert sum("Maison de l'Enfance" in text for text in said) == 2
    board = client.get(reverse("agents:absence", args=[absence.pk]))
    assert [row.what for row in board.context["rows"]].count("Déplacé à Maison de l’Enfance, même heure") == 2
    assert board.context["total"] == board.context["settled"] == 3


def test_who_has_no_say_over_the_place_can_t_close_it() -> None:
    day = SickDay(hours=((9, 0),))
    client = Client()
    client.force_login(day.agent)
    form = client.get(reverse("agents:new_absence")).context["form"]
    assert form.locations == {}
    refused = client.post(
        reverse("agents:new_absence"),
        {"who": f"lieu-{day.location.pk}", "kind": "closed", "first_day": str(day.day), "last_day": str(day.day)},
    )
    assert "who" in refused.context["form"].errors
    assert not Absence.objects.exists()
