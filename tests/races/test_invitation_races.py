"""One link, two browsers, two agents who are free: the invitation is used once. Two services invite in turn."""

from unittest.mock import patch

import pytest
from django.db import OperationalError, transaction

from rdv.booking.errors import NotBookable
from rdv.models import BookableBy, FollowUpInvitation, Participation, Service, Status
from rdv.models.actor import Actor
from rdv.scheduling.rules import Reason
from tests.factories import agent, appointment_type, opening, service, who
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


@pytest.mark.parametrize(("calendar", "waits"), [("enfant", True), ("", False)])
def test_services_that_follow_one_calendar_invite_one_after_the_other(calendar: str, waits: bool) -> None:
    """Or both would find the same child due for the same examination."""
    clinic = Clinic(follow_up="enfant")
    other = appointment_type(clinic.territory, service(clinic.territory), follow_up=calendar)

    def lock() -> None:
        with transaction.atomic():
            Service.objects.select_for_update(of=("self",), no_key=True, nowait=True).get(pk=other.service_id)

    with run_before("rdv.followups.inviting._turns", Rival(lock)) as rival:
        clinic.invite()
    assert isinstance(rival.error, OperationalError) is waits
