"""Loading the situation of a reply: contacts, appointments to come, the last question, the offer of a code.

The discreet wall holds here too: an appointment of a discreet service is meant only by who answers a question about it,
writes to that service's own sender, or has a number that no other file knows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from rdv import moments
from rdv.booking.proposals import open_proposal
from rdv.disruption.told import told_off
from rdv.models import Appointment, Contact, Family, Participation, Person, Service, Status
from rdv.models.appointment import CANCELLED
from rdv.waitinglist.offers import find_by_code
from reminders.inbound.asked import asked_of, is_shared
from reminders.inbound.choices import code_in
from reminders.inbound.inviting import invited_by, pending_before
from reminders.inbound.reading import fold, read
from reminders.inbound.situation import Candidate, Situation, asked_pks
from reminders.models import Conversation, InboundMessage

# How long an appointment that is over, or cancelled, may still be what a reply means.
REMEMBERED = timedelta(days=2)
# How long a question that is closed still says which appointment is spoken of.
LAST_WORD = timedelta(days=2)


def situation_of(reply: InboundMessage, *, now: datetime) -> Situation:
    """What to understand a stored reply with."""
    contacts = _contacts(reply)
    last, lapsed = _last_question(reply, contacts)
    question = pending_before(last, reply) or last
    rows = _participations(contacts, reply, question, now)
    several = len({row.family_id for row in rows if _to_come(row, now)}) > 1
    candidates = _candidates(rows, contacts, named=not several)
    code = code_in(reply.body)
    about = question or lapsed
    off = told_off(one.appointment for one in candidates)
    candidates = [replace(one, is_off=one.pk in off) for one in candidates]
    return Situation(
        reply=reply,
        territory=reply.territory,
        contacts=contacts,
        candidates=[one for one in candidates if one.appointment.starts_at > now],
        under_way=[one for one in candidates if one.appointment.starts_at <= now],
        question=question,
        lapsed=lapsed,
        must_move=_must_move(question, now),
        offer=find_by_code(reply.sender, code) if code else None,
        gone=_gone(contacts, now),
        not_offered=_not_offered(question),
        called_off=_called_off(about, candidates, contacts, now),
        invited=invited_by(last, question, contacts, reply),
    )


def _contacts(reply: InboundMessage) -> list[Contact]:
    """Those of this number whose files may be spoken of: discreet ones apart from the others."""
    found = list(
        Contact.objects.filter(phone=reply.sender, family__territory=reply.territory)
        .select_related("family__organisation")
        .order_by("pk")
    )
    discreet: set[int] = set()
    if not is_shared(reply):
        own = Service.objects.filter(territory=reply.territory, is_discreet=True, neutral_sender=reply.to)
        discreet = set(own.values_list("pk", flat=True))
    if discreet:
        return [one for one in found if one.family.discreet_service_id in discreet]
    ordinary = [one for one in found if one.family.discreet_service_id is None]
    return ordinary or found


def _last_question(
    reply: InboundMessage, contacts: Sequence[Contact]
) -> tuple[Conversation | None, Conversation | None]:
    """The last that was asked of this number before it wrote, answered or not; second, the same once it is over.

    A question that is over gives no older one its place back: "2" would then answer what nobody reads any more. An
    offer stays the last word after its deadline.
    """
    last = asked_of(reply).select_related("offer__round", "appointment__location").first()
    if last is None or not (contacts or last.question == Conversation.Question.AGENT):
        return None, None
    if last.expires_at > reply.received_at:
        return last, None
    recent = last.asked_at > reply.received_at - LAST_WORD
    if recent and last.question == Conversation.Question.OFFER:
        return last, None
    return None, last if recent else None


def _must_move(question: Conversation | None, now: datetime) -> bool:
    if question is None or question.question != Conversation.Question.MOVE or question.appointment is None:
        return False
    proposal = open_proposal(question.appointment, now=now)
    return proposal is not None and proposal.must_move


def _participations(
    contacts: Sequence[Contact], reply: InboundMessage, question: Conversation | None, now: datetime
) -> list[Participation]:
    families = {contact.family_id for contact in contacts}
    asked = question.family_id if question else None
    if asked and asked not in families:
        families = {asked}
    rows = Participation.objects.filter(
        family__in=families,
        family__contacts__phone=reply.sender,
        status=Status.UNKNOWN,
        appointment__status=Status.UNKNOWN,
        appointment__ends_at__gt=now,
        appointment__type__tells_families=True,
    )
    return _beyond_the_wall(_with_people(rows), reply, question)


def _beyond_the_wall(
    rows: list[Participation], reply: InboundMessage, question: Conversation | None
) -> list[Participation]:
    """Without the discreet appointments, unless the sender's number shows that he means them."""
    about = question.appointment_id if question else None
    if any(row.appointment_id == about and row.appointment.service.is_discreet for row in rows):
        return [row for row in rows if row.appointment_id == about]
    open_ones = [row for row in rows if not row.appointment.service.is_discreet]
    own = [row for row in rows if not is_shared(reply) and row.appointment.service.neutral_sender == reply.to]
    return own or open_ones or rows


