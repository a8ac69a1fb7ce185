"""One link, two browsers, two agents who are free: the invitation is used once."""

from unittest.mock import patch

import pytest

from rdv.booking.errors import NotBookable
from rdv.models import BookableBy, FollowUpInvitation, Participation, Status
from rdv.models.actor import Actor
from rdv.scheduling.rules import Reason
from tests.factories import agent, opening, who
from tests.followups.clinic import Clinic
from tests.races.support import Rival, run_before

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]

# Their calendars are locked already, the file is not.
INSTANT = "rdv.booking.place.party_of"


def invited() -> Clinic:
    clinic = Clinic(bookable_by=BookableBy.INVITED, minimum_interval_days=0)
    clinic.invite()
    opening(agent(clinic.organisation), clinic.location, clinic.type, day=clinic.day)
    return clinic


def take(clinic: Clinic, hour: int) -> None:
    agents = list(clinic.type.opening_periods.order_by("pk").values_list("agent", flat=True))
    by = Actor.invited(FollowUpInvitation.objects.get().pk)
    clinic.book(hour, who=who(clinic.family), by=by, agents=[agents[hour % 2]])


def taken() -> int:
    return Participation.objects.filter(status=Status.UNKNOWN).count()


def test_the_slower_of_two_browsers_is_refused() -> None:
    clinic = invited()
    with run_before(INSTANT, Rival(lambda: take(clinic, 10))) as rival, pytest.raises(NotBookable) as refused:
        take(clinic, 9)
    assert rival.error is None
    assert refused.value.reason is Reason.NOT_FOR_YOU
    assert taken() == 1


def test_without_the_check_both_are_booked() -> None:
    """The control: the slots alone don't stop this race."""
    clinic = invited()
    with (
        patch("rdv.booking.place.claim", lambda request, party, *, now: None),
        run_before(INSTANT, Rival(lambda: take(clinic, 10))),
    ):
        take(clinic, 9)
    assert taken() == 2
