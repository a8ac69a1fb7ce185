"""Scenario 38: an agent marks a no-show; a polite SMS with its link, no notice of cancellation, nobody is blocked.

Through the pages, the outbox and the stand-in of the provider, to the share on /stats/.
"""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from rdv import clock
from rdv.models import Appointment, DayFigures, Status
from rdv.statistics.counting import count
from reminders.models import OutboundMessage
from reminders.run import run_due
from tests.factories import NOW, World, family, who
from tests.standins.twilio import running

pytestmark = pytest.mark.django_db(transaction=True)


def test_after_a_no_show(client: Client, monkeypatch: pytest.MonkeyPatch, settings: object) -> None:
    world = World(follows_up_no_show=True)
    absent = family(world.territory)
    missed = world.book(9, who=who(absent))
    # Shares of few are not published.
    DayFigures.objects.create(
        territory=world.territory, organisation=world.organisation, type=world.type,
        day=world.day - timedelta(days=60), seen=19,
    )  # fmt: skip
    instant = [NOW]
    monkeypatch.setattr(clock, "now", lambda: instant[0])
    with running() as provider:
        settings.TWILIO_API_URL = provider.url  # type: ignore[attr-defined]
        run_due(NOW)
        instant[0] = world.at(13)
        _marked(world, missed.appointment)
        run_due(world.at(13, 30))
        assert len(provider.messages) == 1  # the confirmation: nothing yet of the absence
        run_due(world.at(15))
    told = OutboundMessage.objects.filter(family=absent).exclude(kind="reminder")
    assert list(told.order_by("created_at").values_list("kind", "state")) == [("booked", "sent"), ("no_show", "sent")]
    said = provider.messages[0]["body"]
    assert said.startswith("Nous ne vous avons pas vus")
    assert "annul" not in said
    slots = client.post(f"/r/{missed.link.token}/reprendre/", follow=True)
    assert slots.status_code == 200
    assert slots.redirect_chain[-1][0].startswith(f"/prendre/{world.type.slug}/{world.location.pk}-")
    assert world.book(11, who=who(absent), now=world.at(8)).created  # never blocked
    count(now=world.at(13) + timedelta(days=1))
    instant[0] = world.at(13) + timedelta(days=1)
    assert "5,0\u00a0%" in client.get("/stats/").content.decode()


def _marked(world: World, appointment: Appointment) -> None:
    desk = Client()
    desk.force_login(world.agent)
    desk.post(reverse("agents:outcomes"), {f"rdv-{appointment.pk}": "noshow"})
    assert Appointment.objects.get(pk=appointment.pk).status == Status.NOSHOW
