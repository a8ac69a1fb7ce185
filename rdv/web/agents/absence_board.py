"""What becomes of the appointments that an absence hits: who is told, who answered, who has to be called."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rdv import moments
from rdv.access.roles import Right
from rdv.booking.absences import appointments_hit
from rdv.disruption.board import HitRow, hit_rows
from rdv.disruption.deciding import Choice, decide
from rdv.disruption.options import possibilities
from rdv.disruption.receivers import start_soon
from rdv.disruption.states import State, state_of
from rdv.models import Absence, Appointment, Decision, Disruption, Step
from rdv.models.actor import Actor
from rdv.web.agents.absence_choices import choices, hits, may_decide, standing, with_standing
from rdv.web.agents.absence_words import absence_line, hit_line
from rdv.web.agents.lines import Line, Tag
from rdv.web.agents.managed import managed_time
from rdv.web.agents.workspace import AgentRequest, page, workspace
from reminders.reach import Reached, reached

LABELS = {
    State.TO_DECIDE: (gettext_lazy("À décider"), "bad", "help"),
    State.TO_CALL: (gettext_lazy("À appeler"), "bad", "phone-call"),
    State.PASSED: (gettext_lazy("Passé sans décision"), "warn", "clock"),
    State.UNDELIVERED: (gettext_lazy("Message non remis"), "bad", "warning"),
    State.PLANNED: (gettext_lazy("Décidé, pas encore fait"), "brand", "hourglass"),
    State.SENDING: (gettext_lazy("Message en attente d’envoi"), "warn", "clock"),
    State.TOLD: (gettext_lazy("Prévenue"), "brand", "message"),
    State.ANSWERED: (gettext_lazy("A répondu"), "good", "check"),
    State.REBOOKED: (gettext_lazy("Nouveau rendez-vous"), "good", "calendar-check"),
    State.KEPT: (gettext_lazy("Maintenu"), "", "check"),
    State.SETTLED: (gettext_lazy("Réglé autrement"), "", "check"),
    State.WITHDRAWN: (gettext_lazy("Absence retirée"), "", "close"),
}
TO_CALL = (State.TO_CALL, State.UNDELIVERED)
# What somebody, or the product, still has to do.
IN_HAND = (State.TO_DECIDE, State.PLANNED, State.SENDING, *TO_CALL)


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One appointment on the board; behind a wall, its hour and its state alone."""

    line: Line
    tag: Tag
    what: str
    problem: str


@workspace(Right.OWN_TIME)
def absence(request: AgentRequest, pk: int) -> HttpResponse:
    """One absence, and where each appointment stands."""
    found = find_absence(request, pk)
    context = {"line": absence_line(found, request, managed_time(request)), **_board(request, found)}
    return page(request, "agents/absence.html", context, here="absences")


@workspace(Right.OWN_TIME)
def status(request: AgentRequest, pk: int) -> HttpResponse:
    """The live part of the board alone."""
    found = find_absence(request, pk)
    return render(request, "agents/parts/absence_status.html", {"pk": found.pk, **_board(request, found)})


@workspace(Right.OWN_TIME, post=True)
def decide_hits(request: AgentRequest, pk: int) -> HttpResponse:
    """Choose for what is still to be decided, or was decided and is not done yet."""
    found = find_absence(request, pk)
    disruption = getattr(found, "disruption", None)
    rows = [one for one in hit_rows(disruption) if one.can_be_decided(request.now)] if disruption else []
    hit = [one.appointment for one in rows]
    before = standing(one.row for one in rows)
    possible = with_standing(possibilities(found, hit, now=request.now), before)
    checked = request.method == "POST" and not request.POST.get("tout")
    decided = choices(request, hit, possible) if checked else None
    if disruption is not None and decided is not None:
        settle_choices(disruption, decided, by=request.by, now=request.now)
        messages.success(request, _("Vos décisions sont enregistrées."))
        return redirect("agents:absence", found.pk)
    problems = {one.appointment.pk: one.row.problem for one in rows}
    shown = hits(request, hit, possible, decided=before, problems=problems, checked=checked)
    context = {"pk": found.pk, "hit": shown, "is_missing": any(one.is_missing for one in shown)}
    return page(request, "agents/absence_decide.html", context, here="absences")


def find_absence(request: AgentRequest, pk: int) -> Absence:
    """One that may be seen."""
    found = request.scope.absences().select_related("agent", "location__organisation__territory", "disruption")
    absence = found.filter(pk=pk).first()
    if absence is None:
        raise Http404
    return absence


def appointments_of(absence: Absence) -> list[Appointment]:
    """What it hits now."""
    return appointments_hit(
        agent=absence.agent, location=absence.location, start=absence.starts_at, end=absence.ends_at
    )


