"""The page of the follow-ups to propose, and what comes next at the end of an appointment."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from rdv.models import FollowUpInvitation, Participation
from tests.factories import NOW, TODAY, opening, organisation
from tests.followups.clinic import Clinic

pytestmark = pytest.mark.django_db
URL = reverse("agents:followups")


@pytest.fixture
def clinic() -> Clinic:
    return Clinic()


@pytest.fixture
def desk(clinic: Clinic) -> Client:
    client = Client()
    client.force_login(clinic.secretary)
    return client


def text(client: Client, view: str = "") -> str:
    return client.get(URL, {"etat": view} if view else {}).content.decode()


def test_from_the_list_to_the_invitation_and_its_answer(clinic: Clinic, desk: Client) -> None:
    silent = clinic.known(30, phone="+33639980007")
    silent.contacts.update(may_be_told=False)
    page = text(desk)
    assert f'name="enfant" value="{clinic.child.pk}"' in page
    assert f'name="enfant" value="{silent.persons.get().pk}"' not in page
    assert "du 9 janvier au 10 février 2027" in page
    answer = desk.post(URL, {"enfant": [clinic.child.pk, "x"]}, follow=True).content.decode()
    assert "1 famille invitée." in answer
    assert 'name="enfant"' not in answer
    invitation = FollowUpInvitation.objects.get()
    assert "invitée le" in text(desk, "sans-rendez-vous")
    desk.post(reverse("agents:followup_no", args=[invitation.pk]))
    assert "a dit non le" in text(desk, "non")
    assert "a dit non" not in text(desk, "sans-rendez-vous")
    Participation.objects.filter(person=clinic.child).update(created_at=invitation.invited_at)
    assert clinic.child.first_name in text(desk, "pris")


def test_nothing_ticked_and_no_type_are_said(clinic: Clinic, desk: Client) -> None:
    assert "Personne n’était coché" in desk.post(URL, {}, follow=True).content.decode()
    clinic.type.next_within_days = None
    clinic.type.save()
    assert "Aucun motif n’a de suite" in text(desk)
    assert desk.post(URL, {"enfant": [clinic.child.pk]}).status_code == 200


def test_the_invitation_of_another_team_is_not_answered(clinic: Clinic, desk: Client) -> None:
    clinic.invite()
    elsewhere = Clinic()
    client = Client()
    client.force_login(elsewhere.secretary)
    invitation = FollowUpInvitation.objects.get()
    assert client.post(reverse("agents:followup_no", args=[invitation.pk])).status_code == 404


def test_an_appointment_that_was_held_leads_to_the_next_within_its_window(clinic: Clinic, desk: Client) -> None:
    opening(clinic.agent, clinic.location, clinic.type, day=TODAY)
    held = clinic.seen(clinic.known(5, phone="+33639980008"), 5)
    address = desk.get(reverse("agents:next_visit", args=[held.pk])).headers["Location"]
    assert f"motif={clinic.type.pk}" in address
    assert f"lieu={clinic.location.pk}" in address
    assert "jour=2027-02-03" in address  # 28 days after 6 January
    assert "Rendez-vous suivant\u00a0: entre le" in desk.get(address).content.decode()
    missed = clinic.seen(clinic.known(phone="+33639980009"), 5, "noshow")
    assert desk.get(reverse("agents:next_visit", args=[missed.pk])).headers["Location"].endswith(f"/{missed.pk}/")


def test_children_followed_elsewhere_are_shown_when_asked_for() -> None:
    clinic = Clinic(follow_up="enfant", next_within_days=None, minimum_interval_days=0, age_min_months=None)
    client = Client()
    client.force_login(clinic.secretary)
    stranger = clinic.known(phone="+33639980010").persons.get()
    stranger.first_name, stranger.birth_date = "Inès", date(2026, 5, 1)
    stranger.save()
    assert "Inès" not in client.get(URL).content.decode()
    page = client.get(URL, {"qui": "tous"}).content.decode()
    assert "Inès" in page
    assert "Examen du 9e mois" in page
    assert "R. 2132-1" in page


def test_the_page_costs_the_same_for_one_and_for_many(clinic: Clinic, desk: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as spent:
            text(desk)
        return len(spent)

    cost()
    few = cost()
    for number in range(3):
        clinic.known(30, phone=f"+3363998400{number}")
    assert cost() == few


def test_the_whole_list_is_invited_after_it_was_said_how_many(clinic: Clinic, desk: Client) -> None:
    """Beyond the day's limit a family stays in the list; whoever can't be written to is to be called."""
    clinic.service.invitations_per_day = 2
    clinic.service.save()
    for number in range(2):
        clinic.known(30, phone=f"+3363998500{number}")
    clinic.known(30, phone="+33639985008").contacts.update(phone="+33199000009", phone_kind="fixed")
    silent = clinic.known(30, phone="+33639985009")
    silent.contacts.update(may_be_told=False)
    assert "Inviter toutes les familles de cette liste (5)" in text(desk)
    whole = reverse("agents:followups_all")
    asked = desk.get(whole).content.decode()
    assert "Inviter les 5 familles de cette liste" in asked
    assert "<strong>2</strong> familles reçoivent un SMS" in asked
    for left_out in ("va dans les appels à passer", "reste dans la liste pour un autre jour", "n’est pas invitée"):
        assert f"<strong>1</strong> {left_out}" in asked
    assert "au plus 2 familles par jour" in asked
    assert not FollowUpInvitation.objects.exists()
    answer = desk.post(whole, follow=True).content.decode()
    for told in ("2 familles invitées.", "1 famille à appeler", "1 famille reste à inviter demain", "n’est pas à prév"):
        assert told in answer.replace("\u00a0", " ")
    assert FollowUpInvitation.objects.filter(is_call=False).count() == 2
    assert "2 l’ont déjà été aujourd’hui" in desk.get(whole).content.decode()


def test_a_team_s_list_invites_that_team_s_families_alone(clinic: Clinic, desk: Client) -> None:
    other = organisation(clinic.territory)
    clinic.secretary.memberships.create(organisation=other, role="secretary")
    theirs = clinic.known(30, phone="+33639985011", organisation=other)
    desk.post(f"{reverse('agents:followups_all')}?organisation={other.pk}")
    assert set(FollowUpInvitation.objects.values_list("family", flat=True)) == {theirs.pk}


def test_one_family_is_invited_from_its_file(clinic: Clinic, desk: Client) -> None:
    file = reverse("agents:family", args=[clinic.family.pk])
    address = reverse("agents:invite_one", args=[clinic.family.pk])
    assert address in desk.get(file).content.decode()
    assert "Motif" in desk.get(address).content.decode()
    empty = desk.post(address, {}).content.decode()
    assert "Choisissez au moins une personne." in empty
    wanted = {"type": clinic.type.pk, "people": [clinic.child.pk]}
    told = desk.post(address, wanted, follow=True).content.decode()
    assert "L’invitation part" in told
    assert "(Léa), invitée le 11 janvier 2027, lien valable jusqu’au 10 février 2027" in told
    again = desk.post(address, wanted)
    assert "déjà faite" in again.content.decode()
    assert FollowUpInvitation.objects.count() == 1
    FollowUpInvitation.objects.get().decline(NOW)
    assert "a dit non" in desk.get(file).content.decode()
    stranger = clinic.known(phone="+33639985020").persons.get()
    assert desk.post(address, wanted | {"people": [stranger.pk]}).status_code == 200
    assert FollowUpInvitation.objects.count() == 1
