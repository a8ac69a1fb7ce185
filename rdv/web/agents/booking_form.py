"""Who comes and whom to tell, for a family on the phone: known, or new."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rdv import moments
from rdv.booking.people import ContactSpec, PersonSpec, Who
from rdv.models import Family, PhoneKind, Relation
from rdv.phones import Kind, Phone
from rdv.web.forms import BaseForm, BirthDateField, CardLabel, CheckboxCards, EmailField, PhoneField


class PersonsField(forms.MultipleChoiceField):
    """Asked for, but a child added by name will do instead: the form checks that there is one or the other."""

    def validate(self, value: list[str]) -> None:
        if value:
            super().validate(value)


class PeopleForm(BaseForm):
    """Fields that depend on the family: a known one has its people to tick, a new one its contact to write."""

    def __init__(self, *args: Any, family: Family | None, people: int, needs_birth_date: bool, **kwargs: Any) -> None:
        self.family = family
        self.new_people = 1 if family else people
        grown: dict[str, forms.Field] = {}
        if family:
            grown |= _known_people(family, people, needs_birth_date=needs_birth_date)
        for number in range(self.new_people):
            grown |= _new_person(number, required=not family, alone=self.new_people == 1)
        if not family:
            grown |= _contact()
        # A form sets its fields up from these: an instance may have its own.
        vars(self)["base_fields"] = {**grown, **type(self).base_fields}
        super().__init__(*args, **kwargs)

    def first_fields(self) -> list[BoundField]:
        """All but those of a child to add to a known family, which open on demand."""
        extra = set(self._extra())
        return [field for field in self.visible_fields() if field.name not in extra]

    def extra_fields(self) -> list[BoundField]:
        return [self[name] for name in self._extra()]

    def extra_open(self) -> bool:
        return any(self.data.get(name) for name in self._extra())

    def _extra(self) -> list[str]:
        return ["first_name_0", "last_name_0", "birth_date_0"] if self.family else []

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.family and not cleaned.get("persons") and not cleaned.get("first_name_0"):
            self.add_error("persons", _("Cochez au moins une personne qui vient, ou ajoutez un enfant."))
        return cleaned

    def who(self) -> Who:
        """What the booking asks for."""
        cleaned = self.cleaned_data
        persons = [*self._known(), *self._new()]
        if self.family:
            return Who(persons, family=self.family)
        phone = cleaned["contact_phone"]
        contact = ContactSpec(
            first_name=cleaned["contact_first_name"],
            last_name=cleaned["contact_last_name"],
            phone=str(phone),
            phone_kind=kind_of(phone),
            email=cleaned["contact_email"],
            language=cleaned["contact_language"] or "fr",
            relation=cleaned["contact_relation"] or Relation.PARENT,
        )
        return Who(persons, contact=contact)

    def _known(self) -> Iterator[PersonSpec]:
        chosen = set(self.cleaned_data.get("persons", ()))
        for person in self.family.persons.all() if self.family else ():
            if str(person.pk) in chosen:
                birth = self.cleaned_data.get(f"birth_{person.pk}") or person.birth_date
                yield PersonSpec(person.first_name, person.last_name, birth, person.is_child, pk=person.pk)

    def _new(self) -> Iterator[PersonSpec]:
        for number in range(self.new_people):
            first_name = self.cleaned_data.get(f"first_name_{number}")
            if first_name:
                yield PersonSpec(
                    first_name, self.cleaned_data[f"last_name_{number}"], self.cleaned_data[f"birth_date_{number}"]
                )


class BookingForm(PeopleForm):
    """People, and what the type or an overbooking asks for besides."""

    visit_address = forms.CharField(label=gettext_lazy("Adresse de la visite"), max_length=250, required=False)
    overbooking_reason = forms.CharField(
        label=gettext_lazy("Raison de la surréservation"),
        help_text=gettext_lazy("Elle est gardée dans l’historique."),
        max_length=200,
    )
    over_offers = forms.BooleanField(required=False, widget=forms.HiddenInput)
    key = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, at_home: bool, overbooks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = uuid4().hex
        if not overbooks:
            del self.fields["overbooking_reason"]
        if not at_home:
            del self.fields["visit_address"]


def kind_of(phone: Phone | str) -> str:
    """The kind that is stored: only a mobile gets SMS."""
    if not isinstance(phone, Phone):
        return PhoneKind.NONE
    return PhoneKind.MOBILE if phone.kind is Kind.MOBILE else PhoneKind.FIXED


def _known_people(family: Family, people: int, *, needs_birth_date: bool) -> dict[str, forms.Field]:
    persons = sorted(family.persons.all(), key=lambda person: (not person.is_child, person.pk))
    born = {
        person.pk: _("né·e le %s") % moments.plain_day(person.birth_date)
        if person.birth_date
        else _("date de naissance inconnue")
        for person in persons
    }
    found: dict[str, forms.Field] = {
        "persons": PersonsField(
            label=_("Qui vient ?"),
            choices=[(str(one.pk), CardLabel(str(one), born[one.pk])) for one in persons],
            widget=CheckboxCards,
            initial=[str(one.pk) for one in persons if one.is_child][:people],
        )
    }
    for one in persons:
        if needs_birth_date and one.birth_date is None:
            found[f"birth_{one.pk}"] = BirthDateField(
                label=_("Date de naissance de %s") % one.first_name, required=False
            )
    return found


def _new_person(number: int, *, required: bool, alone: bool) -> dict[str, forms.Field]:
    who = "" if alone else _(" (enfant %d)") % (number + 1)
    first = _("Prénom de l’enfant") + who
    return {
        f"first_name_{number}": forms.CharField(label=first, max_length=80, required=required),
        f"last_name_{number}": forms.CharField(label=_("Nom de l’enfant") + who, max_length=80, required=False),
        f"birth_date_{number}": BirthDateField(label=_("Date de naissance") + who, required=False),
    }


def _contact() -> dict[str, forms.Field]:
    return {
        "contact_first_name": forms.CharField(label=_("Prénom du contact"), max_length=80),
        "contact_last_name": forms.CharField(label=_("Nom du contact"), max_length=80),
        "contact_relation": forms.ChoiceField(
            label=_("Lien avec l’enfant"), choices=Relation.choices, required=False, initial=Relation.PARENT
        ),
        "contact_phone": PhoneField(
            label=_("Téléphone"),
            help_text=_("Mobile ou fixe. Un fixe ne reçoit pas de SMS : vous pourrez imprimer une lettre."),
            required=False,
        ),
        "contact_email": EmailField(label=_("Adresse électronique"), required=False),
        "contact_language": forms.ChoiceField(
            label=_("Langue des messages"), choices=settings.LANGUAGES, required=False, initial="fr"
        ),
    }
