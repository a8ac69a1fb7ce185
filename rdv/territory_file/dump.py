"""A territory written back as a file that loads to the same: `load(dump(t))` changes nothing."""

from collections.abc import Iterable
from typing import Any

from django.db import models

from rdv.models import Agent, Location, OpeningPeriod, Territory
from rdv.territory_file.sections import (
    AGENTS,
    CLOSING_DAYS,
    COMMUNES,
    LOCATIONS,
    OFFERED,
    OPENING_PERIODS,
    ORGANISATIONS,
    REVISIONS,
    ROOMS,
    SERVICES,
    STEPS,
    TERRITORY,
    TEXTS,
    TYPES,
    Section,
)
from rdv.territory_file.toml_text import table_text

HEADER = (
    "# {name} ({code})\u00a0: réglages. Voir docs/territory-file.md ; à charger par « manage.py territory load ».\n\n"
)


def dump(territory: Territory) -> str:
    """The file's text. Agents without an e-mail address and their hours are left out: nothing would name them."""
    names = _location_names(territory)
    parts: list[tuple[Section, Iterable[dict[str, Any]]]] = [
        (SERVICES, (_columns(SERVICES, row) for row in territory.services.order_by("pk"))),
        (ORGANISATIONS, (_columns(ORGANISATIONS, row) for row in territory.organisations.order_by("pk"))),
        (LOCATIONS, (_location(row) for row in _locations(territory))),
        (COMMUNES, (_commune(row, names) for row in territory.communes.prefetch_related("locations").order_by("pk"))),
        (TYPES, (_type(row) for row in territory.appointment_types.with_rules().order_by("pk"))),
        (CLOSING_DAYS, (_closing(row, names) for row in territory.closing_days.order_by("first_day", "pk"))),
        (TEXTS, (_columns(TEXTS, row) for row in territory.message_texts.order_by("channel", "name", "language"))),
        (AGENTS, (_agent(row) for row in _agents(territory))),
        (OPENING_PERIODS, (_period(row, names) for row in _periods(territory))),
    ]
    text = HEADER.format(name=territory.name, code=territory.department_code)
    text += table_text("[territory]", _columns(TERRITORY, territory))
    for section, rows in parts:
        text += "".join("\n" + table_text(f"[[{section.name}]]", row) for row in rows)
    return text


def _columns(section: Section, row: models.Model) -> dict[str, Any]:
    """The columns that say something: what is required, and what differs from a new row."""
    blank = section.model()
    found = {}
    for name in section.plain:
        value = getattr(row, name)
        if value is not None and (name in section.required or value != getattr(blank, name)):
            found[name] = value
    return found


def _locations(territory: Territory) -> models.QuerySet[Location]:
    rows = Location.objects.filter(organisation__territory=territory).select_related("organisation")
    return rows.prefetch_related("rooms").order_by("pk")


def _location_names(territory: Territory) -> dict[int, str]:
    """How the file names each location: its slug, with its organisation's where two have the same."""
    rows = list(_locations(territory))
    slugs = [row.slug for row in rows]
    return {row.pk: row.slug if slugs.count(row.slug) == 1 else f"{row.organisation.slug}/{row.slug}" for row in rows}


def _location(row: Location) -> dict[str, Any]:
    table = {"organisation": row.organisation.slug, **_columns(LOCATIONS, row)}
    rooms = [_columns(ROOMS, room) for room in sorted(row.rooms.all(), key=lambda room: room.pk)]
    return {**table, "rooms": rooms} if rooms else table


def _commune(row: Any, names: dict[int, str]) -> dict[str, Any]:
    return {**_columns(COMMUNES, row), "locations": sorted(names[place.pk] for place in row.locations.all())}


def _type(row: Any) -> dict[str, Any]:
    table = {"service": row.service.slug, **_columns(TYPES, row)}
    steps = [_columns(STEPS, step) for step in row.steps.all()]
    revisions = [_columns(REVISIONS, found) for found in sorted(row.revisions.all(), key=lambda r: r.valid_from)]
    offered = [
        {"organisation": found.organisation.slug, **_columns(OFFERED, found)}
        for found in row.offered.select_related("organisation").order_by("pk")
    ]
    return table | {
        key: rows for key, rows in (("steps", steps), ("revisions", revisions), ("offered", offered)) if rows
    }


def _closing(row: Any, names: dict[int, str]) -> dict[str, Any]:
    table = _columns(CLOSING_DAYS, row)
    if row.organisation_id:
        table["organisation"] = row.organisation.slug
    if row.location_id:
        table["location"] = names[row.location_id]
    return table


def _agents(territory: Territory) -> models.QuerySet[Agent]:
    rows = territory.agents.exclude(email=None).prefetch_related("services", "memberships__organisation")
    return rows.order_by("pk")


def _agent(row: Agent) -> dict[str, Any]:
    roles = sorted((member.organisation.slug, member.role) for member in row.memberships.all())
    table = {**_columns(AGENTS, row), "services": sorted(service.slug for service in row.services.all())}
    return {**table, "roles": dict(roles)} if roles else table


def _periods(territory: Territory) -> models.QuerySet[OpeningPeriod]:
    rows = OpeningPeriod.objects.filter(location__organisation__territory=territory).exclude(agent__email=None)
    return rows.select_related("agent", "room").prefetch_related("types").order_by("pk")


def _period(row: OpeningPeriod, names: dict[int, str]) -> dict[str, Any]:
    table = {
        "agent": row.agent.email,
        "location": names[row.location_id],
        "types": sorted(type_.slug for type_ in row.types.all()),
        **_columns(OPENING_PERIODS, row),
    }
    return {**table, "room": row.room.name} if row.room else table
