"""Absences: what they hit is shown before they are saved (scenario 18)."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rdv.access.roles import Right
from rdv.booking.absences import declare_absence, withdraw_absence
from rdv.disruption.board import undecided
from rdv.disruption.deciding import Choice
from rdv.disruption.options import possibilities
from rdv.models import Absence, AbsenceKind, Agent, Appointment, Location
from rdv.web.agents.absence_board import appointments_of, find_absence, settle_choices, undoing
from rdv.web.agents.absence_choices import Hit, choices, hits
from rdv.web.agents.absence_words import absence_line
from rdv.web.agents.days import instant
from rdv.web.agents.managed import managed_agents, managed_locations, managed_time
from rdv.web.agents.workspace import AgentRequest, answered, page, posted, workspace
from rdv.web.forms import BaseForm, ClockInput, DayField

SHOWN = 200
# What the form proposes for people.
NOT_OF_A_PLACE = (AbsenceKind.LEAVE, AbsenceKind.SICK)


class AbsenceForm(BaseForm):
    """Who or where, from when to when. Whole days unless hours are given."""

    who = forms.ChoiceField(label=gettext_lazy("Qui est absent, ou quel lieu ferme ?"))
    kind = forms.ChoiceField(label=gettext_lazy("Nature"), choices=AbsenceKind.choices, initial=AbsenceKind.LEAVE)
    first_day = DayField(label=gettext_lazy("Premier jour"))
    start_time = forms.TimeField(label=gettext_lazy("À partir de"), required=False, widget=ClockInput)
    last_day = DayField(label=gettext_lazy("Dernier jour"), help_text=gettext_lazy("Ce jour compris."))
    end_time = forms.TimeField(label=gettext_lazy("Jusqu’à"), required=False, widget=ClockInput)
    label = forms.CharField(label=gettext_lazy("Précision, pour l’équipe"), max_length=120, required=False)
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, agents: Sequence[Agent], locations: Sequence[Location], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.agents = {f"agent-{one.pk}": one for one in agents}
        self.locations = {f"lieu-{one.pk}": one for one in locations}
        choices: list[Any] = [(_("Agents"), [(key, one.full_name) for key, one in self.agents.items()])]
        if locations:
            choices.append((_("Lieux"), [(key, one.name) for key, one in self.locations.items()]))
        cast(forms.ChoiceField, self.fields["who"]).choices = choices
        if not locations:
            natures = [(value, label) for value, label in AbsenceKind.choices if value != AbsenceKind.CLOSED]
            cast(forms.ChoiceField, self.fields["kind"]).choices = natures

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        if cleaned.get("kind") == AbsenceKind.CLOSED and cleaned.get("who") in self.agents:
            self.add_error("kind", _("« Fermeture du lieu » se choisit avec un lieu : donnez une autre nature."))
        if first and last and last < first:
            self.add_error("last_day", _("Le dernier jour ne peut pas précéder le premier."))
        elif first and first == last and _out_of_order(cleaned):
            self.add_error("end_time", _("L’heure de fin doit suivre l’heure de début."))
        return cleaned

    def absence(self, zone: str) -> Absence:
        """The absence, not saved."""
        cleaned = self.cleaned_data
        agent, location = self.agents.get(cleaned["who"]), self.locations.get(cleaned["who"])
        return Absence(
            agent=agent,
            location=location,
            kind=AbsenceKind.CLOSED if location and cleaned["kind"] in NOT_OF_A_PLACE else cleaned["kind"],
            starts_at=instant(
                cleaned["first_day"], cleaned["start_time"] or time(0), location.zone if location else zone
            ),
            ends_at=_end(cleaned["last_day"], cleaned["end_time"], location.zone if location else zone),
            label=cleaned["label"],
        )


@workspace(Right.OWN_TIME)
def absences(request: AgentRequest) -> HttpResponse:
    """Those of the last week and those to come, with what is still to be decided."""
    found = request.scope.absences().filter(ends_at__gt=request.now - timedelta(days=7))
    related = found.select_related("agent", "location__organisation__territory", "disruption")
    rows = related.order_by("starts_at", "pk")[:SHOWN]
    managed = managed_time(request)
    waiting = undecided([one.disruption.pk for one in rows if hasattr(one, "disruption")], now=request.now)
    lines = [
        absence_line(one, request, managed)
        | {"undecided": waiting.get(one.disruption.pk, 0) if hasattr(one, "disruption") else 0}
        for one in rows
    ]
    return page(request, "agents/absences.html", {"lines": lines}, here="absences")


@workspace(Right.OWN_TIME, post=True)
def new_absence(request: AgentRequest) -> HttpResponse:
    """Saved at once when it hits nothing; else with a choice for each appointment of the list, as it stands."""
    form = AbsenceForm(
        posted(request),
        agents=managed_agents(request),
        locations=managed_locations(request),
        initial={"who": f"agent-{request.user.pk}", "first_day": request.today, "last_day": request.today},
    )
    shown: list[Hit] = []
    if request.method == "POST" and form.is_valid():
        absence = form.absence(request.territory.time_zone)
        # What has begun takes place, or did: nobody can be told of another date.
        hit = [one for one in appointments_of(absence) if one.starts_at > request.now]
        possible = possibilities(absence, hit, now=request.now)
        was_seen = form.cleaned_data["seen"] == _fingerprint(hit) and not request.POST.get("tout")
        decided = choices(request, hit, possible) if was_seen or not hit else None
        if decided is not None:
            return _declared(request, absence, decided)
        form.data = answered(request, seen=_fingerprint(hit), kind=absence.kind)
        shown = hits(request, hit, possible, checked=was_seen)
    context = {"form": form, "hit": shown, "is_missing": any(one.is_missing for one in shown)}
    return page(request, "agents/absence_form.html", context, here="absences")


def _declared(request: AgentRequest, absence: Absence, decided: Sequence[Choice]) -> HttpResponse:
    hit = declare_absence(absence, by=request.by, now=request.now)
    if not any(one.starts_at > request.now for one in hit):
        messages.success(request, _("L’absence est enregistrée. Elle ne touche aucun rendez-vous à venir."))
        return redirect("agents:absences")
    settle_choices(absence.disruption, decided, by=request.by, now=request.now)
    messages.success(request, _("L’absence est enregistrée, avec vos décisions."))
    return redirect("agents:absence", absence.pk)


@workspace(Right.OWN_TIME, post=True)
def withdraw(request: AgentRequest, pk: int) -> HttpResponse:
    """Ask, then open the time again and undo what is not done yet."""
    found = find_absence(request, pk)
    managed = managed_time(request)
    if ("agent", found.agent_id) not in managed and ("location", found.location_id) not in managed:
        raise Http404
    if request.method == "POST":
        withdraw_absence(found, now=request.now, by=request.by)
        messages.success(request, _("L’absence est retirée : ses plages sont de nouveau ouvertes."))
        return redirect("agents:absences")
    context = {"line": absence_line(found, request, managed), **undoing(found)}
    return page(request, "agents/absence_withdraw.html", context, here="absences")


def _out_of_order(cleaned: dict[str, Any]) -> bool:
    start, end = cleaned.get("start_time"), cleaned.get("end_time")
    return bool(start and end and end <= start)


def _end(day: date, hour: time | None, zone: str) -> datetime:
    """Midnight at the end of the day when no hour is given."""
    return instant(day, hour, zone) if hour else instant(day + timedelta(days=1), time(0), zone)


def _fingerprint(hit: Sequence[Appointment]) -> str:
    """The list that somebody looked at: a longer one must be looked at again."""
    return sha256(",".join(f"{one.pk}:{one.sequence}" for one in hit).encode()).hexdigest()
