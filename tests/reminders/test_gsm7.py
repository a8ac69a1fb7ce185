"""What an SMS costs and how French is made to fit the SMS alphabet."""

import pytest
import smsutil
from hypothesis import given
from hypothesis import strategies as st

from reminders.texts import gsm7

ALPHABET = "".join(sorted(gsm7.BASIC | gsm7.EXTENSION))
MIXED = st.text(alphabet=st.sampled_from(ALPHABET + "êçœÀ’«»…–\u00a0🙏ع"), max_size=400)


@pytest.mark.parametrize("char", "éèàùìòÇÉ€Ñß£@[]{}~^|\\")
def test_characters_of_the_alphabet_stay_gsm7(char: str) -> None:
    assert gsm7.is_gsm7(char)
    assert gsm7.transliterate(char) == char


@pytest.mark.parametrize("char", "êçœÀ’«»…–—\u00a0\u202fâîôûëïáíú🙏عЖ")
def test_one_foreign_character_forces_ucs2(char: str) -> None:
    assert not gsm7.is_gsm7(char)
    assert gsm7.count(char).encoding == "ucs2"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Être reçue à l’hôpital", "Etre recue à l'hopital"),
        ("Sœur « Zoé » … 9\u00a0h\u202f30 – 10 h", 'Soeur " Zoé " ... 9 h 30 - 10 h'),
        ("À bientôt 👋🏽 !", "A bientot !"),
        ("Ñandú, Łódź, Ştefan, ğıİ", "Ñandu, Lodz, Stefan, giI"),
        ("e\u0301te\u0301", "été"),
        ("Votre place nº 3, 1½ h", "Votre place no 3, 11/2 h"),
    ],
)
def test_latin_text_is_brought_into_the_alphabet(text: str, expected: str) -> None:
    assert gsm7.transliterate(text) == expected
    assert gsm7.is_gsm7(expected)


@pytest.mark.parametrize("text", ["موعدكم يوم الثلاثاء ’", "Ваш прийом у вівторок…", "γεια"])
def test_other_scripts_are_left_as_they_are(text: str) -> None:
    assert gsm7.transliterate(text) == text
    assert gsm7.count(text).encoding == "ucs2"


@pytest.mark.parametrize(
    ("text", "units", "segments"),
    [
        ("", 0, 0),
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("a" * 306, 306, 2),
        ("a" * 307, 307, 3),
        ("€" * 80, 160, 1),
        ("€" * 81, 162, 2),
        ("a" * 152 + "€" + "a" * 20, 174, 2),
        ("a" * 152 + "€" + "a" * 152, 306, 3),
        ("ê" * 70, 70, 1),
        ("ê" * 71, 71, 2),
        ("ê" * 134, 134, 2),
        ("ê" * 135, 135, 3),
        ("🙏" * 35, 70, 1),
        ("🙏" * 36, 72, 2),
    ],
)
def test_segments_at_their_bounds(text: str, units: int, segments: int) -> None:
    length = gsm7.count(text)
    assert (length.units, length.segments) == (units, segments)


@given(MIXED)
def test_counting_agrees_with_smsutil(text: str) -> None:
    """An oracle: smsutil is an independent implementation of the same standard."""
    if not text:
        return
    assert gsm7.count(text).segments == len(smsutil.split(text).parts)
    assert gsm7.is_gsm7(text) == smsutil.is_valid_gsm(text)


@given(st.text(max_size=200))
def test_transliterating_twice_changes_nothing_more(text: str) -> None:
    once = gsm7.transliterate(text)
    assert gsm7.transliterate(once) == once


@given(st.text(alphabet=st.characters(max_codepoint=0x17F), max_size=200))
def test_latin_text_always_fits_the_alphabet(text: str) -> None:
    spelled = gsm7.transliterate(text)
    assert gsm7.is_gsm7(spelled) or spelled == text
