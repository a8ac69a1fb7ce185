"""The path in other languages: everything that the site says, both directions, and French where the data is French."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from rdv import moments
from rdv.models import Contact
from tests.factories import World
from tests.web.families.journey import Family

BASE = Path(settings.BASE_DIR)
LOCALE = BASE / "rdv" / "locale"
OTHERS = ["en", "ar"]
# What families read: their pages, and what they are told when something is refused.
PAGES = ("families", "public", "errors", "components")
CODE = ("rdv/web/families", "rdv/web/public", "rdv/web/forms.py", "rdv/web/fields.py", "rdv/booking/errors.py",
        "rdv/waitinglist/errors.py")  # fmt: skip
GETTEXT = {"_", "gettext", "gettext_lazy", "gettext_noop"}


def entries(language: str) -> list[tuple[str, str]]:
    """The simple entries of a catalogue: what is said in French, and how it is said there."""
    text = (LOCALE / language / "LC_MESSAGES" / "django.po").read_text(encoding="utf-8")
    found = re.findall(r'^msgid ((?:".*"\n)+)msgstr ((?:".*"\n)+)', text, re.MULTILINE)
    return [
        ("".join(map(ast.literal_eval, a.split("\n")[:-1])), "".join(map(ast.literal_eval, b.split("\n")[:-1])))
        for a, b in found
    ]


def said_in_pages() -> set[str]:
    found: set[str] = set()
    for path in [path for folder in PAGES for path in (BASE / "templates" / folder).rglob("*.html")]:
        source = path.read_text(encoding="utf-8")
        found |= set(re.findall(r'{% translate "([^"]+)"', source))
        for block in re.findall(r"{% blocktranslate(?![^%]*count)[^%]*%}(.*?){% endblocktranslate", source, re.DOTALL):
            found.add(re.sub(r"{{ (\w+) }}", r"%(\1)s", block))
    return found


def said_in_code() -> set[str]:
    files = [path for name in CODE for path in ([BASE / name] if name.endswith(".py") else (BASE / name).glob("*.py"))]
    calls = [node for path in files for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
             if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in GETTEXT]  # fmt: skip
    return {arg.value for call in calls for arg in call.args[:1] if isinstance(arg, ast.Constant)}


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_said_to_families_is_in_the_catalogue(language: str) -> None:
    """A word that is spelt otherwise there, be it by a space, is read in French."""
    known = {french for french, _text in entries(language)}
    assert said_in_pages() - known == set()
    assert said_in_code() - known == set()


@pytest.mark.parametrize("language", OTHERS)
def test_nothing_is_left_untranslated_and_the_compiled_catalogue_is_the_written_one(language: str) -> None:
    said = [(french, text) for french, text in entries(language) if french]
    assert len(said) > 300
    assert [french for french, text in said if not text] == []
    with translation.override(language):
        assert [french for french, text in said if translation.gettext(french) != text] == []


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_put_into_a_sentence_is_put_into_its_translation(language: str) -> None:
    holes = re.compile(r"%\(\w+\)s|%s")
    wrong = [
        french
        for french, text in entries(language)
        if french and sorted(holes.findall(french)) != sorted(holes.findall(text))
    ]
    assert wrong == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "direction", "words"),
    [("en", "ltr", "Done, your appointment is booked"), ("ar", "rtl", "تمّ، حُجز موعدكم")],
)
def test_a_family_books_in_its_own_language(language: str, direction: str, words: str) -> None:
    world = World(max_attendees=1)
    family = Family(world)
    family.client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    page = family.book(world.at(9), language=language).content.decode()
    assert f'<html lang="{language}" dir="{direction}">' in page
    assert words in page
    assert "Votre rendez-vous" not in page


@pytest.mark.django_db
def test_how_long_it_takes_is_said_in_the_language_of_the_page() -> None:
    world = World(max_attendees=1)
    family = Family(world)
    family.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ar"
    length = moments.duration(world.type.duration_minutes, language="ar")
    steps = [family.get(family.place_url()), family.book(world.at(9), language="ar")]
    assert [length in page.content.decode() for page in steps] == [True, True]
    assert not any("\u00a0min" in page.content.decode() for page in steps)
    assert f"</bdi>، <bdi>{length}</bdi>" in steps[0].content.decode()


@pytest.mark.django_db
def test_what_the_catalogue_says_in_french_is_marked_as_french(client: Client) -> None:
    world = World(max_attendees=1)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "ar"
    assert f'<bdi lang="fr">{world.type.public_label}</bdi>' in client.get("/").content.decode()


@pytest.mark.django_db
def test_the_menu_offers_only_what_pages_are_translated_into(client: Client) -> None:
    World()
    page = client.get("/").content.decode()
    assert re.findall(r'name="language" value="(\w+)"', page) == ["fr", "en", "ar"]


@pytest.mark.django_db
def test_an_address_to_send_to_that_is_opened_answers_in_the_language_of_the_page(client: Client) -> None:
    World()
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    answer = client.get("/rendez-vous/fermer/")
    assert (answer.status_code, answer["Content-Language"]) == (405, "en")
    assert "This page opens another way" in answer.content.decode()
    assert '<html lang="en"' in answer.content.decode()


@pytest.mark.django_db
def test_a_link_opens_in_the_language_of_the_message_it_stood_in(client: Client) -> None:
    """Until somebody chooses another one; reading keeps nothing, what follows an act goes on in it."""
    world = World()
    link = world.book(11).link
    address = f"/r/{link.token}/"

    def spoken() -> str:
        return re.findall(r'<html lang="(\w+)"', client.get(address).content.decode())[0]

    assert spoken() == "fr"
    Contact.objects.update(language="ar")
    assert spoken() == "ar"
    assert client.get(address)["Content-Language"] == "ar"
    assert settings.LANGUAGE_COOKIE_NAME not in client.cookies
    assert client.get(f"{address}venir/")["Content-Language"] == "ar"
    Contact.objects.update(language="tr")
    assert spoken() == "fr"
    Contact.objects.update(language="en")
    client.post(f"{address}venir/")
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "fr"
    assert spoken() == "fr"
