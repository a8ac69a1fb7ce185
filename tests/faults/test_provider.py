"""Each way a provider misbehaves, one after the other: every message once or listed, nothing after its time."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.cache import cache

from reminders import sweep
from reminders.kinds import SMS, Kind
from reminders.models import OutboundMessage
from reminders.outbox import timing
from reminders.run import run_due
from tests.factories import NOW, territory
from tests.faults.verdict import Row, faults
from tests.standins.twilio import TwilioStandIn

MESSAGES = 12
Misbehaviour = Callable[[TwilioStandIn], None]


def bare(status: int) -> Misbehaviour:
    """Four answers of that status in a row."""

    def misbehave(provider: TwilioStandIn) -> None:
        for _ in range(4):
            provider.answer(status)

    return misbehave


MISBEHAVIOURS: dict[str, Misbehaviour] = {
    "well": lambda provider: None,
    "cut before": lambda provider: provider.drop(accepting=False),
    "cut after taking": lambda provider: provider.drop(accepting=True),
    "slow": lambda provider: provider.slow(0.2),
    "402": lambda provider: provider.fail(30002, status=402),
    "429": lambda provider: provider.too_many(retry_after=1),
    "500": bare(500),
    "502": bare(502),
    "503": bare(503),
}


def write() -> None:
    """Answers, which leave at any hour; the last one was useless from the start."""
    here = territory()
    OutboundMessage.objects.bulk_create(
        OutboundMessage(
            territory=here, key=f"fault:{number}", kind=Kind.RECEIPT, channel=SMS, to=f"+3363998{number:04}",
            context={"template": "receipt_stopped"},
            **timing(Kind.RECEIPT, NOW, NOW, NOW if number == 0 else None),
        )
        for number in range(MESSAGES)
    )  # fmt: skip


def verdict(provider: TwilioStandIn) -> list[str]:
    rows = OutboundMessage.objects.order_by("pk").values_list("to", "state", "give_up_at")
    return faults([Row(*row) for row in rows], [(str(one["to"]), NOW) for one in provider.messages if one["to"]])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", MISBEHAVIOURS)
def test_each_message_is_taken_once_or_listed(name: str, provider: TwilioStandIn) -> None:
    write()
    MISBEHAVIOURS[name](provider)
    run_due(NOW)
    provider.behaviours.clear()
    for minutes in (2, 6, 10, 25, 45):
        # The wait that it asked for is kept by the world's clock: minutes have passed by ours.
        cache.delete("sms-rest:twilio")
        run_due(NOW + timedelta(minutes=minutes))
    # The useless one is among those that are dropped: it would be seen as taken after its time.
    assert (verdict(provider), len(provider.messages)) == ([], MESSAGES - 1)


@pytest.mark.django_db(transaction=True)
def test_control_without_asking_the_provider_a_message_leaves_twice(
    provider: TwilioStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "_ask", lambda message: None)
    write()
    provider.drop(accepting=True)
    run_due(NOW)
    run_due(NOW + timedelta(minutes=6))
    (seen,) = verdict(provider)
    assert "taken 2 times" in seen
