"""Free slots as an agent sees them: the soonest everywhere, or a week of one place."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from rdv import moments
from rdv.booking.selectors import Search, first_slots, slots_at
from rdv.models import Agent, AppointmentType, Location
from rdv.scheduling.rules import Booker
from rdv.scheduling.slots import Slot
from rdv.web.agents.days import Days
from rdv.web.agents.journey import MOST_PEOPLE
from rdv.web.agents.workspace import AgentRequest
from rdv.web.forms import BaseForm, DayField

MOST_SLOTS = 400
MOST_USUAL = 5
USUAL_WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SlotLine:
    """As slot_list.html wants it."""

    hour: str
    name: str
    url: str = ""
    value: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class SlotDay:
    label: str
    slots: tuple[SlotLine, ...]


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A location with its first slot."""

    name: str
    where: str
    first: str
    first_url: str
    week_url: str
    is_own: bool


class SlotForm(BaseForm):
    """What is looked for. Sent by GET: an address that can be kept."""

    motif = forms.ChoiceField(label=gettext_lazy("Motif"))
    personnes = forms.IntegerField(
        label=gettext_lazy("Nombre de personnes"), min_value=1, max_value=MOST_PEOPLE, initial=1
    )
    lieu = forms.ChoiceField(label=gettext_lazy("Lieu"), required=False)
    agent = forms.ChoiceField(label=gettext_lazy("Avec"), required=False)
    jour = DayField(label=gettext_lazy("À partir du"), required=False)

    def __init__(
        self,
        *args: Any,
        types: Sequence[AppointmentType],
        locations: Sequence[Location],
        agents: Sequence[Agent],
        usual: Collection[int] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        motifs = _grouped((one.service.name, one.pk, one.agents_label) for one in types)
        often = [(str(one.pk), one.agents_label) for one in types if one.pk in usual]
        places = _grouped((one.organisation.name, one.pk, one.name) for one in locations)
        choices: dict[str, list[Any]] = {
            "motif": [("", _("Choisissez un motif")), *([(_("Les plus utilisés"), often)] if often else []), *motifs],
            "lieu": [("", _("Partout : le plus tôt")), *places],
            "agent": [("", _("Qui est libre")), *((str(one.pk), one.full_name) for one in agents)],
        }
        for name, of_field in choices.items():
            cast(forms.ChoiceField, self.fields[name]).choices = of_field
        if not self.data.get("motif"):
            # The next thing to say once the family is known: a hand that stays on the keyboard goes on.
            self.fields["motif"].widget.attrs["autofocus"] = True


def _grouped(rows: Iterable[tuple[str, int, str]]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices under their headings, in the order in which they come."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for heading, pk, label in rows:
        groups.setdefault(heading, []).append((str(pk), label))
    return list(groups.items())


def usual_types(request: AgentRequest) -> list[int]:
    """The few types that one's organisations have the most appointments of in the week to come."""
    coming = request.scope.appointments().filter(
        location__in=request.scope.locations(),
        starts_at__gte=request.now,
        starts_at__lt=request.now + USUAL_WITHIN,
        type__in=request.scope.types(),
    )
    counted = coming.order_by().values("type").annotate(count=Count("pk")).order_by("-count", "type")
    return [row["type"] for row in counted[:MOST_USUAL]]


def agents_search(
    request: AgentRequest,
    type_: AppointmentType,
    *,
    people: int = 1,
    agent: int | None = None,
    after: datetime | None = None,
    before: datetime | None = None,
) -> Search:
    """A search on behalf of the service: bound by open time, not by notice. A prescriber's is a family's or his own."""
    booker = Booker.PRESCRIBER if request.scope.is_prescriber_only else Booker.AGENT
    return Search(
        type=type_,
        now=request.now,
        booker=booker,
        attendees=people,
        agents=None if agent is None else [agent],
        after=after,
        before=before,
    )


def week_of_slots(
    request: AgentRequest, search: Search, location: Location, url_of: Callable[[datetime], str]
) -> list[SlotDay]:
    """The free starts of a place, by day, each leading where `url_of` says."""
    return by_day(slots_at(search, location, limit=MOST_SLOTS), location, request, lambda start: {"url": url_of(start)})


def next_slot(search: Search, location: Location, url_of: Callable[[datetime], str]) -> SlotLine | None:
    """The first slot beyond what is shown."""
    for slot in slots_at(search, location, limit=1):
        return whole_line(slot, location, url_of)
    return None


def whole_line(slot: Slot, location: Location, url_of: Callable[[datetime], str]) -> SlotLine:
    """A slot that stands under no day: its line says the whole moment."""
    name = moments.moment(slot.start, location.zone)
    return SlotLine(hour=name, name=name, url=url_of(moments.local(slot.start, location.zone)))


def by_day(
    slots: Sequence[Slot],
    location: Location,
    request: AgentRequest,
    extra: Callable[[datetime], dict[str, str]],
) -> list[SlotDay]:
    """Slots under the name of their local day, as slot_list.html wants them."""
    days: dict[str, list[SlotLine]] = {}
    today = moments.local(request.now, location.zone).date()
    for slot in slots:
        local = moments.local(slot.start, location.zone)
        note = _("%d agents") % len(slot.agents) if len(slot.agents) > 1 else ""
        line = SlotLine(
            hour=moments.clock(local.time()), name=moments.moment(slot.start, location.zone), note=note, **extra(local)
        )
        days.setdefault(moments.relative_day(local.date(), today), []).append(line)
    return [SlotDay(label, tuple(lines)) for label, lines in days.items()]


def everywhere(
    request: AgentRequest,
    search: Search,
    locations: Sequence[Location],
    *,
    first_url: Callable[[Location, datetime], str],
    week_url: Callable[[Location, datetime | None], str],
) -> list[PlaceLine]:
    """Every place with its first slot, the soonest first."""
    own = set(request.scope.locations().values_list("pk", flat=True))
    lines = []
    for found in first_slots(search, locations):
        place, slot = found.location, found.slot
        start = moments.local(slot.start, place.zone) if slot else None
        lines.append(
            PlaceLine(
                name=place.name,
                where=place.city,
                first=moments.soon(slot.start, place.zone, request.now) if slot else "",
                first_url=first_url(place, start) if start else "",
                week_url=week_url(place, start),
                is_own=place.pk in own,
            )
        )
    return lines


def bounds(days: Days, now: datetime) -> tuple[datetime, datetime]:
    """The part of these days that is still to come."""
    return max(days.start, now), max(days.end, now + timedelta(minutes=1))
