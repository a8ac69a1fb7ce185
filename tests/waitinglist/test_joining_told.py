"""What is written to who waits: once that it is noted, after three silences whether it still waits, and by whom."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from rdv.access.waiting import find_entry, wait_token
from rdv.booking.people import PersonSpec, Who
from rdv.models import Family, RoundStatus, WaitingListEntry
from rdv.models.actor import Actor
from rdv.waitinglist.closing import close
from rdv.waitinglist.entries import Wish, change_wishes, join, leave, resume
from rdv.waitinglist.silences import pause_and_ask
from reminders.kinds import Kind
from reminders.loading import load
from reminders.models import OutboundMessage, Task, TaskKind
from reminders.relevance import ANSWERED, NOT_WAITING, why_not
from reminders.wording import Ready, write
from tests.factories import NOW, World, family
from tests.waitinglist.support import asked, free, waiting

pytestmark = pytest.mark.django_db


def said() -> list[OutboundMessage]:
    return list(OutboundMessage.objects.filter(kind=Kind.WAITING).order_by("pk"))


def test_joining_is_confirmed_once_whatever_is_changed_later() -> None:
    world = World()
    entry = waiting(world)
    assert [one.channel for one in said()] == ["sms"]
    waiting(world, family=entry.family, half_days=["1-am"])
    change_wishes(entry.pk, locations=[world.location], half_days=None, notice_minutes=300, standby=True, now=NOW)
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


def unanswered(world: World, now: datetime = NOW) -> None:
    """Everybody has been silent three times."""
    with transaction.atomic():
        pause_and_ask(WaitingListEntry.objects.waiting().filter(type=world.type), now=now)


def left(kind: Kind, channel: str) -> tuple[OutboundMessage, Ready]:
    """The message of that kind, as it would leave."""
    batch = load([OutboundMessage.objects.get(kind=kind, channel=channel).pk])
    return batch.messages[0], write(batch.messages[0], batch, [], now=NOW)


@pytest.mark.parametrize("kind", [Kind.WAITING, Kind.STILL_WAITING])
def test_what_is_written_about_a_discreet_service_is_not_signed_by_the_others(kind: Kind) -> None:
    world = World()
    world.territory.email_sender = "PMI du Val-d’Exemple <rdv@exemple.test>"
    world.territory.save()
    service = world.type.service
    service.is_discreet, service.neutral_sender = True, "36111"
    service.save()
    waiting(world, family=family(world.territory, email="sam@exemple.test", discreet_service=service))
    unanswered(world)
    assert left(kind, "sms")[0].sender == "36111"
    message, ready = left(kind, "email")
    assert ready.email is not None
    assert (message.sender, ready.email.sender) == ("Rendez-vous <rdv@exemple.test>",) * 2
    assert "PMI" not in ready.email.subject + ready.email.text + ready.email.html


def test_whether_one_still_waits_is_asked_only_as_long_as_nobody_has_said_it() -> None:
    world = World()
    gone, back, silent = waiting(world), waiting(world), waiting(world)
    unanswered(world)
    leave(gone.pk, by=Actor.family(), now=NOW)
    resume(back.pk, by=Actor.family(), now=NOW)
    asked = OutboundMessage.objects.filter(kind=Kind.STILL_WAITING)
    reasons = {one.context["entry"]: why_not(load([one.pk]).messages[0], NOW) for one in asked}
    assert reasons == {gone.pk: ANSWERED, back.pk: ANSWERED, silent.pk: None}


def test_who_waits_for_one_place_is_asked_by_daylight_there() -> None:
    world = World()
    world.location.time_zone = "America/Martinique"
    world.location.save()
    waiting(world, locations=[world.location])
    unanswered(world)
    (asked,) = OutboundMessage.objects.filter(kind=Kind.STILL_WAITING)
    morning = datetime(NOW.year, NOW.month, NOW.day, 8, tzinfo=ZoneInfo("America/Martinique"))
    assert asked.due_at == morning
    batch = load([asked.pk])
    evening = morning + timedelta(hours=11)
    assert batch.window(batch.messages[0]).next(evening) == evening


def test_a_silent_type_is_offered_by_telephone_and_nothing_is_written() -> None:
    world = World(tells_families=False)
    waiting(world)
    round_ = free(world.book(9).appointment)
    assert round_ is not None
    (offer,) = asked(round_)
    assert [(task.kind, task.offer) for task in Task.objects.all()] == [(TaskKind.CALL_OFFER, offer)]
    with transaction.atomic():
        close(round_, RoundStatus.TAKEN, now=NOW)
    unanswered(world)
    assert not OutboundMessage.objects.exclude(family=None).exists()
