"""Presenters: an agenda's rows in ready words, so that templates ask nothing and compare no state."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from rdv import moments
from rdv.access.agenda import Band, BandKind, Entry
from rdv.models import Agent, Mode, Status


@dataclass(frozen=True, slots=True)
class Tag:
    label: str
    tone: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`kind` is appointment, walled, absence or opening: a class for the stylesheet."""

    kind: str
    start: datetime
    end: datetime
    zone: str
    title: str
    hours: str
    detail: str = ""
    place: str = ""
    agents: str = ""
    url: str = ""
    colour: str = ""
    tags: tuple[Tag, ...] = ()
    notes: tuple[str, ...] = ()
    address: str = ""
    is_off: bool = False
    pk: int = 0


_MODES = {Mode.PHONE, Mode.HOME, Mode.VIDEO}


def state_tag(status: Status, *, is_late: bool, is_past: bool) -> Tag | None:
    """The one word that says where an appointment stands; nothing for one that is simply to come."""
    if status == Status.UNKNOWN:
        return Tag(_("À renseigner"), "warn", "help") if is_past else None
    if status == Status.EXCUSED and is_late:
        return Tag(_("Annulé tard par la famille"), "bad", "calendar-x")
    return {
        Status.SEEN: Tag(_("Honoré"), "good", "check"),
        Status.NOSHOW: Tag(_("Absent"), "bad", "user"),
        Status.EXCUSED: Tag(_("Annulé par la famille"), "", "calendar-x"),
        Status.REVOKED: Tag(_("Annulé par le service"), "", "calendar-x"),
    }[status]


def entry_line(entry: Entry, agents: Mapping[int, Agent], *, now: datetime, whose: int | None = None) -> Line:
    """An appointment; behind a wall it is nothing but "occupé". In somebody's own agenda only the others are named."""
    common: dict[str, Any] = {
        "start": entry.start,
        "end": entry.end,
        "zone": entry.zone,
        "hours": hours(entry.start, entry.end, entry.zone),
        "agents": _names([pk for pk in entry.agents if pk != whose], agents),
    }
    if entry.is_walled:
        return Line(kind="walled", title=_("Occupé"), **common)
    return Line(
        kind="appointment",
        title=_title(entry),
        detail=entry.label,
        place=entry.location,
        url=reverse("agents:appointment", args=[entry.pk]),
        colour=entry.colour,
        tags=_tags(entry, now),
        notes=entry.notes,
        address=entry.visit_address,
        is_off=entry.is_cancelled,
        pk=entry.pk,
        **common,
    )


def band_line(
    band: Band,
    zone: str,
    agents: Mapping[int, Agent],
    *,
    within: tuple[datetime, datetime],
    whose: int | None = None,
) -> Line:
    """Open time or an absence, cut to the stretch that is shown."""
    start, end = max(band.start, within[0]), min(band.end, within[1])
    whole = (start, end) == within
    name = "" if band.agent_id in (None, whose) else _names((band.agent_id,), agents)
    if band.kind is BandKind.ABSENCE:
        title = _("Absence") if band.agent_id else _("Lieu fermé")
        kind = "absence"
    else:
        title, kind = _("Plage d’ouverture"), "opening"
    return Line(
        kind=kind,
        start=start,
        end=end,
        zone=zone,
        hours=_("toute la journée") if whole else hours(start, end, zone),
        title=title,
        detail=band.label,
        place=band.location,
        agents=name,
        pk=band.pk,
    )


def hours(start: datetime, end: datetime, zone: str) -> str:
    """Gives "9 h – 9 h 30"."""
    return f"{moments.hour(start, zone)} – {moments.hour(end, zone)}"


def in_order(lines: Iterable[Line]) -> list[Line]:
    """By start, open time before what fills it."""
    return sorted(lines, key=lambda line: (line.start, line.kind != "opening", line.end, line.pk))


def _title(entry: Entry) -> str:
    if not entry.is_collective:
        # Nobody books for nobody: their families were forgotten (rules §11).
        return ", ".join(entry.people) or _("Dossier effacé")
    seats = {"taken": entry.seats_taken, "capacity": entry.capacity}
    return ngettext("%(taken)d place prise sur %(capacity)d", "%(taken)d places prises sur %(capacity)d",
                    entry.seats_taken) % seats  # fmt: skip


def _tags(entry: Entry, now: datetime) -> tuple[Tag, ...]:
    state = state_tag(entry.status, is_late=entry.is_late, is_past=entry.end <= now)
    found = [state] if state else []
    if entry.is_hit and entry.end > now:
        found.append(Tag(_("Absence déclarée"), "warn", "warning"))
    elif entry.is_confirmed and entry.status == Status.UNKNOWN and entry.end > now:
        found.append(Tag(_("Venue confirmée"), "good", "check"))
    if entry.is_overbooked:
        found.append(Tag(_("Surréservation"), "accent", "warning"))
    if entry.mode in _MODES:
        found.append(Tag(entry.mode.label, "brand"))
    return tuple(found)


def _names(pks: Iterable[int | None], agents: Mapping[int, Agent]) -> str:
    return ", ".join(agents[pk].full_name if pk in agents else _("autre agent") for pk in pks if pk)
