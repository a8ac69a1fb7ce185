"""An appointment whose family was forgotten still opens, and nothing more happens to it."""

import pytest
from django.test import Client
from django.urls import reverse

from rdv import clock
from rdv.access.scopes import ALL
from rdv.access.tokens import issue_token
from rdv.booking.cancel import cancel
from rdv.booking.errors import TransitionRefused
from rdv.models import Appointment
from rdv.models.actor import Actor
from rdv.retention.run import run
from reminders.models import OutboundMessage
from tests.factories import NOW
from tests.web.agents.world import Office

pytestmark = pytest.mark.django_db

LATER = NOW.replace(year=2029, month=3)


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setattr(clock, "now", lambda: LATER)
    made = Office()
    Appointment.objects.filter(pk=made.open.pk).update(status="seen")
    made.open.participations.update(status="seen")
    made.entry.delete()
    OutboundMessage.objects.update(state="sent")
    for _ in run(now=LATER):
        pass
    assert not made.open.participations.exists()
    return made


def test_the_agenda_and_the_appointment_say_that_the_file_was_erased(office: Office) -> None:
    client = office.client("agent")
    day = client.get(reverse("agents:day"), {"jour": office.day.isoformat()})
    assert "Dossier effacé" in [line.title for line in day.context["lines"]]
    page = client.get(reverse("agents:appointment", args=[office.open.pk]))
    assert page.status_code == 200
    assert "Dossier effacé" in page.content.decode()


@pytest.mark.parametrize("status", ["seen", "noshow", "unknown"])
def test_what_became_of_it_stays(office: Office, status: str) -> None:
    client, pk = office.client("agent"), office.open.pk
    assert client.get(reverse("agents:appointment", args=[pk])).context["can"] == frozenset()
    client.post(reverse("agents:outcome", args=[pk]), {"status": status})
    client.post(reverse("agents:cancel", args=[pk]), {"by": "service"})
    with pytest.raises(TransitionRefused):
        cancel(pk, by=Actor.of(office.agent), now=LATER, for_family=False)
    assert Appointment.objects.get(pk=pk).status == "seen"


def test_one_that_nobody_settled_may_still_be(office: Office) -> None:
    Appointment.objects.filter(pk=office.open.pk).update(status="unknown")
    client = office.client("agent")
    address = reverse("agents:outcome", args=[office.open.pk])
    assert client.post(address, {"status": "noshow"}).status_code == 302
    assert Appointment.objects.get(pk=office.open.pk).status == "noshow"


def test_the_api_gives_it_without_anybody(office: Office) -> None:
    _, secret = issue_token(territory=office.territory, name="Essai", scopes=ALL, now=LATER)
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    found = client.get(f"/api/v1/appointments/{office.open.pk}/").json()
    assert (found["status"], found["attendees"]) == ("seen", [])
    assert client.get("/api/v1/families/").json()["count"] == 0
