"""Families go two years after the last contact; whoever is still in touch stays, and appointments stay as figures."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rdv.models import (
    AccessLog,
    AnonymousParticipation,
    Appointment,
    AppointmentEvent,
    Contact,
    Family,
    Occupation,
    OfferRound,
    Participation,
    Person,
    WaitingListEntry,
)
from rdv.models.actor import Actor
from rdv.models.waiting_list import Offer, OfferStatus
from rdv.retention.run import planned, run
from rdv.waitinglist.byhand import open_by_hand
from rdv.waitinglist.outlook import Wanted
from reminders.models import Conversation, InboundMessage, OutboundMessage, Task
from tests.factories import NOW, World, family, who
from tests.waitinglist.support import waiting

pytestmark = pytest.mark.django_db

LATER = NOW.replace(year=2029, month=3)
HALF_A_YEAR_LATER = NOW + timedelta(days=183)


def forget(now: datetime = LATER) -> dict[str, int]:
    """One run to its end: how many of each kind."""
    return {step.purge.kind: step.done for step in run(now=now) if step.is_over and step.done}


def due(now: datetime = LATER) -> int:
    return next(row.count for row in planned(now=now) if row.purge.kind == "families")


def test_people_go_and_appointments_stay() -> None:
    world = World()
    made = world.book(9, who=who(children=2))
    Appointment.objects.update(status="noshow", visit_address="3 rue de l’Exemple", cancel_reason="Léa est malade")
    Participation.objects.update(status="noshow")
    AppointmentEvent.objects.update(detail={"reason": "Léa est malade", "late": True})
    OutboundMessage.objects.update(state="sent")
    AccessLog.objects.create(at=LATER, agent=world.agent, family=made.family, action="family")

    assert due() == 1
    forget()

    assert [model.objects.count() for model in (Family, Person, Contact, Participation)] == [0, 0, 0, 0]
    kept = Appointment.objects.get()
    assert (kept.status, kept.seats_taken, kept.visit_address, kept.cancel_reason) == ("noshow", 2, "", "")
    figures = AnonymousParticipation.objects.values_list("appointment", "status", "is_late", "seats")
    assert sorted(figures) == [(kept.pk, "noshow", False, 1)] * 2
    assert {str(event.detail) for event in kept.events.all()} == {"{'late': True}"}
    assert kept.appointment_agents.get().agent == world.agent
    assert AccessLog.objects.get().family is None


def test_the_reason_of_an_overbooking_is_erased_and_its_row_stays() -> None:
    world = World()
    world.book(9)
    Occupation.objects.update(is_overbooked=True, overbooking_reason="Léa pleure")
    OutboundMessage.objects.update(state="sent")
    forget()
    assert Occupation.objects.get().overbooking_reason == "Raison effacée"


def test_the_reason_to_ask_a_family_before_its_turn_is_erased_and_the_round_stays() -> None:
    world = World()
    entry = waiting(world, NOW)
    slot = Wanted(type=world.type, location=world.location, start=world.at(9), entry=entry)
    open_by_hand(slot, by=Actor.of(world.agent), now=NOW, reason="Léa sort de la maternité")
    WaitingListEntry.objects.update(status="left")
    OutboundMessage.objects.update(state="sent")
    forget()
    kept = OfferRound.objects.get()
    assert (kept.reason, kept.first_entry, kept.opened_by) == ("Raison effacée", None, world.agent)


def _appointment(world: World, known: Family, start: datetime) -> None:
    made = world.book(9, who=who(known))
    OutboundMessage.objects.update(state="sent")
    Appointment.objects.filter(pk=made.appointment.pk).update(starts_at=start, ends_at=start + timedelta(minutes=30))


def _recent_appointment(world: World, known: Family) -> None:
    _appointment(world, known, LATER - timedelta(days=700))


def _appointment_to_come(world: World, known: Family) -> None:
    _appointment(world, known, LATER + timedelta(days=1))


def _cancelled_to_come(world: World, known: Family) -> None:
    _appointment_to_come(world, known)
    Appointment.objects.update(status="excused")
    Participation.objects.update(status="excused")


def _waits(world: World, known: Family, **values: object) -> None:
    WaitingListEntry.objects.create(
        territory=world.territory,
        family=known,
        contact=known.contacts.get(),
        type=world.type,
        any_location=True,
        **{"waiting_since": NOW, **values},
    )


def _left_the_list_lately(world: World, known: Family) -> None:
    _waits(world, known, status="left", waiting_since=LATER - timedelta(days=300))


def _wrote(world: World, known: Family) -> None:
    _reply(world, known, at=LATER - timedelta(days=700))


def _reply(world: World, known: Family, *, at: datetime) -> InboundMessage:
    return InboundMessage.objects.create(
        territory=world.territory,
        provider="console",
        provider_id="1",
        sender="+33639980001",
        body="Oui merci",
        received_at=at,
        family=known,
    )


def _is_about_to_be_told(world: World, known: Family) -> None:
    _message(world, known, state="planned")


def _message(world: World, known: Family, **values: object) -> OutboundMessage:
    defaults = {
        "territory": world.territory,
        "key": f"essai-{OutboundMessage.objects.count()}",
        "kind": "reminder",
        "channel": "sms",
        "family": known,
        "contact": known.contacts.get(),
        "to": "+33639980001",
        "body": "RDV mar. 12/01",
        "context": {"hour": "9h00"},
        "state": "delivered",
        "due_at": NOW,
        "sent_at": NOW,
        "next_try_at": NOW,
        "give_up_at": NOW,
        "created_at": NOW,
    }
    return OutboundMessage.objects.create(**defaults | values)


def _answered_an_offer(world: World, known: Family) -> None:
    _offer(world, known, answered_at=LATER - timedelta(days=300))


def _offer(world: World, known: Family, **values: object) -> Offer:
    _waits(world, known, status="fulfilled")
    made = OfferRound.objects.create(
        territory=world.territory,
        type=world.type,
        location=world.location,
        agent=world.agent,
        starts_at=world.at(9),
        ends_at=world.at(9, 30),
        status="filled",
        opened_at=NOW,
        next_batch_at=NOW,
        closes_at=NOW,
        seed=1,
    )
    defaults = {"status": OfferStatus.DECLINED, "rank": 1, "batch": 1, "code": "4F7", "made_at": NOW, "expires_at": NOW}
    offer = Offer.unsaved(round=made, entry=known.waiting_entries.get(), family=known, **defaults | values)
    offer.save()
    return offer


@pytest.mark.parametrize(
    "touch",
    [
        _recent_appointment,
        _appointment_to_come,
        _cancelled_to_come,
        _waits,
        _left_the_list_lately,
        _wrote,
        _is_about_to_be_told,
        _answered_an_offer,
    ],
    ids=lambda touch: touch.__name__.strip("_"),
)
@pytest.mark.parametrize("is_discreet", [False, True], ids=["open", "discreet"])
def test_whoever_is_in_touch_stays(touch: Callable[[World, Family], None], *, is_discreet: bool) -> None:
    world = World()
    known = family(world.territory, discreet_service=world.service if is_discreet else None)
    touch(world, known)
    assert due() == 0
    forget()
    assert Family.objects.get() == known
    assert known.persons.get().first_name == "Léa"


def test_a_discreet_file_goes_by_the_same_rule() -> None:
    world = World()
    family(world.territory, discreet_service=world.service)
    assert due(NOW.replace(year=2029, hour=6)) == 0
    assert due(NOW.replace(year=2029, hour=8)) == 1
    assert forget(NOW.replace(year=2029, hour=8)) == {"families": 1}


def test_what_was_said_to_a_family_outlives_it_without_a_word_of_it() -> None:
    world = World()
    known = family(world.territory)
    offer = _offer(world, known)
    lately = LATER - timedelta(days=3)
    message = _message(world, known, offer=offer, created_at=lately, due_at=lately, sent_at=lately)
    Task.objects.create(territory=world.territory, kind="unclear", key="1", family=known, created_at=NOW)
    assert forget() == {"families": 1}
    message.refresh_from_db()
    assert (message.state, message.family, message.contact, message.offer) == ("delivered", None, None, None)
    assert (message.to, message.body, message.context) == ("", "", {})
    assert [model.objects.count() for model in (Offer, WaitingListEntry, Task, OfferRound)] == [0, 0, 0, 1]


def test_messages_lose_their_words_after_six_months() -> None:
    world = World()
    known = family(world.territory)
    old = _message(world, known)
    planned_long_ago = _message(world, known, sent_at=NOW + timedelta(days=100), due_at=NOW + timedelta(days=100))
    unsure = _message(world, known, state="uncertain")
    reply = _reply(world, known, at=NOW)
    asked = {"phone": "+33639980001", "question": "coming", "asked_at": NOW}
    Conversation.objects.create(territory=world.territory, expires_at=NOW, **asked)
    Conversation.objects.create(territory=world.territory, expires_at=HALF_A_YEAR_LATER, **asked)
    Task.objects.create(territory=world.territory, kind="unclear", key="1", detail="Oui merci", created_at=NOW)

    assert forget(HALF_A_YEAR_LATER) == {"messages": 1, "replies": 1, "conversations": 1, "tasks": 1}
    for row in (old, planned_long_ago, unsure, reply):
        row.refresh_from_db()
    assert (old.to, old.body, old.context, old.state, old.family) == ("", "", {}, "delivered", known)
    assert (planned_long_ago.body, unsure.body) == ("RDV mar. 12/01", "RDV mar. 12/01")
    assert (reply.sender, reply.body, reply.provider_id, reply.handled_at) == ("", "", "1", NOW)
    assert forget(HALF_A_YEAR_LATER) == {}


def queries_to_forget(number: int) -> int:
    """That many families, each with an appointment, a waiting entry and a message."""
    world = World()
    for place in range(number):
        made = world.book(9 + place // 2, 30 * (place % 2))
        _waits(world, made.family, status="left")
        _message(world, made.family)
    OutboundMessage.objects.update(state="sent")
    with CaptureQueriesContext(connection) as queries:
        assert forget()["families"] == number
    return len(queries)


def test_the_queries_of_a_batch_do_not_grow_with_its_families() -> None:
    assert queries_to_forget(1) == queries_to_forget(6)
