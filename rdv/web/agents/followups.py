"""Follow-ups to propose: who is due and has no appointment, inviting them, and what became of the invitations."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rdv import moments
from rdv.access.roles import Right
from rdv.followups.candidates import Candidate, candidates, followed_types
from rdv.followups.inviting import booking_of, record_no
from rdv.followups.next_visit import next_visit
from rdv.models import AppointmentType
from rdv.models.follow_up import FollowUpInvitationQuerySet
from rdv.web.agents.followup_inviting import foreseen, invite_these, ticked
from rdv.web.agents.followup_lines import FollowUpLine, due_lines, invited_line, source_of
from rdv.web.agents.journey import Journey
from rdv.web.agents.workspace import AgentRequest, asked_number, find_appointment, page, workspace

PER_PAGE = 40
REMEMBERED = timedelta(days=120)
DUE, ASKED, BOOKED, DECLINED = "a-proposer", "sans-rendez-vous", "pris", "non"
VIEWS = {
    DUE: gettext_lazy("À proposer"),
    ASKED: gettext_lazy("Invitées, sans rendez-vous"),
    BOOKED: gettext_lazy("Rendez-vous pris"),
    DECLINED: gettext_lazy("Ont dit non"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page is about: a type, a team or all, one of the views.

    Whoever was never seen here for this follow-up is probably followed elsewhere: shown only when asked (`everybody`).
    """

    type: AppointmentType | None
    organisation: int | None
    view: str
    everybody: bool = False

    @classmethod
    def of(cls, request: AgentRequest, types: Iterable[AppointmentType]) -> "Asked":
        known = {one.pk: one for one in types}
        chosen = known.get(asked_number(request, "motif") or 0) or next(iter(known.values()), None)
        view = request.GET.get("etat", DUE)
        return cls(
            chosen,
            asked_number(request, "organisation"),
            view if view in VIEWS else DUE,
            request.GET.get("qui") == "tous",
        )

    def url(self, name: str = "followups") -> str:
        """The address of this list, or of another page about it."""
        given = {
            "motif": self.type.pk if self.type else "",
            "organisation": self.organisation or "",
            "etat": self.view,
            "qui": "tous" if self.everybody else "",
        }
        return f"{reverse(f'agents:{name}')}?{urlencode({name: value for name, value in given.items() if value})}"


@workspace(Right.WAITING_LIST, post=True)
def followups(request: AgentRequest) -> HttpResponse:
    """The list of a view; posted, the families that were ticked are invited."""
    types = list(followed_types(request.scope).with_rules())
    asked = Asked.of(request, types)
    if request.method == "POST" and asked.type is not None:
        invite_these(request, asked.type, ticked(request))
        return redirect(asked.url())
    lines, current, families = _shown(request, asked)
    context = {
        "asked": asked,
        "types": types,
        "organisations": list(request.scope.organisations().order_by("name", "pk")),
        "views": [{"name": name, "label": label, "current": name == asked.view} for name, label in VIEWS.items()],
        "lines": lines,
        "current": current,
        "query": f"{asked.url().partition('?')[2]}&",
        "is_due": asked.view == DUE,
        "families": families,
        "all_url": asked.url("followups_all"),
        "is_asked": asked.view == ASKED,
        "source": source_of(asked.type, request.today),
    }
    return page(request, "agents/followups.html", context, here="followups")


@workspace(Right.WAITING_LIST, only_post=True)
def no(request: AgentRequest, pk: int) -> HttpResponse:
    """The family said no on the telephone."""
    found = _invitations(request).filter(pk=pk).first()
    if found is None:
        raise Http404
    record_no(found, now=request.now)
    messages.success(request, _("C’est noté : cette famille ne sera plus invitée pour ce rendez-vous."))
    return redirect(Asked(found.type, None, ASKED).url())


@workspace(Right.BOOK)
def following(request: AgentRequest, pk: int) -> HttpResponse:
    """At the end of an appointment: the search for the next one, within its window, with everything filled in."""
    found = find_appointment(request, pk)
    visit = next_visit(request.scope, found, now=request.now)
    if visit is None:
        messages.info(request, _("Rien n’est prévu à la suite de ce rendez-vous."))
        return redirect("agents:appointment", pk)
    if visit.booked:
        messages.info(request, _("Le rendez-vous suivant est déjà pris."))
        return redirect("agents:appointment", visit.booked)
    first = max(visit.first, request.today)
    words = {
        "first": moments.day(first),
        "last": moments.day(visit.last, year=True),
        "label": visit.label or _("Rendez-vous suivant"),
    }
    text = _("%(label)s : entre le %(first)s et le %(last)s.")
    messages.info(request, text % words)
    journey = Journey(
        family=visit.family,
        type=visit.type.pk,
        people=visit.persons,
        location=found.location_id,
        day=first.isoformat(),
    )
    return redirect(journey.url("find_slot"))


@workspace(Right.WAITING_LIST, post=True)
def everybody(request: AgentRequest) -> HttpResponse:
    """Invite the whole list: how many, by which way, who is left out and why; then, posted, it is done."""
    asked = Asked.of(request, followed_types(request.scope).with_rules())
    if asked.type is None:
        return redirect("agents:followups")
    due = _due(request, asked.type, asked)
    persons = [one.person for one in due]
    if request.method == "POST":
        invite_these(request, asked.type, persons)
        return redirect(asked.url())
    context = foreseen(request, asked.type, persons) | {
        "type": asked.type,
        "families": len({one.family for one in due}),
        "children": len(due),
        "list_url": asked.url(),
    }
    return page(request, "agents/followups_all.html", context, here="followups")


def _due(request: AgentRequest, type_: AppointmentType, asked: Asked) -> list[Candidate]:
    found = candidates(request.scope, type_, now=request.now, organisation=asked.organisation)
    return [one for one in found if asked.everybody or one.last_seen]


def _shown(request: AgentRequest, asked: Asked) -> tuple[list[FollowUpLine], Any, int]:
    """The lines of a page, the page, and how many families the whole list has, where they can be invited."""
    number = request.GET.get("page")
    if asked.type is None:
        return [], Paginator([], PER_PAGE).get_page(number), 0
    if asked.view == DUE:
        found = _due(request, asked.type, asked)
        due = Paginator(found, PER_PAGE).get_page(number)
        return due_lines(request, asked.type, list(due.object_list)), due, len({one.family for one in found})
    rows = _of_view(_invitations(request).filter(type=asked.type), asked)
    if asked.organisation:
        rows = rows.filter(organisation=asked.organisation)
    loaded = rows.select_related("person").prefetch_related("family__contacts", "family__persons")
    current = Paginator(loaded.order_by("last_day", "pk"), PER_PAGE).get_page(number)
    return [invited_line(request, one) for one in current], current, 0


def _invitations(request: AgentRequest) -> FollowUpInvitationQuerySet:
    """Those of the families and types that one sees, of the last months."""
    files = request.scope.families().open_files()
    every = request.territory.invitations.filter(
        family__in=files.values("pk"),
        type__in=followed_types(request.scope).values("pk"),
        invited_at__gt=request.now - REMEMBERED,
    )
    return every.select_related("type__territory", "territory")


def _of_view(rows: FollowUpInvitationQuerySet, asked: Asked) -> FollowUpInvitationQuerySet:
    if asked.type is None or asked.view == DECLINED:
        return rows.filter(declined_at__isnull=False)
    booked = booking_of(asked.type)
    if asked.view == BOOKED:
        return rows.filter(booked)
    return rows.filter(declined_at=None).exclude(booked)
