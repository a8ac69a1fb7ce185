"""Inviting one family from its file: to which type, for whom."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rdv.access.roles import Right
from rdv.followups.candidates import invitable_types
from rdv.followups.inviting import way_of
from rdv.followups.single import Refused, invite_family
from rdv.models import AppointmentType, BookableBy, Person
from rdv.web.agents.families import family_name
from rdv.web.agents.workspace import AgentRequest, find_family, page, posted, workspace
from rdv.web.forms import BaseForm, CheckboxCards

WHY_NOT = {
    Refused.NOBODY: gettext_lazy("Choisissez au moins une personne."),
    Refused.UNKNOWN_TYPE: gettext_lazy("Les familles ne sont pas invitées à ce motif."),
    Refused.NOT_TOLD: gettext_lazy("Personne n’est à prévenir dans ce dossier : voyez les contacts."),
    Refused.INVITED: gettext_lazy("Cette invitation est déjà faite, et son lien est encore valable."),
    Refused.BOOKED: gettext_lazy("Un rendez-vous est déjà pris pour ce motif."),
    Refused.AGE: gettext_lazy("Ce motif n’est pas prévu à cet âge dans le mois qui vient."),
}


class InviteForm(BaseForm):
    """The type, and who would come."""

    type = forms.TypedChoiceField(
        label=gettext_lazy("Motif"), coerce=int, error_messages={"required": gettext_lazy("Choisissez un motif.")}
    )
    people = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Pour qui"),
        coerce=int,
        widget=CheckboxCards,
        error_messages={"required": WHY_NOT[Refused.NOBODY]},
    )

    def __init__(self, *args: Any, types: Sequence[AppointmentType], people: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["type"]).choices = [(one.pk, _label(one)) for one in types]
        cast(forms.ChoiceField, self.fields["people"]).choices = [(one.pk, str(one)) for one in people]
        if len(people) == 1:
            self.fields["people"].initial = [people[0].pk]


@workspace(Right.WAITING_LIST, post=True)
def invite_one(request: AgentRequest, pk: int) -> HttpResponse:
    """One link for this family, by SMS or e-mail; by telephone if it can't be written to."""
    found = find_family(request, pk)
    types = list(invitable_types(request.scope).with_rules().order_by("position", "pk"))
    people = sorted(found.persons.all(), key=lambda one: one.pk)
    form = InviteForm(posted(request), types=types, people=people)
    if request.method == "POST" and form.is_valid():
        chosen = next(one for one in types if one.pk == form.cleaned_data["type"])
        whom = [one for one in people if one.pk in form.cleaned_data["people"]]
        done = invite_family(request.scope, chosen, found, whom, by=request.by, now=request.now)
        if not isinstance(done, Refused):
            _tell(request, done)
            return redirect("agents:family", found.pk)
        form.add_error(None, str(WHY_NOT[done]))
    way = way_of(found.contacts.all())
    context = {"form": form, "name": family_name(found), "family": found, "way": way, "may": bool(types and people)}
    return page(request, "agents/family_invite.html", context, here="families")


def _tell(request: AgentRequest, way: str) -> None:
    if way == "calls":
        messages.success(request, _("Cette famille est à appeler : voyez « À faire »."))
    else:
        messages.success(request, _("L’invitation part aux heures permises, avec un lien valable un mois."))


def _label(type_: AppointmentType) -> str:
    if type_.bookable_by == BookableBy.INVITED:
        return _("%s (sur invitation)") % type_.agents_label
    return str(type_.agents_label)
