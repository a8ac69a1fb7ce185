"""Links of families: what one link, or one proven address, leads to."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from rdv.models import (
    Appointment,
    AppointmentEvent,
    AppointmentLink,
    Contact,
    Location,
    Participation,
    SlotProposal,
    Status,
    Territory,
)
from rdv.models.credentials import hashed

LONGEST = 64
# How long a past appointment still answers: long enough for a late visitor to read what became of it.
SHOWN_AFTER = timedelta(days=30)


def find_link(token: str, *, territory: Territory, now: datetime) -> AppointmentLink | None:
    """The link with this token; it shows its appointment for a month after it has ended, then nothing."""
    if len(token) > LONGEST:
        return None
    found = _links(territory).filter(token_hash=hashed(token.casefold()))
    return found.filter(appointment__ends_at__gt=now - SHOWN_AFTER).first()


def link_by_pk(pk: int, *, territory: Territory) -> AppointmentLink | None:
    """A link that the family's own session remembers."""
    return _links(territory).filter(pk=pk).first()


def participations_of(link: AppointmentLink) -> list[Participation]:
    """This family's people in the appointment, whatever became of them; never another family's."""
    rows = Participation.objects.filter(appointment=link.appointment_id, family=link.family_id)
    return list(rows.select_related("person", "family").order_by("pk"))


def language_of(family_id: int) -> str:
    """The one that all of a family who may be told are written to in; "" when they differ, or nobody may be."""
    told = Contact.objects.filter(family=family_id, may_be_told=True)
    spoken = set(told.values_list("language", flat=True))
    return spoken.pop() if len(spoken) == 1 else ""


def links_of_address(address: str, *, territory: Territory, now: datetime) -> list[AppointmentLink]:
    """The coming appointments of every open file that has this number or e-mail address as a contact.

    Files of discreet services are left out: the telephone may be a parent's (rules §10). Their own messages carry
    their own link.
    """
    known = Q(family__contacts__phone=address) | Q(family__contacts__email__iexact=address)
    told = known & Q(family__contacts__may_be_told=True)
    coming = Participation.objects.filter(
        appointment=OuterRef("appointment"), family=OuterRef("family"), status=Status.UNKNOWN
    )
    found = _links(territory).filter(told, Exists(coming), appointment__ends_at__gt=now)
    open_files = found.filter(family__discreet_service=None, appointment__service__is_discreet=False)
    return list(open_files.distinct().order_by("appointment__starts_at", "pk"))


def events_of(appointment: Appointment) -> list[AppointmentEvent]:
    """What happened to it, oldest first."""
    return list(appointment.events.order_by("at", "pk"))


def places_of_proposal(proposal: SlotProposal) -> dict[int, Location]:
    """The places of the dates that are proposed, by number."""
    pks = {one["location"] for one in proposal.slots}
    return Location.objects.select_related("organisation__territory").in_bulk(pks)


def _links(territory: Territory) -> "QuerySet[AppointmentLink]":
    links = AppointmentLink.objects.filter(appointment__territory=territory)
    return links.select_related(
        "family",
        "appointment__territory",
        "appointment__type__territory",
        "appointment__type__service",
        "appointment__service",
        "appointment__location__organisation__territory",
    ).prefetch_related(
        "family__contacts", "appointment__type__steps", "appointment__type__revisions", "appointment__type__offered"
    )
