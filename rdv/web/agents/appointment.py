"""One appointment: what it is, what becomes of it, what was said about it; and the letter for who gets no message."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from rdv import moments
from rdv.access.abilities import Ability, abilities
from rdv.access.audit import Reading, log_reading
from rdv.access.roles import Right
from rdv.booking.errors import BookingError
from rdv.booking.outcome import record_outcome
from rdv.followups.next_visit import is_followed
from rdv.models import Appointment, Family, Status
from rdv.web.agents.absence_notice import absence_notice
from rdv.web.agents.families import family_name, reachable
from rdv.web.agents.letter import letter_pdf
from rdv.web.agents.lines import state_tag
from rdv.web.agents.missed import missed, missed_words
from rdv.web.agents.said import said_about
from rdv.web.agents.words import facts, guests, history, is_forgotten
from rdv.web.agents.workspace import AgentRequest, find_appointment, page, workspace

OUTCOMES = (Status.SEEN, Status.NOSHOW, Status.UNKNOWN)


@workspace()
def appointment(request: AgentRequest, pk: int) -> HttpResponse:
    """Facts, people, deeds, history and messages."""
    found = find_appointment(request, pk)
    settled = is_forgotten(found) and found.status != Status.UNKNOWN
    context = {
        "appointment": found,
        "title": moments.moment(found.starts_at, found.zone, year=True),
        "is_forgotten": is_forgotten(found),
        "state": state_tag(Status(found.status), is_late=found.is_late, is_past=found.ends_at <= request.now),
        "absence": absence_notice(request, found),
        "facts": facts(found),
        "guests": guests(found, now=request.now),
        "history": history(found),
        "said": said_about(found),
        "can": frozenset() if settled else abilities(request.scope, found, now=request.now),
        "outcomes": [(status.value, _OUTCOME_WORDS[status]) for status in OUTCOMES if status != found.status],
        "families": families_of(found),
        "missed": _missed(request, found),
        "has_next": found.status == Status.SEEN and is_followed(found.type) and request.scope.may(Right.BOOK),
    }
    return page(request, "agents/appointment.html", context)


def _missed(request: AgentRequest, found: Appointment) -> str:
    """How often the family of this appointment missed one, from the second on; nothing where several families come."""
    families = {row.family_id for row in found.participations.all()}
    if len(families) != 1:
        return ""
    (family,) = families
    return missed_words(missed(request, [family]).get(family))


@workspace()
def booked(request: AgentRequest, pk: int) -> HttpResponse:
    """What to say before hanging up: the day, what will be sent to whom, the letter for who gets nothing."""
    found = find_appointment(request, pk)
    said = said_about(found, families_only=True)
    context = {
        "appointment": found,
        "title": moments.moment(found.starts_at, found.zone),
        "facts": facts(found),
        "said": said,
        "silent": [line for line in families_of(found) if not line["reachable"]],
        "families": families_of(found),
    }
    return page(request, "agents/booked.html", context)


@workspace(only_post=True)
def outcome(request: AgentRequest, pk: int) -> HttpResponse:
    """Seen, absent, or not known after all; for everybody or for one person (`personne`)."""
    found = find_appointment(request, pk)
    status = request.POST.get("status", "")
    if status not in {one.value for one in OUTCOMES}:
        raise Http404
    wanted = Ability.REOPEN if status == Status.UNKNOWN else Ability.SETTLE
    if wanted not in abilities(request.scope, found, now=request.now):
        messages.error(request, _("Ce rendez-vous ne peut pas être renseigné maintenant."))
        return redirect("agents:appointment", pk)
    person = request.POST.get("personne", "")
    persons = [int(person)] if person.isascii() and person.isdecimal() else None

    def record() -> None:
        record_outcome(pk, status=Status(status), by=request.by, now=request.now, persons=persons)

    if attempt(request, record):
        messages.success(request, _("C’est noté."))
    return redirect("agents:appointment", pk)


@workspace()
def letter(request: AgentRequest, pk: int, family_pk: int) -> HttpResponse:
    """The letter to hand over or to post (scenario 13)."""
    found = find_appointment(request, pk)
    family = next((row.family for row in found.participations.all() if row.family_id == family_pk), None)
    if family is None:
        raise Http404
    log_reading(request.user, family, Reading.LETTER, now=request.now)
    response = HttpResponse(letter_pdf(found, family, now=request.now), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="lettre-{found.reference}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def attempt(request: AgentRequest, act: Callable[[], object]) -> bool:
    """Do it; a refusal of the booking rules is said on the next page."""
    try:
        act()
    except BookingError as error:
        messages.error(request, _(error.text))
        return False
    return True


def families_of(found: Appointment) -> list[dict[str, object]]:
    """The families that come, each once, and whether something written reaches them."""
    rows = [row for row in found.participations.all() if row.status not in (Status.EXCUSED, Status.REVOKED)]
    unique: dict[int, Family] = {row.family_id: row.family for row in rows}
    return [
        {"pk": pk, "name": family_name(family), "reachable": reachable(family)} for pk, family in sorted(unique.items())
    ]


_OUTCOME_WORDS = {
    Status.SEEN: "Honoré",
    Status.NOSHOW: "Absent",
    Status.UNKNOWN: "Revenir à « à renseigner »",
}
