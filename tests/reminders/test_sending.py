"""From a booking to the family's telephone and mailbox, through the real adapters."""

import pytest
from django.core import mail

from rdv.models import Territory
from reminders.run import run_due
from tests.factories import NOW, World
from tests.reminders.support import FAMILY, booked, rows
from tests.standins.twilio import TwilioStandIn

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_booking_is_confirmed_by_sms_and_by_email(provider: TwilioStandIn) -> None:
    world = World()
    appointment, family = booked(world, email="sam@exemple.test")
    run_due(NOW)
    link = appointment.links.get().token
    assert [(sms["to"], sms["from"], sms["body"]) for sms in provider.messages] == [
        (
            FAMILY,
            "36999",
            f"RDV pris : mardi 12 janvier à 9h, {world.location.name}. Gérer mon RDV : http://127.0.0.1:8000/r/{link}/",
        )
    ]
    (email,) = [sent for sent in mail.outbox if sent.to == ["sam@exemple.test"]]
    assert email.subject == "Votre rendez-vous du mardi 12 janvier à 9 h"
    assert rows(family) == [("booked", "email", "sent"), ("booked", "sms", "sent")]


def test_a_territory_with_a_host_of_its_own_is_linked_to_there(provider: TwilioStandIn) -> None:
    """One instance for several départements: at the address of another the link would lead nowhere."""
    world = World()
    Territory.objects.filter(pk=world.territory.pk).update(hosts=["rdv.ile.example", "autre.example"])
    appointment, _ = booked(world)
    run_due(NOW)
    link = appointment.links.get().token
    assert f"http://rdv.ile.example:8000/r/{link}/" in provider.messages[0]["body"]
