"""Invite one family from its file, to any type that families may be invited to: its next one is not due by any rule."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from rdv.access.scope import Scope
from rdv.booking.locks import lock_family
from rdv.followups.calendar import Due
from rdv.followups.candidates import invitable_types, local_day, rules_of, series
from rdv.followups.inviting import SHORTEST_LIFE, booking_of, send, way_of
from rdv.followups.windows import is_of_age
from rdv.models import AppointmentType, Family, FollowUpInvitation, Participation, Person, Status
from rdv.models.actor import Actor

BY_AN_AGENT = "agent:"


class Refused(StrEnum):
    """Why a family is not invited."""

    NOBODY = "nobody"
    UNKNOWN_TYPE = "unknown_type"
    NOT_TOLD = "not_told"
    INVITED = "invited"
    BOOKED = "booked"
    AGE = "age"


def invite_family(
    scope: Scope, type_: AppointmentType, family: Family, persons: Sequence[Person], *, by: Actor, now: datetime
) -> Refused | str:
    """Invite these people of a family, in one message; gives its way ("written" or "calls"), or why not.

    It counts in the service's day but is not refused by its limit: somebody thought of this family. The file is locked,
    so that two agents don't invite it to the same. `type_` is loaded with its rules.
    """
    if not persons:
        return Refused.NOBODY
    is_open = scope.families().open_files().filter(pk=family.pk).exists()
    if not is_open or not invitable_types(scope).filter(pk=type_.pk).exists():
        return Refused.UNKNOWN_TYPE
    way = way_of(family.contacts.all())
    if way == "silent":
        return Refused.NOT_TOLD
    with transaction.atomic(durable=True):
        lock_family(family.pk)
        refused = _why_not(scope, type_, persons, now=now)
        if refused:
            return refused
        today = local_day(now, scope)
        send(
            [
                FollowUpInvitation.unsaved(
                    territory=scope.territory,
                    organisation_id=family.organisation_id,
                    family=family,
                    person=person,
                    type=type_,
                    window=f"{BY_AN_AGENT}{now.isoformat(timespec='seconds')}",
                    first_day=today,
                    last_day=today + SHORTEST_LIFE,
                    expires_on=today + SHORTEST_LIFE,
                    invited_at=now,
                    invited_by=by.agent,
                    is_call=way == "calls",
                )
                for person in persons
            ],
            by,
            now,
        )
    return way


def _why_not(scope: Scope, type_: AppointmentType, persons: Sequence[Person], *, now: datetime) -> Refused | None:
    on = local_day(now, scope)
    window = Due(BY_AN_AGENT, "", on, on + SHORTEST_LIFE, overdue=False)
    if not all(is_of_age(rules_of(type_, on), person.birth_date, window, on) for person in persons):
        return Refused.AGE
    coming = Participation.objects.filter(
        series(type_), person__in=persons, status=Status.UNKNOWN, appointment__starts_at__gt=now
    )
    if coming.exists():
        return Refused.BOOKED
    live = FollowUpInvitation.objects.filter(type=type_, person__in=persons).open(on)
    return Refused.INVITED if live.exclude(booking_of(type_)).exists() else None
