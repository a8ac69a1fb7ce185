"""An absence that is declared during the day: what has begun is decided by nobody, and no past hour is offered."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from rdv import clock
from rdv.disruption.options import SOONEST, possibilities
from rdv.models import Absence, Appointment, Decision
from tests.disruption.world import SickDay

pytestmark = pytest.mark.django_db

URL = reverse("agents:new_absence")


def declaring(monkeypatch: pytest.MonkeyPatch, day: SickDay, at: datetime) -> tuple[Client, dict[str, str]]:
    monkeypatch.setattr(clock, "now", lambda: at)
    client = Client()
    client.force_login(day.secretary)
    return client, {
        "who": f"agent-{day.agent.pk}",
        "kind": "sick",
        "first_day": str(day.day),
        "last_day": str(day.day),
    }


def test_what_is_over_or_has_begun_is_not_in_the_list(monkeypatch: pytest.MonkeyPatch) -> None:
    day = SickDay()
    client, typed = declaring(monkeypatch, day, day.at(9, 32))
    shown = client.post(URL, typed)
    (hit,) = shown.context["hit"]
    assert hit.pk == day.appointments[2].pk
    answers = {hit.name: Decision.KEEP.value, "seen": shown.context["form"]["seen"].value()}
    assert client.post(URL, typed | answers).status_code == 302
    assert Absence.objects.get().disruption.hits.filter(decision=Decision.KEEP).count() == 1


def test_an_absence_over_what_has_begun_alone_is_saved_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    day = SickDay(hours=((9, 0),))
    client, typed = declaring(monkeypatch, day, day.at(9, 10))
    saved = client.post(URL, typed, follow=True)
    assert "Elle ne touche aucun rendez-vous à venir." in saved.content.decode()
    assert Absence.objects.exists()


def test_no_hour_is_offered_that_a_family_could_not_come_to() -> None:
    day = SickDay(hours=((9, 30),))
    disruption = day.declare(now=day.at(9, 2))
    possible = possibilities(disruption, list(Appointment.objects.with_people()), now=day.at(9, 2))[
        day.appointments[0].pk
    ]
    options = [*([possible.best] if possible.best else []), *possible.others]
    assert options
    assert all(one.start >= day.at(9, 2) + SOONEST for one in options)
    assert all(one.start >= day.at(9, 2) + timedelta(hours=3) for one in possible.dates)


def test_a_family_is_not_moved_to_an_earlier_hour_that_it_would_read_of_too_late() -> None:
    day = SickDay(hours=((11, 0),))
    disruption = day.declare(now=day.at(7))
    hit = list(Appointment.objects.with_people())

    def hours(now: datetime) -> list[datetime]:
        found = possibilities(disruption, hit, now=now)[hit[0].pk]
        return [one.start for one in (found.best, *found.others) if one]

    assert hours(day.at(6, 30)) == [day.at(9, 30)]
    assert hours(day.at(8, 40)) == []
