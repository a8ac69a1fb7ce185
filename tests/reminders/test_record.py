"""What is kept of an attempt."""

from datetime import timedelta

import pytest

from reminders import record
from reminders.kinds import Kind
from reminders.models import MessageState, OutboundMessage
from reminders.outbox import timing
from reminders.providers.base import Sent
from tests.factories import NOW, territory


@pytest.mark.django_db
def test_a_message_id_of_any_length_is_kept_apart_from_others() -> None:
    """Domains are long: a mail that left must not be sent again because its id didn't fit."""
    here = territory()
    ids = []
    for number in (1, 2):
        message = OutboundMessage.objects.create(
            territory=here,
            key=f"booked:a{number}",
            kind=Kind.BOOKED,
            channel="email",
            to="sam@famille.example",
            state=MessageState.CLAIMED,
            **timing(Kind.BOOKED, NOW, NOW, NOW + timedelta(days=1)),
        )
        taken = Sent(f"<booked.a{number}@{'d' * 90}.example>")
        record.sent([(message, taken)], provider="email", now=NOW)
        message.refresh_from_db()
        ids.append(message.provider_id)
        assert message.state == MessageState.SENT
    assert len(set(ids)) == 2
