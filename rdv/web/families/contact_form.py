"""Who comes and how to reach them: the one form of the booking path."""

from datetime import date
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rdv import moments
from rdv.booking.people import ContactSpec, PersonSpec, Who
from rdv.models import AppointmentType, Mode, PhoneKind, Relation, Territory
from rdv.phones import Phone
from rdv.web.families.catalogue import brings_children
from rdv.web.families.doors import language
from rdv.web.forms import BaseForm, EmailField, PhoneField

MOST = 80


class ContactForm(BaseForm):
    """First names of the children, then the person to tell; a phone or an e-mail address, either will do."""

    first_name = forms.CharField(
        label=gettext_lazy("Votre prénom"), widget=forms.TextInput({"autocomplete": "given-name"}), max_length=MOST
    )
    last_name = forms.CharField(
        label=gettext_lazy("Votre nom"), widget=forms.TextInput({"autocomplete": "family-name"}), max_length=MOST
    )
    phone = PhoneField(
        label=gettext_lazy("Votre téléphone"),
        help_text=gettext_lazy(
            "Un téléphone ou une adresse électronique : l’un des deux suffit. "
            "Un mobile reçoit la confirmation et les rappels par SMS."
        ),
        required=False,
    )
    email = EmailField(
        label=gettext_lazy("Votre adresse électronique"),
        required=False,
    )
    language = forms.ChoiceField(label=gettext_lazy("Langue des messages"))
    silent = forms.BooleanField(
        label=gettext_lazy("Ne m’envoyez aucun message"),
        help_text=gettext_lazy(
            "Ni SMS ni courriel : notez bien la date. Sinon, nos messages ne disent pas pourquoi vous venez."
        ),
        required=False,
    )
    address = forms.CharField(
        label=gettext_lazy("Adresse de la visite"),
        help_text=gettext_lazy("Numéro, rue, étage ou code, et commune."),
        max_length=250,
        widget=forms.TextInput({"autocomplete": "street-address"}),
    )

    def __init__(
        self, *args: Any, type: AppointmentType, count: int, births: list[date], territory: Territory, **kwargs: Any
    ) -> None:
        self.type, self.count, self.births = type, count, births
        self.children = brings_children(type)
        named = range(1 if self.children else 2, count + 1)
        names = {f"child_{n}": self._person(n) for n in named}
        vars(self)["base_fields"] = {**names, **type_fields(self.base_fields, type, territory)}
        super().__init__(*args, territory=territory, **kwargs)
        choices = cast(forms.ChoiceField, self.fields["language"]) if "language" in self.fields else None
        if choices is not None:
            known = dict(settings.LANGUAGES)
            choices.choices = [(code, known[code]) for code in territory.languages if code in known]
            choices.initial = language()

    def _person(self, number: int) -> forms.CharField:
        """Whoever comes and isn't the one who books."""
        if not self.children:
            label = _("Prénom de la personne qui vous accompagne")
        elif self.births:
            born = moments.plain_day(self.births[number - 1], language=language())
            label = _("Prénom de l’enfant né le %(day)s") % {"day": born}
        elif self.count == 1:
            label = _("Prénom de l’enfant")
        else:
            label = _("Prénom de l’enfant %(n)s") % {"n": number}
        return forms.CharField(label=label, widget=forms.TextInput({"autocomplete": "off"}), max_length=MOST)

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        tried = {"phone", "email"} & set(self.errors)
        if not tried and not given.get("silent") and not given.get("phone") and not given.get("email"):
            message = _("Indiquez un téléphone ou une adresse électronique : c’est par là que nous vous prévenons.")
            self.add_error("phone", message)
        return given

    def who(self) -> Who:
        """The people and the contact, as booking takes them. The form is valid."""
        given = self.cleaned_data
        phone = given.get("phone") or ""
        contact = ContactSpec(
            first_name=given["first_name"],
            last_name=given["last_name"],
            phone=str(phone),
            phone_kind=_kind(phone),
            email=given.get("email", ""),
            language=given.get("language") or "fr",
            may_be_told=not given.get("silent"),
            relation=Relation.PARENT if self.children else Relation.SELF,
        )
        births: list[date | None] = list(self.births) or [None] * self.count
        if not self.children:
            oneself = PersonSpec(contact.first_name, contact.last_name, births[0], is_child=False)
            others = [
                PersonSpec(given[f"child_{n}"], birth_date=births[n - 1], is_child=False)
                for n in range(2, self.count + 1)
            ]
            return Who([oneself, *others], contact=contact)
        names = [given[f"child_{n}"] for n in range(1, self.count + 1)]
        return Who(
            [PersonSpec(name, birth_date=birth) for name, birth in zip(names, births, strict=True)], contact=contact
        )


def type_fields(fields: dict[str, forms.Field], type: AppointmentType, territory: Territory) -> dict[str, forms.Field]:
    """Without what this type or this territory has no use for."""
    useless = {"address"} if type.mode != Mode.HOME else set()
    if not type.service.is_discreet:
        useless.add("silent")
    if len(territory.languages) < 2:
        useless.add("language")
    return {name: field for name, field in fields.items() if name not in useless}


def _kind(phone: str) -> str:
    if not isinstance(phone, Phone):
        return PhoneKind.NONE
    return PhoneKind.MOBILE if phone.is_mobile else PhoneKind.FIXED
