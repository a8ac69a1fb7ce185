"""Repeating a request books once: what was already honoured is found again."""

from collections.abc import Sequence

from django.db import connection

from rdv.booking.errors import AlreadyBooked, RequestKeyReused
from rdv.booking.people import known_family
from rdv.booking.request import Booking, BookingRequest
from rdv.models import Appointment, AppointmentLink, Family, Participation, Person
from rdv.models.text import search_key


def already_done(request: BookingRequest) -> Booking | None:
    """The booking that the same request made before."""
    if not request.request_key or request.is_first:
        return None
    # Asked by every booking, for nothing: building the query costs more than asking.
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM rdv_participation WHERE request_key = %s", [request.request_key])
        found = cursor.fetchone()
    if found is None:
        return None
    row = Participation.objects.select_related("appointment", "family").get(pk=found[0])
    # Nobody is shown another family's appointment because two requests bear one name.
    if row.appointment.type_id != request.type.pk or (request.who.family or row.family) != row.family:
        raise RequestKeyReused
    return existing(row.appointment, row.family)


def find_twin(request: BookingRequest) -> Booking | None:
    """Whether a refused request had in fact been honoured for the same people (a second tab, a retry)."""
    who = request.who
    family = who.family or (
        who.contact and known_family(who.contact, request.location.organisation, request.type.service)
    )
    if not family:
        return None
    wanted = {search_key(spec.first_name) for spec in who.persons}
    persons = [person for person in family.persons.all() if search_key(person.first_name) in wanted]
    try:
        twin = twin_of(request, persons)
    except AlreadyBooked:
        return None
    return existing(twin, family) if twin else None


def twin_of(request: BookingRequest, persons: Sequence[Person]) -> Appointment | None:
    """The same people, type and start: the second tab gets the appointment that the first one made.

    Raises AlreadyBooked when somebody else comes as well this time: nobody is forgotten in silence.
    """
    if not persons:
        return None
    twins = Appointment.objects.standing().filter(
        type=request.type, location=request.location, starts_at=request.start, participations__person__in=persons
    )
    twin = twins.filter(participations__status="unknown").order_by("pk").first()
    if twin is None:
        return None
    coming = set(twin.participations.filter(status="unknown").values_list("person", flat=True))
    if len(persons) < request.attendees or not {person.pk for person in persons} <= coming:
        raise AlreadyBooked
    return twin


def existing(appointment: Appointment, family: Family) -> Booking:
    """The booking that a family has already."""
    link = AppointmentLink.objects.get(appointment=appointment, family=family)
    return Booking(appointment, family, link, created=False)