def settle_choices(disruption: Disruption, decided: Sequence[Choice], *, by: Actor, now: datetime) -> None:
    """Write decisions down and have a worker begin; undecided ones stay as they are."""
    if decide(disruption.pk, decided, by=by, now=now):
        start_soon(disruption.pk)


def undoing(absence: Absence) -> dict[str, int]:
    """What withdrawing would undo, and what it can't: families were told."""
    disruption = getattr(absence, "disruption", None)
    steps = Counter(disruption.hits.values_list("step", flat=True)) if disruption else Counter()
    return {"undone": steps[Step.PLANNED], "done": steps[Step.DONE]}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one appointment stands, and which of its families know nothing yet."""

    hit: HitRow
    state: State
    to_call: frozenset[int]


def standings(absence: Absence, now: datetime) -> list[Standing]:
    """All that an absence hits, in order of time; a constant number of queries."""
    disruption = getattr(absence, "disruption", None)
    if disruption is None:
        return []
    rows = hit_rows(disruption)
    known = reached({one.appointment.pk: one.row.decided_at or disruption.declared_at for one in rows})
    found = []
    for one in rows:
        what = known.get(one.appointment.pk, Reached())
        state = state_of(one.facts(what.reach, replied=what.replied, now=now))
        found.append(Standing(one, state, what.to_call))
    return found


def _board(request: AgentRequest, absence: Absence) -> dict[str, Any]:
    found = standings(absence, request.now)
    counted = Counter(one.state for one in found)
    due = [one.hit.row.due_at for one in found if one.hit.row.step == Step.PLANNED and one.hit.row.due_at]
    zone = found[0].hit.appointment.zone if found else request.territory.time_zone
    mine = [one.hit for one in found if may_decide(request, one.hit.appointment)]
    mine = [one for one in mine if one.can_be_decided(request.now)]
    return {
        "rows": [_line(request, one.hit, one.state) for one in found],
        "tallies": [{"label": LABELS[one][0], "count": counted[one]} for one in State if counted[one]],
        "total": len(found),
        "settled": len(found) - sum(counted[one] for one in IN_HAND),
        "until": moments.hour(max(due), zone) if due else "",
        "to_decide": len(mine),
        "is_to_decide": any(one.row.step == Step.OPEN for one in mine),
        "undecided": counted[State.TO_DECIDE],
        "to_call": sum(counted[one] for one in TO_CALL),
        "is_live": any(counted[one] for one in (State.PLANNED, State.SENDING, State.TOLD)),
    }


def _line(request: AgentRequest, one: HitRow, state: State) -> BoardLine:
    label, tone, icon = LABELS[state]
    seen = request.scope.sees(one.appointment)
    return BoardLine(
        line=hit_line(one.appointment, request),
        tag=Tag(str(label), tone, icon),
        what=what_was_decided(one) if seen else "",
        problem=_problem(one, state, seen=seen),
    )


def _problem(one: HitRow, state: State, *, seen: bool) -> str:
    """Why it is open again; behind a wall, who decides."""
    if not seen:
        return _("À décider par quelqu’un de ce service.") if state == State.TO_DECIDE else ""
    return one.row.problem if one.row.step == Step.OPEN else ""


def what_was_decided(one: HitRow) -> str:
    """What was decided, and of a move where to."""
    row = one.row
    if row.decision == Decision.UNDECIDED:
        return ""
    if row.decision == Decision.MOVE and row.start is not None:
        return _where_to(one, row.start)
    proposal = row.proposal
    if row.decision == Decision.PROPOSE and proposal is not None:
        until = moments.moment(proposal.expires_at, one.appointment.zone)
        chosen = proposal.slot(proposal.chosen) if proposal.chosen else None
        if chosen:
            return _("Date choisie par la famille") + "\u00a0: " + moments.moment(chosen[0], one.appointment.zone)
        return _("Dates proposées, réponse attendue avant %s") % until
    return {
        Decision.PROPOSE: _("Des dates vont être proposées"),
        Decision.CANCEL: _("Annulé, en tête de liste d’attente"),
        Decision.KEEP: _("Maintenu tel quel"),
    }.get(Decision(row.decision), "")


def _where_to(one: HitRow, start: datetime) -> str:
    row = one.row
    if row.location is not None and row.disruption.location_id not in (None, row.location_id):
        place = row.location.name
        if start == row.was_at:
            return _("Déplacé à %s, même heure") % place
        return _("Déplacé à %(place)s, le %(to)s") % {"place": place, "to": moments.moment(start, row.location.zone)}
    if start == row.was_at:
        return _("Confié à un collègue, même heure")
    zone = one.appointment.zone
    return _("Déplacé du %(was)s au %(to)s") % {
        "was": moments.moment(row.was_at, zone),
        "to": moments.moment(start, zone),
    }
