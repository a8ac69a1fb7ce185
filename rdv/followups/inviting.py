"""Invite families to book what comes next: once for each window, so many a day, nobody against its will."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef

from rdv.access.scope import Scope
from rdv.booking.events import publish
from rdv.booking.rows import number, write
from rdv.followups.candidates import Candidate, candidates, followed_types, local_day, of_one_calendar, series
from rdv.followups.events import FamiliesInvited
from rdv.models import (
    AppointmentType,
    Contact,
    Family,
    FollowUpInvitation,
    Participation,
    Person,
    Service,
    Status,
    Territory,
)
from rdv.models.actor import Actor

# A link answers for a month at least, and as long as the window lasts.
SHORTEST_LIFE = timedelta(days=30)
LONGEST_TOKEN = 64
# Families whose invitations are written and told together: the others of the service wait for the lock meanwhile.
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Invited:
    """Families: written to, to be called, not to be asked anything, and left for another day by the daily limit."""

    written: int = 0
    calls: int = 0
    silent: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many families a service writes to in a day, and how many it has written to today."""

    most: int
    used: int

    @property
    def left(self) -> int:
        return max(self.most - self.used, 0)


@dataclass(frozen=True, slots=True)
class _Turn:
    """One family with its children who are due, and its way: a field of `Invited`."""

    family: Family
    due: Sequence[Candidate]
    way: str


def invite(scope: Scope, type_: AppointmentType, persons: Collection[int], *, by: Actor, now: datetime) -> Invited:
    """Invite those of these people who are due, with their links; a family that can't be written to is to be called.

    The rows of the services that follow the same calendar are locked: two agents who invite at once don't invite
    anybody twice, nor too many. Raises ValueError for a type that families are not invited to.
    """
    if not followed_types(scope).filter(pk=type_.pk).exists():
        raise ValueError("families are not invited to this type")
    with transaction.atomic(durable=True):
        _lock(type_)
        turns = _turns(scope, type_, persons, now=now)
        asked = [turn for turn in turns if turn.way in ("written", "calls")]
        for batch in (asked[first : first + AT_ONCE] for first in range(0, len(asked), AT_ONCE)):
            send([row for turn in batch for row in _invitations(turn, scope, type_, by, now)], by, now)
    return _counted(turns)


def foresee(scope: Scope, type_: AppointmentType, persons: Collection[int], *, now: datetime) -> Invited:
    """What inviting them would do at this instant; nothing is written."""
    return _counted(_turns(scope, type_, persons, now=now))


def allowance(scope: Scope, type_: AppointmentType, *, now: datetime) -> Allowance:
    """What is left today of the service's limit."""
    service = Service.objects.get(pk=type_.service_id)
    return Allowance(service.invitations_per_day, _written_today(scope, service, now))


def send(rows: Sequence[FollowUpInvitation], by: Actor, now: datetime) -> None:
    """Write invitations, and have their families told; inside the caller's transaction."""
    number(rows)
    write(rows)
    publish(FamiliesInvited(at=now, by=by, invitations=rows))


def _lock(type_: AppointmentType) -> None:
    services = Service.objects.filter(pk__in=of_one_calendar(type_).values("service")).order_by("pk")
    list(services.select_for_update(of=("self",), no_key=True))


def _turns(scope: Scope, type_: AppointmentType, persons: Collection[int], *, now: datetime) -> list[_Turn]:
    """The families of these people, the most pressing first: those beyond the day's limit are left."""
    by_family: dict[int, list[Candidate]] = defaultdict(list)
    for one in candidates(scope, type_, now=now, persons=persons):
        by_family[one.family].append(one)
    left = allowance(scope, type_, now=now).left
    turns = []
    families = Family.objects.filter(pk__in=by_family).prefetch_related("contacts")
    for family in sorted(families, key=lambda one: (min(due.due.last for due in by_family[one.pk]), one.pk)):
        way = way_of(family.contacts.all())
        if way == "written":
            way, left = ("written", left - 1) if left else ("left", 0)
        turns.append(_Turn(family, by_family[family.pk], way))
    return turns


def _counted(turns: Sequence[_Turn]) -> Invited:
    return Invited(**Counter(turn.way for turn in turns))


