"""The inbox: what needs a person, one list for a whole team; and the sheet of calls."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _

from rdv import moments
from rdv.access.roles import Right
from rdv.web.agents.tasks import CALLS, TaskLine, in_words, loaded, task_line, task_lines, urgent_first, zone_of
from rdv.web.agents.workspace import AgentRequest, asked_number, page, workspace
from reminders.models import TaskKind

PER_PAGE = 30
MINE, FREE, DONE = "moi", "libres", "faites"


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the inbox is looked at: kept in the addresses, so that one comes back to the same list."""

    whose: str = ""
    kind: str = ""
    organisation: int | None = None
    done: bool = False

    @classmethod
    def of(cls, request: AgentRequest) -> "Asked":
        """Anything else than what is known asks for everything."""
        whose, kind = request.GET.get("qui", ""), request.GET.get("nature", "")
        return cls(
            whose if whose in (MINE, FREE) else "",
            kind if kind in TaskKind.values else "",
            asked_number(request, "organisation"),
            request.GET.get("etat") == DONE,
        )

    def query(self, **changes: Any) -> str:
        """For an address; empty when nothing is asked."""
        fields = {
            "etat": DONE if self.done else "",
            "qui": self.whose,
            "nature": self.kind,
            "organisation": self.organisation,
        } | changes
        return urlencode({name: value for name, value in fields.items() if value})

    def among(self, request: AgentRequest, *, whose: bool = True, kind: bool = True) -> QuerySet[Any]:
        """The tasks that are asked for, of those that one sees."""
        shown = request.scope.tasks().filter(done_at__isnull=not self.done)
        if self.organisation:
            shown = shown.filter(organisation=self.organisation)
        if kind and self.kind:
            shown = shown.filter(kind=self.kind)
        return shown.filter(_whose(request)[self.whose]) if whose and self.whose else shown


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter with how much it shows."""

    label: str
    count: int
    url: str
    is_chosen: bool


@workspace(Right.TASKS)
def inbox(request: AgentRequest) -> HttpResponse:
    """Open ones, or those done lately, by kind, of one organisation or of all."""
    asked = Asked.of(request)
    paged = Paginator(loaded(asked.among(request)).order_by("-done_at", *urgent_first(request)), PER_PAGE)
    current = paged.get_page(request.GET.get("page"))
    context = {
        "lines": in_words(request, current),
        "current": current,
        "query": f"{asked.query()}&" if asked.query() else "",
        "asked": asked,
        "back": asked.query(),
        "done": asked.done,
        "whose": [] if asked.done else _by_person(request, asked),
        "kinds": _by_kind(request, asked),
        "organisations": list(request.scope.organisations().order_by("name", "pk")),
        "just_done": just_done(request),
    }
    return page(request, "agents/inbox.html", context, here="tasks")


@workspace(Right.TASKS)
def calls(request: AgentRequest) -> HttpResponse:
    """The sheet that a secretary prints and calls through (scenario 13): no call whose reason has passed."""
    opened = request.scope.tasks().filter(done_at=None, kind__in=CALLS).exclude(due_at__lt=request.now)
    context = {
        "lines": task_lines(request, opened),
        "printed": moments.moment(request.now, zone_of(request)),
        "just_done": just_done(request),
    }
    return page(request, "agents/calls.html", context, here="tasks")


def just_done(request: AgentRequest) -> TaskLine | None:
    """What this agent has just ended (`faite`), to be opened again if that was a slip."""
    pk = asked_number(request, "faite")
    if pk is None:
        return None
    ended = request.scope.tasks().filter(pk=pk, done_by=request.user, done_at__isnull=False)
    task = loaded(ended).first()
    return task_line(task, request) if task else None


def following(request: AgentRequest, asked: Asked, pk: int) -> int | None:
    """The task after this one in the list that is looked at; the first when it is the last, or not in it."""
    pks = list(asked.among(request).order_by("-done_at", *urgent_first(request)).values_list("pk", flat=True)[:500])
    after = pks[pks.index(pk) + 1 :] if pk in pks else pks
    return next((one for one in [*after, *pks] if one != pk), None)


def _by_person(request: AgentRequest, asked: Asked) -> list[Choice]:
    """All, mine, nobody's: whatever is looked at, how many there are of each."""
    conditions = _whose(request)
    found = asked.among(request, whose=False).aggregate(
        every=Count("pk"), **{name: Count("pk", filter=condition) for name, condition in conditions.items()}
    )
    labels = (("", "every", _("Toutes")), (MINE, MINE, _("Les miennes")), (FREE, FREE, _("À personne")))
    return [
        Choice(label, found[name], f"?{asked.query(qui=value)}", asked.whose == value) for value, name, label in labels
    ]


def _by_kind(request: AgentRequest, asked: Asked) -> list[Choice]:
    """The kinds of which there is something, in the order of the table; the chosen one in any case."""
    rows = asked.among(request, kind=False).order_by().values("kind").annotate(count=Count("pk"))
    found = {row["kind"]: row["count"] for row in rows}
    every = Choice(_("Tout"), sum(found.values()), f"?{asked.query(nature='')}", not asked.kind)
    kinds = [
        Choice(kind.label, found.get(kind, 0), f"?{asked.query(nature=kind.value)}", asked.kind == kind)
        for kind in TaskKind
        if kind in found or asked.kind == kind
    ]
    return [every, *kinds]


def _whose(request: AgentRequest) -> dict[str, Q]:
    """Nobody has what somebody has who left."""
    return {
        MINE: Q(assigned_to=request.user.pk),
        FREE: Q(assigned_to=None) | Q(assigned_to__is_active=False),
    }
