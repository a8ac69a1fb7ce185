"""A family that joins is told so once, with the link to its place on the list."""

import pytest

from rdv.access.waiting import find_entry, wait_token
from rdv.booking.people import PersonSpec, Who
from rdv.models import Family, WaitingListEntry
from rdv.models.actor import Actor
from rdv.waitinglist.entries import Wish, change_wishes, join, leave
from reminders.kinds import Kind
from reminders.loading import load
from reminders.models import OutboundMessage
from reminders.relevance import NOT_WAITING, why_not
from tests.factories import NOW, World, family
from tests.waitinglist.support import waiting

pytestmark = pytest.mark.django_db


def said() -> list[OutboundMessage]:
    return list(OutboundMessage.objects.filter(kind=Kind.WAITING).order_by("pk"))


def test_joining_is_confirmed_once_whatever_is_changed_later() -> None:
    world = World()
    entry = waiting(world)
    assert [one.channel for one in said()] == ["sms"]
    waiting(world, family=entry.family, half_days=["1-am"])
    change_wishes(entry.pk, locations=[world.location], half_days=None, notice_minutes=300, standby=True)
    entry.refresh_from_db()
    assert (entry.notice_minutes, entry.standby, entry.any_half_day) == (300, True, True)
    assert len(said()) == 1
    batch = load([said()[0].pk])
    assert batch.link(batch.messages[0]).endswith(f"/liste-attente/suivi/{wait_token(entry.pk)}/")
    assert why_not(batch.messages[0], NOW) is None


def test_whom_the_service_puts_there_itself_is_not_written_to_twice() -> None:
    world = World()
    waiting(world, by=Actor.system())
    assert said() == []


def test_who_left_meanwhile_is_told_nothing() -> None:
    world = World()
    entry = waiting(world)
    leave(entry.pk, by=Actor.family(), now=NOW)
    assert why_not(load([said()[0].pk]).messages[0], NOW) == NOT_WAITING


def test_a_file_without_a_mobile_waits_and_is_written_nothing() -> None:
    world = World()
    file = family(world.territory, phone="")
    people = [PersonSpec(one.first_name, pk=one.pk) for one in file.persons.all()]
    join(Wish(type=world.type, who=Who(people, family=file)), by=Actor.of(world.agent), now=NOW)
    assert (WaitingListEntry.objects.count(), said()) == (1, [])


def test_the_link_of_another_place_cannot_be_guessed_from_one_s_own() -> None:
    world = World()
    mine, other = waiting(world), waiting(world)
    assert find_entry(wait_token(mine.pk), territory=world.territory) == mine
    forged = f"{other.pk}-{wait_token(mine.pk).partition('-')[2]}"
    for token in (forged, str(mine.pk), "", "-", "x" * 80, f"{'9' * 30}-a"):
        assert find_entry(token, territory=world.territory) is None
    assert Family.objects.count() == 2
