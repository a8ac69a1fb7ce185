"""An offer that its family never learnt of: no answer to it is no silence."""

from datetime import timedelta

import pytest

from rdv.models import EntryStatus, Offer, OfferStatus, PhoneKind, WaitingListEntry
from rdv.waitinglist.rounds import advance, advance_due
from reminders import desk
from reminders.models import CallResult, MessageState, OutboundMessage, Task, TaskKind, TaskOutcome
from reminders.providers.base import DeliveryState
from reminders.receipts import apply_status
from tests.factories import World, agent, family, opening, paris
from tests.reminders.inbound.support import MOTHER, Line, booked, mother_of
from tests.waitinglist.support import asked, free, waiting

pytestmark = pytest.mark.django_db


class Offered:
    """The mother waits; another gives Tuesday 9:00 back, and it is offered to her."""

    def __init__(self, line: Line, *, phone_kind: PhoneKind = PhoneKind.MOBILE) -> None:
        self.world = World()
        self.line = line
        file = mother_of(self.world)
        file.contacts.update(phone_kind=phone_kind)
        self.entry = waiting(self.world, line.now - timedelta(days=2), family=file)
        line.sends()
        given_back = booked(self.world, family(self.world.territory, phone="+33639980099"), 9)
        round_ = free(given_back, line.now)
        assert round_ is not None
        (self.offer,) = asked(round_, line.now)

    def silences(self) -> int:
        """Counted once its time is over."""
        self.line.now = self.offer.expires_at
        advance(self.offer.round_id, now=self.line.now)
        self.offer.refresh_from_db()
        assert self.offer.status == OfferStatus.EXPIRED
        return WaitingListEntry.objects.get(pk=self.entry.pk).silences


def test_who_got_the_message_and_says_nothing_is_silent(line: Line) -> None:
    offered = Offered(line)
    line.sends()
    assert offered.silences() == 1


def test_as_long_as_no_message_has_left_there_is_no_silence(line: Line) -> None:
    assert Offered(line).silences() == 0


def test_a_message_that_was_refused_or_lost_tells_nothing(line: Line) -> None:
    offered = Offered(line)
    line.sends()
    message = OutboundMessage.objects.get(kind="offer")
    provider = {"provider": message.provider, "provider_id": message.provider_id}
    assert apply_status(**provider, status=DeliveryState.FAILED, now=line.now, error_code="30003")
    assert OutboundMessage.objects.get(pk=message.pk).state == MessageState.FAILED
    assert offered.silences() == 0


@pytest.mark.parametrize(
    ("call", "silences"), [(None, 0), (CallResult.NO_ANSWER, 0), (CallResult.LEFT_MESSAGE, 1), (TaskOutcome.REACHED, 1)]
)
def test_on_the_phone_it_is_told_once_somebody_answers_or_a_word_is_left(
    line: Line, call: CallResult | TaskOutcome | None, silences: int
) -> None:
    offered = Offered(line, phone_kind=PhoneKind.FIXED)
    task = Task.objects.get(kind=TaskKind.CALL_OFFER)
    secretary = agent(offered.world.organisation, role="secretary")
    if isinstance(call, CallResult):
        desk.record_try(task, result=call, by=secretary, now=line.now)
    elif call is not None:
        desk.finish(task, outcome=call, by=secretary, now=line.now)
    assert offered.silences() == silences


def test_a_provider_that_refuses_three_offers_takes_nobody_off_the_list(line: Line) -> None:
    offered = Offered(line)
    # Whoever gave the slot back is told as well, and which message leaves first is nobody's business.
    for _ in range(OutboundMessage.objects.filter(channel="sms", sent_at=None).count()):
        line.standin.fail(21610)
    line.sends()
    WaitingListEntry.objects.update(silences=2)
    assert offered.silences() == 2
    offered.entry.refresh_from_db()
    assert offered.entry.status == EntryStatus.WAITING
    assert MOTHER not in {one["to"] for one in line.standin.messages if "Place libre" in one["body"]}


def test_an_offer_of_the_last_minute_before_the_night_is_read_and_answered_in_the_morning(line: Line) -> None:
    world = World()
    world.day += timedelta(days=1)
    waiting(world, line.now - timedelta(days=2), family=mother_of(world))
    line.sends()
    opening(world.agent, world.location, world.type, day=world.day)
    given_back = booked(world, family(world.territory, phone="+33639980099"), 11)
    evening = paris(world.day - timedelta(days=2), 19, 59)
    round_ = free(given_back, evening)
    assert round_ is not None
    asked(round_, evening)
    seen = len(line.sms())
    line.at(evening + timedelta(minutes=2))
    assert line.new_sms(seen) == []
    line.now = paris(world.day - timedelta(days=1), 8)
    advance_due(now=line.now)
    line.sends()
    assert [text.startswith("Place libre") for text in line.new_sms(seen)] == [True]
    line.receives("OUI")
    assert Offer.objects.get().status == OfferStatus.ACCEPTED
