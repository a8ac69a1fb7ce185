"""Who no longer comes."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from rdv.models import Participation
from rdv.web.forms import BaseForm, CheckboxCards


class CancelForm(BaseForm):
    """Asked only when several people of the family are awaited; otherwise there is nothing to ask."""

    persons = forms.TypedMultipleChoiceField(
        label=_("Qui ne viendra pas ?"),
        coerce=int,
        widget=CheckboxCards,
        error_messages={"required": _("Cochez au moins un prénom.")},
    )

    def __init__(self, *args: Any, people: Sequence[Participation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.everybody = [row.person_id for row in people]
        if len(people) < 2:
            del self.fields["persons"]
            return
        choice = cast(forms.TypedMultipleChoiceField, self.fields["persons"])
        choice.choices = [(row.person_id, row.person.first_name) for row in people]
        choice.initial = self.everybody

    def persons_chosen(self) -> list[int] | None:
        """Those who leave; None = everybody."""
        chosen = self.cleaned_data.get("persons")
        return None if chosen is None or set(chosen) == set(self.everybody) else list(chosen)
