"""Who is passed over, and why: one row for each reason."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from rdv.scheduling.rules import Attendee, TypeRules
from rdv.waitinglist.eligibility import SKIPPED_BECAUSE, Candidate, Opportunity, Skip, why_not_offered

NOW = datetime(2027, 1, 11, 8, 0, tzinfo=UTC)
# Tuesday 12 January, 9:00 in Paris.
START = datetime(2027, 1, 12, 8, 0, tzinfo=UTC)
BABY = Attendee(date(2026, 9, 1))

SLOT = Opportunity(
    start=START,
    zone="Europe/Paris",
    location=7,
    agents=[3],
    rules=TypeRules(duration=30, age_min_months=2, age_max_months=12, minimum_interval_days=28, move_deadline=120),
    fits={1: True, 2: True, 3: False},
    given_back_by=[99],
)
WAITING = Candidate(
    entry=1,
    family=1,
    priority=0,
    waiting_since=NOW,
    locations=None,
    half_days=None,
    agent=None,
    own_agent=None,
    notice=timedelta(hours=2),
    current_start=None,
    attendees=[BABY],
    people=1,
    can_be_told=True,
    live_offers=0,
    offers_this_week=0,
    was_asked=False,
)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({}, None),
        ({"was_asked": True}, Skip.ASKED_ALREADY),
        ({"family": 99}, Skip.ITS_OWN),
        ({"locations": [7, 8]}, None),
        ({"locations": [8]}, Skip.OTHER_PLACE),
        ({"locations": []}, Skip.OTHER_PLACE),
        ({"half_days": ["2-am"]}, None),
        ({"half_days": ["2-pm", "3-am"]}, Skip.OTHER_HALF_DAY),
        ({"half_days": []}, Skip.OTHER_HALF_DAY),
        ({"agent": 3}, None),
        ({"agent": 4}, Skip.OTHER_AGENT),
        ({"notice": timedelta(hours=23, minutes=50)}, None),
        ({"notice": timedelta(hours=23, minutes=51)}, Skip.TOO_SHORT_NOTICE),
        ({"current_start": START + timedelta(days=1)}, None),
        ({"current_start": START}, Skip.NOT_EARLIER),
        ({"current_start": START - timedelta(days=1)}, Skip.NOT_EARLIER),
        ({"attendees": [BABY, BABY]}, None),
        ({"attendees": [BABY, BABY, BABY], "people": 3}, Skip.DOESNT_FIT),
        ({"people": 4}, Skip.DOESNT_FIT),
        ({"attendees": [Attendee(date(2026, 1, 12))]}, Skip.NOT_ADMITTED),
        ({"attendees": [Attendee(None)]}, Skip.NOT_ADMITTED),
        ({"attendees": [Attendee(date(2026, 9, 1), (date(2027, 1, 2),))]}, Skip.NOT_ADMITTED),
        ({"can_be_told": False}, Skip.UNREACHABLE),
        ({"live_offers": 1}, Skip.HAS_AN_OFFER),
        ({"offers_this_week": 2}, None),
        ({"offers_this_week": 3}, Skip.ENOUGH_THIS_WEEK),
    ],
)
def test_each_reason_to_pass_over(values: dict[str, Any], reason: Skip | None) -> None:
    assert why_not_offered(replace(WAITING, **values), SLOT, NOW) is reason


def test_an_appointment_past_its_deadline_for_moving_is_not_moved() -> None:
    slot = replace(SLOT, rules=replace(SLOT.rules, move_deadline=48 * 60))
    soon = replace(WAITING, current_start=START + timedelta(hours=1))
    assert why_not_offered(soon, slot, NOW) is Skip.CANT_MOVE


def test_a_followed_child_stays_with_its_own_agent() -> None:
    slot = replace(SLOT, rules=replace(SLOT.rules, same_agent=True))
    assert why_not_offered(replace(WAITING, own_agent=3), slot, NOW) is None
    assert why_not_offered(replace(WAITING, own_agent=4), slot, NOW) is Skip.OTHER_AGENT
    assert why_not_offered(replace(WAITING, own_agent=None), slot, NOW) is None


@pytest.mark.parametrize(
    ("start", "zone", "half_day"),
    [
        (datetime(2027, 1, 12, 10, 59, tzinfo=UTC), "Europe/Paris", "2-am"),
        (datetime(2027, 1, 12, 11, 0, tzinfo=UTC), "Europe/Paris", "2-pm"),
        (datetime(2027, 1, 11, 21, 0, tzinfo=UTC), "Pacific/Noumea", "2-am"),
    ],
)
def test_half_days_are_those_of_the_place(start: datetime, zone: str, half_day: str) -> None:
    assert replace(SLOT, start=start, zone=zone).half_day == half_day


def test_every_reason_can_be_read() -> None:
    assert set(SKIPPED_BECAUSE) == set(Skip)
