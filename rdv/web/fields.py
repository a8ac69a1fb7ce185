"""Fields that take what people really type: days, telephone numbers, e-mail addresses."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from rdv.moment_words import FRENCH
from rdv.phones import Phone, PhoneError, parse_phone
from rdv.web.mail_typos import suggestion
from rdv.web.widgets import DayInput, EmailInput, PhoneInput, ThreePartDate

CENTURY = range(2000, 2100)
_MONTHS = {name: number for number, name in enumerate(FRENCH.months, 1)}
_PLAIN = str.maketrans("éèêûôàç", "eeeuoac")


def read_day(text: str) -> date:
    """Read "3/2/2025", "03022025", "2025-02-03" or "3 février 2025"; ValueError for anything else.

    Years of two digits are refused: nobody should guess a century for a birth.
    """
    typed = " ".join(text.split()).casefold()
    if re.fullmatch(r"\d{8}", typed):
        return date(int(typed[4:]), int(typed[2:4]), int(typed[:2]))
    if iso := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", typed):
        return date(int(iso[1]), int(iso[2]), int(iso[3]))
    parts = re.fullmatch(r"(\d{1,2})(?:er)?[\s/.\-]+(\w+?)[\s/.\-]+(\d{4})", typed)
    if not parts:
        raise ValueError(text)
    return date(int(parts[3]), read_month(parts[2]), int(parts[1]))


def read_month(text: str) -> int:
    """Read "2", "02", "février", "fevrier" or "févr."; ValueError for anything else."""
    typed = text.strip().casefold().rstrip(".")
    if typed.isdecimal() and len(typed) <= 2:
        return int(typed)
    plain = typed.translate(_PLAIN)
    found = [number for name, number in _MONTHS.items() if len(plain) >= 3 and name.translate(_PLAIN).startswith(plain)]
    if len(found) != 1:
        raise ValueError(text)
    return found[0]


class DayField(forms.DateField):
    """A day near today: the browser's own date control, and French or ISO text where it has none.

    Another century is a slip, and arithmetic on days ends with year 9999.
    """

    widget = DayInput
    default_error_messages = {
        "invalid": _("Écrivez une date comme 27/3/2026."),
        "far": _("Vérifiez l’année de cette date."),
    }

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values or isinstance(value, date):
            return super().to_python(value)
        try:
            day = read_day(str(value))
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        if day.year not in CENTURY:
            raise ValidationError(self.error_messages["far"], code="far")
        return day


class BirthDateField(forms.Field):
    """A date of birth in three boxes (day, month, year); a whole date typed in the first one is read too.

    `today` is given to the form, never read from a clock: `field.today = now.date()` lets the
    field refuse days to come.
    """

    widget = ThreePartDate
    today: date | None = None
    default_error_messages = {
        "required": _("Indiquez la date de naissance."),
        "invalid": _("Cette date n’existe pas. Écrivez le jour, le mois et l’année, par exemple 27 3 2025."),
        "incomplete": _("Il manque une partie de la date de naissance : indiquez le jour, le mois et l’année."),
        "short_year": _("Écrivez l’année avec quatre chiffres, par exemple 2025."),
        "future": _("La date de naissance ne peut pas être dans le futur."),
        "too_old": _("Vérifiez l’année de naissance."),
    }

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, date) or value is None:
            return value
        parts = [str(part or "").strip() for part in value]
        if not any(parts):
            return None
        try:
            return self._read(parts)
        except (ValueError, OverflowError) as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error

    def _read(self, parts: list[str]) -> date:
        day, month, year = parts
        if not month and not year and len(day) > 2:
            return read_day(day)
        if not all(parts):
            raise ValidationError(self.error_messages["incomplete"], code="incomplete")
        if year.isdigit() and len(year) != 4:
            raise ValidationError(self.error_messages["short_year"], code="short_year")
        return date(int(year), read_month(month), int(day))

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value and self.today and value > self.today:
            raise ValidationError(self.error_messages["future"], code="future")
        if value and value.year < 1900:
            raise ValidationError(self.error_messages["too_old"], code="too_old")


class PhoneField(forms.CharField):
    """A telephone number; cleaned to a `Phone` (E.164, knows mobile from fixed), or "".

    `region` says how national numbers are read (see `rdv.phones.region_of`); a form sets it from
    its territory. `mobile_only` is for what can only be done by SMS.
    """

    widget = PhoneInput
    region = "FR"
    default_error_messages = {
        "required": _("Indiquez un numéro de téléphone."),
        "missing_digits": _(
            "Il manque un chiffre à ce numéro. Un numéro français en compte 10, par exemple 06 39 98 12 34."
        ),
        "too_long": _("Ce numéro a trop de chiffres. Un numéro français en compte 10, par exemple 06 39 98 12 34."),
        "unknown": _(
            "Ce numéro de téléphone n’existe pas. Vérifiez-le, ou commencez par + et l’indicatif s’il est étranger."
        ),
        "not_mobile": _(
            "Ce numéro est celui d’un téléphone fixe : il ne reçoit pas de SMS. Indiquez un numéro de mobile."
        ),
    }

    def __init__(self, *, mobile_only: bool = False, **kwargs: Any) -> None:
        self.mobile_only = mobile_only
        super().__init__(max_length=30, **kwargs)

    def clean(self, value: Any) -> Phone | str:
        typed = super().clean(value)
        if not typed:
            return ""
        try:
            number = parse_phone(typed, self.region)
        except PhoneError as error:
            raise ValidationError(self.error_messages[error.code], code=error.code) from error
        if self.mobile_only and not number.is_mobile:
            raise ValidationError(self.error_messages["not_mobile"], code="not_mobile")
        return number


class EmailField(forms.EmailField):
    """An e-mail address. A likely slip ("gmial.com") is asked about once; sent again unchanged, it is taken."""

    widget = EmailInput
    default_error_messages = {
        "required": _("Indiquez une adresse électronique."),
        "invalid": _("Écrivez une adresse électronique complète, par exemple prenom.nom@exemple.fr."),
        "typo": _("Vouliez-vous écrire %(better)s ? Corrigez, ou validez à nouveau si l’adresse est juste."),
    }

    def clean(self, value: Any) -> str:
        typed = str(value or "")
        address = super().clean(typed)
        better = suggestion(address)
        if better and getattr(value, "confirmed", "") != typed:
            raise ValidationError(self.error_messages["typo"] % {"better": better}, code="typo")
        return address


def set_up(fields: Mapping[str, forms.Field], *, region: str, today: date | None) -> None:
    """Tell the fields of a form what they can't know: how numbers are read here, and what day it is."""
    for field in fields.values():
        if isinstance(field, PhoneField):
            field.region = region
        if isinstance(field, BirthDateField):
            field.today = today
