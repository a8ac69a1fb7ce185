"""The page of the texts: what may be written, what is refused with its reason, and what is said afterwards."""

import pytest
from django.test import Client

from rdv import clock
from rdv.models import MessageText
from rdv.web.agents.texts import LANGUAGES
from reminders import loading, wording
from reminders.kinds import EMAIL, SMS, Kind
from reminders.models import OutboundMessage
from reminders.texts import checking, library, own_texts
from reminders.texts.titles import TITLES
from tests.factories import NOW, territory
from tests.reminders.golden import Scene

pytestmark = pytest.mark.django_db

REMINDER = "/agents/textes/sms/reminder/fr/"
OWN = "Bonjour, RDV [si plusieurs : {nombre} ]{quand}[ et {autres}] : {lieu}. [si à confirmer : OUI ou NON ? ]{lien}"


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def scene() -> Scene:
    made = Scene()
    made.agent.is_territory_admin = True
    made.agent.save()
    return made


@pytest.fixture
def admin(scene: Scene) -> Client:
    client = Client()
    client.force_login(scene.agent)
    return client


def page(answer) -> str:
    return answer.content.decode()


def test_every_text_that_can_be_said_has_its_title_and_its_page(admin: Client) -> None:
    listed = page(admin.get("/agents/textes/"))
    names = {name for channel in ("sms", "email") for name in library.names(channel)} - {"trial", "reply_by_agent"}
    assert names == set(TITLES)
    assert all(title in listed.replace("&#x27;", "'") for title in TITLES.values())


@pytest.mark.parametrize("channel", ["sms", "email"])
def test_every_shipped_text_may_be_saved_as_it_is(channel: str) -> None:
    for name in set(library.names(channel)) - {"trial", "reply_by_agent"}:
        for language in LANGUAGES:
            text = library.shipped(channel, name, language)
            if text.language == language:
                checking.check(channel, name, language, text.source)


def test_what_is_saved_is_said_from_then_on(scene: Scene, admin: Client) -> None:
    assert admin.post(REMINDER, {"text": OWN, "save": "1"}).status_code == 302
    assert scene.write(Kind.REMINDER, SMS).text.startswith("Bonjour, RDV jeudi 14 janvier à 14h30 : Maison")
    assert "OUI ou NON ? " in scene.write(Kind.REMINDER, SMS).text
    assert MessageText.objects.get().changed_by == scene.agent


def test_another_language_and_another_territory_keep_theirs(scene: Scene, admin: Client) -> None:
    admin.post(REMINDER, {"text": OWN, "save": "1"})
    assert scene.write(Kind.REMINDER, SMS, language="en").text.startswith("Reminder")
    assert own_texts.of(territory()) == {}


def test_an_e_mail_is_changed_with_its_subject(scene: Scene, admin: Client) -> None:
    text = "Rendez-vous du {quand}\n\nBonjour,\n\nÀ bientôt."
    admin.post("/agents/textes/email/booked/fr/", {"text": text, "save": "1"})
    email = scene.write(Kind.BOOKED, EMAIL).email
    assert email is not None
    assert (email.subject, "À bientôt." in email.text) == ("Rendez-vous du jeudi 14 janvier à 14\u00a0h\u00a030", True)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "Remplissez"),
        ("RDV {quand}, {lieu}. [si à confirmer : Venez-vous ? ]", "Il manque « {lien} »"),
        ("RDV {quand}, {lieu}. {lien}", "Il manque la partie « [si à confirmer : …] »"),
        (OWN + " {code}", "ne peut pas dire « {code} »"),
        (OWN + " {motif}", "ne peut pas dire « {motif} »"),
        (OWN + " [si bébé : bravo]", "ne connaît pas la condition « si bébé »"),
        (OWN + " [", "n’est pas fermé"),
        (OWN + " Merci de venir avec le carnet de santé de votre enfant, et tous ses documents.", "coûterait 2 SMS"),
        (OWN + " Дякуємо", "coûterait"),
    ],
)
def test_what_can_t_be_said_is_refused_with_its_reason(admin: Client, text: str, reason: str) -> None:
    answer = admin.post(REMINDER, {"text": text, "save": "1"})
    assert answer.status_code == 200
    assert reason in page(answer).replace("\u00a0", " ")
    assert not MessageText.objects.exists()


def test_a_result_is_seen_before_it_is_saved(admin: Client) -> None:
    answer = page(admin.post(REMINDER, {"text": OWN, "try": "1"}))
    assert "Bonjour, RDV mercredi 22 septembre à 10h30" in answer
    assert not MessageText.objects.exists()


def test_the_text_that_ships_comes_back(scene: Scene, admin: Client) -> None:
    admin.post(REMINDER, {"text": OWN, "save": "1"})
    admin.post(REMINDER, {"restore": "1"})
    assert scene.write(Kind.REMINDER, SMS).text.startswith("Rappel")


def test_writing_what_ships_keeps_no_copy(admin: Client) -> None:
    admin.post(REMINDER, {"text": OWN, "save": "1"})
    admin.post(REMINDER, {"text": library.shipped("sms", "reminder", "fr").source, "save": "1"})
    assert not MessageText.objects.exists()


def test_a_trial_leaves_for_oneself_and_saves_nothing(admin: Client) -> None:
    admin.post(REMINDER, {"text": OWN, "send": "1", "to": "06 39 98 00 77"})
    row = OutboundMessage.objects.get()
    batch = loading.load([row.pk])
    ready = wording.write(batch.messages[0], batch, [], now=NOW)
    assert (row.kind, row.to) == (Kind.TRIAL, "+33639980077")
    assert ready.text.startswith("Bonjour, RDV mercredi 22 septembre à 10h30")
    assert not MessageText.objects.exists()


def test_a_trial_needs_a_mobile(admin: Client) -> None:
    assert "mobile" in page(admin.post(REMINDER, {"text": OWN, "send": "1", "to": "01 99 00 00 01"}))
    assert not OutboundMessage.objects.exists()


@pytest.mark.parametrize("address", ["sms/inconnu/fr", "fax/reminder/fr", "sms/reminder/xx", "sms/agent_booked/fr"])
def test_what_does_not_exist_is_not_found(admin: Client, address: str) -> None:
    assert admin.get(f"/agents/textes/{address}/").status_code == 404


def test_the_texts_of_a_batch_are_read_at_once(scene: Scene, admin: Client, django_assert_max_num_queries) -> None:
    admin.post(REMINDER, {"text": OWN, "save": "1"})
    for _ in range(5):
        scene.write(Kind.REMINDER, SMS)
    with django_assert_max_num_queries(20):
        batch = loading.load(OutboundMessage.objects.values_list("pk", flat=True))
        for message in batch.messages:
            wording.write(message, batch, [], now=NOW)
