"""What was said to whom: messages with their states, what families answered, and what came of it."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rdv import moments
from rdv.models import Appointment, Family
from rdv.web.agents.lines import Tag
from rdv.web.agents.tasks import loaded, spoken, task_line
from rdv.web.agents.words import by_whom, what_happened
from rdv.web.agents.workspace import AgentRequest
from reminders.kinds import Kind
from reminders.models import InboundMessage, MessageState, OutboundMessage, Task

SHOWN = 15
APPOINTMENTS_SHOWN = 5
SECRET_LINK = re.compile(r"(/(?:r|i|liste-attente/(?:offre|suivi))/)[^/\s]+/")
STRANGERS = timedelta(days=60)
TONES = {
    MessageState.DELIVERED: "good",
    MessageState.SENT: "good",
    MessageState.FAILED: "bad",
    MessageState.UNCERTAIN: "warn",
    MessageState.PLANNED: "brand",
    MessageState.CLAIMED: "brand",
}

KINDS = {
    Kind.BOOKED: gettext_lazy("Confirmation"),
    Kind.MOVED: gettext_lazy("Déplacement"),
    Kind.CANCELLED_BY_FAMILY: gettext_lazy("Annulation"),
    Kind.CANCELLED_BY_SERVICE: gettext_lazy("Annulation"),
    Kind.PARTICIPATION_CANCELLED: gettext_lazy("Annulation d’une participation"),
    Kind.REMINDER: gettext_lazy("Rappel"),
    Kind.OFFER: gettext_lazy("Proposition de créneau"),
    Kind.OFFER_TAKEN: gettext_lazy("Créneau déjà pris"),
    Kind.WAITING: gettext_lazy("Inscription en liste d’attente"),
    Kind.STILL_WAITING: gettext_lazy("Toujours intéressé ?"),
    Kind.NO_SHOW: gettext_lazy("Message après une absence"),
    Kind.INVITATION: gettext_lazy("Invitation à prendre le suivant"),
    Kind.DATES_PROPOSED: gettext_lazy("Autres dates proposées"),
    Kind.MAINTAINED: gettext_lazy("Rendez-vous maintenu"),
    Kind.RECEIPT: gettext_lazy("Accusé de réception"),
    Kind.QUESTION: gettext_lazy("Question"),
    Kind.REPLY_BY_AGENT: gettext_lazy("Message d’un agent"),
    Kind.ACCESS_CODE: gettext_lazy("Code d’accès"),
    Kind.TRIAL: gettext_lazy("Message d’essai"),
    Kind.AGENT_BOOKED: gettext_lazy("Avis à l’agent"),
    Kind.AGENT_MOVED: gettext_lazy("Avis à l’agent"),
    Kind.AGENT_CANCELLED: gettext_lazy("Avis à l’agent"),
    Kind.AGENT_ABSENT: gettext_lazy("Avis à l’agent"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One message, ours or theirs; or something that happened meanwhile."""

    at: datetime
    when: str
    kind: str
    who: str
    text: str
    tag: Tag
    detail: str
    is_theirs: bool
    is_event: bool = False

    @property
    def is_long(self) -> bool:
        """A mail, that a page of messages folds."""
        return self.text.count("\n") > 3


def said_about(appointment: Appointment, *, families_only: bool = False) -> list[Said]:
    """Everything written about an appointment, oldest first; the reader is known to see it."""
    sent = appointment.messages.select_related("contact", "agent")
    if families_only:
        sent = sent.filter(agent=None)
    return _in_order(sent.order_by("due_at", "pk"), appointment.replies.order_by("received_at", "pk"), appointment.zone)


def said_to_family(request: AgentRequest, family: Family, *, planned: bool = True) -> list[Said]:
    """The latest messages of a family that this agent may read, those to come among them if they are wanted."""
    sent = request.scope.messages().filter(family=family).select_related("contact", "agent")
    if not planned:
        sent = sent.filter(Q(due_at__lte=request.now) | Q(kind=Kind.REPLY_BY_AGENT))
    heard = request.scope.replies().filter(family=family)
    zone = request.territory.time_zone
    shown = _in_order(
        sent.order_by("-due_at", "-pk")[:SHOWN],
        heard.order_by("-received_at", "-pk")[:SHOWN],
        zone,
    )
    return shown[::-1]


