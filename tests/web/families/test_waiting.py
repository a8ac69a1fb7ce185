"""The waiting list as a family meets it: join, be offered a slot, answer."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from rdv.access.waiting import wait_token
from rdv.booking.cancel import cancel
from rdv.models import Appointment, EntryStatus, HalfDay, Offer, OfferStatus, WaitingListEntry
from rdv.models.actor import Actor
from rdv.waitinglist.rounds import advance_due
from tests.factories import NOW, World, agent, location, opening
from tests.web.families.journey import PARENT, Family

pytestmark = pytest.mark.django_db


def join(world: World, client: Client, **values: object):
    given = {**PARENT, "half_days": list(HalfDay), "notice": "120"} | values
    return client.post(f"/liste-attente/?motif={world.type.slug}", given, follow=True)


def text(response) -> str:
    return response.content.decode()


def test_a_family_without_an_appointment_joins_from_the_catalogue(client: Client) -> None:
    world = World(max_attendees=1)
    assert f"/liste-attente/?motif={world.type.slug}" in text(client.get("/liste-attente/"))
    page = join(world, client, half_days=[HalfDay.MON_AM, HalfDay.WED_PM], notice="1440")
    assert "vous êtes sur la liste d’attente" in text(page)
    entry = WaitingListEntry.objects.get()
    assert entry.half_days == ["1-am", "3-pm"]
    assert (entry.any_half_day, entry.notice_minutes) == (False, 1440)
    assert entry.persons.get().first_name == "Léa"
    assert entry.contact.phone == "+33639980001"


def test_who_has_a_landline_alone_is_told_that_we_call(client: Client) -> None:
    world = World(max_attendees=1)
    page = text(join(world, client, phone="01 99 00 00 77"))
    assert "nous vous appelons, entre 8 h et 20 h" in page.replace("\xa0", " ")
    assert [word for word in ("nous vous écrivons", "SMS", "confirmation, avec un lien") if word in page] == []
    entry = WaitingListEntry.objects.get()
    followed = text(client.get(f"/liste-attente/suivi/{wait_token(entry.pk)}/"))
    assert "Dès qu’une place se libère, nous vous appelons." in followed
    assert "nous vous écrivons" not in followed


def test_everything_ticked_means_any_time_and_nothing_ticked_is_refused(client: Client) -> None:
    world = World(max_attendees=1)
    refused = text(join(world, client, half_days=[]))
    assert "Cochez au moins une demi-journée." in refused
    assert 'value="Alix"' in refused
    join(world, client)
    assert WaitingListEntry.objects.get().any_half_day


def test_a_family_asks_to_come_earlier_and_changes_its_mind(client: Client) -> None:
    world = World()
    link = world.book(11).link
    wishes = {"half_days": [HalfDay.TUE_AM], "notice": "120"}
    page = text(client.post(f"/r/{link.token}/plus-tot/", wishes, follow=True))
    assert "Nous vous prévenons si une place se libère plus tôt." in page
    entry = WaitingListEntry.objects.get()
    assert entry.current_appointment == link.appointment
    leave = f"/liste-attente/suivi/{wait_token(entry.pk)}/"
    assert f'href="{leave}quitter/"' in page
    assert "Le rendez-vous que vous avez déjà ne change pas." in text(client.get(f"{leave}quitter/"))
    left = text(client.post(f"{leave}dire/", {"acte": "quitter", "sur": "1"}, follow=True))
    assert "rendez-vous que vous avez déjà ne change pas" in left
    assert "Reprendre ma place" in left
    assert "Me prévenir si une place se libère plus tôt" in text(client.get(f"/r/{link.token}/"))
    entry.refresh_from_db()
    assert entry.status == EntryStatus.LEFT


class Offered:
    """A family that has 11:00 and is offered 9:00, which another has just given back."""

    def __init__(self, at) -> None:
        self.world = World()
        given_back = self.world.book(9)
        self.link = self.world.book(11).link
        self.family = Family(self.world)
        self.family.post(f"/r/{self.link.token}/plus-tot/", half_days=list(HalfDay), notice="120")
        at.now = NOW + timedelta(minutes=5)
        cancel(given_back.appointment.pk, by=Actor.family(), now=at.now, for_family=True)
        advance_due(now=at.now)
        self.offer = Offer.objects.get()
        self.address = f"/liste-attente/offre/{self.offer.token}/"


def test_reading_an_offer_answers_nothing(at) -> None:
    offered = Offered(at)
    page = offered.family.get(offered.address)
    assert "Une place s’est libérée" in text(page)
    assert "mardi 12 janvier à 9\u00a0h" in text(page)
    assert "votre rendez-vous prévu mardi 12 janvier à 11\u00a0h est annulé et remplacé" in text(page)
    assert page["Referrer-Policy"] == "no-referrer"
    assert offered.family.client.get(f"{offered.address}oui/").status_code == 405
    offered.offer.refresh_from_db()
    assert offered.offer.status == OfferStatus.LIVE


def test_a_yes_moves_the_appointment_and_leads_to_its_page(at) -> None:
    offered = Offered(at)
    page = offered.family.post(f"{offered.address}oui/")
    assert page.redirect_chain[-1][0] == f"/r/{offered.link.token}/"
    assert Appointment.objects.get(links=offered.link).starts_at == offered.world.at(9)
    assert "C’est noté, ce rendez-vous est à vous" in text(offered.family.get(offered.address))


def test_a_no_keeps_the_appointment(at) -> None:
    offered = Offered(at)
    assert "Vous avez dit non" in text(offered.family.post(f"{offered.address}non/"))
    assert Appointment.objects.get(links=offered.link).starts_at == offered.world.at(11)


def test_a_yes_that_comes_too_late_loses_nothing_and_shows_what_is_near(at) -> None:
    offered = Offered(at)
    at.now = offered.offer.expires_at + timedelta(minutes=1)
    response = offered.family.client.post(f"{offered.address}oui/")
    assert response.status_code == 409
    assert "Vous gardez votre rendez-vous prévu mardi 12 janvier à 11\u00a0h et votre place" in text(response)
    assert "mardi 12 janvier à 9\u00a0h\u00a030" in text(response)
    assert Appointment.objects.get(links=offered.link).starts_at == offered.world.at(11)


def test_an_unknown_offer_says_what_to_do(client: Client) -> None:
    World()
    assert client.get("/liste-attente/offre/abcdefgh23456789/").status_code == 404


def test_from_a_full_place_only_that_place_is_ticked_and_anywhere_wins(client: Client) -> None:
    world = World(max_attendees=1)
    other = location(world.organisation, name="Les Glycines")
    opening(agent(world.organisation), other, world.type, day=world.day)
    page = text(client.get(f"/liste-attente/?motif={world.type.slug}&lieu={other.pk}"))
    assert re.search(rf'name="places" value="{other.pk}"[^>]* checked', page)
    assert not re.search(r'name="places" value="0"[^>]* checked', page)
    join(world, client, places=[other.pk])
    assert list(WaitingListEntry.objects.get().locations.all()) == [other]
    added = {**PARENT, "places": ["0", other.pk], "half_days": ["any"], "notice": "120"}
    client.post(f"/liste-attente/?motif={world.type.slug}&lieu={other.pk}", added)
    entry = WaitingListEntry.objects.get()
    assert (entry.any_location, entry.any_half_day) == (True, True)


def test_what_is_ticked_beside_anywhere_and_any_time_is_what_the_family_means(client: Client) -> None:
    """Both are ticked when the page opens, and nothing unticks them without JavaScript."""
    world = World(max_attendees=1)
    other = location(world.organisation, name="Les Glycines")
    opening(agent(world.organisation), other, world.type, day=world.day)
    join(world, client, places=["0", other.pk], half_days=["any", HalfDay.MON_AM])
    entry = WaitingListEntry.objects.get()
    assert (entry.any_location, entry.any_half_day) == (False, False)
    assert (list(entry.locations.all()), entry.half_days) == ([other], ["1-am"])


def test_from_the_slots_of_a_place_the_type_the_place_and_the_children_are_known(client: Client) -> None:
    world = World()
    opening(agent(world.organisation), location(world.organisation), world.type)
    family = Family(world)
    family.get(f"/prendre/{world.type.slug}/qui-vient/")
    family.post(f"/prendre/{world.type.slug}/qui-vient/", count="2")
    address = f"/liste-attente/?motif={world.type.slug}&lieu={world.location.pk}"
    assert address in text(family.get(family.place_url())).replace("&amp;", "&")
    form = family.get(address).context["form"]
    assert form.fields["places"].initial == [world.location.pk]
    assert {"child_1", "child_2"} <= set(form.fields)


def test_who_waits_for_something_else_finds_the_list_of_what_one_may_wait_for(client: Client) -> None:
    world = World(age_max_months=72)
    page = client.get(f"/liste-attente/?motif={world.type.slug}", follow=True)
    assert page.redirect_chain
    assert '<a class="back-link" href="/liste-attente/">' in text(page)


def test_two_tabs_that_send_the_form_join_once(client: Client) -> None:
    world = World(max_attendees=1)
    join(world, client)
    join(world, Client(), standby="on")
    entry = WaitingListEntry.objects.get()
    assert entry.standby
    assert entry.family.contacts.count() == 1


def test_a_known_and_an_unknown_number_are_answered_alike(client: Client) -> None:
    world = World(max_attendees=1)
    unknown = text(join(world, client))
    known = text(join(world, Client()))
    drawn = re.compile(r'value="\w{64}"|nonce="[^"]*"')
    assert drawn.sub("", unknown) == drawn.sub("", known)
    assert "/suivi/" not in known


def test_who_would_come_earlier_reads_what_is_free_already(client: Client) -> None:
    """The list offers what others give back: a slot that nobody has taken comes to nobody by itself."""
    world = World()
    late, early = world.book(11).link, world.book(9).link
    page = text(client.get(f"/r/{late.token}/plus-tot/"))
    assert "Une place plus tôt est déjà libre dans ce lieu\u00a0: mardi 12 janvier à 9\u00a0h\u00a030." in page
    assert f'href="/r/{late.token}/deplacer/"' in page
    assert "déjà libre" not in text(client.get(f"/r/{early.token}/plus-tot/"))


def test_coming_earlier_starts_from_what_the_family_said_before(client: Client) -> None:
    world = World()
    link = world.book(11).link
    address = f"/r/{link.token}/plus-tot/"
    client.post(address, {"half_days": [HalfDay.TUE_AM], "notice": "1440", "standby": "on"})
    form = client.get(address).context["form"]
    assert (form["half_days"].initial, form["notice"].initial, form["standby"].initial) == (["2-am"], 1440, True)
    assert "Voir ce que j’attends" in text(client.get(f"/r/{link.token}/"))
