"""What may be decided for each appointment that an absence hits: the choices of its list, and what was answered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from rdv import moments
from rdv.access.roles import Right
from rdv.disruption.assigning import Option
from rdv.disruption.deciding import Choice
from rdv.disruption.options import Possible
from rdv.models import Appointment, Decision, DisruptedAppointment, Step
from rdv.web.agents.absence_words import hit_line, reason_words
from rdv.web.agents.lines import Line
from rdv.web.agents.workspace import AgentRequest

PRESETS = ("conseil", "dates", "annuler", "plus-tard")


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of a list of choices."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An appointment that is hit, with what may be decided; `answers` is empty behind a wall.

    `reason`: why nothing is advised. `problem`: why what was decided could not be done.
    """

    appointment: Appointment
    line: Line
    answers: Sequence[Answer]
    reason: str = ""
    problem: str = ""
    is_missing: bool = False

    @property
    def pk(self) -> int:
        return self.appointment.pk

    @property
    def name(self) -> str:
        return field_of(self.appointment.pk)


def field_of(pk: int) -> str:
    """The name of the answer about one appointment."""
    return f"choix-{pk}"


def may_decide(request: AgentRequest, appointment: Appointment) -> bool:
    """Behind the discreet wall, those of the service decide."""
    return request.scope.sees(appointment) and request.scope.may(Right.CHANGE, appointment.organisation_id)


def standing(rows: Iterable[DisruptedAppointment]) -> dict[int, Choice]:
    """What is decided and not done yet, by appointment: whoever decides again begins from there."""
    return {
        row.appointment_id: Choice(
            appointment_id=row.appointment_id,
            decision=Decision(row.decision),
            start=row.start,
            location_id=row.location_id,
            agents=tuple(row.agents),
        )
        for row in rows
        if row.step == Step.PLANNED
    }


def with_standing(possible: Mapping[int, Possible], decided: Mapping[int, Choice]) -> dict[int, Possible]:
    """Where an appointment is to be moved remains an answer: that place is kept for it, hence no longer free."""
    return {pk: _with_move(one, decided.get(pk)) for pk, one in possible.items()}


def _with_move(possible: Possible, decided: Choice | None) -> Possible:
    if decided is None or decided.start is None or decided.location_id is None:
        return possible
    kept = Option(decided.start, decided.start, tuple(decided.agents), decided.location_id)
    if _move_value(kept) in map(_move_value, _moves(possible)):
        return possible
    return replace(possible, others=[kept, *possible.others])


def hits(
    request: AgentRequest,
    appointments: Iterable[Appointment],
    possible: Mapping[int, Possible],
    *,
    decided: Mapping[int, Choice] | None = None,
    problems: Mapping[int, str] | None = None,
    checked: bool = False,
) -> list[Hit]:
    """The list to decide on, as `decided`, else as advised. `checked`: an answer is missing where there is none."""
    names = _Names(request)
    found = []
    for one in appointments:
        line = hit_line(one, request)
        if not may_decide(request, one):
            found.append(Hit(appointment=one, line=line, answers=()))
            continue
        values = _values(one, possible[one.pk], names)
        before = (decided or {}).get(one.pk)
        chosen = _chosen(request, one, possible[one.pk], values, before=before, checked=checked)
        found.append(
            Hit(
                appointment=one,
                line=line,
                answers=[Answer(value, label, value == chosen) for value, label in values.items()],
                reason=reason_words(possible[one.pk].reason),
                problem=(problems or {}).get(one.pk, ""),
                is_missing=checked and not chosen,
            )
        )
    return found


def choices(
    request: AgentRequest, appointments: Iterable[Appointment], possible: Mapping[int, Possible]
) -> list[Choice] | None:
    """What was answered for each appointment that one may decide on; None when an answer is missing or unknown."""
    found: list[Choice] = []
    for one in appointments:
        if may_decide(request, one):
            choice = _read(request.POST.get(field_of(one.pk), ""), one, possible[one.pk])
            if choice is None:
                return None
            found.append(choice)
    return found


class _Names:
    """Names of colleagues and places, read once."""

    def __init__(self, request: AgentRequest) -> None:
        self.agents = {one.pk: one.full_name for one in request.scope.agents()}
        self.places = {one.pk: one.name for one in request.scope.bookable_locations()}

    def of(self, option: Option, appointment: Appointment) -> str:
        hour = moments.hour(option.start, appointment.zone)
        who = ", ".join(self.agents.get(pk, _("autre agent")) for pk in option.agents)
        words = {"hour": hour, "who": who, "place": self.places.get(option.location_id, "")}
        if option.location_id != appointment.location_id:
            return _("Déplacer à %(hour)s avec %(who)s, %(place)s") % words
        if option.start == appointment.starts_at:
            return _("Confier à %(who)s, même heure") % words
        return _("Déplacer à %(hour)s avec %(who)s") % words


def _values(one: Appointment, possible: Possible, names: _Names) -> dict[str, str]:
    found = {_move_value(option): names.of(option, one) for option in _moves(possible)}
    if possible.dates:
        # Short enough for a telephone, which cuts a list of choices: the date is what one compares.
        first = moments.short(possible.dates[0].start, one.zone).split(" à ")[0]
        found[Decision.PROPOSE] = _("Autres dates dès %s") % first
    found[Decision.CANCEL] = _("Annuler (tête de liste d’attente)")
    found[Decision.KEEP] = _("Maintenir tel quel")
    found[Decision.UNDECIDED] = _("À décider plus tard")
    return found


def _chosen(
    request: AgentRequest,
    one: Appointment,
    possible: Possible,
    values: Mapping[str, str],
    *,
    before: Choice | None,
    checked: bool,
) -> str:
    """What was answered; else the same for all, what was decided, or what is advised."""
    preset = request.POST.get("tout", "") or request.GET.get("tout", "")
    given = request.POST.get(field_of(one.pk))
    if preset not in PRESETS and (checked or given is not None):
        return given if given and given in values else ""
    same_for_all = {"dates": Decision.PROPOSE, "annuler": Decision.CANCEL, "plus-tard": Decision.UNDECIDED}.get(preset)
    advised = (
        [*([_move_value(possible.best)] if possible.best else []), Decision.PROPOSE] if not possible.reason else []
    )
    stands = [_value(before)] if before and preset not in PRESETS else []
    wanted: list[str] = [same_for_all] if same_for_all else [*stands, *advised]
    return next((value for value in wanted if value in values), Decision.UNDECIDED)


def _moves(possible: Possible) -> list[Option]:
    return [*([possible.best] if possible.best else []), *possible.others]


def _move_value(option: Option) -> str:
    return _where(option.start, option.location_id, option.agents)


def _where(start: datetime, location_id: int | None, agents: Iterable[int]) -> str:
    return f"{Decision.MOVE}|{start.astimezone(UTC).isoformat()}|{location_id}|{','.join(map(str, agents))}"


def _value(choice: Choice) -> str:
    """A decision as it stands in the list."""
    return _where(choice.start, choice.location_id, choice.agents) if choice.start else choice.decision


def _read(value: str, one: Appointment, possible: Possible) -> Choice | None:
    """An answer that is among those that are offered; a move that is no longer free is none of them."""
    if value in Decision.values and value != Decision.MOVE:
        return Choice(appointment_id=one.pk, decision=Decision(value))
    for option in _moves(possible):
        if value == _move_value(option):
            return Choice(
                appointment_id=one.pk,
                decision=Decision.MOVE,
                start=option.start,
                location_id=option.location_id,
                agents=option.agents,
            )
    return None
