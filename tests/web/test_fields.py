"""Fields take what people type, and say what to do about what they can't take."""

from datetime import date

import pytest
from django import forms

from rdv.models import Territory
from rdv.phones import Kind, parse_phone
from rdv.templatetags.ui import error_links
from rdv.web.forms import BaseForm, BirthDateField, CardLabel, DayField, EmailField, PhoneField, RadioCards

TODAY = date(2026, 3, 10)


class ChildForm(BaseForm):
    name = forms.CharField(label="Prénom")
    born = BirthDateField(label="Date de naissance")
    phone = PhoneField(label="Téléphone", required=False)
    place = forms.ChoiceField(
        label="Où\u00a0?", choices=[("a", CardLabel("MDS des Tilleuls", "12 rue des Tilleuls"))], widget=RadioCards
    )


def child_form(**data: str) -> ChildForm:
    territory = Territory(department_code="974")
    return ChildForm({"name": "Léa", "place": "a", **data}, territory=territory, today=TODAY)


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [
        ("3", "2", "2025"),
        ("03", "02", "2025"),
        (" 3 ", "février", "2025"),
        ("3", "fevr.", "2025"),
        ("3/2/2025", "", ""),
        ("03022025", "", ""),
        ("2025-02-03", "", ""),
        ("3 février 2025", "", ""),
    ],
)
def test_a_birth_date_is_read_however_it_is_typed(day: str, month: str, year: str) -> None:
    form = child_form(born_day=day, born_month=month, born_year=year)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["born"] == date(2025, 2, 3)


def test_a_birth_date_may_come_in_one_piece() -> None:
    form = child_form(born="03/02/2025")
    assert form.is_valid()
    assert form.cleaned_data["born"] == date(2025, 2, 3)


@pytest.mark.parametrize(
    ("day", "month", "year", "code"),
    [
        ("", "", "", "required"),
        ("31", "2", "2025", "invalid"),
        ("3", "ju", "2025", "invalid"),
        ("3", "juillet", "", "incomplete"),
        ("3", "2", "25", "short_year"),
        ("11", "3", "2026", "future"),
        ("1", "1", "1825", "too_old"),
        ("x", "2", "2025", "invalid"),
        ("²", "2", "2025", "invalid"),
    ],
)
def test_a_wrong_birth_date_gets_its_own_remedy_and_keeps_what_was_typed(
    day: str, month: str, year: str, code: str
) -> None:
    form = child_form(born_day=day, born_month=month, born_year=year)
    assert [error.code for error in form.errors.as_data()["born"]] == [code]
    assert f'value="{month}"' in str(form["born"]) or not month


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("06 39 98 12 34", "+33639981234"),
        ("+33 6 39 98 12 34", "+33639981234"),
        ("0033 (0)6.39.98.12.34", "+33639981234"),
        ("0692 12 34 56", "+262692123456"),
        ("0262 90 12 34", "+262262901234"),
        ("+44 20 7946 0018", "+442079460018"),
        ("", ""),
    ],
)
def test_a_number_is_kept_as_e164(typed: str, expected: str) -> None:
    field = PhoneField(required=False)
    assert field.clean(typed) == expected


@pytest.mark.parametrize(
    ("typed", "code"), [("06 39 98", "missing_digits"), ("06 39 98 12 34 5", "too_long"), ("abc", "unknown")]
)
def test_a_wrong_number_says_what_is_wrong(typed: str, code: str) -> None:
    with pytest.raises(forms.ValidationError) as refused:
        PhoneField().clean(typed)
    assert refused.value.code == code


def test_the_territory_decides_how_a_national_number_is_read() -> None:
    """0639… is a fictional number in métropole, and a mobile of Mayotte there."""
    assert parse_phone("0639 98 12 34", "FR") == "+33639981234"
    assert parse_phone("0639 69 12 34", "YT") == "+262639691234"


