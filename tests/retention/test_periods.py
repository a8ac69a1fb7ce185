"""How long things are kept, in calendar terms."""

from datetime import UTC, datetime, timedelta

import pytest

from rdv.retention.registry import Period, purges

KINDS = {
    "families": Period(months=24),
    "messages": Period(months=6),
    "replies": Period(months=6),
    "conversations": Period(months=6),
    "tasks": Period(months=6),
    "access_log": Period(months=12),
    "webhook_unsent": Period(months=12),
    "webhook_deliveries": Period(time=timedelta(days=30)),
    "idempotency": Period(time=timedelta(days=7)),
    "access_codes": Period(time=timedelta(days=1)),
    "holds": Period(time=timedelta(hours=1)),
    "sessions": Period(),
}


@pytest.mark.parametrize(
    ("now", "months", "limit"),
    [
        (datetime(2027, 1, 11, 7, tzinfo=UTC), 24, datetime(2025, 1, 11, 7, tzinfo=UTC)),
        (datetime(2027, 1, 11, 7, tzinfo=UTC), 6, datetime(2026, 7, 11, 7, tzinfo=UTC)),
        (datetime(2027, 8, 31, 7, tzinfo=UTC), 6, datetime(2027, 2, 28, 7, tzinfo=UTC)),
        (datetime(2028, 2, 29, 7, tzinfo=UTC), 12, datetime(2027, 2, 28, 7, tzinfo=UTC)),
        (datetime(2027, 12, 15, 7, tzinfo=UTC), 12, datetime(2026, 12, 15, 7, tzinfo=UTC)),
    ],
)
def test_months_are_those_of_the_calendar(now: datetime, months: int, limit: datetime) -> None:
    assert Period(months=months).before(now) == limit


def test_everything_that_is_forgotten_is_registered_with_its_period() -> None:
    assert {purge.kind: purge.period for purge in purges()} == KINDS
    assert purges()[0].kind == "families"
