"""The page of one's calendar feed: looking makes nothing, the owner alone changes it."""

import pytest
from django.test import Client
from django.urls import reverse

from rdv.models import Agent
from tests.web.agents.world import Office

pytestmark = pytest.mark.django_db

ADDRESS = "/agents/mon-calendrier/"


def act(client: Client, what: str) -> str:
    """Do it; the address that the page then shows."""
    return client.post(ADDRESS, {"acte": what}, follow=True).context["address"]


def path_of(address: str) -> str:
    return "/agenda/" + address.rpartition("/")[2]


def test_looking_makes_no_address(office: Office) -> None:
    client = office.client("agent")
    assert client.get(ADDRESS).context["address"] == ""
    assert Agent.objects.get(pk=office.agent.pk).feed_secret is None


def test_an_address_is_made_changed_and_closed(office: Office) -> None:
    client, reader = office.client("agent"), Client()
    first = act(client, "creer")
    assert reader.get(path_of(first)).status_code == 200
    assert act(client, "creer") == first
    assert act(client, "autre") == first
    second = act(client, "changer")
    assert [reader.get(path_of(one)).status_code for one in (first, second)] == [404, 200]
    assert act(client, "fermer") == ""
    assert reader.get(path_of(second)).status_code == 404


def test_each_one_has_his_own(office: Office) -> None:
    mine = act(office.client("agent"), "creer")
    assert act(office.client("admin"), "creer") != mine
    page = office.client("agent").get(ADDRESS)
    assert mine in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store, private"


def test_the_menu_leads_there_for_whoever_receives(office: Office) -> None:
    link = f'href="{reverse("agents:feed")}"'
    has = {role: link in office.client(role).get("/agents/").content.decode() for role in ("agent", "secretary")}
    assert has == {"agent": True, "secretary": False}