@pytest.mark.parametrize(
    ("typed", "kind"), [("06 39 98 12 34", Kind.MOBILE), ("01 99 00 12 34", Kind.FIXED), ("03 89 12 34 56", Kind.FIXED)]
)
def test_a_number_knows_whether_it_gets_sms(typed: str, kind: Kind) -> None:
    assert parse_phone(typed).kind is kind


def test_a_landline_is_refused_where_only_a_mobile_will_do() -> None:
    with pytest.raises(forms.ValidationError) as refused:
        PhoneField(mobile_only=True).clean("01 99 00 12 34")
    assert refused.value.code == "not_mobile"


class MailForm(BaseForm):
    email = EmailField(label="Adresse électronique")


def test_a_likely_slip_is_asked_about_once_then_believed() -> None:
    first = MailForm({"email": "lea@gmial.com"})
    assert [error.code for error in first.errors.as_data()["email"]] == ["typo"]
    assert 'name="email_confirmed" value="lea@gmial.com"' in str(first["email"])
    again = MailForm({"email": "lea@gmial.com", "email_confirmed": "lea@gmial.com"})
    assert again.is_valid()
    assert again.cleaned_data["email"] == "lea@gmial.com"


def test_an_address_without_a_slip_passes_at_once() -> None:
    assert MailForm({"email": "lea@mairie-exemple.fr"}).is_valid()


@pytest.mark.parametrize("typed", ["27/3/2026", "2026-03-27", "27 mars 2026", "27032026"])
def test_a_day_is_read_where_the_browser_has_no_calendar(typed: str) -> None:
    assert DayField().clean(typed) == date(2026, 3, 27)


def test_every_error_leads_to_a_control_that_exists() -> None:
    form = ChildForm({}, today=TODAY)
    page = str(form)
    links = error_links(form)
    assert [link["target"] for link in links] == ["id_name", "id_born_0", "id_place_0"]
    assert all(f'id="{link["target"]}"' in page for link in links)
    assert links[0]["text"] == "Remplissez «\u00a0Prénom\u00a0»."


def test_hint_and_error_are_announced_with_their_control() -> None:
    class Hinted(BaseForm):
        name = forms.CharField(label="Prénom", help_text="Le prénom suffit.")

    page = str(Hinted({"name": ""}))
    assert 'aria-describedby="id_name_helptext id_name_error"' in page
    assert 'aria-invalid="true"' in page
    assert 'id="id_name_helptext"' in page
    assert 'id="id_name_error"' in page


def test_a_card_shows_its_second_line() -> None:
    assert "<bdi>12 rue des Tilleuls</bdi>" in str(child_form()["place"])


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Léa\r\nBcc: a@exemple.test", "Léa Bcc: a@exemple.test"),
        ("\u202eaéL\u202c", "aéL"),
        ("L\u200bé\u2060a\ufeff", "Léa"),
        ("Léa\u2028Marie\tAnne", "Léa Marie Anne"),
        ("Jean\u00a0\u00a0Noël", "Jean Noël"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u200cمریم\u200d", "مریم"),
        ("Le\u200da", "Lea"),
    ],
)
def test_an_answer_of_one_line_holds_what_can_be_seen(typed: str, kept: str) -> None:
    """A name is read in lists, subjects of mails and messages: it can't turn them around or break their lines."""
    form = child_form(name=typed, born="3/2/2025")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["name"] == kept


def test_an_answer_that_cannot_be_seen_is_no_answer() -> None:
    assert child_form(name="\u200b\u202e", born="3/2/2025").errors["name"] == ["Remplissez «\u00a0Prénom\u00a0»."]


class LetterForm(BaseForm):
    text = forms.CharField(widget=forms.Textarea)
    secret = forms.CharField(strip=False)


def test_a_text_keeps_its_lines_and_a_password_all_its_signs() -> None:
    form = LetterForm({"text": "Bonjour,\r\nLéa", "secret": " mot\u200bde  passe"})
    assert form.is_valid()
    assert form.cleaned_data == {"text": "Bonjour,\r\nLéa", "secret": " mot\u200bde  passe"}
