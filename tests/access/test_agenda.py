"""The agenda: everything of a stretch of time in two queries, and walled time without its contents."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rdv.access.agenda import BandKind, bands, entries
from rdv.access.scope import Scope
from rdv.booking.absences import declare_absence
from rdv.models import Absence, Location, Role
from rdv.models.actor import Actor
from tests.access.test_scope import Walls
from tests.factories import NOW, booking

pytestmark = pytest.mark.django_db


def day(world: Walls) -> tuple:
    return world.at(0), world.at(0) + timedelta(days=1)


def test_walled_time_is_known_and_nothing_else() -> None:
    world = Walls()
    found = entries(Scope.of(world.person(Role.SECRETARY)), *day(world), location=world.location)
    seen, walled = sorted(found, key=lambda entry: entry.is_walled)
    assert (seen.pk, seen.people, seen.label) == (world.open.pk, ("Enfant 0",), "Consultation de puériculture")
    assert (walled.start, walled.agents) == (world.walled.starts_at, (world.counsellor.pk,))
    assert (walled.people, walled.label, walled.location, walled.notes) == ((), "", "", ())


def test_open_time_and_absences_are_told_apart() -> None:
    world = Walls()
    start = world.at(10)
    away = Absence(agent=world.agent, starts_at=start, ends_at=start + timedelta(hours=1), label="Réunion")
    declare_absence(away, by=Actor.of(world.agent), now=NOW)
    found = bands(Scope.of(world.agent), *day(world), agents=[world.agent.pk])
    opened = [(band.start, band.end) for band in found if band.kind is BandKind.OPENING]
    assert opened == [(world.at(9), world.at(10)), (world.at(11), world.at(12))]
    absent = [band for band in found if band.kind is BandKind.ABSENCE]
    assert [(band.start, band.label, band.agent_id) for band in absent] == [(start, "Réunion", world.agent.pk)]


def test_a_closed_location_is_shown_to_who_receives_there() -> None:
    world = Walls()
    closed = Absence(location=world.location, starts_at=world.at(9), ends_at=world.at(12), label="Travaux")
    declare_absence(closed, by=Actor.of(world.agent), now=NOW)
    scope = Scope.of(world.person(Role.SECRETARY))
    for found in (
        bands(scope, *day(world), agents=[world.agent.pk]),
        bands(scope, *day(world), location=world.location),
    ):
        assert [(band.kind, band.location_id) for band in found] == [(BandKind.ABSENCE, world.location.pk)]


def test_two_queries_whatever_the_number_of_appointments() -> None:
    world = Walls()
    scope = Scope.of(world.person(Role.SECRETARY))
    place = Location.objects.select_related("organisation__territory").get(pk=world.location.pk)
    counts = []
    for hour in (None, 10):
        if hour:
            booking(world.type, place, world.at(hour))
        with CaptureQueriesContext(connection) as queries:
            entries(scope, *day(world), location=place)
            bands(scope, *day(world), location=place)
        counts.append(len(queries))
    assert counts == [2, 2]
