"""Types that are open to invited families alone: the link opens them, for those whom it names, once."""

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from rdv import clock
from rdv.booking.cancel import cancel
from rdv.booking.errors import NotBookable
from rdv.followups.single import invite_family
from rdv.models import BookableBy, FollowUpInvitation, Hold, Mode, Participation, Person, Status, WaitingListEntry
from rdv.models.actor import Actor
from rdv.scheduling.rules import Reason
from tests.factories import NOW, family, opening, who
from tests.followups.clinic import Clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> Clinic:
    return Clinic(bookable_by=BookableBy.INVITED)


@pytest.fixture
def client(client: Client, monkeypatch: pytest.MonkeyPatch) -> Client:
    cache.clear()
    monkeypatch.setattr(clock, "now", lambda: NOW)
    return client


def link_of(clinic: Clinic) -> str:
    clinic.invite()
    return reverse("families:invitation", args=[FollowUpInvitation.objects.get().token])


def pages(clinic: Clinic) -> list[str]:
    """Every door to the type."""
    slug, place = clinic.type.slug, clinic.location.pk
    return [
        reverse("families:who", args=[slug]),
        reverse("families:places", args=[slug]),
        reverse("families:place", args=[slug, place, "lieu"]),
        reverse("families:hold", args=[slug, place]),
        f"{reverse('families:waiting')}?motif={slug}",
    ]


def statuses(client: Client, clinic: Clinic) -> set[int]:
    return {client.get(page).status_code for page in pages(clinic)}


