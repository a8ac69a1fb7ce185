"""A seat changed for an earlier one while its family gives it up, or another takes what it leaves."""

import pytest

from rdv.booking.cancel import cancel
from rdv.models import EntryStatus, Hold, OfferStatus, Participation, Status
from rdv.waitinglist.offers import accept
from tests.factories import NOW, booking
from tests.races.support import Rival, run_before
from tests.waitinglist.support import SMS, asked
from tests.waitinglist.test_seats import full_workshop, give_back, later_session, seated

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]


def test_a_seat_given_up_at_the_same_instant_is_given_up_once() -> None:
    world, session = full_workshop()
    later = later_session(world, 1)
    mover = seated(world, later, 1)
    (offer,) = asked(give_back(session))
    other = Rival(lambda: cancel(later.pk, by=SMS, now=NOW, for_family=True, family=mover.family))
    with run_before("rdv.waitinglist.award.lock_appointment", other):
        accepted = accept(offer.pk, by=SMS, now=NOW)
    assert other.error is None
    later.refresh_from_db()
    mover.refresh_from_db()
    assert (accepted.status, later.seats_taken, mover.status) == (OfferStatus.ACCEPTED, 0, EntryStatus.FULFILLED)
    assert Participation.objects.filter(family=mover.family, status=Status.UNKNOWN).get().appointment == session


def test_whoever_books_in_the_later_session_meanwhile_has_the_seat_that_was_free() -> None:
    world, session = full_workshop()
    later = later_session(world, 1)
    seated(world, later, 1)
    (offer,) = asked(give_back(session))
    newcomer = Rival(lambda: booking(world.type, world.location, later.starts_at))
    with run_before("rdv.waitinglist.award.lock_appointment", newcomer):
        accept(offer.pk, by=SMS, now=NOW)
    assert newcomer.error is None
    later.refresh_from_db()
    session.refresh_from_db()
    assert (later.seats_taken, session.seats_taken, Hold.objects.count()) == (1, 2, 0)
