"""Names as families may read them: neutral where the service is discreet."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from rdv import moments
from rdv.models import Appointment, AppointmentType, Mode
from rdv.web.families.catalogue import brings_children
from rdv.web.families.who import people_count

if TYPE_CHECKING:
    from rdv.web.families.search import Journey


def public_label(type: AppointmentType) -> str:
    """In the catalogue, where a family chooses."""
    return type.public_label


def private_label(type: AppointmentType) -> str:
    """On a page that somebody else could see over a shoulder: a discreet service has no name there."""
    if type.service.is_discreet:
        return type.discreet_label or _("Rendez-vous")
    return type.public_label


def meeting_place(appointment: Appointment) -> list[str]:
    """The lines that say where: at home without the address, by telephone, or the place and its address."""
    said = {
        Mode.HOME: _("À votre domicile"),
        Mode.PHONE: _("Par téléphone\u00a0: nous vous appelons"),
        Mode.VIDEO: _("En visioconférence"),
    }.get(Mode(appointment.mode))
    if said:
        return [said]
    at = appointment.location
    lines = [at.postal_address] if appointment.service.is_discreet else [at.name, at.postal_address]
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
        "duration": moments.duration(journey.duration()) if journey.places else "",
        "who": _together(chosen, count) if count > 1 else "",
        "is_collective": chosen.is_collective,
    }