def thread(request: AgentRequest, task: Task) -> list[Said]:
    """All that was said with the family of a task, or with a number of no family, and what was done; oldest first."""
    if task.family is None:
        return _with_stranger(request, task)
    # What is planned is read in the file: here it would bury the last word.
    said = said_to_family(request, task.family, planned=False)
    # Oldest first already among what was said at the same instant.
    return sorted(
        [*reversed(said), *_events(request, task.family), *_deeds(request, task.family)], key=lambda one: one.at
    )


def _with_stranger(request: AgentRequest, task: Task) -> list[Said]:
    """What no file holds: the number wrote, was told where to go, and what somebody answered."""
    if task.reply is None:
        return []
    phone, scope = task.reply.sender, request.scope
    heard = request.territory.replies.filter(scope.outside_walls("to"), sender=phone, family=None, appointment=None)
    ours = Q(kind=Kind.REPLY_BY_AGENT) | Q(kind=Kind.RECEIPT, context__template="receipt_unknown")
    sent = request.territory.messages.filter(ours, scope.outside_walls("sender"), to=phone, family=None)
    return _in_order(
        sent.filter(created_at__gt=request.now - STRANGERS).select_related("contact", "agent").order_by("-pk")[:SHOWN],
        heard.order_by("-received_at", "-pk")[:SHOWN],
        request.territory.time_zone,
    )


def _events(request: AgentRequest, family: Family) -> list[Said]:
    """What became of its latest appointments; a workshop's history is that of many families."""
    theirs = request.scope.appointments().filter(participations__family=family, is_collective=False).distinct()
    latest = theirs.order_by("-starts_at", "-pk")[:APPOINTMENTS_SHOWN]
    found = latest.select_related("location__organisation__territory").prefetch_related("events__agent")
    return [
        _event(
            event.at,
            one.zone,
            what=what_happened(event),
            about=moments.moment(one.starts_at, one.zone),
            detail=by_whom(event),
        )
        for one in found
        for event in one.events.all()
    ]


def _deeds(request: AgentRequest, family: Family) -> list[Said]:
    """What people did of what was asked of them."""
    ended = request.scope.tasks().filter(family=family, done_at__isnull=False)
    rows = loaded(ended).order_by("-done_at", "-pk")[:SHOWN]
    zone = request.territory.time_zone
    return [
        _event(task.done_at, zone, what=task.get_kind_display(), about="", detail=task_line(task, request).done)
        for task in rows
    ]


def _event(at: datetime, zone: str, *, what: str, about: str, detail: str) -> Said:
    return Said(
        at=at,
        when=moments.moment(at, zone, year=True),
        kind=what,
        who=about,
        text="",
        tag=Tag(""),
        detail=detail,
        is_theirs=False,
        is_event=True,
    )


def _in_order(sent: object, heard: object, zone: str) -> list[Said]:
    ours = [_ours(message, zone) for message in sent]  # type: ignore[attr-defined]
    theirs = [_theirs(reply, zone) for reply in heard]  # type: ignore[attr-defined]
    return sorted([*ours, *theirs], key=lambda one: one.at)


def _ours(message: OutboundMessage, zone: str) -> Said:
    state = MessageState(message.state)
    at = message.sent_at or message.due_at
    return Said(
        at=at,
        when=moments.moment(at, zone, year=True),
        who=_to(message),
        kind=str(KINDS.get(message.kind, "")),  # type: ignore[call-overload]
        text=_tight(message.body or message.subject or message.context.get("words", "")),
        tag=Tag(state.label, TONES.get(state, "")),
        detail=" · ".join(filter(None, (message.context.get("author", ""), message.reason))),
        is_theirs=False,
    )


def _tight(text: str) -> str:
    """Without the blank lines of a mail, nor the family's own link: it acts in its name, and is kept as a hash."""
    return SECRET_LINK.sub(r"\1…/", "\n".join(line for line in text.splitlines() if line.strip()))


def _to(message: OutboundMessage) -> str:
    """By which way, and to whom."""
    name, address = str(message.contact or message.agent or ""), spoken(message.to)
    whom = f"{name} ({address})" if name and address else name or address
    channel = message.get_channel_display()
    return _("%(channel)s à %(whom)s") % {"channel": channel, "whom": whom} if whom else channel


def _theirs(reply: InboundMessage, zone: str) -> Said:
    return Said(
        at=reply.received_at,
        when=moments.moment(reply.received_at, zone, year=True),
        who=_("Réponse de %s") % spoken(reply.sender),
        kind="",
        text=reply.body,
        tag=Tag(_("Reçu"), "accent"),
        detail="",
        is_theirs=True,
    )
