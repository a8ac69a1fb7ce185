"""Who is cancelled by the service goes to the head of the list, without losing what the family asked for itself."""

from datetime import date, timedelta

import pytest

from rdv.booking.people import PersonSpec, Who
from rdv.disruption.carrying_out import work
from rdv.models import Decision, EntryStatus, Person, WaitingListEntry
from rdv.models.actor import Actor
from rdv.waitinglist.entries import Wish, join
from tests.disruption.world import SickDay
from tests.factories import NOW

pytestmark = pytest.mark.django_db

LONG_AGO = NOW - timedelta(days=20)
LATER = NOW + timedelta(minutes=11)


def waits_for_its_brother(day: SickDay, **wishes: object) -> tuple[WaitingListEntry, Person, Person]:
    """Noé waits for Wednesday mornings; Léa has the appointment of nine."""
    lea = day.appointments[0].participations.get()
    noe = Person.objects.create(family=lea.family, first_name="Noé", birth_date=date(2026, 6, 1))
    wish = Wish(
        type=day.type,
        who=Who([PersonSpec("Noé", pk=noe.pk)], family=lea.family),
        **{"half_days": ["3-am"], "standby": True, "notice_minutes": 1440, **wishes},
    )
    return join(wish, by=Actor.family(), now=LONG_AGO), lea.person, noe


def cancel_by_service(day: SickDay) -> None:
    day.decide(day.declare(), Decision.CANCEL)
    assert work(now=LATER) == 1


def test_a_family_that_waits_already_keeps_its_wishes_and_both_its_children_wait() -> None:
    day = SickDay(hours=((9, 0),))
    entry, lea, noe = waits_for_its_brother(day)
    cancel_by_service(day)
    entry.refresh_from_db()
    assert (entry.any_half_day, entry.half_days, entry.standby, entry.notice_minutes) == (False, ["3-am"], True, 1440)
    assert (entry.any_location, entry.waiting_since) == (True, LONG_AGO)
    assert (entry.priority, entry.priority_reason) == (2, "Rendez-vous annulé par le service : professionnel absent")
    assert set(entry.persons.all()) == {lea, noe}
    assert day.row(0).entry == entry


def test_a_family_in_pause_waits_again_and_no_longer_for_what_was_cancelled() -> None:
    day = SickDay(hours=((9, 0),))
    entry, _lea, _noe = waits_for_its_brother(day)
    entry.current_appointment, entry.status, entry.silences = day.appointments[0], EntryStatus.PAUSED, 3
    entry.save()
    cancel_by_service(day)
    entry.refresh_from_db()
    assert (entry.current_appointment, entry.status, entry.silences) == (None, EntryStatus.WAITING, 0)


def test_a_priority_that_is_higher_stays_with_its_own_reason() -> None:
    day = SickDay(hours=((9, 0),))
    entry, _lea, _noe = waits_for_its_brother(day)
    entry.priority, entry.priority_reason = 3, "Prématuré"
    entry.save()
    cancel_by_service(day)
    entry.refresh_from_db()
    assert (entry.priority, entry.priority_reason) == (3, "Prématuré")


def test_a_type_that_takes_one_person_at_a_time_leaves_the_one_who_waits() -> None:
    """Nothing could be offered to two; the child that waits is not put out for its sister."""
    day = SickDay(hours=((9, 0),), max_attendees=1)
    entry, _lea, noe = waits_for_its_brother(day)
    cancel_by_service(day)
    entry.refresh_from_db()
    assert (list(entry.persons.all()), entry.priority) == ([noe], 0)
    assert (day.row(0).entry, day.row(0).appointment.is_cancelled) == (None, True)
