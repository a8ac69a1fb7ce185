"""Scenario 7: an appointment at ten is cancelled at twenty past nine."""

from rdv.models import OfferRound, Status
from reminders.models import TaskKind
from tests.factories import World, paris
from tests.reminders.inbound.support import Desk, booked, mother_of, tasks
from tests.waitinglist.support import waiting


def test_a_late_cancellation_is_recorded_as_such_and_never_as_a_no_show(desk: Desk) -> None:
    world = World()
    appointment = booked(world, mother_of(world), 10)
    desk.sends()
    desk.at(paris(world.day, 9, 20))
    seen = len(desk.sms())

    desk.receives("Annuler svp, ma fille est malade")

    appointment.refresh_from_db()
    assert (appointment.status, appointment.is_late) == (Status.EXCUSED, True)
    (said,) = desk.new_sms(seen)
    assert "bien annulé" in said
    (task,) = tasks(TaskKind.LATE_CANCELLATION)
    assert (task.appointment, task.organisation) == (appointment, world.organisation)
    assert task.reply is not None
    assert task.detail == task.reply.body == "Annuler svp, ma fille est malade"


def test_the_late_slot_goes_to_no_list_that_could_not_come(desk: Desk) -> None:
    """Forty minutes before, nobody can be asked and answer in time: the slot is free for whoever calls."""
    world = World()
    waiting(world)
    booked(world, mother_of(world), 10)
    desk.sends()
    desk.at(paris(world.day, 9, 20))
    desk.receives("ANNULER")
    assert not OfferRound.objects.filter(starts_at=world.at(10)).exists()


def test_once_it_has_begun_it_is_not_changed(desk: Desk) -> None:
    world = World()
    appointment = booked(world, mother_of(world), 10)
    desk.sends()
    desk.at(paris(world.day, 10, 5))
    seen = len(desk.sms())
    desk.receives("je ne peux pas venir")
    appointment.refresh_from_db()
    assert appointment.status == Status.UNKNOWN
    assert len(desk.new_sms(seen)) == 1


def test_who_is_late_is_still_expected(desk: Desk) -> None:
    world = World()
    appointment = booked(world, mother_of(world), 10)
    desk.sends()
    desk.at(paris(world.day, 10, 5))
    desk.receives("je suis en retard de 10 min")
    assert appointment.participations.get().note == "en retard de 10 min"


def test_an_appointment_that_is_over_is_not_changed(desk: Desk) -> None:
    world = World()
    appointment = booked(world, mother_of(world), 10)
    desk.sends()
    desk.at(paris(world.day, 15))
    seen = len(desk.sms())
    desk.receives("ANNULER")
    appointment.refresh_from_db()
    assert appointment.status == Status.UNKNOWN
    (said,) = desk.new_sms(seen)
    assert "rien n'a été changé" in said
