"""What an agent chooses for himself: of which changes he is told."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rdv.models import Notify
from rdv.web.agents.workspace import AgentRequest, page, posted, workspace
from rdv.web.forms import BaseForm, CardLabel, RadioCards

CHOICES = (
    (Notify.ALL.value, CardLabel("Tous", "Y compris ceux que vous faites vous-même.")),
    (Notify.BY_OTHERS.value, CardLabel("Ceux faits par d’autres", "Familles, collègues, liste d’attente.")),
    (Notify.NEAR.value, CardLabel("Seulement les plus proches", "Faits par d’autres, d’ici à deux jours.")),
    (Notify.NONE.value, CardLabel("Aucun", "Vous regardez votre agenda vous-même.")),
)


class SettingsForm(BaseForm):
    notify = forms.ChoiceField(
        label=gettext_lazy("De quels changements voulez-vous être prévenu·e par courriel ?"),
        choices=CHOICES,
        widget=RadioCards,
    )


@workspace(post=True)
def my_settings(request: AgentRequest) -> HttpResponse:
    """One's own, never somebody else's."""
    me = request.user
    form = SettingsForm(posted(request), initial={"notify": me.notify})
    if request.method == "POST" and form.is_valid():
        me.notify = form.cleaned_data["notify"]
        me.save(update_fields=["notify"])
        messages.success(request, _("C’est enregistré."))
        return redirect("agents:settings")
    has_feed = me.is_practitioner and not request.scope.is_prescriber_only
    return page(request, "agents/settings.html", {"form": form, "has_feed": has_feed, "email": me.email})
