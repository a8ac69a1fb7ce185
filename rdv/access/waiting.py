"""Waiting families and their offers, as they reach them: by a link, or by an address that they have proven."""

from rdv.models import AppointmentLink, EntryStatus, Offer, Territory, WaitingListEntry
from rdv.models.waiting_list import WaitingListEntryQuerySet

OPEN = (EntryStatus.WAITING, EntryStatus.PAUSED)
LONGEST = 64


def find_offer(token: str, *, territory: Territory) -> Offer | None:
    """The offer of a link, in whatever state: an old link shows what became of it."""
    if len(token) > LONGEST:
        return None
    offers = Offer.objects.filter(round__territory=territory)
    return offers.find(token.casefold())


def entry_of_link(link: AppointmentLink) -> WaitingListEntry | None:
    """The wish of this family to have this appointment earlier."""
    entries = WaitingListEntry.objects.filter(family=link.family_id, current_appointment=link.appointment_id)
    return entries.filter(status__in=OPEN).first()


def entries_of_address(address: str, *, territory: Territory) -> list[WaitingListEntry]:
    """What the open files with this number or e-mail address wait for; discreet files are left out (rules §10)."""
    entries = _open(territory).filter(contact__phone=address) | _open(territory).filter(contact__email__iexact=address)
    return list(entries.order_by("waiting_since", "pk"))


def _open(territory: Territory) -> WaitingListEntryQuerySet:
    every = WaitingListEntry.objects.filter(territory=territory, status__in=OPEN)
    visible = every.filter(family__discreet_service=None, type__service__is_discreet=False)
    return visible.select_related("type", "current_appointment__location__organisation__territory")


def link_of_offer(offer: Offer) -> AppointmentLink | None:
    """The family's link to the appointment that the offer became, or to the one it already had."""
    appointment = offer.appointment_id or offer.entry.current_appointment_id
    if appointment is None:
        return None
    return AppointmentLink.objects.filter(appointment=appointment, family=offer.family_id).first()
