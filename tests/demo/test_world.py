"""Val-d’Exemple: what the demonstration promises is there, the same at each load, and never elsewhere."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.db.models import Count, F, Q, Sum
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from rdv.access.tokens import find_token
from rdv.booking.freetime import busy_agents
from rdv.booking.openmasks import timeline_from
from rdv.booking.selectors import Search, first_slots
from rdv.demo.world.accounts import PASSWORD, NotTheDemo
from rdv.demo.world.agenda import FULL_PLACE, FULL_TYPE
from rdv.demo.world.make import make
from rdv.models import (
    Agent,
    Appointment,
    Contact,
    Family,
    Location,
    Occupation,
    OpeningOccurrence,
    Participation,
    Person,
    Territory,
    WaitingListEntry,
)
from rdv.scheduling.holidays import public_holidays
from reminders.models import InboundMessage, OutboundMessage, Task
from tests.factories import NOW
from tests.plugins.flush import deletions

pytestmark = [pytest.mark.long, pytest.mark.django_db]


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The world, once for all these tests; each of them undoes what it does."""
    with django_db_blocker.unblock(), transaction.atomic():
        make(now=NOW)
        # Once, instead of after each test; and the planner knows that these tables are not empty.
        connection.check_constraints()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def territory(made: None, db: None) -> Territory:
    return Territory.objects.get(slug="val-d-exemple")


def test_the_world_holds_what_is_promised(territory: Territory) -> None:
    assert territory.organisations.count() == 4
    assert Location.objects.count() == 12
    assert (territory.services.count(), territory.services.filter(is_discreet=True).count()) == (3, 1)
    assert (territory.agents.count(), territory.appointment_types.count(), territory.families.count()) == (30, 12, 600)
    starts = Appointment.objects.order_by("starts_at").values_list("starts_at", flat=True)
    assert NOW - timedelta(weeks=12, days=1) < starts[0] < NOW - timedelta(weeks=11)
    assert NOW + timedelta(weeks=7) < list(starts)[-1] < NOW + timedelta(weeks=8, days=1)
    statuses = Counter(Appointment.objects.filter(ends_at__lt=NOW).values_list("status", flat=True))
    assert set(statuses) == {"seen", "noshow", "excused", "revoked", "unknown"}
    assert not Appointment.objects.filter(starts_at__gt=NOW, status__in=["seen", "noshow"]).exists()
    assert WaitingListEntry.objects.waiting().count() > 50


def test_numbers_and_addresses_are_fictitious(territory: Territory) -> None:
    phones = set(Contact.objects.exclude(phone="").values_list("phone", flat=True))
    assert {phone[:8] for phone in phones} == {"+3363998", "+3319900"}
    emails = [
        *Contact.objects.exclude(email="").values_list("email", flat=True),
        *Agent.objects.values_list("email", flat=True),
    ]
    assert {email.rpartition("@")[2] for email in emails} == {"famille.example", "demo.example"}


def test_known_accounts_open_and_the_token_too(territory: Territory) -> None:
    for name in ("camille.roux", "secretariat", "admin"):
        assert Agent.objects.get(email=f"{name}@demo.example").check_password(PASSWORD)
    token = find_token("demo-token", now=NOW)
    assert token is not None
    assert "appointments:write" in token.scopes


def test_every_open_type_has_a_slot_within_two_weeks_and_one_place_is_full(territory: Territory) -> None:
    places = list(Location.objects.select_related("organisation__territory").order_by("pk"))
    for type_ in territory.appointment_types.for_families().with_rules():
        found = {first.location.slug: first.slot for first in first_slots(Search(type=type_, now=NOW), places)}
        starts = [slot.start for slot in found.values() if slot]
        assert starts, type_
        assert min(starts) < NOW + timedelta(weeks=2), type_
        if type_.slug == FULL_TYPE:
            full = found[FULL_PLACE]
            assert full is None or full.start > NOW + timedelta(weeks=5)


def test_agendas_are_neither_empty_nor_full(territory: Territory) -> None:
    def hours(rows) -> float:
        ahead = rows.filter(starts_at__gt=NOW, starts_at__lt=NOW + timedelta(weeks=8))
        return ahead.aggregate(total=Sum(F("ends_at") - F("starts_at")))["total"].total_seconds()

    assert 0.5 < hours(Occupation.objects) / hours(OpeningOccurrence.objects) < 0.7


