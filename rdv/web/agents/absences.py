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

from rdv import moments
from rdv.access.roles import Right
from rdv.booking.absences import appointments_hit, declare_absence, withdraw_absence
from rdv.models import Absence, AbsenceKind, Agent, Appointment, Location
from rdv.web.agents.agenda import colleagues
from rdv.web.agents.days import instant
from rdv.web.agents.lines import Line, hours
from rdv.web.agents.words import appointment_line
from rdv.web.agents.workspace import AgentRequest, answered, page, posted, workspace
from rdv.web.forms import BaseForm, ClockInput, DayField

SHOWN = 200


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

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
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
            kind=cleaned["kind"],
            starts_at=instant(
                cleaned["first_day"], cleaned["start_time"] or time(0), location.zone if location else zone
            ),
            ends_at=_end(cleaned["last_day"], cleaned["end_time"], location.zone if location else zone),
            label=cleaned["label"],
        )


@workspace(Right.OWN_TIME)
def absences(request: AgentRequest) -> HttpResponse:
    """Those of the last week and those to come."""
    found = request.scope.absences().filter(ends_at__gt=request.now - timedelta(days=7))
    rows = found.select_related("agent", "location__organisation__territory").order_by("starts_at", "pk")[:SHOWN]
    managed = _managed(request)
    context = {"lines": [_line(one, request, managed) for one in rows]}
    return page(request, "agents/absences.html", context, here="absences")


@workspace(Right.OWN_TIME, post=True)
def new_absence(request: AgentRequest) -> HttpResponse:
    """Saved at once when it hits nothing; else the list is shown, and must be confirmed as it stands."""
    form = AbsenceForm(
        posted(request),
        agents=managed_agents(request),
        locations=_locations(request),
        initial={"who": f"agent-{request.user.pk}", "first_day": request.today, "last_day": request.today},
    )
    hit: list[Appointment] = []
    if request.method == "POST" and form.is_valid():
        absence = form.absence(request.territory.time_zone)
        hit = _hit(absence)
        if not hit or form.cleaned_data["seen"] == _fingerprint(hit):
            hit = declare_absence(absence, by=request.by, now=request.now)
            return _declared(request, absence, len(hit))
        form.data = answered(request, seen=_fingerprint(hit))
    context = {"form": form, "hit": [_hit_line(one, request) for one in hit]}
    return page(request, "agents/absence_form.html", context, here="absences")


@workspace(Right.OWN_TIME)
def absence(request: AgentRequest, pk: int) -> HttpResponse:
    """One absence, and the appointments that still stand in it."""
    found = _find(request, pk)
    context = {
        "line": _line(found, request, _managed(request)),
        "hit": [_hit_line(one, request) for one in _hit(found)],
    }
    return page(request, "agents/absence.html", context, here="absences")


@workspace(Right.OWN_TIME, post=True)
def withdraw(request: AgentRequest, pk: int) -> HttpResponse:
    """Ask, then open the time again."""
    found = _find(request, pk)
    managed = _managed(request)
    if ("agent", found.agent_id) not in managed and ("location", found.location_id) not in managed:
        raise Http404
    if request.method == "POST":
        withdraw_absence(found, now=request.now)
        messages.success(request, _("L’absence est retirée : ses plages sont de nouveau ouvertes."))
        return redirect("agents:absences")
    return page(request, "agents/absence_withdraw.html", {"line": _line(found, request, managed)}, here="absences")


def _find(request: AgentRequest, pk: int) -> Absence:
    found = request.scope.absences().select_related("agent", "location__organisation__territory")
    absence = found.filter(pk=pk).first()
    if absence is None:
        raise Http404
    return absence


def _hit(absence: Absence) -> list[Appointment]:
    return appointments_hit(
        agent=absence.agent, location=absence.location, start=absence.starts_at, end=absence.ends_at
    )


def _declared(request: AgentRequest, saved: Absence, hit: int) -> HttpResponse:
    if not hit:
        messages.success(request, _("L’absence est enregistrée. Elle ne touche aucun rendez-vous."))
        return redirect("agents:absences")
    text = _("L’absence est enregistrée. Il reste %d rendez-vous à déplacer ou à annuler.") % hit
    messages.warning(request, text)
    return redirect("agents:absence", saved.pk)


def managed_agents(request: AgentRequest) -> list[Agent]:
    """Oneself, and colleagues whose time one manages."""
    everyone = colleagues(request).values()
    if request.scope.may(Right.OTHERS_TIME):
        managed = request.scope.organisations_with(Right.OTHERS_TIME)
        of_teams = request.scope.agents()
        if not request.scope.is_territory_admin:
            of_teams = of_teams.filter(memberships__organisation__in=managed)
        pks = set(of_teams.values_list("pk", flat=True))
        return [one for one in everyone if one.pk in pks or one.pk == request.user.pk]
    return [one for one in everyone if one.pk == request.user.pk]


def _locations(request: AgentRequest) -> list[Location]:
    mine = request.scope.locations().order_by("name", "pk")
    return [one for one in mine if request.scope.may(Right.LOCATION_TIME, one.organisation_id)]


def _managed(request: AgentRequest) -> frozenset[tuple[str, int]]:
    """The agents and places whose absences one changes."""
    agents = {("agent", one.pk) for one in managed_agents(request)}
    return frozenset(agents | {("location", one.pk) for one in _locations(request)})


def _out_of_order(cleaned: dict[str, Any]) -> bool:
    start, end = cleaned.get("start_time"), cleaned.get("end_time")
    return bool(start and end and end <= start)


def _end(day: date, hour: time | None, zone: str) -> datetime:
    """Midnight at the end of the day when no hour is given."""
    return instant(day, hour, zone) if hour else instant(day + timedelta(days=1), time(0), zone)


def _fingerprint(hit: Sequence[Appointment]) -> str:
    """The list that somebody looked at: a longer one must be looked at again."""
    return sha256(",".join(f"{one.pk}:{one.sequence}" for one in hit).encode()).hexdigest()


def _hit_line(one: Appointment, request: AgentRequest) -> Line:
    """Behind the discreet wall, the hour alone."""
    if request.scope.sees(one):
        return appointment_line(one, now=request.now)
    when = moments.moment(one.starts_at, one.zone, year=True)
    return Line(kind="walled", start=one.starts_at, end=one.ends_at, zone=one.zone, title=_("Occupé"), hours=when)


def _line(absence: Absence, request: AgentRequest, managed: frozenset[tuple[str, int]]) -> dict[str, Any]:
    zone = absence.location.zone if absence.location else request.territory.time_zone
    first, last = moments.local(absence.starts_at, zone), moments.local(absence.ends_at, zone)
    if first.time() == last.time() == time(0):
        when = moments.days(first.date(), (last - timedelta(days=1)).date())
    elif first.date() == last.date():
        when = f"{moments.day(first.date(), year=True)}, {hours(absence.starts_at, absence.ends_at, zone)}"
    else:
        when = moments.span(absence.starts_at, absence.ends_at, zone)
    return {
        "pk": absence.pk,
        "who": absence.agent.full_name if absence.agent else str(absence.location),
        "kind": absence.get_kind_display(),
        "when": when,
        "label": absence.label,
        "may_change": ("agent", absence.agent_id) in managed or ("location", absence.location_id) in managed,
    }
