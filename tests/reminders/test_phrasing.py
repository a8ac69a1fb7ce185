"""The language of the texts: what is said, what is left out, and what is refused with its reason."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reminders.texts.phrasing import PhrasingError, parse

REMINDER = (
    "Rappel : [si plusieurs : {nombre} ]RDV {quand}[ et {autres}], {lieu}. [si à confirmer : Venez-vous ? ]{lien}"
)
FACTS = {"quand": "mardi", "lieu": "au Moulin", "lien": "http://x/r/1/"}


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "Rappel : RDV mardi, au Moulin. http://x/r/1/"),
        ({"à confirmer": True}, "Rappel : RDV mardi, au Moulin. Venez-vous ? http://x/r/1/"),
        (
            {"plusieurs": True, "nombre": 2, "autres": "10h"},
            "Rappel : 2 RDV mardi et 10h, au Moulin. http://x/r/1/",
        ),
    ],
)
def test_a_part_is_said_when_it_serves(facts: dict[str, object], said: str) -> None:
    assert parse(REMINDER).render(FACTS | facts) == said


@pytest.mark.parametrize(
    ("text", "facts", "said"),
    [
        ("Vos RDV : [{lien}|{site}/rendez-vous/]", {"site": "s"}, "Vos RDV : s/rendez-vous/"),
        ("Vos RDV : [{lien}|{site}/rendez-vous/]", {"site": "s", "lien": "l"}, "Vos RDV : l"),
        ("[si même heure : maintenu {quand}|déplacé]", {"même heure": True, "quand": "mardi"}, "maintenu mardi"),
        ("[si même heure : maintenu|déplacé]", {}, "déplacé"),
        ("[sauf si à déplacer : gardé]", {}, "gardé"),
        ("[sauf si à déplacer : gardé]", {"à déplacer": 1}, ""),
        ("[si a : 1|si b : 2|3]", {"b": True}, "2"),
        ("[si a\u00a0: 1|2]", {"a": True}, "1"),
        ("oui|non", {}, "oui|non"),
        ("", {}, ""),
    ],
)
def test_the_first_alternative_that_serves_is_said(text: str, facts: dict[str, object], said: str) -> None:
    assert parse(text).render(facts) == said


def test_what_it_may_say_and_what_it_says_whatever_happens() -> None:
    phrasing = parse(REMINDER)
    assert phrasing.always() == {"quand", "lieu", "lien"}
    assert phrasing.placeholders() == {"quand", "lieu", "lien", "nombre", "autres"}
    assert phrasing.flags() == {"plusieurs", "à confirmer"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("RDV {quand", "pas fermée"),
        ("RDV {quand {lieu}", "pas fermée"),
        ("RDV {}", "manque un nom"),
        ("RDV quand}", "de trop"),
        ("RDV [si a : {b}", "pas fermé"),
        ("RDV [si a : [b]]", "pas fermé"),
        ("RDV ]", "de trop"),
        ("[a { b]", "pas fermée"),
    ],
)
def test_what_can_t_be_read_is_explained(text: str, reason: str) -> None:
    with pytest.raises(PhrasingError, match=reason) as caught:
        parse(text)
    assert caught.value.text == str(caught.value)


def test_what_is_filled_in_is_never_read_again() -> None:
    assert parse("{lieu}").render({"lieu": "[{lien}]", "lien": "secret"}) == "[{lien}]"


@given(st.text(alphabet="ab{}[]|: si", max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(PhrasingError):
        assert isinstance(parse(text).render({}), str)
