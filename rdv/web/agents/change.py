"""Cancel an appointment, or somebody's part in it; move it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rdv import moments
from rdv.access.abilities import Ability, abilities
from rdv.access.roles import Right
from rdv.booking.cancel import cancel as cancel_now
from rdv.booking.errors import BookingError, SlotOffered, SlotTaken
from rdv.booking.move import move as move_now
from rdv.models import Appointment, AppointmentType, Location, Status
from rdv.web.agents.agenda import colleagues
from rdv.web.agents.appointment import attempt
from rdv.web.agents.days import Days, asked_day
from rdv.web.agents.journey import chosen_agent, chosen_location, chosen_start
from rdv.web.agents.slots import agents_search, bounds, by_day, next_slot, week_of_slots
from rdv.web.agents.workspace import AgentRequest, answered, asked_number, find_appointment, page, posted, workspace
from rdv.web.forms import BaseForm, CardLabel, CheckboxCards, RadioCards

FAMILY, SERVICE = "family", "service"


class CancelForm(BaseForm):
    """Who gives up the appointment, for whom, and why."""

    by = forms.ChoiceField(
        label=gettext_lazy("Qui annule ?"),
        choices=[
            (FAMILY, CardLabel("La famille", "Elle a appelé, ou elle est venue le dire.")),
            (SERVICE, CardLabel("Le service", "La famille est prévenue que l’annulation vient de nous.")),
        ],
        widget=RadioCards,
    )
    persons = forms.MultipleChoiceField(label=gettext_lazy("Pour qui ?"), widget=CheckboxCards)
    reason = forms.CharField(
        label=gettext_lazy("Raison"),
        help_text=gettext_lazy("Pour l’équipe : elle n’est pas envoyée à la famille."),
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, people: Sequence[tuple[str, str]], whole: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if whole or len(people) < 2:
            del self.fields["persons"]
        else:
            cast(forms.MultipleChoiceField, self.fields["persons"]).choices = people


class MoveForm(BaseForm):
    """What an agent must say to move where the agent is busy, or to a slot that is being offered."""

    overbooking_reason = forms.CharField(label=gettext_lazy("Raison de la surréservation"), max_length=200)
    over_offers = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, overbooks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not overbooks:
            del self.fields["overbooking_reason"]


@workspace(post=True)
def cancel(request: AgentRequest, pk: int) -> HttpResponse:
    """For one person (`personne`), for some, or for all; a collective one for all with `tout`."""
    found = find_appointment(request, pk)
    if Ability.CANCEL not in abilities(request.scope, found, now=request.now):
        messages.error(request, _("Ce rendez-vous ne peut plus être annulé."))
        return redirect("agents:appointment", pk)
    whole = found.type.is_collective and request.GET.get("tout") == "1"
    standing = [row for row in found.participations.all() if row.status == Status.UNKNOWN]
    people = [(str(row.person_id), CardLabel(str(row.person))) for row in sorted(standing, key=lambda row: row.pk)]
    asked = request.GET.get("personne", "")
    chosen = [asked] if asked in dict(people) else [key for key, _label in people]
    form = CancelForm(posted(request), people=people, whole=whole, initial={"persons": chosen, "by": FAMILY})
    if request.method == "POST" and form.is_valid():
        picked = form.cleaned_data.get("persons") or chosen
        everybody = whole or (len(picked) == len(people) and not found.type.is_collective)

        def act() -> None:
            cancel_now(
                pk,
                by=request.by,
                now=request.now,
                for_family=form.cleaned_data["by"] == FAMILY,
                persons=None if everybody else [int(key) for key in picked],
                reason=form.cleaned_data["reason"],
            )

        if attempt(request, act):
            messages.success(request, _("C’est annulé. L’heure est libre de nouveau."))
        return redirect("agents:appointment", pk)
    names = ", ".join(str(label) for key, label in people if key in chosen)
    context = {"form": form, "appointment": found, "title": _title(found), "names": names, "whole": whole}
    return page(request, "agents/cancel.html", context)


@workspace(post=True)
def move(request: AgentRequest, pk: int) -> HttpResponse:
    """The week of a place to choose from; with `debut`, the question before it is done."""
    found = find_appointment(request, pk)
    if Ability.MOVE not in abilities(request.scope, found, now=request.now):
        messages.error(request, _("Ce rendez-vous ne peut plus être déplacé."))
        return redirect("agents:appointment", pk)
    location = chosen_location(request, asked_number(request, "lieu") or found.location_id) or found.location
    typed = request.POST.get("debut") or request.GET.get("debut", "")
    if typed:
        return _confirm_move(request, found, location, chosen_start(typed, location))
    context = {
        "appointment": found,
        "title": _title(found),
        "location": location,
        "locations": list(request.scope.bookable_locations().order_by("organisation__name", "name", "pk")),
        **_week(request, found, location),
    }
    return page(request, "agents/move.html", context)


def _confirm_move(request: AgentRequest, found: Appointment, location: Location, start: datetime) -> HttpResponse:
    agent = asked_number(request, "agent")
    allowed = agent is not None and request.scope.may(Right.OVERBOOK, location.organisation_id)
    overbooks = request.GET.get("surreservation") == "1" and allowed
    form = MoveForm(posted(request), overbooks=overbooks)
    taken, offered, alternatives = "", False, []
    if request.method == "POST" and form.is_valid():
        try:
            move_now(
                found.pk,
                start=start,
                by=request.by,
                now=request.now,
                location=location,
                agents=chosen_agent(request, agent),
                overbooking_reason=form.cleaned_data.get("overbooking_reason", ""),
                over_offers=form.cleaned_data["over_offers"],
            )
        except SlotTaken as error:
            taken = error.text
            alternatives = by_day(error.alternatives, location, request, lambda at: {"value": at.isoformat()})
        except SlotOffered:
            offered = True
            form.data = answered(request, over_offers="True")
        except BookingError as error:
            form.add_error(None, _(error.text))
        else:
            messages.success(request, _("C’est déplacé. La famille est prévenue."))
            return redirect("agents:appointment", found.pk)
    context = {
        "form": form,
        "appointment": found,
        "title": _title(found),
        "location": location,
        "when": moments.moment(start, location.zone),
        "action": _move_url(found, lieu=location.pk, debut=start.isoformat(), agent=agent, surreservation=overbooks),
        "back": _move_url(found, lieu=location.pk, jour=start.date().isoformat()),
        "taken": taken,
        "offered": offered,
        "alternatives": alternatives,
    }
    return page(request, "agents/move_confirm.html", context)


def _week(request: AgentRequest, found: Appointment, location: Location) -> dict[str, Any]:
    today = moments.local(request.now, location.zone).date()
    start_day = moments.local(found.starts_at, location.zone).date()
    days = Days(asked_day(request, "jour", max(today, start_day)), 7, location.zone, today)
    after, before = bounds(days, request.now)
    people = sum(row.status == Status.UNKNOWN for row in found.participations.all())
    type_ = _type(request, found)
    search = agents_search(request, type_, people=max(people, 1), after=after, before=before)
    later = agents_search(request, type_, people=max(people, 1), after=before)

    def url_of(start: datetime) -> str:
        return _move_url(found, lieu=location.pk, debut=start.isoformat())

    found_slots = week_of_slots(request, search, location, url_of)
    previous = max(days.previous, today).isoformat() if days.first > today else ""
    return {
        "days": days,
        "slot_days": found_slots,
        "next_slot": None if found_slots else next_slot(later, location, url_of),
        "previous_url": _move_url(found, lieu=location.pk, jour=previous) if previous else "",
        "following_url": _move_url(found, lieu=location.pk, jour=days.following.isoformat()),
        "overbook_agents": [agent for agent in colleagues(request).values() if agent.is_practitioner],
        "overbook_kept": {"action": "", "fields": [("lieu", location.pk)]},
        "may_overbook": request.scope.may(Right.OVERBOOK, location.organisation_id),
    }


def _type(request: AgentRequest, found: Appointment) -> AppointmentType:
    """The appointment's type with its rules, even one that this agent may not book anew."""
    return request.territory.appointment_types.with_rules().get(pk=found.type_id)


def _move_url(found: Appointment, **query: Any) -> str:
    pairs = {name: int(value) if isinstance(value, bool) else value for name, value in query.items() if value}
    return f"{reverse('agents:move', args=[found.pk])}?{urlencode(pairs)}"


def _title(found: Appointment) -> str:
    return moments.moment(found.starts_at, found.zone)
