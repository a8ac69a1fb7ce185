"""Who comes is asked before the slots when the answer changes them, and nothing is asked that has no use."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from rdv.models import Appointment, Family, Person, Territory
from tests.factories import World, service
from tests.web.families.journey import PARENT
from tests.web.families.journey import Family as Visitor

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return response.content.decode()


def who_url(world: World) -> str:
    return reverse("families:who", args=[world.type.slug])


def test_the_number_of_children_lengthens_the_visit_and_names_each() -> None:
    """Scenario 24: three children, one longer slot, each named."""
    world = World(extra_per_sibling_minutes=30)
    family = Visitor(world)
    assert "Combien d’enfants viennent\u00a0?" in text(family.get(family.place_url()))
    slots = text(family.post(f"{who_url(world)}?lieu={world.location.pk}", count="3"))
    assert "1\u00a0h\u00a030</bdi>, pour 3 enfants" in slots
    family.book(world.at(9), child_2="Noé", child_3="Ana")
    appointment = Appointment.objects.get()
    assert appointment.ends_at == world.at(10, 30)
    assert sorted(person.first_name for person in Person.objects.all()) == ["Ana", "Léa", "Noé"]


def test_a_birth_date_is_asked_where_age_decides_and_hides_days_on_which_it_refuses() -> None:
    world = World(age_min_months=2, age_max_months=24, max_attendees=1)
    family = Visitor(world)
    page = family.get(f"/prendre/{world.type.slug}/")
    assert "Date de naissance de l’enfant" in text(page)
    page = family.post(who_url(world), birth_1_day="3", birth_1_month="1", birth_1_year="2027")
    assert "Aucun créneau libre pour le moment" in text(page)
    page = family.post(who_url(world), birth_1_day="1", birth_1_month="6", birth_1_year="2026")
    assert "Dès demain à 9\u00a0h" in text(page)
    form = family.hold(world.at(9))
    assert "Prénom de l’enfant né le 1er juin 2026" in text(form)
    family.say()
    family.confirm()
    assert Person.objects.get().birth_date == date(2026, 6, 1)


def test_a_child_too_old_is_told_before_choosing_a_slot() -> None:
    world = World(age_max_months=24)
    page = Visitor(world).post(who_url(world), birth_1_day="1", birth_1_month="6", birth_1_year="2020")
    assert "Ce rendez-vous n’est plus prévu à cet âge." in text(page)


def test_one_more_child_keeps_the_date_already_given() -> None:
    world = World(age_max_months=72)
    family = Visitor(world)
    family.post(who_url(world), birth_1_day="1", birth_1_month="6", birth_1_year="2026")
    page = text(family.post(who_url(world), count_wanted="2"))
    assert 'name="birth_1_year" value="2026"' in page
    assert 'name="birth_2_year"' in page
    page = text(family.post(who_url(world), birth_1_day="2", birth_1_month="6", birth_1_year="2026", count_wanted="3"))
    assert 'name="birth_1_day" value="2"' in page
    assert 'name="birth_3_year"' in page
    page = text(family.post(who_url(world), count_wanted="99"))
    assert 'name="birth_4_year"' in page
    assert 'name="birth_5_year"' not in page


def test_enter_in_a_box_goes_on_and_adds_no_child() -> None:
    """A browser presses the first button of the form."""
    world = World(age_max_months=72)
    page = text(Visitor(world).get(who_url(world)))
    form = page[page.index('<form method="post"') :]
    first = form[form.index("<button") :].split("</button>", 1)[0]
    assert 'name="' not in first
    assert "Continuer" in first


def test_no_birth_date_is_asked_where_age_decides_nothing() -> None:
    world = World(max_attendees=1)
    family = Visitor(world)
    page = family.hold(world.at(9))
    assert "naissance" not in text(page)


def test_an_expectant_mother_comes_herself() -> None:
    world = World(max_attendees=1, audience="pregnancy")
    family = Visitor(world)
    assert "J’attends un enfant" in text(family.get("/"))
    form = family.hold(world.at(9))
    assert "Prénom de l’enfant" not in text(form)
    family.say()
    family.confirm()
    person = Person.objects.get()
    assert (str(person), person.is_child) == ("Alix Exemple", False)


def test_a_telephone_alone_is_enough_and_so_is_an_address() -> None:
    """Scenario 14: the whole path with a telephone only; no e-mail address is asked for."""
    world = World(max_attendees=1)
    for start, given in ((9, {"email": ""}), (10, {"phone": "", "email": "lea@exemple.fr"})):
        family = Visitor(world)
        page = family.book(world.at(start), **given)
        assert page.redirect_chain[-1][0].startswith("/r/")


def test_a_landline_is_taken_as_it_is() -> None:
    world = World(max_attendees=1)
    Visitor(world).book(world.at(9), phone="01 99 00 12 34")
    assert Family.objects.get().contacts.get().phone_kind == "fixed"


def test_with_a_landline_alone_a_family_knows_before_it_confirms_that_no_message_comes() -> None:
    world = World(max_attendees=1)
    family = Visitor(world)
    family.hold(world.at(9))
    family.say(phone="01 99 00 12 34")
    assert "Un téléphone fixe ne reçoit pas de SMS" in text(family.get(reverse("families:check")))
    assert "nous vous appelons" in text(family.confirm())
    family.hold(world.at(10))
    family.say(phone="01 99 00 12 34", email="lea@exemple.fr")
    assert "Un téléphone fixe" not in text(family.get(reverse("families:check")))


def test_neither_telephone_nor_address_is_an_error_that_keeps_the_rest() -> None:
    world = World(max_attendees=1)
    family = Visitor(world)
    family.hold(world.at(9))
    page = text(family.say(phone="", email=""))
    assert "Indiquez un téléphone ou une adresse électronique" in page
    assert 'value="Léa"' in page
    assert "<title>Erreur\u00a0: Vos coordonnées" in page


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("child_1", "", "Prénom de l’enfant"),
        ("child_1", "x" * 81, "80"),
        ("first_name", " ", "Votre prénom"),
        ("last_name", "", "Votre nom"),
        ("phone", "06 39", "Il manque un chiffre"),
        ("email", "lea@", "adresse électronique complète"),
        ("email", "lea@gmial.com", "Vouliez-vous écrire lea@gmail.com"),
        ("language", "xx", "xx"),
        ("first_name", "a\x00b", "nul"),
    ],
)
def test_every_field_says_what_is_wrong_with_it(field: str, typed: str, words: str) -> None:
    world = World(max_attendees=1)
    family = Visitor(world)
    family.hold(world.at(9))
    page = family.say(**{field: typed})
    assert words in text(page)
    assert "aria-invalid" in text(page)
    assert page.redirect_chain == []


def test_an_address_is_asked_for_a_visit_at_home_and_not_shown_on_the_link() -> None:
    """Scenario 31: "à votre domicile", and no address."""
    world = World(max_attendees=1, mode="home")
    family = Visitor(world)
    page = text(family.book(world.at(9), address="3 rue des Lilas"))
    assert Appointment.objects.get().visit_address == "3 rue des Lilas"
    assert "À votre domicile" in page
    assert "Lilas" not in page


def test_a_discreet_appointment_has_no_name_and_its_place_no_sign() -> None:
    world = World(max_attendees=1, audience="oneself")
    centre = service(world.territory, name="Centre de santé sexuelle", is_discreet=True)
    world.type.service = centre
    world.type.save()
    world.agent.services.add(centre)
    page = text(Visitor(world).book(world.at(9)))
    assert world.type.public_label not in page
    assert world.location.name not in page
    assert world.location.address in page
    assert Family.objects.get().discreet_service == centre


def test_one_language_is_no_question() -> None:
    world = World(max_attendees=1)
    Territory.objects.update(languages=["fr"])
    family = Visitor(world)
    family.hold(world.at(9))
    page = family.say(language="")
    assert "Langue des messages" not in text(page)
    assert page.redirect_chain[-1][0] == reverse("families:check")


def test_the_form_knows_nobody(client: Client) -> None:
    world = World(max_attendees=1)
    for address in ("families:contact", "families:check"):
        response = client.get(reverse(address))
        assert response.status_code == 410
        assert "Choisissez à nouveau votre rendez-vous" in text(response)
    assert client.post(reverse("families:contact"), PARENT).status_code == 410
    assert world.type.pk


def test_a_discreet_service_stays_silent_when_asked_to() -> None:
    """Scenario 28: neutral text, or none as she chose."""
    world = World(max_attendees=1, audience="oneself")
    world.service.is_discreet = True
    world.service.save()
    family = Visitor(world)
    form = family.hold(world.at(9))
    assert "Ne m’envoyez aucun message" in text(form)
    assert "Aucun message ne vous sera envoyé" in text(family.say(silent="on"))
    page = text(family.confirm())
    assert "nous n’envoyons pas de message" in page
    assert "plus-tot/" not in page
    contact = Family.objects.get().contacts.get()
    assert not contact.may_be_told
    contact.may_be_told = True
    contact.save()
    Visitor(world).book(world.at(10), silent="on")
    contact.refresh_from_db()
    assert not contact.may_be_told


def test_who_wants_no_message_leaves_no_number() -> None:
    """Nothing is asked that has no use."""
    world = World(max_attendees=1, audience="oneself")
    world.service.is_discreet = True
    world.service.save()
    page = text(Visitor(world).book(world.at(9), silent="on", phone="", email=""))
    assert "nous n’envoyons pas de message" in page
    contact = Family.objects.get().contacts.get()
    assert (contact.phone, contact.email, contact.may_be_told) == ("", "", False)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"age_max_months": 24, "max_attendees": 1}, "Un seul enfant par rendez-vous."),
        ({"age_max_months": 24, "max_attendees": 3}, "3 enfants au plus par rendez-vous. Au-delà, appelez-nous."),
        ({"max_attendees": 3}, "3 enfants au plus par rendez-vous. Au-delà, appelez-nous."),
    ],
)
def test_how_many_may_come_is_said_before_anybody_looks_for_the_button(values: dict[str, int], words: str) -> None:
    world = World(**values)
    assert words in text(Visitor(world).get(who_url(world)))
