"""A telephone or an e-mail address, then the code that was sent there."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from rdv.models import Territory
from rdv.phones import Phone, PhoneError, parse_phone, region_of
from rdv.web.fields import PhoneField
from rdv.web.forms import BaseForm


class AddressForm(BaseForm):
    """One box for either: people know which of the two they gave."""

    address = forms.CharField(
        label=_("Votre téléphone mobile ou votre adresse électronique"),
        help_text=_("Ceux que vous avez donnés en prenant rendez-vous. Nous y envoyons un code."),
        max_length=254,
        widget=forms.TextInput({"autocomplete": "tel", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, territory: Territory, **kwargs: Any) -> None:
        self.region = region_of(territory.department_code)
        super().__init__(*args, territory=territory, **kwargs)

    def clean_address(self) -> str:
        typed = str(self.cleaned_data["address"]).strip()
        if "@" in typed:
            try:
                validate_email(typed)
            except ValidationError as error:
                message = _("Écrivez une adresse électronique complète, par exemple prenom.nom@exemple.fr.")
                raise ValidationError(message, code="invalid") from error
            return typed
        return self._mobile(typed)

    def _mobile(self, typed: str) -> str:
        messages = PhoneField.default_error_messages
        try:
            number = parse_phone(typed, self.region)
        except PhoneError as error:
            raise ValidationError(messages[error.code], code=error.code) from error
        if not number.is_mobile:
            raise ValidationError(messages["not_mobile"], code="not_mobile")
        return str(number)


class CodeForm(BaseForm):
    """The six digits; spaces between them do no harm."""

    code = forms.CharField(
        label=_("Le code à 6 chiffres"),
        max_length=20,
        widget=forms.TextInput(
            {"autocomplete": "one-time-code", "inputmode": "numeric", "class": "input--code", "spellcheck": "false"}
        ),
    )

    def clean_code(self) -> str:
        digits = "".join(char for char in self.cleaned_data["code"] if char.isdecimal())
        if len(digits) != 6:
            raise ValidationError(_("Le code compte 6 chiffres."), code="digits")
        return digits


def spoken(address: str) -> str:
    """The address as people write it."""
    return address if "@" in address else Phone(address).spoken
