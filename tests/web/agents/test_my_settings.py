"""An agent says of which changes he is told, and is told of no others."""

from datetime import timedelta

import pytest
from django.urls import reverse

from rdv.models import Agent, Notify
from reminders.kinds import Kind
from reminders.models import MessageState, OutboundMessage
from reminders.relevance import NOT_WANTED, why_not
from tests.factories import NOW
from tests.web.agents.world import Office

pytestmark = pytest.mark.django_db


def test_one_changes_ones_own_preference_and_nobody_elses(office: Office) -> None:
    client, address = office.client("agent"), reverse("agents:settings")
    assert client.get(address).context["form"]["notify"].value() == Notify.BY_OTHERS
    assert client.post(address, {"notify": "near"}).status_code == 302
    office.agent.refresh_from_db()
    assert office.agent.notify == Notify.NEAR
    assert Agent.objects.filter(notify=Notify.NEAR).count() == 1
    assert client.post(address, {"notify": "sometimes"}).context["form"].errors
    page = client.get(address).content.decode()
    assert reverse("agents:feed") in page
    assert reverse("agents:feed") not in office.client("prescriber").get(address).content.decode()


PREFERENCES = (("all", 9, True), ("others", 9, True), ("near", 9, False), ("near", 1, True), ("none", 1, False))


def test_what_a_family_books_is_told_as_it_was_chosen(office: Office) -> None:
    client = office.client("agent")
    for number, (notify, days, told) in enumerate(PREFERENCES):
        client.post(reverse("agents:settings"), {"notify": notify})
        made = office.book(9 + (number + 1) // 2, 30 * ((number + 1) % 2), now=office.at(9) - timedelta(days=days))
        notices = OutboundMessage.objects.filter(kind=Kind.AGENT_BOOKED, appointment=made.appointment)
        assert notices.filter(agent=office.agent).exists() == told, (notify, days)


def test_a_notice_of_the_night_does_not_leave_to_who_wants_none_since(office: Office) -> None:
    made = office.book(11).appointment
    row = OutboundMessage.objects.get(kind=Kind.AGENT_BOOKED, appointment=made)
    assert (row.state, why_not(row, NOW)) == (MessageState.PLANNED, None)
    Agent.objects.update(notify=Notify.NONE)
    row.refresh_from_db()
    assert why_not(row, NOW) == NOT_WANTED
