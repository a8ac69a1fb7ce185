"""Book again, or what comes next, without typing again what the service knows: straight to the slots of the place."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from rdv.models import AppointmentType, Family, Location, Person
from rdv.phones import Phone
from rdv.web.families.appointment import Opened, by_link
from rdv.web.families.catalogue import brings_children, is_for_families
from rdv.web.families.draft import Draft
from rdv.web.families.places import place_url
from rdv.web.families.search import Journey
from rdv.web.families.who import most_people


@by_link
@require_POST
def rebook(request: HttpRequest, opened: Opened) -> HttpResponse:
    """The same type, the same place, the same children; for an appointment that is over or cancelled."""
    at = opened.link.appointment
    if opened.meeting.is_coming or not is_for_families(at.type):
        return redirect(opened.url)
    people = [row.person for row in opened.people]
    return to_the_slots(request, at.type, people=people, family=opened.link.family, at=at.location)


def to_the_slots(
    request: HttpRequest,
    type_: AppointmentType,
    *,
    people: Sequence[Person],
    family: Family,
    at: Location | None,
    invitation: int = 0,
) -> HttpResponse:
    """Fill this session's draft with who comes and who books, and show the slots of the place, or all places."""
    people = list(people)[: most_people(type_)]
    births = [person.birth_date.isoformat() for person in people if person.birth_date]
    Draft(
        type=type_.slug,
        count=len(people),
        births=births if len(births) == len(people) else [],
        answers={} if invitation else _answers(type_, people, family),
        invitation=invitation,
    ).keep(request)
    journey = Journey.of(request, type_.slug)
    if at is not None and any(place.pk == at.pk for place in journey.places):
        return redirect(place_url(type_.slug, at))
    return redirect("families:places", type_.slug)


def _answers(type_: AppointmentType, people: Sequence[Person], family: Family) -> dict[str, str]:
    """As the form would have been typed.

    How to reach somebody is filled in only when nobody else could be reading this: where a file has two contacts, each
    may have the link, and neither learns the number of the other.
    """
    first = 1 if brings_children(type_) else 2
    answers = {f"child_{n}": person.first_name for n, person in enumerate(people, 1) if n >= first}
    contacts = list(family.contacts.all())
    if len(contacts) == 1 and contacts[0].may_be_told and family.discreet_service_id is None:
        one = contacts[0]
        phone = Phone(one.phone).spoken.replace("\u00a0", " ") if one.phone.startswith("+") else one.phone
        answers |= {"first_name": one.first_name, "last_name": one.last_name, "phone": phone}
        answers |= {"email": one.email, "language": one.language}
    return answers
