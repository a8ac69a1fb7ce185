"""A lock waited for too long, or a deadlock, is a busy moment and not a breakdown; nothing else is taken for it."""

from datetime import datetime
from typing import NoReturn

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from rdv import clock
from rdv.booking.request import BookingRequest
from rdv.models import Appointment
from rdv.web.agents import session
from rdv.web.families import reserving
from tests.factories import NOW, World
from tests.web.families.journey import Family

pytestmark = pytest.mark.django_db

LOCK_TIMEOUT, DEADLOCK = "55P03", "40P01"


@pytest.fixture(autouse=True)
def at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def refuse(sqlstate: str) -> NoReturn:
    """The database itself raises the error."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '{sqlstate}'; END $$")
    raise AssertionError("the statement passed")


def confirmed_while(sqlstate: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Family, World]:
    def book(wanted: BookingRequest, *, now: datetime) -> NoReturn:
        refuse(sqlstate)

    world = World(max_attendees=1)
    family = Family(world)
    family.client.raise_request_exception = False
    family.hold(world.at(9))
    family.say()
    monkeypatch.setattr(reserving, "book", book)
    return family, world


@pytest.mark.parametrize("sqlstate", [LOCK_TIMEOUT, DEADLOCK])
def test_a_family_reads_that_it_may_try_again_and_can(monkeypatch: pytest.MonkeyPatch, sqlstate: str) -> None:
    with monkeypatch.context() as busy:
        family, world = confirmed_while(sqlstate, busy)
        page = family.confirm()
    assert (page.status_code, page["Retry-After"]) == (503, "5")
    assert "no-store" in page["Cache-Control"]
    assert "Beaucoup de monde en ce moment" in page.content.decode()
    assert "Rien n’est perdu" in page.content.decode()
    family.confirm()
    assert Appointment.objects.get().starts_at == world.at(9)


@pytest.mark.parametrize("sqlstate", ["53300", "57014", "23505", "42P01"])
def test_any_other_failure_of_the_database_stays_a_breakdown(monkeypatch: pytest.MonkeyPatch, sqlstate: str) -> None:
    family, _ = confirmed_while(sqlstate, monkeypatch)
    assert family.confirm().status_code == 500


def test_an_agent_reads_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    World()
    monkeypatch.setattr(session, "hit", lambda *_: refuse(LOCK_TIMEOUT))
    page = Client().post(reverse("agents:log_in"), {"email": "a@exemple.test", "password": "x"})
    assert page.status_code == 503
    assert "Beaucoup de monde en ce moment" in page.content.decode()