def test_the_search_sees_the_busy_time_that_was_written(territory: Territory) -> None:
    timeline = timeline_from(NOW)
    agents = list(Agent.objects.practitioners().order_by("pk").values_list("pk", flat=True))
    busy = busy_agents(agents, timeline, now=NOW)
    expected = dict.fromkeys(agents, 0)
    for agent_id, start, end in Occupation.objects.filter(ends_at__gt=NOW).values_list(
        "agent_id", "starts_at", "ends_at"
    ):
        expected[agent_id] |= timeline.busy(start, end)
    today = ~timeline.busy(timeline.origin, NOW + timedelta(days=1))
    assert {pk: mask & today for pk, mask in busy.masks.items()} == {pk: mask & today for pk, mask in expected.items()}


def test_discreet_files_stay_among_themselves(territory: Territory) -> None:
    of_open_file = Q(appointment__service__is_discreet=True, family__discreet_service=None)
    of_discreet_file = Q(appointment__service__is_discreet=False, family__discreet_service__isnull=False)
    assert not Participation.objects.filter(of_open_file | of_discreet_file).exists()


def test_a_workshop_has_one_seat_left(territory: Territory) -> None:
    sessions = Appointment.objects.filter(is_collective=True, starts_at__gt=NOW, seats_taken=F("capacity") - 1)
    assert sessions.filter(type__slug="atelier-massage", capacity=8).exists()
    counted = Appointment.objects.filter(is_collective=True).annotate(people=Count("participations"))
    assert not counted.exclude(people=F("seats_taken")).exists()


def test_nothing_is_held_on_a_public_holiday(territory: Territory) -> None:
    """Twenty weeks hold some whatever the day of the load: the dates of the factories hold Christmas."""
    zone = ZoneInfo(territory.time_zone)
    days = {start.astimezone(zone).date() for start in Appointment.objects.values_list("starts_at", flat=True)}
    holidays = public_holidays(territory.holiday_zone, NOW.year - 1) | public_holidays(territory.holiday_zone, NOW.year)
    assert holidays
    assert not days & holidays.keys()


def test_families_are_of_every_kind(territory: Territory) -> None:
    assert set(Contact.objects.values_list("language", flat=True)) >= {"fr", "en", "ar", "tr", "pt"}
    assert Contact.objects.filter(phone_kind="fixed", email="").exists()
    assert Contact.objects.filter(phone_kind="mobile", email="").exists()
    assert Family.objects.annotate(children=Count("persons")).filter(children__gte=3).exists()
    assert territory.agents.filter(absences__starts_at__gt=NOW).exists()


def test_messages_are_planned_told_and_answered(territory: Territory) -> None:
    due = OutboundMessage.objects.filter(due_at__lte=NOW)
    assert set(due.values_list("state", flat=True)) <= {"delivered", "sent", "failed"}
    planned = OutboundMessage.objects.filter(due_at__gt=NOW)
    assert set(planned.values_list("state", flat=True)) == {"planned"}
    assert set(planned.values_list("kind", flat=True)) == {"reminder"}
    unclear = Task.objects.filter(kind="unclear", done_at=None).select_related("reply")
    assert {task.reply.intent for task in unclear} == {"unclear"}
    assert InboundMessage.objects.filter(intent="yes").count() >= 20
    told = set(OutboundMessage.objects.filter(appointment__service__is_discreet=True).values_list("body", flat=True))
    assert not any("sexuelle" in body for body in told)


def test_the_same_day_gives_the_same_world(territory: Territory) -> None:
    def picture() -> list[object]:
        return [
            list(Appointment.objects.order_by("reference").values_list("reference", "starts_at", "status", "uid")),
            list(Person.objects.order_by("pk").values_list("first_name", "last_name", "birth_date")),
            list(WaitingListEntry.objects.order_by("pk").values_list("contact__phone", "type__slug")),
        ]

    before = picture()
    with connection.cursor() as cursor:
        cursor.execute(deletions())
        cursor.execute("SET LOCAL session_replication_role = origin")
    # What people were told is the better half of the work, and is not compared.
    with patch("rdv.demo.world.stories.Messenger"), patch("rdv.demo.world.stories.write_replies"):
        make(now=NOW)
    assert picture() == before


@override_settings(DEMO=False)
def test_known_passwords_are_refused_elsewhere() -> None:
    with pytest.raises(NotTheDemo):
        make(now=NOW)
