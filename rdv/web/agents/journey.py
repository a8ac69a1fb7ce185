"""What an agent has chosen so far for an appointment: all of it in the address, so that back and reload work."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.http import urlencode

from rdv import moments
from rdv.models import AppointmentType, Location
from rdv.web.agents.days import read_start
from rdv.web.agents.workspace import AgentRequest

MOST_PEOPLE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """Family (None: a new one), type, number of people, place (None: anywhere), agent (None: whoever), day, start."""

    family: int | None = None
    type: int | None = None
    people: int = 1
    location: int | None = None
    agent: int | None = None
    day: str = ""
    start: str = ""
    overbooks: bool = False

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Journey":
        people = _number(data.get("personnes")) or 1
        return cls(
            family=_number(data.get("famille")),
            type=_number(data.get("motif")),
            people=min(max(people, 1), MOST_PEOPLE),
            location=_number(data.get("lieu")),
            agent=_number(data.get("agent")),
            day=str(data.get("jour", ""))[:20],
            start=str(data.get("debut", ""))[:40],
            overbooks=data.get("surreservation") == "1",
        )

    def query(self) -> str:
        """The rest of an address, only what is chosen."""
        pairs = {
            "famille": self.family,
            "motif": self.type,
            "personnes": self.people if self.people > 1 else None,
            "lieu": self.location,
            "agent": self.agent,
            "jour": self.day,
            "debut": self.start,
            "surreservation": "1" if self.overbooks else None,
        }
        return urlencode({name: value for name, value in pairs.items() if value})

    def url(self, step: str, **changes: Any) -> str:
        """The address of a step (book, find_slot, confirm), with what is chosen there."""
        return f"{reverse(f'agents:{step}')}?{replace(self, **changes).query()}"


def chosen_type(request: AgentRequest, pk: int | None) -> AppointmentType | None:
    """The type of the address with its rules; 404 for one that may not be booked."""
    if pk is None:
        return None
    found = request.scope.types().with_rules().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def chosen_location(request: AgentRequest, pk: int | None) -> Location | None:
    """The place of the address; 404 for one that does not exist."""
    if pk is None:
        return None
    found = request.scope.bookable_locations().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def chosen_agent(request: AgentRequest, pk: int | None) -> list[int] | None:
    """The agents that a booking asks for: None = whoever receives; 404 for one who is not a colleague."""
    if pk is None:
        return None
    if not request.scope.agents().practitioners().filter(pk=pk).exists():
        raise Http404
    return [pk]


def chosen_start(typed: str, location: Location) -> datetime:
    """The start of the address; 404 when it can't be read."""
    start = read_start(typed, location.zone)
    if start is None:
        raise Http404
    return moments.local(start, location.zone)


def _number(value: Any) -> int | None:
    text = str(value or "")
    return int(text) if text.isdecimal() and len(text) < 19 else None
