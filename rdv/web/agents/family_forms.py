"""Forms of a family's file."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from rdv.models import Agent, Contact, EmailState, Person, PhoneState
from rdv.web.agents.booking_form import kind_of
from rdv.web.forms import BaseForm, BaseModelForm, BirthDateField, EmailField, PhoneField


class ContactForm(BaseModelForm):
    """Another number is a new chance: what was known of the old one is forgotten."""

    phone = PhoneField(label=_("Téléphone"), required=False)
    email = EmailField(label=_("Adresse électronique"), required=False)
    language = forms.ChoiceField(label=_("Langue des messages"), choices=settings.LANGUAGES)

    class Meta:
        model = Contact
        fields = (
            "first_name",
            "last_name",
            "relation",
            "phone",
            "email",
            "language",
            "may_be_told",
            "may_cancel",
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self.instance.phone_kind = kind_of(cleaned.get("phone", ""))
        if "phone" in self.changed_data:
            self.instance.phone_state, self.instance.sms_stopped_at = PhoneState.OK, None
        if "email" in self.changed_data:
            self.instance.email_state = EmailState.OK
        return cleaned


class PersonForm(BaseModelForm):
    """A child, or an adult who is seen."""

    birth_date = BirthDateField(label=_("Date de naissance"), required=False)

    class Meta:
        model = Person
        fields = ("first_name", "last_name", "birth_date", "is_child")


class OwnAgentForm(BaseForm):
    """Who follows the family."""

    own_agent = forms.ChoiceField(label=_("Professionnel·le qui suit la famille"), required=False)

    def __init__(self, *args: Any, agents: Sequence[Agent], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Personne en particulier")), *((str(one.pk), one.full_name) for one in agents)]
        cast(forms.ChoiceField, self.fields["own_agent"]).choices = choices
