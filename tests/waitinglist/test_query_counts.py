"""The work of the database does not grow with the list."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rdv.models import OfferRound
from rdv.waitinglist.rounds import advance
from tests.factories import NOW, World
from tests.waitinglist.support import free, waiting

pytestmark = pytest.mark.django_db


def counted(length: int) -> tuple[int, int]:
    """Queries of freeing a slot, and of asking the first batch, with so many families of which three suit."""
    world = World(minimum_interval_days=28, age_min_months=1, age_max_months=24)
    for position in range(length - 3):
        waiting(world, NOW - timedelta(days=9, minutes=position), locations=[world.location], half_days=["5-pm"])
    for position in range(3):
        waiting(world, NOW - timedelta(days=1, minutes=position))
    appointment = world.book(9).appointment
    world.book(9, 30)
    with CaptureQueriesContext(connection) as freeing:
        free(appointment)
    with CaptureQueriesContext(connection) as asking:
        advance(OfferRound.objects.get().pk, now=NOW)
    assert OfferRound.objects.get().offers.count() == 3
    OfferRound.objects.all().delete()
    return len(freeing), len(asking)


def test_a_list_of_fifty_costs_the_queries_of_a_list_of_three() -> None:
    counted(3)
    assert counted(50) == counted(3)
