"""Who comes: what is asked before the slots are shown, because the answer changes them."""

from datetime import date
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from rdv.models import AppointmentType
from rdv.scheduling.rules import Attendee, Reason, TypeRules, why_not_admitted
from rdv.web.families.catalogue import brings_children
from rdv.web.families.draft import Draft
from rdv.web.forms import BaseForm, BirthDateField, RadioCards

MOST = 8


def needs_births(rules: TypeRules) -> bool:
    """Dates of birth are asked where age decides, and nowhere else."""
    return rules.has_age_window


def most_people(type: AppointmentType) -> int:
    """How many may come together; 1 = nothing to ask. Grown-ups are counted where each takes a seat."""
    if not brings_children(type) and not type.is_collective:
        return 1
    return min(type.max_attendees, MOST)


def limit_text(type: AppointmentType) -> str:
    """How many may come together, said before somebody looks in vain for the button; "" where nothing is asked."""
    most = most_people(type)
    if brings_children(type):
        one = _("Un seul enfant par rendez-vous. Pour des frères et sœurs, prenez-en un pour chacun, ou appelez-nous.")
        return one if most == 1 else _("%(n)s enfants au plus par rendez-vous. Au-delà, appelez-nous.") % {"n": most}
    return _("%(n)s personnes au plus par rendez-vous. Au-delà, appelez-nous.") % {"n": most} if most > 1 else ""


def is_known(draft: Draft, rules: TypeRules, type: AppointmentType) -> bool:
    """Whether the slots can be shown."""
    if needs_births(rules):
        return draft.count >= 1 and len(draft.births) == draft.count
    return draft.count >= 1 or most_people(type) == 1


def people_count(draft: Draft) -> int:
    """How many come; one until somebody says otherwise."""
    return max(draft.count, 1)


def attendees(draft: Draft) -> list[Attendee]:
    """What the search knows of the people: nothing unless dates of birth were asked."""
    return [Attendee(birth) for birth in draft.birth_dates]


class CountForm(BaseForm):
    """How many people come, children or grown-ups."""

    count = forms.TypedChoiceField(
        coerce=int,
        widget=RadioCards,
        error_messages={"required": gettext_lazy("Choisissez combien de personnes viennent.")},
    )

    def __init__(self, *args: Any, type: AppointmentType, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["count"])
        numbers = range(1, most_people(type) + 1)
        if brings_children(type):
            field.label = _("Combien d’enfants viennent ?")
            field.choices = [(n, ngettext("Un enfant", "%(n)s enfants", n) % {"n": n}) for n in numbers]
        else:
            field.label = _("Combien de personnes viennent ?")
            field.choices = [
                (n, ngettext("Je viens seule ou seul", "Nous venons à %(n)s", n) % {"n": n}) for n in numbers
            ]
        longer = _("Le rendez-vous dure un peu plus longtemps à plusieurs.") if type.extra_per_sibling_minutes else ""
        field.help_text = " ".join(text for text in (limit_text(type), longer) if text)


class BirthsForm(BaseForm):
    """The date of birth of each child who comes; admission is judged on the day of the visit."""

    def __init__(
        self, *args: Any, type: AppointmentType, count: int, rules: TypeRules, today: date, **kwargs: Any
    ) -> None:
        self.count, self.rules, self.on = count, rules, today
        vars(self)["base_fields"] = {f"birth_{n}": _birth_field(n, count, type) for n in range(1, count + 1)}
        super().__init__(*args, today=today, **kwargs)

    def births(self) -> list[date]:
        return [self.cleaned_data[f"birth_{n}"] for n in range(1, self.count + 1)]

    def typed(self) -> list[date]:
        """The dates that could be read, of a form that may be unfinished."""
        read = [self.cleaned_data.get(f"birth_{n}") for n in range(1, self.count + 1)]
        return [birth for birth in read if birth]

    def clean(self) -> dict[str, Any]:
        """Said early: who is too old today is too old on every day to come."""
        for name, birth in list(self.cleaned_data.items()):
            if why_not_admitted(self.rules, [Attendee(birth)], self.on) is Reason.TOO_OLD:
                self.add_error(
                    name, _("Ce rendez-vous n’est plus prévu à cet âge. Choisissez-en un autre, ou appelez-nous.")
                )
        return self.cleaned_data


def _birth_field(number: int, count: int, type: AppointmentType) -> BirthDateField:
    if not brings_children(type):
        own = number == 1
        label = _("Votre date de naissance") if own else _("Date de naissance de la personne qui vous accompagne")
    elif count == 1:
        label = _("Date de naissance de l’enfant")
    else:
        label = _("Date de naissance de l’enfant %(n)s") % {"n": number}
    return BirthDateField(label=label, help_text=_("Par exemple 27 3 2026"))