def way_of(contacts: Collection[Contact]) -> str:
    """How a family is invited: "written", by telephone ("calls"), or not at all ("silent": no consent, no number)."""
    told = [one for one in contacts if one.may_be_told]
    if any(one.can_get_sms or one.can_get_email for one in told):
        return "written"
    return "calls" if any(one.phone for one in told) else "silent"


def record_no(invitation: FollowUpInvitation, *, now: datetime) -> None:
    """The family does not want this appointment; it is not asked again for this window."""
    invitation.decline(now)


def refuse(invitation: FollowUpInvitation, *, now: datetime) -> None:
    """The family wants none of what one message proposed, whoever of its children that was for."""
    for one in together_with(invitation):
        record_no(one, now=now)


def known_invitation(pk: int, *, territory: Territory) -> FollowUpInvitation | None:
    """The invitation whose link was opened before, in whatever state."""
    return FollowUpInvitation.objects.filter(territory=territory, pk=pk).with_all().first()


def take_back(invitation: FollowUpInvitation) -> None:
    """The family said no to a message, and wants the appointment after all."""
    FollowUpInvitation.objects.made_with(invitation).update(declined_at=None)


def find_invitation(token: str, *, territory: Territory) -> FollowUpInvitation | None:
    """The invitation of a link, in whatever state."""
    if len(token) > LONGEST_TOKEN:
        return None
    return FollowUpInvitation.objects.filter(territory=territory).find(token.casefold())


def together_with(invitation: FollowUpInvitation) -> Sequence[FollowUpInvitation]:
    """Those that were made with it for the same family, and not declined: brothers and sisters, in one message."""
    same = FollowUpInvitation.objects.made_with(invitation).filter(declined_at=None)
    return list(same.select_related("person").order_by("pk"))


def still_to_book(invitation: FollowUpInvitation) -> list[Person]:
    """Those of the message who have no appointment yet."""
    same = FollowUpInvitation.objects.made_with(invitation).filter(declined_at=None)
    left = same.exclude(booking_of(invitation.type)).select_related("person").order_by("pk")
    return [one.person for one in left]


def booking_of(type_: AppointmentType) -> Exists:
    """On invitations to this type: an appointment that counts, made since, and not cancelled."""
    made = Participation.objects.filter(
        series(type_),
        person=OuterRef("person"),
        created_at__gte=OuterRef("invited_at"),
        status__in=[Status.UNKNOWN, Status.SEEN, Status.NOSHOW],
    )
    return Exists(made)


def still_serves(invitation: FollowUpInvitation, *, now: datetime) -> bool:
    """Whether somebody of the family is still to be asked."""
    on = local_day_of(invitation, now)
    same = FollowUpInvitation.objects.filter(pk__in=[one.pk for one in together_with(invitation)]).open(on)
    return same.exclude(booking_of(invitation.type)).exists()


def booked_since(invitation: FollowUpInvitation) -> bool:
    """Whether every child of the message has an appointment now."""
    mine = FollowUpInvitation.objects.filter(pk__in=[one.pk for one in together_with(invitation)] or [invitation.pk])
    return not mine.exclude(booking_of(invitation.type)).exists()


def local_day_of(invitation: FollowUpInvitation, now: datetime) -> date:
    """Today, on the territory's clock."""
    return now.astimezone(ZoneInfo(invitation.territory.time_zone)).date()


def _invitations(
    turn: _Turn, scope: Scope, type_: AppointmentType, by: Actor, now: datetime
) -> list[FollowUpInvitation]:
    shortest = local_day(now, scope) + SHORTEST_LIFE
    return [
        FollowUpInvitation.unsaved(
            territory=scope.territory,
            organisation_id=turn.family.organisation_id,
            family=turn.family,
            person_id=one.person,
            type=type_,
            location_id=one.location,
            window=one.due.code,
            first_day=one.due.first,
            last_day=one.due.last,
            invited_at=now,
            invited_by=by.agent,
            is_call=turn.way == "calls",
            expires_on=max(one.due.last, shortest),
        )
        for one in turn.due
    ]


def _written_today(scope: Scope, service: Service, now: datetime) -> int:
    """Families of this service that were written to since midnight."""
    midnight = datetime.combine(local_day(now, scope), time(0), ZoneInfo(scope.territory.time_zone))
    made = FollowUpInvitation.objects.filter(type__service=service, invited_at__gte=midnight, is_call=False)
    return made.values("family_id", "invited_at").distinct().count()
