"""Between the outbox and the provider: looked at again, joined, put off, tried again, told another way."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import transaction

from rdv.booking.confirm import confirm
from rdv.models import Appointment, Contact, EmailState, PhoneKind, PhoneState
from rdv.models.actor import Actor
from rdv.waitinglist.entries import pause
from reminders import dispatch, outbox
from reminders.kinds import Kind
from reminders.models import Conversation, OutboundMessage, Task
from reminders.run import run_due
from tests import factories as make
from tests.factories import NOW, World, paris
from tests.reminders.support import FAMILY, booked, contact, rows
from tests.standins.twilio import TwilioStandIn
from tests.waitinglist.support import waiting

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2027, 1, 14)
EVE = paris(date(2027, 1, 13), 9)


@pytest.fixture
def world() -> World:
    """A place open in three days, so that a booking of today has its reminder on the eve."""
    made = World()
    make.opening(made.agent, made.location, made.type, day=DAY)
    made.day = DAY
    return made


def bodies(provider: TwilioStandIn) -> list[str]:
    """What was sent, the first first."""
    return [str(sms["body"]) for sms in reversed(provider.messages)]


def test_the_eve_brings_one_question_and_opens_its_conversation(world: World, provider: TwilioStandIn) -> None:
    appointment, family = booked(world)
    run_due(NOW)
    run_due(EVE)
    link = appointment.links.get().token
    question = "Venez-vous ? Répondez OUI (1) ou NON (2)."
    asked = f"Rappel : RDV jeudi 14 janvier à 9h, {world.location.name}. {question} http://127.0.0.1:8000/r/{link}/"
    assert bodies(provider)[1:] == [asked]
    open_one = Conversation.objects.get()
    assert (open_one.phone, open_one.question, open_one.appointment, open_one.family, open_one.options) == (
        FAMILY,
        "coming",
        appointment,
        family,
        [],
    )
    assert (open_one.asked_at, open_one.expires_at) == (EVE, appointment.starts_at)
    run_due(EVE)
    assert len(provider.messages) == 2


def test_two_appointments_of_one_day_make_one_reminder(world: World, provider: TwilioStandIn) -> None:
    first, family = booked(world, 9)
    second, _ = booked(world, 10, 30, family=family)
    run_due(NOW)
    run_due(EVE)
    assert [body[:48] for body in bodies(provider)[2:]] == ["Rappel : 2 RDV jeudi 14 janvier à 9h et 10h30, L"]
    assert rows(family, kind="reminder") == [("reminder", "sms", "sent"), ("reminder", "sms", "superseded")]
    assert Conversation.objects.get().options == [{"appointment": first.pk}, {"appointment": second.pk}]


def test_two_families_with_one_phone_are_never_mixed(world: World, provider: TwilioStandIn) -> None:
    booked(world, 9)
    booked(world, 10)
    run_due(NOW)
    run_due(EVE)
    reminders = bodies(provider)[2:]
    assert sorted(body[:35] for body in reminders) == [
        "Rappel : RDV jeudi 14 janvier à 10h",
        "Rappel : RDV jeudi 14 janvier à 9h,",
    ]


def test_a_family_that_said_that_it_comes_is_reminded_and_asked_nothing(world: World, provider: TwilioStandIn) -> None:
    appointment, family = booked(world)
    confirm(appointment.pk, family=family, by=Actor.family(), now=NOW)
    run_due(EVE)
    assert "Venez-vous" not in bodies(provider)[1]


def test_what_is_no_longer_true_is_dropped_and_says_why(world: World, provider: TwilioStandIn) -> None:
    """Changed behind our back, without an event: the look just before sending catches it."""
    appointment, family = booked(world)
    Appointment.objects.filter(pk=appointment.pk).update(status="revoked")
    run_due(EVE)
    assert rows(family) == [("booked", "sms", "dropped"), ("reminder", "sms", "dropped")]
    reasons = OutboundMessage.objects.filter(family=family).values_list("reason", flat=True)
    assert set(reasons) == {"le rendez-vous est annulé"}
    assert provider.messages == []


def test_what_comes_too_late_is_dropped_and_never_sent(world: World, provider: TwilioStandIn) -> None:
    """Scenario 19: a worker that was away sends nothing whose time has passed."""
    _, family = booked(world)
    run_due(world.at(8, 1))
    assert rows(family) == [("booked", "sms", "sent"), ("reminder", "sms", "dropped")]


def test_nothing_leaves_at_night_even_when_it_was_due_by_day(world: World, provider: TwilioStandIn) -> None:
    _, family = booked(world)
    run_due(paris(date(2027, 1, 11), 20))
    assert provider.messages == []
    waiting = OutboundMessage.objects.get(family=family, kind="booked")
    assert (waiting.state, waiting.next_try_at) == ("planned", paris(date(2027, 1, 12), 8))
    run_due(paris(date(2027, 1, 12), 8))
    assert len(provider.messages) == 1


def test_what_is_of_no_place_waits_for_the_morning_of_the_territory(world: World, provider: TwilioStandIn) -> None:
    """Whether a family still waits: put off at 19:59 by a failing provider, it does not leave at night."""
    of = make.family(world.territory)
    night = paris(date(2027, 1, 11), 20, 1)
    entry = waiting(world, family=of, by=Actor.system())
    pause(entry.pk, by=Actor.system(), now=NOW)
    OutboundMessage.objects.create(
        territory=world.territory, key="k", kind="still_waiting", channel="sms", family=of, contact=contact(of),
        to=FAMILY, context={"entry": entry.pk}, **outbox.timing(Kind.STILL_WAITING, NOW, NOW, NOW + timedelta(days=7)),
    )  # fmt: skip
    run_due(night)
    assert provider.messages == []
    assert OutboundMessage.objects.get().next_try_at == paris(date(2027, 1, 12), 8)


def test_a_landline_marks_the_contact_and_the_email_takes_over(world: World, provider: TwilioStandIn) -> None:
    appointment, family = booked(world)
    Contact.objects.filter(family=family).update(email="sam@exemple.test")
    provider.fail(21614)
    run_due(NOW)
    run_due(NOW)
    assert rows(family, kind="booked") == [("booked", "email", "sent"), ("booked", "sms", "failed")]
    assert contact(family).phone_state == PhoneState.FAILED
    run_due(EVE)
    assert rows(family, kind="reminder") == [("reminder", "email", "sent"), ("reminder", "sms", "dropped")]
    assert [sent.subject for sent in mail.outbox if sent.to == ["sam@exemple.test"]] == [
        "Votre rendez-vous du jeudi 14 janvier à 9 h",
        "Rappel : votre rendez-vous du jeudi 14 janvier à 9 h",
    ]
    assert provider.messages == []
    assert not Task.objects.exists()
    assert appointment.status == "unknown"


@pytest.mark.parametrize(
    ("code", "phone_state", "task"),
    [(21614, "failed", ""), (21211, "to_check", "wrong_number"), (21610, "ok", "stopped"), (30007, "ok", "")],
)
def test_a_permanent_refusal_is_not_tried_again_and_a_person_takes_over(
    world: World, provider: TwilioStandIn, code: int, phone_state: str, task: str
) -> None:
    _, family = booked(world)
    provider.fail(code)
    for minutes in (0, 10, 60):
        run_due(NOW + timedelta(minutes=minutes))
    assert provider.messages == []
    assert rows(family, kind="booked") == [("booked", "sms", "failed")]
    assert contact(family).phone_state == phone_state
    assert bool(contact(family).sms_stopped_at) == (code == 21610)
    assert [one.kind for one in Task.objects.all()] == ([task] if task else [])
    run_due(EVE)
    if phone_state == "ok" and code != 21610:
        assert rows(family, kind="reminder") == [("reminder", "sms", "sent")]
    else:
        assert rows(family, kind="reminder") == [("reminder", "sms", "dropped")]
        assert "call_reminder" in [one.kind for one in Task.objects.all()]


def test_a_failing_provider_is_tried_again_further_and_further_apart(world: World, provider: TwilioStandIn) -> None:
    _, family = booked(world)
    message = OutboundMessage.objects.get(family=family, kind="booked")
    now, waits = NOW, []
    for _ in range(6):
        provider.answer(500)
        run_due(now)
        message.refresh_from_db()
        waits.append(int((message.next_try_at - now).total_seconds() // 60))
        now = message.next_try_at
    assert waits == [1, 2, 4, 8, 15, 15]
    run_due(now)
    assert rows(family, kind="booked") == [("booked", "sms", "sent")]
    assert len(provider.messages) == 1


def test_a_rate_limit_is_waited_for_as_long_as_asked(world: World, provider: TwilioStandIn) -> None:
    _, family = booked(world)
    provider.too_many(retry_after=600)
    run_due(NOW)
    assert OutboundMessage.objects.get(family=family, kind="booked").next_try_at == NOW + timedelta(minutes=10)


def test_a_provider_that_never_comes_back_ends_in_an_email_or_a_call(world: World, provider: TwilioStandIn) -> None:
    _, family = booked(world)
    run_due(NOW)
    moment = world.at(7, 50)
    OutboundMessage.objects.filter(kind="reminder").update(next_try_at=moment, tries=5, state="planned")
    OutboundMessage.objects.filter(kind="reminder").update(give_up_at=world.at(8, 5))
    provider.answer(500)
    run_due(world.at(8))
    assert rows(family, kind="reminder") == [("reminder", "sms", "failed")]
    assert [task.kind for task in Task.objects.all()] == ["call_reminder"]


def test_a_refused_address_is_marked_and_the_sms_is_enough(
    world: World, provider: TwilioStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from smtplib import SMTPRecipientsRefused

    def refuse(*_: object) -> int:
        raise SMTPRecipientsRefused({"sam@exemple.test": (550, b"no such user")})

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    _, family = booked(world, email="sam@exemple.test")
    run_due(NOW)
    assert rows(family, kind="booked") == [("booked", "email", "failed"), ("booked", "sms", "sent")]
    assert contact(family).email_state == EmailState.BOUNCED


def test_a_stop_between_planning_and_sending_is_honoured(world: World, provider: TwilioStandIn) -> None:
    _, family = booked(world)
    Contact.objects.filter(family=family).update(sms_stopped_at=NOW)
    run_due(NOW)
    run_due(EVE)
    assert provider.messages == []
    assert {state for _, _, state in rows(family)} == {"dropped"}
    assert [task.kind for task in Task.objects.all()] == ["call_reminder"]


def test_a_number_mended_meanwhile_is_used(world: World, provider: TwilioStandIn) -> None:
    _, family = booked(world, phone="+33199000042")
    Contact.objects.filter(family=family).update(phone="+33639980077", phone_kind=PhoneKind.MOBILE)
    run_due(EVE)
    assert {sms["to"] for sms in provider.messages} == {"+33639980077"}


def test_a_code_leaves_at_night_and_is_not_kept(world: World, provider: TwilioStandIn) -> None:
    night = paris(date(2027, 1, 11), 23)
    with transaction.atomic():
        outbox.say_code(territory=world.territory, phone=FAMILY, code="482913", now=night)
    run_due(night)
    assert bodies(provider)[0].startswith("Votre code : 482913.")
    row = OutboundMessage.objects.get()
    assert "482913" not in f"{row.body}{row.context}{row.subject}{row.key}"
    assert row.state == "sent"


def test_the_most_pressing_leave_first(world: World) -> None:
    booked(world, 9)
    with transaction.atomic():
        outbox.say_code(territory=world.territory, phone=FAMILY, code="482913", now=NOW)
    (first,) = dispatch.claim(NOW, 1)
    assert OutboundMessage.objects.get(pk=first).kind == "access_code"


def test_two_messages_to_one_number_arrive_in_their_order(world: World, provider: TwilioStandIn) -> None:
    """The first one is slow: the second must not overtake it (it would within the wait, were it sent meanwhile)."""
    overtaken = threading.Event()

    def slow(handler: Any, form: dict[str, str]) -> None:
        overtaken.wait(0.3)
        handler.reply(201, provider.accept(form))

    def second(handler: Any, form: dict[str, str]) -> None:
        handler.reply(201, provider.accept(form))
        overtaken.set()

    booked(world, 9)
    with transaction.atomic():
        outbox.say_code(territory=world.territory, phone=FAMILY, code="482913", now=NOW)
    provider.behaviours.extend([slow, second])
    run_due(NOW)
    assert [text[:10] for text in bodies(provider)] == ["Votre code", "RDV pris :"]


def test_a_row_is_claimed_by_one_worker(world: World) -> None:
    booked(world, 9)
    assert len(dispatch.claim(NOW)) == 2
    assert dispatch.claim(NOW) == []


def test_sending_inside_a_transaction_is_refused() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="outside any transaction"):
        dispatch.dispatch(NOW)
