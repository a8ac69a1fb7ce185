"""Collective appointments (ateliers): open a session; its page lists who takes part."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rdv import moments
from rdv.access.roles import Right
from rdv.booking.errors import BookingError, NoRoom, NotBookable
from rdv.booking.sessions import open_session
from rdv.models import Agent, Appointment, AppointmentType, Location
from rdv.web.agents.agenda import colleagues
from rdv.web.agents.days import instant
from rdv.web.agents.workspace import AgentRequest, page, posted, workspace
from rdv.web.forms import BaseForm, ClockInput, DayField

SHOWN = 100


class SessionForm(BaseForm):
    """Which workshop, where, when, with whom."""

    type = forms.ChoiceField(label=gettext_lazy("Atelier"))
    location = forms.ChoiceField(label=gettext_lazy("Lieu"))
    day = DayField(label=gettext_lazy("Jour"))
    time = forms.TimeField(label=gettext_lazy("Heure"), widget=ClockInput)
    agents = forms.MultipleChoiceField(label=gettext_lazy("Animé par"), widget=forms.CheckboxSelectMultiple)
    capacity = forms.IntegerField(
        label=gettext_lazy("Nombre de places"),
        help_text=gettext_lazy("Sans réponse, celui du motif."),
        min_value=1,
        max_value=200,
        required=False,
    )

    def __init__(
        self,
        *args: Any,
        types: Sequence[AppointmentType],
        locations: Sequence[Location],
        agents: Sequence[Agent],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "type": [(str(one.pk), one.agents_label) for one in types],
            "location": [(str(one.pk), one.name) for one in locations],
            "agents": [(str(one.pk), one.full_name) for one in agents],
        }
        for name, of_field in choices.items():
            cast(forms.ChoiceField, self.fields[name]).choices = of_field


@workspace(Right.SEE_AGENDA)
def sessions(request: AgentRequest) -> HttpResponse:
    """Those to come, with their seats."""
    found = request.scope.appointments().standing().upcoming(request.now).filter(type__is_collective=True)
    rows = found.with_people().order_by("starts_at", "pk")[:SHOWN]
    context = {"lines": [_line(one) for one in rows], "may_open": bool(_types(request))}
    return page(request, "agents/sessions.html", context, here="sessions")


@workspace(Right.BOOK, post=True)
def new_session(request: AgentRequest) -> HttpResponse:
    """Open a session on a day and hour."""
    types = _types(request)
    locations = list(request.scope.locations().order_by("name", "pk"))
    agents = [one for one in colleagues(request).values() if one.is_practitioner]
    initial = {"day": request.today, "agents": [str(request.user.pk)]}
    form = SessionForm(posted(request), types=types, locations=locations, agents=agents, initial=initial)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        location = next(one for one in locations if str(one.pk) == cleaned["location"])
        start = instant(cleaned["day"], cleaned["time"], location.zone)
        if start <= request.now:
            form.add_error("day", _("Choisissez une date à venir."))
        else:
            try:
                made = open_session(
                    type=next(one for one in types if str(one.pk) == cleaned["type"]),
                    location=location,
                    agents=[one for one in agents if str(one.pk) in cleaned["agents"]],
                    start=start,
                    by=request.by,
                    now=request.now,
                    capacity=cleaned["capacity"],
                )
            except NotBookable as error:
                form.add_error("type", error.text)
            except NoRoom as error:
                form.add_error("location", error.text)
            except BookingError:
                form.add_error("agents", _("L’un de ces agents est déjà pris à cette heure-là."))
            else:
                messages.success(request, _opened(request, made))
                return redirect("agents:appointment", made.pk)
    return page(request, "agents/session_form.html", {"form": form, "types": types}, here="sessions")


def _opened(request: AgentRequest, made: Appointment) -> str:
    """That it is open, and whether its first seats are proposed to those who wait."""
    if request.territory.rounds.filter(session=made).exists():
        return _("L’atelier est ouvert ; ses premières places sont proposées aux familles en liste d’attente.")
    return _("L’atelier est ouvert : les familles peuvent s’inscrire.")


def _types(request: AgentRequest) -> list[AppointmentType]:
    if not request.scope.may(Right.BOOK):
        return []
    return list(request.scope.types().with_rules().filter(is_collective=True).order_by("position", "pk"))


def _line(session: Appointment) -> dict[str, Any]:
    return {
        "pk": session.pk,
        "title": session.type.agents_label,
        "when": moments.moment(session.starts_at, session.zone, year=True),
        "place": session.location.name,
        "agents": ", ".join(row.agent.full_name for row in session.appointment_agents.all()),
        "taken": session.seats_taken,
        "capacity": session.capacity,
        "is_full": session.seats_left <= 0,
    }
