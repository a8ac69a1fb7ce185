"""What each event writes into the outbox, for whom, and when it is due."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from rdv.booking import events
from rdv.booking.absences import declare_absence
from rdv.booking.book import book
from rdv.booking.cancel import cancel
from rdv.booking.move import move
from rdv.booking.outcome import record_outcome
from rdv.booking.people import PersonSpec, Who
from rdv.booking.request import BookingRequest
from rdv.models import Absence, Appointment, Contact, Family, Notify, Person, PhoneKind, Status
from rdv.models.actor import Actor
from rdv.models.appointment import Channel
from reminders import outbox, receivers
from reminders.models import OutboundMessage, Task
from reminders.run import run_due
from tests import factories as make
from tests.factories import NOW, World, paris
from tests.reminders.support import FAMILY, booked, contact, rows
from tests.standins.twilio import TwilioStandIn

pytestmark = pytest.mark.django_db(transaction=True)

FAR = NOW + timedelta(days=10)


@pytest.fixture
def world() -> World:
    """A place open tomorrow, and in ten days."""
    made = World()
    make.opening(made.agent, made.location, made.type, day=FAR.date())
    return made


def far(hour: int) -> datetime:
    return paris(FAR.date(), hour)


def book_far(world: World, hour: int = 9, **more: object) -> tuple[Appointment, Family]:
    of = more.pop("family", None) or make.family(world.territory, email="sam@exemple.test")
    made = make.booking(world.type, world.location, far(hour), who=make.who(of), **more)  # type: ignore[arg-type]
    return made.appointment, of  # type: ignore[return-value]


def test_a_booking_writes_its_confirmations_and_reminders_at_once(world: World) -> None:
    appointment, family = book_far(world)
    said = OutboundMessage.objects.filter(family=family).order_by("due_at", "channel")
    assert [(row.kind, row.channel, row.due_at) for row in said] == [
        ("booked", "email", NOW),
        ("booked", "sms", NOW),
        ("reminder", "email", paris(date(2027, 1, 14), 9)),
        ("reminder", "sms", paris(date(2027, 1, 18), 9)),
        ("reminder", "sms", paris(date(2027, 1, 20), 9)),
    ]
    assert {row.version for row in said} == {0}
    assert {row.appointment_id for row in said} == {appointment.pk}


def test_telling_costs_a_booking_three_queries(world: World) -> None:
    appointment, family = book_far(world)
    OutboundMessage.objects.all().delete()
    appointment = Appointment.objects.select_related("type__service", "location__organisation__territory").get(
        pk=appointment.pk
    )
    event = events.AppointmentBooked(
        at=NOW, by=Actor.family(), appointment=appointment, family=family,
        participations=list(appointment.participations.all()), agent_ids=[world.agent.pk],
    )  # fmt: skip
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        receivers.on_booked(event)
    assert len(queries) <= 3
    assert OutboundMessage.objects.count() == 6


def test_nothing_is_said_outside_a_transaction(world: World) -> None:
    with pytest.raises(outbox.OutsideTransactionError):
        outbox.enqueue([], now=NOW)


def test_what_is_undone_is_never_said(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(event: object) -> None:
        raise RuntimeError("a receiver fails")

    monkeypatch.setitem(events._receivers, events.AppointmentBooked, [receivers.on_booked, fails])
    with pytest.raises(RuntimeError):
        book_far(world)
    assert not OutboundMessage.objects.exists()
    assert not Appointment.objects.exists()


def test_moving_replaces_what_had_not_left(world: World, provider: TwilioStandIn) -> None:
    appointment, family = book_far(world)
    run_due(NOW)
    later = NOW + timedelta(hours=1)
    move(appointment.pk, start=far(10), by=Actor.family(), now=later)
    assert rows(family, version=0) == [
        ("booked", "email", "sent"),
        ("booked", "sms", "sent"),
        ("reminder", "email", "superseded"),
        ("reminder", "sms", "superseded"),
        ("reminder", "sms", "superseded"),
    ]
    assert rows(family, version=1) == [
        ("moved", "email", "planned"),
        ("moved", "sms", "planned"),
        ("reminder", "email", "planned"),
        ("reminder", "sms", "planned"),
        ("reminder", "sms", "planned"),
    ]


def test_moved_twice_before_it_leaves_is_told_once(world: World, provider: TwilioStandIn) -> None:
    appointment, _ = book_far(world)
    run_due(NOW)
    for position, hour in enumerate((10, 11)):
        move(appointment.pk, start=far(hour), by=Actor.family(), now=NOW + timedelta(minutes=position + 1))
    run_due(NOW + timedelta(minutes=3))
    assert [sms["body"] for sms in provider.messages if "déplacé" in sms["body"]] == [provider.messages[0]["body"]]
    assert "jeudi 21 janvier à 11h" in provider.messages[0]["body"]


def test_whoever_was_not_told_of_the_booking_hears_of_the_new_hour_alone(world: World, provider: TwilioStandIn) -> None:
    """Booked by an agent at night and moved before morning: no "your appointment has moved" out of the blue."""
    night = paris(date(2027, 1, 11), 21)
    agent = Actor.of(world.agent)
    appointment, _ = book_far(world, by=agent, now=night)
    move(appointment.pk, start=far(10), by=agent, now=night + timedelta(minutes=5))
    run_due(paris(date(2027, 1, 12), 8))
    assert [sms["body"][:38] for sms in provider.messages] == ["RDV pris : jeudi 21 janvier à 10h, Lie"]
    cancel(appointment.pk, by=agent, now=paris(date(2027, 1, 12), 9), for_family=False)
    run_due(paris(date(2027, 1, 12), 9))
    assert "annulé par nos services" in provider.messages[0]["body"]


def test_a_booking_undone_before_anybody_was_told_stays_silent(world: World, provider: TwilioStandIn) -> None:
    night = paris(date(2027, 1, 11), 21)
    agent = Actor.of(world.agent)
    appointment, family = book_far(world, by=agent, now=night)
    cancel(appointment.pk, by=agent, now=night + timedelta(minutes=5), for_family=False)
    run_due(paris(date(2027, 1, 12), 8))
    assert provider.messages == []
    assert {state for _, _, state in rows(family)} == {"superseded"}


def test_whoever_booked_at_night_learns_that_the_service_cancels_before_morning(
    world: World, provider: TwilioStandIn
) -> None:
    """She saw on the screen that it was booked; the agent is ill at 7:45, before the confirmation has left."""
    appointment, _ = book_far(world, now=paris(date(2027, 1, 11), 22), family=make.family(world.territory))
    cancel(appointment.pk, by=Actor.of(world.agent), now=paris(date(2027, 1, 12), 7, 45), for_family=False)
    run_due(paris(date(2027, 1, 12), 8))
    assert ["annulé par nos services" in sms["body"] for sms in provider.messages] == [True]


@pytest.mark.parametrize(("for_family", "kind"), [(True, "cancelled_by_family"), (False, "cancelled_by_service")])
def test_a_cancellation_is_told_and_ends_the_reminders(
    world: World, provider: TwilioStandIn, for_family: bool, kind: str
) -> None:
    appointment, family = book_far(world)
    run_due(NOW)
    cancel(appointment.pk, by=Actor.of(world.agent), now=NOW, for_family=for_family)
    assert {state for _, _, state in rows(family, kind="reminder")} == {"superseded"}
    assert rows(family, kind=kind) == [(kind, "email", "planned"), (kind, "sms", "planned")]


def test_each_contact_that_may_be_told_is_told_once_per_number(world: World) -> None:
    family = make.family(world.territory, email="sam@exemple.test")
    for first_name, phone, told in (
        ("Noa", FAMILY, True),
        ("Max", "+33639980002", True),
        ("Ali", "+33639980003", False),
    ):
        Contact.objects.create(
            family=family, first_name=first_name, phone=phone, phone_kind=PhoneKind.MOBILE, may_be_told=told
        )
    book_far(world, family=family)
    said = OutboundMessage.objects.filter(kind="booked", channel="sms")
    assert sorted(row.to for row in said) == [FAMILY, "+33639980002"]


def test_a_silent_type_tells_nothing_but_the_service_calls_when_it_cancels(world: World) -> None:
    world.type.tells_families = False
    world.type.save(update_fields=["tells_families"])
    appointment, family = book_far(world)
    assert rows(family) == []
    cancel(appointment.pk, by=Actor.of(world.agent), now=NOW, for_family=False)
    assert rows(family) == []
    assert [(task.kind, task.family_id) for task in Task.objects.all()] == [("call_change", family.pk)]


def test_a_girl_who_asked_for_silence_gets_no_message_and_no_call(world: World) -> None:
    """Scenario 28: no message, and nobody rings her mother."""
    family = make.family(world.territory)
    family.contacts.update(may_be_told=False)
    appointment, _ = book_far(world, family=family)
    cancel(appointment.pk, by=Actor.of(world.agent), now=NOW, for_family=False)
    assert (rows(family), Task.objects.count()) == ([], 0)


def test_a_family_with_a_landline_is_reminded_and_told_by_phone(world: World, provider: TwilioStandIn) -> None:
    """Scenario 13."""
    family = make.family(world.territory, phone="+33199000042")
    family.contacts.update(phone_kind=PhoneKind.FIXED)
    appointment, _ = book_far(world, family=family, by=Actor.of(world.agent))
    assert rows(family) == [("reminder", "call", "planned")]
    run_due(paris(date(2027, 1, 20), 9))
    task = Task.objects.get()
    assert (task.kind, task.contact, task.due_at) == ("call_reminder", contact(family), appointment.starts_at)
    assert task.organisation == world.organisation
    move(appointment.pk, start=far(10), by=Actor.of(world.agent), now=paris(date(2027, 1, 20), 10))
    assert sorted(task.kind for task in Task.objects.all()) == ["call_change", "call_reminder"]
    run_due(paris(date(2027, 1, 20), 10))
    assert provider.messages == []


def test_a_reply_at_night_is_answered_at_night(world: World, provider: TwilioStandIn) -> None:
    appointment, family = book_far(world)
    run_due(NOW)
    Contact.objects.create(family=family, first_name="Max", phone="+33639980002", phone_kind=PhoneKind.MOBILE)
    night = paris(date(2027, 1, 11), 22)
    with outbox.answering(FAMILY):
        cancel(appointment.pk, by=Actor.family(Channel.SMS), now=night, for_family=True)
    run_due(night)
    assert [(sms["to"], sms["body"][:29]) for sms in provider.messages[:-1]] == [
        (FAMILY, "Votre RDV du jeudi 21 janvier")
    ]
    run_due(paris(date(2027, 1, 12), 8))
    assert provider.messages[0]["to"] == "+33639980002"


def test_one_sibling_less_keeps_the_reminders_of_the_others(world: World, provider: TwilioStandIn) -> None:
    """Scenario 24."""
    family = make.family(world.territory)
    Person.objects.create(family=family, first_name="Noé", birth_date=date(2024, 6, 1))
    request = BookingRequest(
        type=world.type, location=world.location, start=far(9), who=make.who(family, children=2), by=Actor.family()
    )
    appointment = book(request, now=NOW).appointment
    run_due(NOW)
    one = appointment.participations.first()
    assert one is not None
    cancel(appointment.pk, by=Actor.family(), now=NOW, for_family=True, family=family, persons=[one.person_id])
    run_due(NOW)
    assert "est maintenu pour les autres" in provider.messages[0]["body"]
    assert rows(family, kind="reminder") == [("reminder", "sms", "planned")] * 2


def test_leaving_a_workshop_cancels_the_participation_and_coming_back_is_told_again(provider: TwilioStandIn) -> None:
    """Scenario 35: the workshop itself is not cancelled."""
    world = World(is_collective=True, capacity=8)
    session = world.open_session(9)
    family = make.family(world.territory)
    request = BookingRequest(
        type=world.type, location=world.location, start=session.starts_at, who=make.who(family), by=Actor.family()
    )
    for _ in range(2):
        book(request, now=NOW)
        run_due(NOW)
        assert provider.messages[0]["body"].startswith("RDV pris : mardi 12 janvier à 9h")
        cancel(session.pk, by=Actor.family(), now=NOW, for_family=True, family=family)
        run_due(NOW)
        assert provider.messages[0]["body"].startswith("Votre participation du mardi 12 janvier")
    assert len(provider.messages) == 4


@pytest.mark.parametrize(
    ("notify", "by_himself", "told"),
    [
        (Notify.ALL, True, True),
        (Notify.BY_OTHERS, True, False),
        (Notify.BY_OTHERS, False, True),
        (Notify.NEAR, False, False),
        (Notify.NONE, False, False),
    ],
)
def test_agents_are_told_as_they_prefer(world: World, notify: str, by_himself: bool, told: bool) -> None:
    world.agent.notify = notify
    world.agent.save(update_fields=["notify"])
    book_far(world, by=Actor.of(world.agent) if by_himself else Actor.family())
    said = OutboundMessage.objects.filter(agent=world.agent)
    assert [row.kind for row in said] == (["agent_booked"] if told else [])


def test_the_agent_who_loses_an_appointment_is_told_as_well_as_the_one_who_gets_it(world: World) -> None:
    appointment, _ = book_far(world)
    colleague = make.agent(world.organisation)
    make.opening(colleague, world.location, world.type, day=FAR.date())
    secretary = Actor.of(make.agent(world.organisation, role="secretary"))
    move(appointment.pk, start=far(9), agents=[colleague.pk], by=secretary, now=NOW)
    said = OutboundMessage.objects.filter(kind="agent_moved").order_by("agent")
    assert [(row.agent, row.context) for row in said] == [(world.agent, {"gone": True}), (colleague, {})]


def test_a_prescriber_hears_what_becomes_of_what_he_booked(world: World) -> None:
    prescriber = make.agent(world.organisation, role="prescriber")
    appointment, _ = book_far(world, by=Actor.of(prescriber))
    assert not OutboundMessage.objects.filter(agent=prescriber).exists()
    cancel(appointment.pk, by=Actor.of(world.agent), now=NOW, for_family=False)
    said = OutboundMessage.objects.get(agent=prescriber)
    assert (said.kind, said.context) == ("agent_cancelled", {"prescriber": True})


@pytest.mark.parametrize("by_himself", [True, False])
def test_an_agent_is_told_of_the_absence_that_somebody_else_declares(world: World, by_himself: bool) -> None:
    book_far(world)
    by = Actor.of(world.agent) if by_himself else Actor.of(make.agent(world.organisation, role="secretary"))
    absence = Absence(agent=world.agent, starts_at=far(8), ends_at=far(18))
    declare_absence(absence, by=by, now=NOW)
    said = OutboundMessage.objects.filter(kind="agent_absent")
    expected = [] if by_himself else [{"span": "jeudi 21 janvier de 8\u00a0h à 18\u00a0h", "hit": 1}]
    assert [row.context for row in said] == expected


def test_a_no_show_is_never_told_as_a_cancellation(world: World, provider: TwilioStandIn) -> None:
    """Scenario 38: silence by default, a polite word where the service turned it on, unless the mark is mended."""
    world = World()
    silent, family = booked(world)
    run_due(NOW)
    agent = Actor.of(world.agent)
    record_outcome(silent.pk, status=Status.NOSHOW, by=agent, now=world.at(10))
    assert rows(family) == [("booked", "sms", "sent")]
    world.organisation.sends_no_show_message = True
    world.organisation.save(update_fields=["sends_no_show_message"])
    for status in (Status.UNKNOWN, Status.NOSHOW):
        record_outcome(silent.pk, status=status, by=agent, now=world.at(11))
    run_due(world.at(12))
    assert rows(family, kind="no_show") == [("no_show", "sms", "planned")]
    run_due(world.at(13))
    assert provider.messages[0]["body"].startswith("Nous ne vous avons pas vus")


def test_a_no_show_mended_in_time_is_not_told(world: World, provider: TwilioStandIn) -> None:
    world = World(follows_up_no_show=True)
    appointment, family = booked(world)
    agent = Actor.of(world.agent)
    record_outcome(appointment.pk, status=Status.NOSHOW, by=agent, now=world.at(10))
    record_outcome(appointment.pk, status=Status.SEEN, by=agent, now=world.at(11))
    run_due(world.at(13))
    assert rows(family, kind="no_show") == [("no_show", "sms", "dropped")]


def test_a_no_show_mended_and_marked_again_is_told_once(world: World, provider: TwilioStandIn) -> None:
    """The first word was dropped when it was due; the second leaves, and a third mark says nothing more."""
    world = World(follows_up_no_show=True)
    appointment, family = booked(world)
    agent = Actor.of(world.agent)
    run_due(NOW)
    for hour, status in ((10, Status.NOSHOW), (11, Status.UNKNOWN), (14, Status.NOSHOW)):
        run_due(world.at(hour))
        record_outcome(appointment.pk, status=status, by=agent, now=world.at(hour))
    run_due(world.at(16))
    told = [("no_show", "sms", "dropped"), ("no_show", "sms", "sent")]
    assert rows(family, kind="no_show") == told
    for status in (Status.SEEN, Status.NOSHOW):
        record_outcome(appointment.pk, status=status, by=agent, now=world.at(17))
    run_due(world.at(19, 30))
    assert rows(family, kind="no_show") == told


def test_the_same_request_twice_is_said_once(world: World) -> None:
    family = make.family(world.territory)
    person = family.persons.get()
    who = Who([PersonSpec(person.first_name, pk=person.pk)], family=family)
    request = BookingRequest(
        type=world.type, location=world.location, start=far(9), who=who, by=Actor.family(), request_key="once"
    )
    book(request, now=NOW)
    before = OutboundMessage.objects.count()
    book(request, now=NOW)
    assert OutboundMessage.objects.count() == before
