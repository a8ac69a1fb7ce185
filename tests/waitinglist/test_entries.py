"""Joining, coming back, leaving."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rdv.booking.cancel import cancel
from rdv.booking.errors import BookingError, NobodyComes, NotBookable
from rdv.booking.people import ContactSpec, PersonSpec, Who
from rdv.models import (
    CANCELLED,
    Appointment,
    Contact,
    EntryStatus,
    Family,
    Person,
    PhoneKind,
    PhoneState,
    Service,
    WaitingListEntry,
)
from rdv.models.actor import Actor
from rdv.waitinglist.entries import Wish, end_past, join, leave, pause, resume
from rdv.waitinglist.errors import (
    ContactMissing,
    EntryEnded,
    NothingWanted,
    NotYourAppointment,
    PriorityReasonMissing,
    PriorityRefused,
)
from rdv.waitinglist.offers import accept
from rdv.waitinglist.priorities import set_priority
from rdv.waitinglist.who_waits import whom_for
from rdv.waitinglist.whom_to_tell import tell_another
from tests.factories import NOW, World, family, who
from tests.waitinglist.support import SMS, asked, free, waiting

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(days=2)


def test_a_family_without_a_file_joins_by_name_and_number() -> None:
    world = World()
    contact = ContactSpec("Alix", "Exemple", "+33639980077", PhoneKind.MOBILE)
    wish = Wish(type=world.type, who=Who([PersonSpec("Noé")], contact=contact), locations=[world.location])
    entry = join(wish, by=Actor.family(), now=NOW)
    assert (entry.contact.phone, entry.waiting_since, entry.any_location) == ("+33639980077", NOW, False)
    assert [person.first_name for person in entry.persons.all()] == ["Noé"]
    assert list(entry.locations.all()) == [world.location]
    assert entry.family.organisation == world.organisation


def test_a_file_without_any_contact_cannot_wait_since_nobody_could_be_told() -> None:
    world = World()
    file = family(world.territory)
    file.contacts.all().delete()
    with pytest.raises(ContactMissing) as refused:
        waiting(world, family=file, by=Actor.of(world.agent))
    assert refused.value.code == "contact_missing"
    assert not WaitingListEntry.objects.exists()


def test_joining_again_changes_the_wishes_and_keeps_the_place() -> None:
    world = World()
    first = waiting(world, half_days=["1-am"])
    again = waiting(world, LATER, family=first.family, locations=[world.location])
    assert again == first
    assert (again.waiting_since, again.any_half_day, again.half_days) == (NOW, True, [])
    assert WaitingListEntry.objects.count() == 1


def test_a_new_start_after_leaving_waits_from_then() -> None:
    world = World()
    first = waiting(world)
    leave(first.pk, by=SMS, now=NOW)
    again = waiting(world, LATER, family=first.family)
    assert (again != first, again.waiting_since) == (True, LATER)


def test_pausing_keeps_the_place_and_joining_resumes() -> None:
    world = World()
    entry = waiting(world)
    assert pause(entry.pk, by=SMS, now=NOW).status == EntryStatus.PAUSED
    assert resume(entry.pk, by=SMS, now=LATER).status == EntryStatus.WAITING
    pause(entry.pk, by=SMS, now=LATER)
    again = waiting(world, LATER, family=entry.family)
    assert (again.pk, again.status, again.waiting_since) == (entry.pk, EntryStatus.WAITING, NOW)


def test_an_agent_who_changes_what_a_family_waits_for_leaves_its_pause() -> None:
    world = World()
    entry = waiting(world)
    pause(entry.pk, by=SMS, now=NOW)
    waiting(world, LATER, family=entry.family, half_days=["2-am"], by=Actor.of(world.agent))
    entry.refresh_from_db()
    assert (entry.half_days, entry.status) == (["2-am"], EntryStatus.PAUSED)


def test_leaving_twice_is_leaving_once_and_nothing_comes_back_from_it() -> None:
    world = World()
    entry = waiting(world)
    leave(entry.pk, by=SMS, now=NOW)
    assert leave(entry.pk, by=SMS, now=LATER).status == EntryStatus.LEFT
    with pytest.raises(EntryEnded):
        resume(entry.pk, by=SMS, now=LATER)


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"locations": []}, NothingWanted),
        ({"half_days": []}, NothingWanted),
        ({"who": Who([], contact=ContactSpec("Alix"))}, NobodyComes),
        ({"who": Who([PersonSpec(str(n)) for n in range(5)], contact=ContactSpec("Alix"))}, NotBookable),
        ({"priority": 1, "priority_reason": "sortie de maternité"}, PriorityRefused),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused_and_leaves_no_trace(
    values: dict[str, Any], error: type[BookingError]
) -> None:
    world = World()
    with pytest.raises(error):
        join(Wish(**{"type": world.type, "who": who()} | values), by=Actor.family(), now=NOW)
    assert (WaitingListEntry.objects.count(), Family.objects.count()) == (0, 0)


def test_a_priority_is_given_by_an_agent_with_its_reason() -> None:
    world = World()
    by = Actor.of(world.agent)
    with pytest.raises(PriorityReasonMissing):
        join(Wish(type=world.type, who=who(), priority=1, priority_reason=" "), by=by, now=NOW)
    wish = Wish(type=world.type, who=who(), priority=1, priority_reason="Sortie de maternité")
    entry = join(wish, by=by, now=NOW)
    assert (entry.priority, entry.created_by) == (1, world.agent)
    # The family that comes back on the site changes its wishes, not the class that it was given.
    again = waiting(world, LATER, family=entry.family)
    assert (again.pk, again.priority, again.priority_reason) == (entry.pk, 1, "Sortie de maternité")
    assert set_priority(entry.pk, priority=0, reason="", by=by, now=LATER).priority == 0
    with pytest.raises(PriorityReasonMissing):
        set_priority(entry.pk, priority=2, reason="", by=by, now=LATER)
    with pytest.raises(PriorityRefused):
        set_priority(entry.pk, priority=2, reason="moi", by=SMS, now=LATER)


def test_who_gave_a_class_when_and_why_is_kept() -> None:
    world = World()
    by = Actor.of(world.agent)
    entry = waiting(world)
    set_priority(entry.pk, priority=2, reason=" Prématuré ", by=by, now=NOW)
    set_priority(entry.pk, priority=2, reason="Prématuré", by=by, now=LATER)
    set_priority(entry.pk, priority=0, reason="", by=by, now=LATER)
    kept = entry.priority_changes.values_list("at", "by", "priority", "reason")
    assert list(kept) == [(NOW, world.agent.pk, 2, "Prématuré"), (LATER, world.agent.pk, 0, "")]


def test_joining_again_locks_the_entry_before_it_is_read() -> None:
    """A class given, or an offer accepted, at the same instant is neither erased nor undone."""
    world = World()
    entry = waiting(world)
    with CaptureQueriesContext(connection) as queries:
        waiting(world, LATER, family=entry.family)
    read = [one["sql"] for one in queries if 'FROM "rdv_waitinglistentry"' in one["sql"]]
    assert "FOR NO KEY UPDATE" in read[0]


def test_a_second_child_joins_the_first() -> None:
    world = World(max_attendees=2)
    entry = waiting(world)
    second = Person.objects.create(family=entry.family, first_name="Noé")
    joined = Wish(type=world.type, who=Who([PersonSpec("Noé", pk=second.pk)], family=entry.family))
    assert join(joined, by=Actor.family(), now=LATER) == entry
    assert {person.first_name for person in entry.persons.all()} == {"Léa", "Noé"}


def test_an_agent_who_sees_who_waits_changes_it() -> None:
    world = World(max_attendees=2)
    entry = waiting(world, children=2)
    first, second = entry.persons.order_by("pk")
    spec = PersonSpec(second.first_name, second.last_name, second.birth_date, pk=second.pk)
    wish = Wish(type=world.type, who=Who([spec], family=entry.family))
    assert join(wish, by=Actor.of(world.agent), now=LATER) == entry
    assert entry.persons.get() == second
    assert first not in entry.persons.all()


def test_nobody_who_waits_makes_room_without_a_word() -> None:
    world = World(max_attendees=1)
    entry = waiting(world)
    second = Person.objects.create(family=entry.family, first_name="Noé")
    with pytest.raises(NotBookable):
        join(
            Wish(type=world.type, who=Who([PersonSpec("Noé", pk=second.pk)], family=entry.family)),
            by=Actor.family(),
            now=LATER,
        )
    assert entry.persons.get().first_name == "Léa"


def test_when_one_of_two_children_has_booked_the_other_waits_on() -> None:
    world = World(max_attendees=2)
    entry = waiting(world, children=2)
    first, second = entry.persons.order_by("pk")
    spec = PersonSpec(first.first_name, first.last_name, first.birth_date, pk=first.pk)
    world.book(11, who=Who([spec], family=entry.family))
    entry.refresh_from_db()
    assert (entry.status, entry.persons.get()) == (EntryStatus.WAITING, second)
    spec = PersonSpec(second.first_name, second.last_name, second.birth_date, pk=second.pk)
    world.book(10, who=Who([spec], family=entry.family))
    entry.refresh_from_db()
    assert entry.status == EntryStatus.FULFILLED


def test_only_one_s_own_coming_appointment_may_come_earlier() -> None:
    world = World()
    booked = world.book(11).appointment
    family = booked.participations.get().family
    with pytest.raises(NotYourAppointment):
        waiting(world, current_appointment=booked)
    entry = waiting(world, family=family, current_appointment=booked)
    assert entry.current_appointment == booked


@pytest.mark.parametrize("joined_earlier", [True, False])
def test_joining_without_saying_so_still_waits_for_an_earlier_one_and_a_yes_moves_it(joined_earlier: bool) -> None:
    """By the public form with the same name and number: no better rank, and never a second appointment."""
    world = World()
    given_back, mine = world.book(9).appointment, world.book(11).appointment
    file = mine.participations.get().family
    if joined_earlier:
        waiting(world, family=file, current_appointment=mine)
    entry = waiting(world, NOW + timedelta(minutes=1), family=file)
    assert entry.current_appointment == mine
    assert (entry.waiting_since == NOW) is joined_earlier
    at = NOW + timedelta(minutes=5)
    round_ = free(given_back, at)
    assert round_ is not None
    [offer] = asked(round_, at)
    assert offer.explanation["has_appointment"] is True
    assert accept(offer.pk, by=SMS, now=at).appointment == mine
    assert Appointment.objects.exclude(status__in=CANCELLED).count() == 1


def test_the_appointment_of_a_brother_is_not_the_one_that_is_wanted_earlier() -> None:
    world = World()
    file = world.book(11).appointment.participations.get().family
    wish = Wish(type=world.type, who=Who([PersonSpec("Nouvelle")], family=file))
    assert join(wish, by=Actor.family(), now=NOW).current_appointment is None


def test_who_books_anew_after_the_wanted_one_was_cancelled_waits_no_more() -> None:
    world = World()
    booked = world.book(11)
    entry = waiting(world, family=booked.family, current_appointment=booked.appointment)
    cancel(booked.appointment.pk, by=Actor.of(world.agent), now=NOW, for_family=False)
    world.book(10, who=who(booked.family))
    entry.refresh_from_db()
    assert entry.status == EntryStatus.FULFILLED


def test_whoever_has_had_the_appointment_waits_no_more() -> None:
    world = World()
    booked = world.book(11).appointment
    entry = waiting(world, family=booked.participations.get().family, current_appointment=booked)
    assert end_past(now=booked.starts_at - timedelta(minutes=1)) == 0
    assert end_past(now=booked.starts_at) == 1
    entry.refresh_from_db()
    assert entry.status == EntryStatus.FULFILLED


def waits_with_a_brother(world: World) -> tuple[WaitingListEntry, Appointment, Person]:
    """Léa would come earlier than at eleven, Noé has no appointment yet: they wait in one entry."""
    file = family(world.territory, phone="+33639986001")
    lea, noe = file.persons.get(), Person.objects.create(family=file, first_name="Noé", birth_date=date(2026, 6, 1))
    late = world.book(11, who=who(file)).appointment
    for child in (noe, lea):
        wish = Wish(type=world.type, who=Who([PersonSpec(child.first_name, pk=child.pk)], family=file))
        entry = join(wish, by=Actor.family(), now=NOW)
    assert set(entry.persons.all()) == {lea, noe}
    return entry, late, noe


def test_when_a_yes_moves_the_appointment_of_one_child_the_other_waits_on() -> None:
    world = World(max_attendees=2)
    entry, late, noe = waits_with_a_brother(world)
    [offer] = asked(free(world.book(9).appointment))
    assert [one.first_name for one in whom_for(offer, now=NOW)] == ["Léa"]
    accepted = accept(offer.pk, by=SMS, now=NOW)
    assert accepted.appointment == late
    assert [one.first_name for one in whom_for(accepted, now=NOW)] == ["Léa"]
    entry.refresh_from_db()
    assert (entry.status, entry.persons.get(), entry.current_appointment) == (EntryStatus.WAITING, noe, None)


def test_when_one_child_has_had_its_appointment_the_other_waits_on() -> None:
    world = World(max_attendees=2)
    entry, late, noe = waits_with_a_brother(world)
    assert end_past(now=late.starts_at) == 0
    entry.refresh_from_db()
    assert (entry.status, entry.persons.get(), entry.current_appointment) == (EntryStatus.WAITING, noe, None)


def test_a_slot_for_the_one_child_whose_appointment_would_move_is_long_enough() -> None:
    world = World(max_attendees=2, extra_per_sibling_minutes=30)
    waits_with_a_brother(world)
    given_back = world.book(9).appointment
    world.book(9, 30)
    assert len(asked(free(given_back))) == 1


def test_of_two_parents_the_one_who_can_be_reached_is_told() -> None:
    world = World()
    file = family(world.territory, phone="")
    mother = Contact.objects.create(
        family=file, first_name="Ana", last_name="Exemple", phone="+33639986002", phone_kind=PhoneKind.MOBILE
    )
    assert waiting(world, family=file, by=Actor.of(world.agent)).contact == mother
    assert [offer.family for offer in asked(free(world.book(9).appointment))] == [file]


@pytest.mark.parametrize("may_be_told", [True, False])
def test_when_a_number_is_wrong_the_other_parent_is_told_unless_silence_was_asked_for(may_be_told: bool) -> None:
    world = World()
    entry = waiting(world)
    other = Contact.objects.create(family=entry.family, first_name="Ana", last_name="Exemple", email="ana@exemple.test")
    assert tell_another() == 0
    Contact.objects.filter(pk=entry.contact_id).update(phone_state=PhoneState.TO_CHECK, may_be_told=may_be_told)
    assert tell_another() == int(may_be_told)
    entry.refresh_from_db()
    assert (entry.contact == other) is may_be_told


def test_of_a_discreet_service_no_other_parent_is_told() -> None:
    world = World()
    entry = waiting(world)
    Contact.objects.create(family=entry.family, first_name="Ana", last_name="Exemple", email="ana@exemple.test")
    Contact.objects.filter(pk=entry.contact_id).update(phone_state=PhoneState.TO_CHECK)
    Service.objects.update(is_discreet=True)
    assert tell_another() == 0