def _to_come(row: Participation, now: datetime) -> bool:
    return row.appointment.starts_at > now


def _candidates(rows: Iterable[Participation], contacts: Sequence[Contact], *, named: bool) -> list[Candidate]:
    """One per appointment and family, the soonest first; children are named when all are of one family."""
    grouped: dict[tuple[int, int], list[Participation]] = {}
    for row in rows:
        grouped.setdefault((row.appointment_id, row.family_id), []).append(row)
    return [_candidate(group, contacts, named=named) for group in grouped.values()]


def _candidate(rows: list[Participation], contacts: Sequence[Contact], *, named: bool) -> Candidate:
    appointment, family = rows[0].appointment, rows[0].family
    nameable = named and not appointment.service.is_discreet
    own = [contact for contact in contacts if contact.family_id == family.pk]
    names = _words(row.person.first_name for row in rows)
    return Candidate(
        appointment=appointment,
        family=family,
        starts=moments.local(appointment.starts_at, appointment.zone),
        names=names,
        around=_around(appointment, family) - names,
        who=", ".join(dict.fromkeys(row.person.first_name for row in rows)) if nameable else "",
        may_cancel=not own or any(contact.may_cancel for contact in own),
    )


def _around(appointment: Appointment, family: Family) -> frozenset[str]:
    """Names that say nothing of which appointment is meant: parents, the family's name, places, agents."""
    place = appointment.location
    parents = [part for one in family.contacts.all() for part in (one.first_name, one.last_name)]
    surnames = [person.last_name for person in family.persons.all()]
    agents = [part for one in appointment.agents.all() for part in (one.first_name, one.last_name)]
    organisation = place.organisation
    places = [place.name, place.short_name, place.city, organisation.name, organisation.territory.name]
    return _words([*parents, *surnames, *agents, *places])


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(token.word for text in texts for token in read(fold(text)) if len(token.word) > 1)


def _gone(contacts: Sequence[Contact], now: datetime) -> Appointment | None:
    """The last appointment of this number that is over or was cancelled not long ago."""
    families = [contact.family_id for contact in contacts]
    recent = Q(ends_at__lte=now, ends_at__gt=now - REMEMBERED) | Q(cancelled_at__gt=now - REMEMBERED)
    return (
        Appointment.objects.filter(recent, participations__family__in=families, type__tells_families=True)
        .filter(service__is_discreet=False)
        .select_related("location__organisation__territory", "type", "service")
        .order_by("-starts_at")
        .first()
    )


def _called_off(
    question: Conversation | None, candidates: Sequence[Candidate], contacts: Sequence[Contact], now: datetime
) -> Candidate | None:
    """What was cancelled after it was asked about, or what the service cancelled last; none once another was booked."""
    asked = asked_pks(question) if question else set()
    if any(one.pk in asked for one in candidates):
        return None
    rows = Participation.objects.filter(status__in=CANCELLED, appointment__ends_at__gt=now)
    if question is not None and asked:
        rows = rows.filter(appointment__in=asked, family=question.family_id)
    else:
        rows = rows.filter(
            appointment__status=Status.REVOKED,
            appointment__cancelled_at__gt=now - REMEMBERED,
            appointment__type__tells_families=True,
            appointment__service__is_discreet=False,
            family__in=[contact.family_id for contact in contacts],
        )
    last = rows.order_by("-appointment__cancelled_at", "-appointment_id").values("appointment", "family").first()
    if last is None:
        return None
    found = _with_people(rows.filter(**last))
    booked = Participation.objects.filter(appointment__in=[one.pk for one in candidates], family=last["family"])
    if booked.filter(created_at__gt=found[0].appointment.cancelled_at or now).exists():
        return None
    return _candidate(found, contacts, named=False)


def _with_people(rows: QuerySet[Participation]) -> list[Participation]:
    """With all that a candidate is made of, the soonest first."""
    return list(
        rows.select_related(
            "person", "family", "appointment__service", "appointment__location__organisation__territory"
        )
        .prefetch_related("appointment__agents", "family__contacts", "family__persons")
        .order_by("appointment__starts_at", "appointment_id", "pk")
        .distinct()
    )


def _not_offered(question: Conversation | None) -> frozenset[str]:
    """The first names of the family's children whom its proposal is not for."""
    offer = question.offer if question else None
    if offer is None:
        return frozenset()
    people = Person.objects.filter(family=offer.family_id).values_list("pk", "first_name")
    waiting = set(offer.entry.persons.values_list("pk", flat=True))
    wait = _words(name for pk, name in people if pk in waiting)
    return _words(name for pk, name in people if pk not in waiting) - wait
