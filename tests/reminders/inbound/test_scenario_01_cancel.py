"""Scenario 1: the mother writes ANNULER, and her slot is free again at once."""

from rdv.booking.selectors import Search, slots_at
from rdv.models import AppointmentEvent, Channel, Status
from tests.factories import World
from tests.reminders.inbound.support import Desk, booked, last_reply, mother_of


def test_annuler_cancels_once_and_says_so(desk: Desk) -> None:
    world = World()
    appointment = booked(world, mother_of(world), 9)
    desk.sends()
    seen = len(desk.sms())

    assert desk.receives("ANNULER") == 200

    appointment.refresh_from_db()
    assert appointment.status == Status.EXCUSED
    (said,) = desk.new_sms(seen)
    assert "bien annulé" in said
    assert f"{desk.site}/r/" in said
    assert (last_reply().intent, last_reply().outcome) == ("no", "cancel")
    assert last_reply().appointment == appointment


def test_the_slot_is_free_at_once_and_the_history_says_how(desk: Desk) -> None:
    world = World()
    appointment = booked(world, mother_of(world), 9)
    desk.sends()
    desk.receives("ANNULER")

    starts = [slot.start for slot in slots_at(Search(type=world.type, now=desk.now), world.location)]
    assert world.at(9) in starts
    cancelled = AppointmentEvent.objects.get(appointment=appointment, verb="cancelled")
    assert cancelled.channel == Channel.SMS
    appointment.refresh_from_db()
    assert appointment.sequence == 1  # calendars that follow the agent replace their copy


def test_writing_it_again_changes_nothing_and_is_not_answered_again(desk: Desk) -> None:
    world = World()
    booked(world, mother_of(world), 9)
    desk.sends()
    desk.receives("ANNULER")
    seen = len(desk.sms())

    desk.receives("annuler svp")

    assert desk.new_sms(seen) == []
    assert AppointmentEvent.objects.filter(verb="cancelled").count() == 1


def test_who_cancels_before_hearing_of_the_booking_is_answered_too(desk: Desk) -> None:
    """The confirmation had not left yet: it never does, and the family is not left without a word."""
    world = World()
    booked(world, mother_of(world), 9)

    desk.receives("ANNULER")

    (said,) = desk.sms()
    assert "bien annulé" in said
