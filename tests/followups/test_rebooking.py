"""From the page of an appointment that did not take place: one press to the same slots, with the same children."""

import pytest
from django.core.cache import cache
from django.test import Client

from rdv import clock
from rdv.booking.outcome import record_outcome
from rdv.models import BookableBy, Status
from rdv.models.actor import Actor
from tests.factories import NOW, World, who

pytestmark = pytest.mark.django_db


def test_a_missed_appointment_is_taken_again_at_the_same_place(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    world = World(age_min_months=0, age_max_months=72)
    booked = world.book(9, who=who(children=2))
    monkeypatch.setattr(clock, "now", lambda: world.at(13))
    record_outcome(booked.appointment.pk, status=Status.NOSHOW, by=Actor.of(world.agent), now=world.at(13))
    link = f"/r/{booked.link.token}/"
    assert f"{link}reprendre/" in client.get(link).content.decode()
    page = client.post(f"{link}reprendre/", follow=True)
    assert page.redirect_chain[-1][0].startswith(f"/prendre/{world.type.slug}/{world.location.pk}-")
    draft = client.session["prendre"]
    assert (draft["count"], draft["births"]) == (2, ["2026-06-01", "2026-06-01"])
    assert draft["answers"]["child_2"] == "Enfant 1"
    assert draft["answers"]["first_name"] == "Alix"


def test_an_appointment_to_come_or_not_for_families_is_not_taken_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    monkeypatch.setattr(clock, "now", lambda: NOW)
    world = World()
    link = f"/r/{world.book(9).link.token}/"
    assert client.post(f"{link}reprendre/").headers["Location"] == link
    world.type.bookable_by = BookableBy.AGENTS
    world.type.save()
    monkeypatch.setattr(clock, "now", lambda: world.at(13))
    assert "Reprendre rendez-vous" not in client.get(link).content.decode()
    assert client.post(f"{link}reprendre/").headers["Location"] == link
