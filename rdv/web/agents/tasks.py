"""Things that need a person: what a reply means, whom to call, what was left undone."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, QuerySet, Value, When
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from rdv import moments
from rdv.access.roles import Right
from rdv.models.text import search_key
from rdv.phones import Phone
from rdv.web.agents.workspace import AgentRequest, asked_number, page, workspace
from reminders.models import Task, TaskKind

PER_PAGE = 30
CALLS = (TaskKind.CALL_REMINDER, TaskKind.CALL_CHANGE, TaskKind.CALL_OFFER, TaskKind.STOPPED, TaskKind.UNREACHABLE)


@dataclass(frozen=True, slots=True)
class TaskLine:
    pk: int
    kind: str
    who: str
    phone: str
    detail: str
    said: str
    about: str
    place: str
    due: str
    is_late: bool
    since: str
    done: str
    is_closed: bool
    appointment_id: int | None
    family_id: int | None


def _urgent_first(request: AgentRequest) -> list[Any]:
    """What can still be done in time, the soonest first; then what has no term; last what its term has passed."""
    passed = Case(When(due_at__lt=request.now, then=Value(1)), default=Value(0))
    return [passed, "due_at", "created_at", "pk"]


def task_lines(request: AgentRequest, tasks: QuerySet[Any], *, limit: int | None = None) -> list[TaskLine]:
    """Tasks in ready words, the most urgent first."""
    loaded = (
        tasks.select_related("contact", "reply", "done_by", "appointment__location__organisation__territory")
        .prefetch_related("family__contacts")
        .order_by(*_urgent_first(request))
    )
    return [_line(task, request) for task in (loaded[:limit] if limit else loaded)]


@workspace(Right.TASKS)
def tasks(request: AgentRequest) -> HttpResponse:
    """Open ones, or those done lately, of one organisation or of all."""
    done = request.GET.get("etat") == "faites"
    shown = request.scope.tasks().filter(done_at__isnull=not done)
    organisation = asked_number(request, "organisation")
    if organisation:
        shown = shown.filter(organisation=organisation)
    paged = Paginator(shown.order_by("-done_at", *_urgent_first(request)), PER_PAGE)
    current = paged.get_page(request.GET.get("page"))
    context = {
        "lines": task_lines(request, request.scope.tasks().filter(pk__in=[task.pk for task in current])),
        "current": current,
        "query": f"etat={'faites' if done else ''}&organisation={organisation or ''}&",
        "done": done,
        "organisations": list(request.scope.organisations().order_by("name", "pk")),
        "organisation": organisation,
    }
    return page(request, "agents/tasks.html", context, here="tasks")


@workspace(Right.TASKS)
def calls(request: AgentRequest) -> HttpResponse:
    """The sheet that a secretary prints and calls through (scenario 13): no call whose reason has passed."""
    opened = request.scope.tasks().filter(done_at=None, kind__in=CALLS).exclude(due_at__lt=request.now)
    context = {"lines": task_lines(request, opened), "printed": moments.moment(request.now, _zone(request))}
    return page(request, "agents/calls.html", context, here="tasks")


@workspace(Right.TASKS, only_post=True)
def settle_task(request: AgentRequest, pk: int) -> HttpResponse:
    """Done, or not done after all (`etat` = faite or a-faire)."""
    task = request.scope.tasks().filter(pk=pk).first()
    if task is None:
        raise Http404
    done = request.POST.get("etat") != "a-faire"
    task.done_at, task.done_by, task.closed_as = (request.now, request.user, "") if done else (None, None, "")
    twins = request.scope.tasks().filter(kind=task.kind, key=task.key, done_at=None).exclude(pk=task.pk)
    if not done and twins.exists():
        messages.info(request, _("La même tâche est déjà ouverte."))
    else:
        task.save(update_fields=["done_at", "done_by", "closed_as"])
        messages.success(request, _("C’est noté : tâche faite.") if done else _("La tâche est à faire de nouveau."))
    back = request.POST.get("retour", "")
    return redirect("agents:home" if back == "accueil" else "agents:tasks")


def _line(task: Task, request: AgentRequest) -> TaskLine:
    contact = task.contact or (next(iter(task.family.contacts.all()), None) if task.family else None)
    appointment = task.appointment
    zone = appointment.zone if appointment else _zone(request)
    return TaskLine(
        pk=task.pk,
        kind=task.get_kind_display(),
        who=str(contact) if contact else "",
        phone=spoken(contact.phone) if contact else spoken(task.reply.sender if task.reply else ""),
        detail="" if _repeats(task) else task.detail,
        said=task.reply.body if task.reply else "",
        about=moments.moment(appointment.starts_at, zone) if appointment else "",
        place=appointment.location.name if appointment else "",
        due=moments.soon(task.due_at, zone, request.now) if task.due_at else "",
        is_late=bool(task.due_at and task.due_at < request.now and not task.done_at),
        since=moments.away(task.created_at, request.now),
        done=_done(task, zone),
        is_closed=bool(task.closed_as),
        appointment_id=task.appointment_id,
        family_id=task.family_id,
    )


def _repeats(task: Task) -> bool:
    """Whether the detail says nothing that the quoted reply doesn't."""
    return task.reply is not None and search_key(task.detail) in search_key(task.reply.body)


def spoken(number: str) -> str:
    """A stored number as people write it; anything else as it is."""
    return Phone(number).spoken if number.startswith("+") and number[1:].isdecimal() else number


def _done(task: Task, zone: str) -> str:
    if task.done_at is None:
        return ""
    when = moments.moment(task.done_at, zone)
    if task.closed_as:
        end = task.get_closed_as_display()
        return _("%(end)s (close d’elle-même %(when)s)") % {"end": end[0].upper() + end[1:], "when": when}
    if task.done_by is None:
        return _("faite %s") % when
    return _("faite %(when)s par %(who)s") % {"when": when, "who": task.done_by}


def _zone(request: AgentRequest) -> str:
    return request.territory.time_zone
