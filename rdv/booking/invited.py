"""Booking by an invitation: of its type, for those whom it names, once."""

from datetime import datetime
from zoneinfo import ZoneInfo

from rdv.booking.errors import NotBookable
from rdv.booking.locks import assert_in_transaction
from rdv.booking.people import Party
from rdv.booking.request import BookingRequest
from rdv.models import FollowUpInvitation, Participation, Status
from rdv.scheduling.rules import Reason

# What an invitation was used for; a cancelled appointment gives it back, until it expires.
USED = (Status.UNKNOWN, Status.SEEN, Status.NOSHOW)


def claim(request: BookingRequest, party: Party, *, now: datetime) -> None:
    """Refuse a booking by an invitation that is not theirs, is over, or was used; nothing for those without one.

    Its rows are locked, after the calendars: of two bookings by one link the second finds the first.
    """
    if request.by.invitation is None:
        return
    assert_in_transaction()
    own = FollowUpInvitation.objects.filter(type=request.type, family=party.family.pk)
    invitation = own.filter(pk=request.by.invitation).first()
    if invitation is None:
        raise NotBookable(Reason.NOT_FOR_YOU)
    today = now.astimezone(ZoneInfo(request.location.zone)).date()
    live = own.made_with(invitation).open(today).order_by("pk")
    invited = {one.person_id for one in live.select_for_update(of=("self",), no_key=True)}
    used = Participation.objects.filter(
        appointment__type=request.type,
        person__in=invited,
        created_at__gte=invitation.invited_at,
        status__in=USED,
    )
    invited -= set(used.values_list("person", flat=True))
    if not party.persons or not {person.pk for person in party.persons} <= invited:
        raise NotBookable(Reason.NOT_FOR_YOU)