def take(client: Client, clinic: Clinic, hour: int = 9) -> str:
    """Hold a slot; gives the token of what is held, to be confirmed."""
    address = reverse("families:hold", args=[clinic.type.slug, clinic.location.pk])
    answer = client.post(address, {"debut": clinic.at(hour).isoformat()}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("families:check")
    return str(answer.context["hold"])


def confirm(client: Client, held: str) -> int:
    return client.post(reverse("families:check"), {"retenue": held}).status_code


def test_nobody_else_finds_the_type(clinic: Clinic, client: Client) -> None:
    assert clinic.type.slug not in client.get("/").content.decode()
    assert statuses(client, clinic) == {404}


def test_the_link_opens_it_to_the_child_whom_it_names(clinic: Clinic, client: Client) -> None:
    link = link_of(clinic)
    assert statuses(client, clinic) == {404}  # reading opens nothing
    client.get(link)
    assert statuses(client, clinic) == {404}
    slots = client.post(f"{link}prendre/", follow=True)
    assert "Inscrivez-vous en liste d’attente" not in slots.content.decode()
    held = take(client, clinic)
    assert "Léa" in client.get(reverse("families:check")).content.decode()
    assert confirm(client, held) == 302
    made = Participation.objects.get(status=Status.UNKNOWN)
    assert (made.person, made.family) == (clinic.child, clinic.family)


def test_it_opens_it_once(clinic: Clinic, client: Client) -> None:
    """Used, it is used in every browser; an appointment that is cancelled gives it back."""
    link = link_of(clinic)
    other = Client()
    for browser in (client, other):
        browser.post(f"{link}prendre/")
    second = take(other, clinic, 10)
    confirm(client, take(client, clinic))
    assert confirm(other, second) in (404, 410)
    for browser in (client, other):
        browser.post(f"{link}prendre/")
        assert statuses(browser, clinic) == {404}
    made = Participation.objects.get(status=Status.UNKNOWN)
    cancel(made.appointment_id, by=Actor.family(), now=NOW, for_family=True, family=clinic.family)
    client.post(f"{link}prendre/")
    assert confirm(client, take(client, clinic, 11)) == 302


def test_once_it_is_over_or_refused_it_opens_nothing(
    clinic: Clinic, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = link_of(clinic)
    client.post(f"{link}prendre/")
    client.post(f"{link}non/")
    assert statuses(client, clinic) == {404}
    client.post(f"{link}prendre/")  # the family thinks again
    held = take(client, clinic)
    FollowUpInvitation.objects.update(expires_on=NOW.date() - timedelta(days=1))
    assert confirm(client, held) == 410
    assert not Participation.objects.filter(status=Status.UNKNOWN).exists()


def test_a_no_is_taken_back_and_the_invitation_is_open_again(clinic: Clinic, client: Client) -> None:
    link = link_of(clinic)
    for _twice in range(2):
        page = client.post(f"{link}non/", follow=True).content.decode()
        assert "Retirer ma réponse" in page
        page = client.post(f"{link}non/", {"retirer": "1"}, follow=True).content.decode()
        assert "C’est le moment de prendre le prochain rendez-vous" in page
    assert FollowUpInvitation.objects.get().declined_at is None


def test_nobody_else_comes_by_it(clinic: Clinic, client: Client) -> None:
    """Whatever is typed or sent, the child of the invitation comes; and no place on the list is to be had by it."""
    link = link_of(clinic)
    client.post(f"{link}prendre/")
    client.post(reverse("families:who", args=[clinic.type.slug]), {"birth_1": "2026-06-01", "count_wanted": "3"})
    waiting = f"{reverse('families:waiting')}?motif={clinic.type.slug}"
    assert client.post(waiting, {"first_name": "Nina"}).status_code == 404
    assert not WaitingListEntry.objects.exists()
    held = take(client, clinic)
    other = {"retenue": held, "child_1": "Tom", "first_name": "Nina", "last_name": "Autre", "phone": "0639980077"}
    client.post(reverse("families:contact"), other)
    client.post(reverse("families:check"), other)
    assert Participation.objects.get(status=Status.UNKNOWN).person == clinic.child


def test_it_opens_no_other_type(clinic: Clinic, client: Client) -> None:
    other = Clinic(bookable_by=BookableBy.INVITED, slug="autre")
    other.type.territory = clinic.territory
    other.type.save()
    client.post(f"{link_of(clinic)}prendre/")
    assert client.get(reverse("families:places", args=["autre"])).status_code == 404


@pytest.mark.parametrize("rival", ["another family", "a sister who was not invited", "another type"])
def test_booking_itself_checks_whom_an_invitation_is_for(clinic: Clinic, rival: str) -> None:
    clinic.invite()
    by = Actor.invited(FollowUpInvitation.objects.get().pk)
    whom = clinic.family
    if rival == "another family":
        whom = family(clinic.territory, phone="+33639980070")
    if rival == "a sister who was not invited":
        Person.objects.filter(pk=clinic.child.pk).update(first_name="Mia")
        FollowUpInvitation.objects.update(person=Person.objects.create(family=whom, first_name="Léa"))
    if rival == "another type":
        clinic.type = Clinic(bookable_by=BookableBy.INVITED).type
        clinic.type.territory = clinic.territory
        clinic.type.save()
        opening(clinic.agent, clinic.location, clinic.type, day=clinic.day)
    with pytest.raises(NotBookable) as refused:
        clinic.book(9, who=who(whom), by=by)
    assert refused.value.reason is Reason.NOT_FOR_YOU
    assert not Hold.objects.exists()


def test_a_family_without_an_invitation_is_refused_by_booking_too(clinic: Clinic) -> None:
    with pytest.raises(NotBookable) as refused:
        clinic.book(9, who=who(clinic.family))
    assert refused.value.reason is Reason.NOT_FOR_YOU


def test_of_two_bookings_by_one_link_the_second_is_refused(clinic: Clinic) -> None:
    clinic.invite()
    by = Actor.invited(FollowUpInvitation.objects.get().pk)
    clinic.book(9, who=who(clinic.family), by=by)
    clinic.type.minimum_interval_days = 0
    with pytest.raises(NotBookable) as refused:
        clinic.book(10, who=who(clinic.family), by=by)
    assert refused.value.reason is Reason.NOT_FOR_YOU


def test_for_a_visit_at_home_the_address_alone_is_asked(client: Client) -> None:
    clinic = Clinic(bookable_by=BookableBy.INVITED, mode=Mode.HOME)
    client.post(f"{link_of(clinic)}prendre/")
    address = reverse("families:hold", args=[clinic.type.slug, clinic.location.pk])
    form = client.post(address, {"debut": clinic.at(9).isoformat()}, follow=True)
    assert form.redirect_chain[-1][0] == reverse("families:contact")
    assert set(form.context["form"].fields) == {"address"}
    assert client.post(reverse("families:contact"), {}).status_code == 200  # asked again
    check = client.post(reverse("families:contact"), {"address": "3 rue de l’Exemple"}, follow=True)
    assert "3 rue de l’Exemple" in check.content.decode()
    assert confirm(client, str(check.context["hold"])) == 302
    made = Participation.objects.select_related("appointment").get(status=Status.UNKNOWN)
    assert made.appointment.visit_address == "3 rue de l’Exemple"


def test_a_date_of_birth_that_the_file_lacks_is_asked(clinic: Clinic, client: Client) -> None:
    link = link_of(clinic)
    Person.objects.update(birth_date=None)
    asked = client.post(f"{link}prendre/", follow=True)
    assert asked.redirect_chain[-1][0].startswith(reverse("families:who", args=[clinic.type.slug]))
    client.post(reverse("families:who", args=[clinic.type.slug]), {"birth_1": "2026-06-01"})
    assert confirm(client, take(client, clinic)) == 302
    assert Participation.objects.get(status=Status.UNKNOWN).person.birth_date == date(2026, 6, 1)


def test_of_two_children_the_second_is_booked_by_the_same_link(client: Client) -> None:
    """Where each needs an appointment of its own, the link serves until both have one."""
    clinic = Clinic(bookable_by=BookableBy.INVITED, max_attendees=1, minimum_interval_days=0)
    sister = Person.objects.create(family=clinic.family, first_name="Mia", birth_date=date(2026, 6, 1))
    by = Actor.of(clinic.secretary)
    assert invite_family(clinic.scope, clinic.type, clinic.family, [clinic.child, sister], by=by, now=NOW) == "written"
    link = reverse("families:invitation", args=[FollowUpInvitation.objects.order_by("pk")[0].token])
    for hour in (9, 10):
        client.post(f"{link}prendre/")
        assert confirm(client, take(client, clinic, hour)) == 302
    booked = Participation.objects.filter(status=Status.UNKNOWN)
    assert set(booked.values_list("person", flat=True)) == {clinic.child.pk, sister.pk}
    client.post(f"{link}prendre/")
    assert statuses(client, clinic) == {404}
