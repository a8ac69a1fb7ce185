"""Names as families may read them: neutral where the service is discreet."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rdv import moments
from rdv.models import Appointment, AppointmentType, Location, Mode
from rdv.web.families.catalogue import brings_children, public_label
from rdv.web.families.doors import language
from rdv.web.families.who import people_count

if TYPE_CHECKING:
    from rdv.web.families.search import Journey


def private_label(type: AppointmentType) -> str:
    """On a page that somebody else could see over a shoulder: a discreet service has no name there."""
    if type.service.is_discreet:
        return type.discreet_label or _("Rendez-vous")
    return public_label(type)


def meeting_place(appointment: Appointment) -> list[str]:
    """The lines that say where an appointment is."""
    return meeting_lines(appointment.mode, appointment.location, discreet=appointment.service.is_discreet)


def meeting_lines(mode: str, at: Location, *, discreet: bool) -> list[str]:
    """At home without the address, by telephone, or the place and its address; a discreet place has no sign."""
    said = {
        Mode.HOME: _("À votre domicile"),
        Mode.PHONE: _("Par téléphone : nous vous appelons"),
        Mode.VIDEO: _("En visioconférence"),
    }.get(Mode(mode))
    if said:
        return [said]
    lines = [at.postal_address or at.name] if discreet else [at.name, at.postal_address]
    return [line for line in lines if line]


def _together(type: AppointmentType, count: int) -> str:
    text = _("pour %(n)s enfants") if brings_children(type) else _("pour %(n)s personnes")
    return text % {"n": count}


def about(journey: "Journey") -> dict[str, Any]:
    """The type as a page speaks of it."""
    chosen, count = journey.type, people_count(journey.draft)
    return {
        "label": public_label(chosen),
        "description": chosen.description,
        "slug": chosen.slug,
        "duration": moments.duration(journey.duration(), language=language()) if journey.places else "",
        "who": _together(chosen, count) if count > 1 else "",
        "is_collective": chosen.is_collective,
    }
