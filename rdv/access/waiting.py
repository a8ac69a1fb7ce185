"""Waiting families and their offers, as they reach them: by a link, or by an address that they have proven."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.crypto import constant_time_compare

from rdv.models import ON_THE_LIST, Appointment, AppointmentLink, EntryStatus, Offer, Territory, WaitingListEntry
from rdv.models.credentials import derived_token
from rdv.models.waiting_list import WaitingListEntryQuerySet

LONGEST, MOST_DIGITS = 64, 18
MOST_OFFERS = 10
# What a page says of an offer.
SHOWN = ("round__location__organisation__territory", "round__type__service")


def find_offer(token: str, *, territory: Territory) -> Offer | None:
    """The offer of a link, in whatever state: an old link shows what became of it."""
    if len(token) > LONGEST:
        return None
    offers = Offer.objects.filter(round__territory=territory)
    return offers.find(token.casefold())


def wait_token(entry_id: int) -> str:
    """What the link to one's place on the list carries: `/liste-attente/suivi/<token>/`."""
    return f"{entry_id}-{derived_token('wait', str(entry_id))}"


def find_entry(token: str, *, territory: Territory) -> WaitingListEntry | None:
    """The place on the list of a link, in whatever state: an old link says that it is over."""
    number = token.partition("-")[0]
    if len(token) > LONGEST or not (number.isascii() and number.isdecimal()) or len(number) > MOST_DIGITS:
        return None
    if not constant_time_compare(token.casefold(), wait_token(int(number))):
        return None
    entries = WaitingListEntry.objects.filter(territory=territory, pk=int(number))
    return (
        entries.select_related(
            "type__service", "agent", "territory", "contact", "current_appointment__location__organisation__territory"
        )
        .prefetch_related("locations", "persons")
        .first()
    )


def offers_to(entry: WaitingListEntry) -> list[Offer]:
    """What was proposed to it, the latest first."""
    return list(entry.offers.select_related(*SHOWN).order_by("-made_at", "-pk")[:MOST_OFFERS])


def pending_offers_to(entries: Iterable[WaitingListEntry]) -> list[Offer]:
    """What is proposed to them and not over."""
    return list(Offer.objects.pending().filter(entry__in=[one.pk for one in entries]).select_related(*SHOWN))


def entry_of_link(link: AppointmentLink) -> WaitingListEntry | None:
    """The wish of this family to have this appointment earlier."""
    entries = WaitingListEntry.objects.filter(family=link.family_id, current_appointment=link.appointment_id)
    entries = entries.select_related("territory", "type__service").prefetch_related("locations")
    return entries.filter(status__in=ON_THE_LIST).first()


def entry_after(link: AppointmentLink) -> WaitingListEntry | None:
    """What this family waits for instead of an appointment that is cancelled: the same type."""
    entries = WaitingListEntry.objects.filter(
        family=link.family_id, type=link.appointment.type_id, status__in=ON_THE_LIST
    )
    return entries.select_related("territory", "type__service", "contact").order_by("waiting_since", "pk").first()


def entries_of_address(address: str, *, territory: Territory) -> list[WaitingListEntry]:
    """What the open files with this number or e-mail address wait for; discreet files are left out (rules §10)."""
    entries = _open(territory).filter(contact__phone=address) | _open(territory).filter(contact__email__iexact=address)
    return list(entries.order_by("waiting_since", "pk"))


def left_lately(address: str, *, territory: Territory, since: datetime) -> list[WaitingListEntry]:
    """What they left since then."""
    gone = _visible(territory).filter(status=EntryStatus.LEFT, ended_at__gte=since)
    entries = gone.filter(contact__phone=address) | gone.filter(contact__email__iexact=address)
    return list(entries.order_by("-ended_at", "pk"))


def _open(territory: Territory) -> WaitingListEntryQuerySet:
    return _visible(territory).filter(status__in=ON_THE_LIST)


def _visible(territory: Territory) -> WaitingListEntryQuerySet:
    every = WaitingListEntry.objects.filter(territory=territory)
    visible = every.filter(family__discreet_service=None, type__service__is_discreet=False)
    return visible.select_related(
        "territory", "type__service", "current_appointment__location__organisation__territory"
    )


def link_of_entry(entry: WaitingListEntry) -> AppointmentLink | None:
    """The family's link to the appointment that it has meanwhile."""
    return link_to(entry.current_appointment, entry)


def link_to(appointment: Appointment | None, entry: WaitingListEntry) -> AppointmentLink | None:
    """The link to an appointment of the family that waits, or waited."""
    if appointment is None:
        return None
    return AppointmentLink.objects.filter(appointment=appointment, family=entry.family_id).first()


def link_of_offer(offer: Offer) -> AppointmentLink | None:
    """The family's link to the appointment that the offer became, or to the one it already had."""
    appointment = offer.appointment_id or offer.entry.current_appointment_id
    if appointment is None:
        return None
    return AppointmentLink.objects.filter(appointment=appointment, family=offer.family_id).first()
