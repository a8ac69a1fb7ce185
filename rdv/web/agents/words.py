"""An appointment and its history in ready words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from rdv import moments
from rdv.models import ActorKind, Appointment, AppointmentEvent, Channel, Participation, Status, Verb
from rdv.web.agents.lines import Line, Tag, hours, state_tag


@dataclass(frozen=True, slots=True)
class Event:
    """As timeline.html wants it."""

    when: str
    text: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who takes part."""

    pk: int
    name: str
    age: str
    family_id: int
    contact: str
    tag: Tag | None
    note: str
    is_standing: bool


def is_forgotten(appointment: Appointment) -> bool:
    """Whether its families were erased (rules §11): nobody books for nobody. Its people are loaded."""
    return not (appointment.is_collective or appointment.participations.all())


def appointment_line(appointment: Appointment, *, now: datetime) -> Line:
    """An appointment that was loaded with its people, as a line with its day."""
    nobody = _("Dossier effacé") if is_forgotten(appointment) else _("Personne d’inscrit")
    state = state_tag(Status(appointment.status), is_late=appointment.is_late, is_past=appointment.ends_at <= now)
    return Line(
        kind="appointment",
        start=appointment.starts_at,
        end=appointment.ends_at,
        zone=appointment.zone,
        hours=moments.moment(appointment.starts_at, appointment.zone, year=True),
        title=", ".join(str(row.person) for row in appointment.participations.all()) or nobody,
        detail=appointment.type.agents_label,
        place=appointment.location.name,
        agents=", ".join(row.agent.full_name for row in appointment.appointment_agents.all()),
        url=reverse("agents:appointment", args=[appointment.pk]),
        colour=appointment.type.colour,
        tags=(state,) if state else (),
        is_off=appointment.is_cancelled,
        pk=appointment.pk,
    )


def facts(appointment: Appointment) -> list[dict[str, Any]]:
    """Rows of summary.html."""
    zone = appointment.zone
    day = moments.day(moments.local(appointment.starts_at, zone).date(), year=True)
    rows = [
        (_("Quand"), f"{day}, {hours(appointment.starts_at, appointment.ends_at, zone)}"),
        (_("Motif"), appointment.type.agents_label),
        (_("Lieu"), f"{appointment.location.name}\n{appointment.location.postal_address}".strip()),
        (pgettext("rendez-vous", "Avec"), ", ".join(_agent_words(appointment))),
        (_("Modalité"), appointment.get_mode_display()),
        (_("Adresse de la visite"), appointment.visit_address),
        (_("Raison de l’annulation"), appointment.cancel_reason),
        (_("Surréservation"), _overbooking(appointment)),
        (_("Référence"), appointment.reference),
    ]
    return [{"label": label, "value": value, "url": ""} for label, value in rows if value]


def guests(appointment: Appointment, *, now: datetime) -> list[Guest]:
    """Who takes part, in the order of enrolment."""
    on = moments.local(appointment.starts_at, appointment.zone).date()
    return [_guest(row, appointment, on, now) for row in sorted(appointment.participations.all(), key=lambda r: r.pk)]


def history(appointment: Appointment) -> list[Event]:
    """What happened, oldest first."""
    events = appointment.events.select_related("agent").order_by("at", "pk")
    return [
        Event(moments.moment(event.at, appointment.zone, year=True), what_happened(event), by_whom(event))
        for event in events
    ]


def _guest(row: Participation, appointment: Appointment, on: Any, now: datetime) -> Guest:
    contact = next(iter(sorted(row.family.contacts.all(), key=lambda one: one.pk)), None)
    status = Status(row.status)
    standing = status == Status.UNKNOWN
    tag = state_tag(status, is_late=row.is_late, is_past=appointment.ends_at <= now)
    if tag is None and row.confirmed_at:
        tag = Tag(_("Venue confirmée"), "good", "check")
    return Guest(
        pk=row.person_id,
        name=str(row.person),
        age=moments.age(row.person.birth_date, on) if row.person.birth_date and row.person.birth_date <= on else "",
        family_id=row.family_id,
        contact=str(contact) if contact else "",
        tag=tag,
        note=row.note,
        is_standing=standing,
    )


def _agent_words(appointment: Appointment) -> list[str]:
    rows = sorted(appointment.appointment_agents.all(), key=lambda row: row.position)
    if len({row.starts_at for row in rows}) < 2:
        return [row.agent.full_name for row in rows]
    return [f"{row.agent.full_name} ({hours(row.starts_at, row.ends_at, appointment.zone)})" for row in rows]


def _overbooking(appointment: Appointment) -> str:
    return next((row.overbooking_reason for row in appointment.occupations.all() if row.is_overbooked), "")


def what_happened(event: AppointmentEvent) -> str:
    """The verb, and what was said of it."""
    verb = Verb(event.verb).label
    detail = event.detail
    if event.verb == Verb.OUTCOME and detail.get("status") in Status.values:
        return f"{verb}\u00a0: {Status(detail['status']).label}"
    if event.verb == Verb.NOTE and detail.get("text"):
        # What the service did, in its own words.
        text = str(detail["text"])
        return text[:1].upper() + text[1:]
    if event.verb in (Verb.CANCELLED, Verb.PARTICIPATION_CANCELLED) and detail.get("late"):
        verb = _("%s, tardivement") % verb
    said = detail.get("reason") or detail.get("note") or detail.get("text")
    return f"{verb}\u00a0: {said}" if said else str(verb)


def by_whom(event: AppointmentEvent) -> str:
    """Who did it, and by which way."""
    who = event.agent.full_name if event.agent else ActorKind(event.actor_kind).label
    return f"{who}, {WAYS[Channel(event.channel)]}"


WAYS = {
    Channel.WEB: "par le site",
    Channel.AGENT: "dans l’espace des agents",
    Channel.SMS: "par SMS",
    Channel.EMAIL: "par courriel",
    Channel.PHONE: "par téléphone",
    Channel.API: "par une application",
    Channel.OFFER: "en acceptant une proposition",
    Channel.SYSTEM: "automatiquement",
}
