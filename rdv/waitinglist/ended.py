"""A wait that is over: what it led to."""

from rdv.models import Appointment, EntryStatus, OfferStatus, WaitingListEntry


def led_to(entry: WaitingListEntry) -> Appointment | None:
    """The appointment of a wait that is over, with its place: by an offer, booked by another way, or had all along."""
    every = Appointment.objects.select_related("location__organisation__territory")
    offered = every.filter(from_offers__entry=entry, from_offers__status=OfferStatus.ACCEPTED).first()
    if offered is not None:
        return offered
    if entry.status == EntryStatus.FULFILLED:
        booked = every.filter(
            type=entry.type_id,
            participations__family=entry.family_id,
            participations__person__in=entry.persons.all(),
            participations__created_at__gte=entry.waiting_since,
        )
        found = booked.order_by("-participations__created_at", "-pk").first()
        if found is not None:
            return found
    return every.filter(pk=entry.current_appointment_id).first() if entry.current_appointment_id else None
