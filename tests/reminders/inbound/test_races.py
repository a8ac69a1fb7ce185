"""Two workers and one reply: it is honoured once; and the guard is shown to be what does it."""

from typing import Any
from unittest.mock import patch

import pytest

from rdv.models import AppointmentEvent
from reminders.inbound import pending, process_pending
from reminders.inbound.intake import store
from reminders.models import InboundMessage, OutboundMessage
from reminders.providers.base import Inbound
from tests.factories import NOW, World
from tests.races.support import Rival, run_before
from tests.reminders.inbound.support import MOTHER, SENDER, booked, mother_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]

CLAIM = "reminders.inbound.pending._claim"
ANNULER = Inbound("SMrace", MOTHER, SENDER, "ANNULER")


@pytest.fixture
def waiting() -> InboundMessage:
    """An appointment, and a reply about it that nobody has handled."""
    world = World()
    booked(world, mother_of(world), 9)
    stored = store(ANNULER, provider="twilio", now=NOW)
    assert stored is not None
    return stored


def test_two_workers_honour_a_reply_once(waiting: InboundMessage) -> None:
    with run_before(CLAIM, Rival(lambda: process_pending(NOW))) as rival:
        assert process_pending(NOW) == 0
    assert (rival.error, rival.result) == (None, 1)
    assert AppointmentEvent.objects.filter(verb="cancelled").count() == 1
    assert OutboundMessage.objects.filter(kind__in=["receipt", "cancelled_by_family"], channel="sms").count() == 1


def test_without_the_look_after_the_lock_it_is_handled_twice(waiting: InboundMessage) -> None:
    """The control: this race does handle it twice when nobody looks again."""
    handled: list[int] = []

    def unguarded(pk: int) -> InboundMessage:
        return InboundMessage.objects.select_related("territory").get(pk=pk)

    def counted(reply: InboundMessage, **more: Any) -> Any:
        handled.append(reply.pk)
        return handle(reply, **more)

    handle = pending.handle
    with (
        patch.object(pending, "_claim", unguarded),
        patch.object(pending, "handle", counted),
        run_before(CLAIM, Rival(lambda: process_pending(NOW))),
    ):
        process_pending(NOW)
    assert handled == [waiting.pk, waiting.pk]


def test_a_message_delivered_twice_at_once_is_stored_once() -> None:
    World()
    rival = Rival(lambda: store(ANNULER, provider="twilio", now=NOW))
    with run_before("reminders.inbound.intake.territory_of", rival):
        store(ANNULER, provider="twilio", now=NOW)
    assert rival.error is None
    assert InboundMessage.objects.count() == 1
