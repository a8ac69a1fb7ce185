"""A thing that needs a person, in ready words; and its simplest deed: done, or not done after all."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Case, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rdv import moments
from rdv.access.roles import Right
from rdv.models.text import search_key
from rdv.phones import Phone
from rdv.web.agents.offer_call import OfferCall, offer_call
from rdv.web.agents.workspace import AgentRequest
from reminders.desk import DeskError, finish, reopen
from reminders.models import CallResult, Task, TaskKind, TaskOutcome

CALLS = (
    TaskKind.CALL_REMINDER,
    TaskKind.CALL_CHANGE,
    TaskKind.CALL_OFFER,
    TaskKind.CALL_TAKEN,
    TaskKind.CALL_WAITING,
    TaskKind.CALL_NO_SHOW,
    TaskKind.CALL_INVITATION,
    TaskKind.STOPPED,
    TaskKind.UNREACHABLE,
)


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
    entry_id: int | None
    holder: str
    is_mine: bool
    tries: str
    offer: OfferCall | None = None


def urgent_first(request: AgentRequest) -> list[Any]:
    """What can still be done in time, the soonest first; then what has no term; last what its term has passed."""
    passed = Case(When(due_at__lt=request.now, then=Value(1)), default=Value(0))
    return [passed, Coalesce("due_at", "appointment__starts_at"), "created_at", "pk"]


def loaded(tasks: QuerySet[Any]) -> QuerySet[Any]:
    """With all that a line says."""
    related = ("contact", "reply", "done_by", "assigned_to", "appointment__location__organisation__territory")
    offered = ("entry__type", "offer__round__type", "offer__round__location__organisation__territory")
    return tasks.select_related(*related, *offered).prefetch_related("family__contacts", "offer__entry__persons")


def task_lines(request: AgentRequest, tasks: QuerySet[Any], *, limit: int | None = None) -> list[TaskLine]:
    """Tasks in ready words, the most urgent first."""
    found = loaded(tasks).order_by(*urgent_first(request))
    return in_words(request, found[:limit] if limit else found)


def in_words(request: AgentRequest, tasks: Iterable[Task]) -> list[TaskLine]:
    """The same in the order given; they are `loaded`."""
    return [task_line(task, request) for task in tasks]


def settle(request: AgentRequest, task: Task) -> None:
    """Done (`etat` = faite, with or without an `issue`), or to be done again (a-faire); says what came of it."""
    outcome = request.POST.get("issue", "")
    try:
        if request.POST.get("etat") == "a-faire":
            reopen(task)
            messages.success(request, _("La tâche est à faire de nouveau."))
        else:
            known = TaskOutcome(outcome) if outcome in TaskOutcome.values else None
            finish(task, outcome=known, by=request.user, now=request.now)
            messages.success(request, _("C’est noté : tâche faite."))
    except DeskError as error:
        messages.info(request, _(error.text))


def task_line(task: Task, request: AgentRequest) -> TaskLine:
    """One that is `loaded`: whom it is about, what was written, who has it, how it ended."""
    contact = task.contact or (next(iter(task.family.contacts.all()), None) if task.family else None)
    appointment = task.appointment
    zone = appointment.zone if appointment else zone_of(request)
    offered = offer_call(task.offer, request) if task.offer else None
    if task.offer and offered:
        zone = task.offer.round.location.zone
    phone = spoken(contact.phone) if contact else spoken(task.reply.sender if task.reply else "")
    return TaskLine(
        pk=task.pk,
        kind=task.get_kind_display(),
        who=str(contact) if contact else "",
        phone=phone,
        detail=_detail(task, phone),
        said=task.reply.body if task.reply else "",
        about=moments.moment(appointment.starts_at, zone) if appointment else offered.when if offered else "",
        place=appointment.location.name if appointment else offered.place if offered else "",
        due=moments.soon(task.due_at, zone, request.now) if task.due_at else "",
        is_late=bool(task.due_at and task.due_at < request.now and not task.done_at),
        since=moments.away(task.created_at, request.now),
        done=_done(task, zone),
        is_closed=bool(task.closed_as),
        appointment_id=task.appointment_id,
        family_id=task.family_id,
        entry_id=_entry(task, request),
        holder=str(task.assigned_to) if task.assigned_to else "",
        is_mine=task.assigned_to_id == request.user.pk,
        tries=_tries(task, zone),
        offer=offered,
    )


def _entry(task: Task, request: AgentRequest) -> int | None:
    """Where it says whether it still waits; nothing of a service that one doesn't know of."""
    entry = task.entry
    known = (
        entry and request.scope.may(Right.WAITING_LIST) and entry.type.service_id in request.scope.reachable_services
    )
    return entry.pk if entry and known else None


def _detail(task: Task, phone: str) -> str:
    """What the quoted reply and the number don't say already."""
    if task.reply is not None and search_key(task.detail) in search_key(task.reply.body):
        return ""
    detail = spoken(task.detail)
    return "" if detail == phone else detail


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
    said = _("faite %s") % when if task.done_by is None else _("faite %(when)s par %(who)s") % {
        "when": when, "who": task.done_by,
    }  # fmt: skip
    return f"{said}\u00a0: {task.get_outcome_display()}" if task.outcome else said


def _tries(task: Task, zone: str) -> str:
    """How often it was tried, and how the last call ended."""
    if not task.tries or task.tried_at is None:
        return ""
    times = ngettext("%d essai", "%d essais", task.tries) % task.tries
    last = CallResult(task.tried_as).label if task.tried_as else ""
    return _("%(times)s, le dernier %(when)s : %(last)s") % {
        "times": times,
        "when": moments.moment(task.tried_at, zone),
        "last": last,
    }


def zone_of(request: AgentRequest) -> str:
    """Where hours that belong to no appointment are read."""
    return request.territory.time_zone
