"""Presenters of the follow-ups to propose: one line for each child, in ready words."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rdv import moments
from rdv.followups.calendar import calendar_of
from rdv.followups.candidates import Candidate
from rdv.followups.inviting import way_of
from rdv.models import AppointmentType, Family, FollowUpInvitation
from rdv.web.agents.families import family_name
from rdv.web.agents.journey import Journey
from rdv.web.agents.tasks import spoken
from rdv.web.agents.workspace import AgentRequest

WAYS = {
    "written": gettext_lazy("SMS ou courriel"),
    "calls": gettext_lazy("à appeler"),
    "silent": gettext_lazy("ne pas prévenir"),
}


@dataclass(frozen=True, slots=True)
class FollowUpLine:
    """One child: what is due and when, how its family is reached, the search for a slot filled in."""

    pk: int
    name: str
    age: str
    family: int
    contact: str
    phones: str
    window: str
    label: str
    overdue: bool
    way: str
    may_invite: bool
    note: str
    book_url: str


def due_lines(request: AgentRequest, type_: AppointmentType, shown: list[Candidate]) -> list[FollowUpLine]:
    """Those who are due, with how their families are reached; two queries."""
    loaded = (
        request.scope.families().filter(pk__in={one.family for one in shown}).prefetch_related("persons", "contacts")
    )
    families = {one.pk: one for one in loaded}
    lines = []
    for one in shown:
        family = families.get(one.family)
        if family is not None:
            seen = (
                _("vu le %s") % moments.plain_day(one.last_seen) if one.last_seen else _("pas encore vu pour ce suivi")
            )
            window = (one.due.first, one.due.last)
            lines.append(
                _line(request, one.person, family, type_, window, one.due.label, seen, one.person, one.location)
            )
    return lines


def invited_line(request: AgentRequest, one: FollowUpInvitation) -> FollowUpLine:
    """An invitation, loaded with its family, and what became of it."""
    day = moments.plain_day(moments.local(one.invited_at, request.territory.time_zone).date())
    note = _("à appeler depuis le %s") % day if one.is_call else _("invitée le %s") % day
    if one.declined_at:
        note = _("a dit non le %s") % moments.plain_day(
            moments.local(one.declined_at, request.territory.time_zone).date()
        )
    label = _label(one, request.today)
    window = (one.first_day, one.last_day)
    return _line(request, one.pk, one.family, one.type, window, label, note, one.person_id, one.location_id)


def _line(
    request: AgentRequest,
    pk: int,
    family: Family,
    type_: AppointmentType,
    window: tuple[date, date],
    label: str,
    note: str,
    person: int,
    location: int | None,
) -> FollowUpLine:
    first, last = window
    child = next((row for row in family.persons.all() if row.pk == person), None)
    contacts = sorted(family.contacts.all(), key=lambda row: row.pk)
    way = way_of(contacts)
    start = max(first, request.today)
    journey = Journey(family=family.pk, type=type_.pk, location=location, day=start.isoformat())
    return FollowUpLine(
        pk=pk,
        name=str(child) if child else "",
        age=moments.age(child.birth_date, request.today) if child and child.birth_date else "",
        family=family.pk,
        contact=family_name(family),
        phones=", ".join(spoken(row.phone) for row in contacts if row.phone and row.may_be_told),
        window=moments.days(first, last),
        label=label,
        overdue=last < request.today,
        way=str(WAYS[way]),
        may_invite=way != "silent",
        note=note,
        book_url=journey.url("find_slot"),
    )


def _label(one: FollowUpInvitation, on: date) -> str:
    name, _colon, code = one.window.partition(":")
    calendar = calendar_of(name)
    labels = {exam.code: exam.label for exam in calendar.in_force(on)} if calendar else {}
    return labels.get(code, "")


def source_of(type_: AppointmentType | None, on: date) -> str:
    """The law that the dates come from, if they come from a calendar."""
    calendar = calendar_of(type_.follow_up) if type_ and type_.follow_up else None
    return calendar.source(on) if calendar else ""
