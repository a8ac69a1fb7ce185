"""Which starts are offered: the cases that a secretary would try."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rdv.scheduling.rules import Attendee, TypeRules, admitted_mask
from rdv.scheduling.slots import AgentTime, Slot, SlotRules, Step, find_slots, first_slot, start_mask
from rdv.scheduling.timeline import Timeline, indexes

PARIS = ZoneInfo("Europe/Paris")
MONDAY = date(2026, 3, 2)
DAY = Timeline(datetime(2026, 3, 1, 23, tzinfo=UTC), 288)
HALF_HOUR = SlotRules((Step(30),))


def clock(text: str) -> datetime:
    """An hour of Monday in Paris: "9:30"."""
    hour, minute = text.split(":")
    return datetime.combine(MONDAY, time(int(hour), int(minute)), PARIS)


def mask(*stretches: str) -> int:
    """Free time written as "9:00-12:00"."""
    return sum(DAY.open(*(clock(bound) for bound in stretch.split("-"))) for stretch in stretches)


def agent(number: int, *stretches: str, profession: str = "") -> AgentTime:
    return AgentTime(number, mask(*stretches), profession)


def starts(
    rules: SlotRules,
    agents: Sequence[AgentTime],
    *,
    earliest: str = "0:00",
    latest: str = "23:55",
    rooms: Sequence[int] | None = None,
    allowed: int | None = None,
) -> list[str]:
    bounds: dict[str, Any] = {"zone": "Europe/Paris", "earliest": clock(earliest), "latest": clock(latest)}
    found = find_slots(DAY, rules, agents, **bounds, rooms=rooms, allowed=allowed)
    as_mask = start_mask(DAY, rules, agents, **bounds, rooms=rooms, allowed=allowed)
    assert [DAY.instant(index) for index in indexes(as_mask)] == [slot.start for slot in found]
    return [f"{slot.start.astimezone(PARIS):%-H:%M}" for slot in found]


def test_every_start_of_the_grid_that_leaves_enough_time_is_offered() -> None:
    assert starts(HALF_HOUR, [agent(1, "9:00-10:00")]) == ["9:00", "9:15", "9:30"]


def test_touching_bounds_are_free() -> None:
    assert starts(HALF_HOUR, [agent(1, "9:00-9:30", "10:00-10:30")]) == ["9:00", "10:00"]


def test_a_used_slot_does_not_shift_the_grid() -> None:
    rules = SlotRules((Step(20),), grid=20)

    assert starts(rules, [agent(1, "9:00-9:20", "9:45-11:00")]) == ["9:00", "10:00", "10:20", "10:40"]


def test_the_grid_is_independent_of_the_duration_and_stands_on_midnight() -> None:
    assert starts(SlotRules((Step(20),), grid=45), [agent(1, "9:00-11:00")]) == ["9:00", "9:45", "10:30"]


def test_buffers_need_free_time_around_the_appointment() -> None:
    rules = SlotRules((Step(30),), buffer_before=10, buffer_after=15, grid=5)

    assert starts(rules, [agent(1, "9:00-10:00")]) == ["9:10", "9:15"]


def test_both_bounds_of_the_window_are_included() -> None:
    free = [agent(1, "9:00-11:00")]

    assert starts(HALF_HOUR, free, earliest="9:15", latest="9:45") == ["9:15", "9:30", "9:45"]
    assert starts(HALF_HOUR, free, earliest="9:16", latest="9:44") == ["9:30"]
    assert starts(HALF_HOUR, free, earliest="10:00", latest="9:00") == []


def test_a_window_before_the_timeline_holds_nothing() -> None:
    everyone = [AgentTime(1, DAY.full)]
    long_ago = DAY.origin - timedelta(days=1)

    assert find_slots(DAY, HALF_HOUR, everyone, zone="Europe/Paris", earliest=long_ago, latest=long_ago) == []


def test_nobody_is_not_anybody() -> None:
    assert starts(HALF_HOUR, []) == []
    assert starts(HALF_HOUR, [agent(1)]) == []


def test_no_room_needed_is_not_no_room() -> None:
    free = [agent(1, "9:00-10:00")]

    assert starts(HALF_HOUR, free, rooms=None) == ["9:00", "9:15", "9:30"]
    assert starts(HALF_HOUR, free, rooms=[]) == []


def test_a_room_is_held_with_the_buffers_and_not_changed_halfway() -> None:
    rules = SlotRules((Step(30),), buffer_after=15)
    rooms = [mask("9:00-9:50"), mask("9:30-10:15")]

    assert starts(rules, [agent(1, "8:00-12:00")], rooms=rooms) == ["9:00", "9:30"]


def test_several_free_agents_at_one_start_are_one_slot() -> None:
    free = [agent(7, "9:00-9:30"), agent(3, "9:00-9:30"), agent(5, "10:00-11:00")]

    slots = find_slots(DAY, HALF_HOUR, free, zone="Europe/Paris", earliest=clock("9:00"), latest=clock("9:00"))

    assert slots == [Slot(clock("9:00"), clock("9:30"), (3, 7))]
    assert slots[0].start.tzinfo is UTC


def test_a_chain_needs_each_profession_at_its_moment() -> None:
    """Puéricultrice for 15 minutes, then doctor for 20: both or nothing."""
    rules = SlotRules((Step(15, "puericultrice"), Step(20, "medecin")), grid=5)

    free = [agent(1, "9:00-9:20", profession="puericultrice"), agent(2, "9:15-9:40", profession="medecin")]

    assert starts(rules, free) == ["9:00", "9:05"]
    assert starts(rules, free[:1]) == []
    assert starts(rules, [agent(1, "9:00-10:00", profession="sage-femme")]) == []


def test_a_chain_keeps_its_buffers_at_its_two_ends() -> None:
    rules = SlotRules((Step(15, "puericultrice"), Step(20, "medecin")), buffer_before=5, buffer_after=10, grid=5)

    free = [agent(1, "9:00-9:20", profession="puericultrice"), agent(2, "9:20-9:50", profession="medecin")]

    assert starts(rules, free) == ["9:05"]


def test_one_agent_may_take_two_steps() -> None:
    assert starts(SlotRules((Step(15), Step(15))), [agent(1, "9:00-9:30")]) == ["9:00"]


def test_two_agents_at_once_are_two_people() -> None:
    rules = SlotRules((Step(30, agents=2),))

    assert starts(rules, [agent(1, "9:00-10:00")]) == []
    assert starts(rules, [agent(1, "9:00-10:00"), agent(2, "9:15-9:45"), agent(3, "9:30-10:00")]) == ["9:15", "9:30"]


def test_three_agents_at_once_are_three_people_in_any_order() -> None:
    rules = SlotRules((Step(30, agents=3),))
    free = [agent(1, "9:00-10:00"), agent(2, "9:00-9:45"), agent(3, "9:15-10:00"), agent(4, "9:30-10:00")]

    assert starts(rules, free[:2]) == []
    assert starts(rules, free) == ["9:15", "9:30"]
    assert starts(rules, free[::-1]) == ["9:15", "9:30"]


def test_siblings_need_a_longer_slot() -> None:
    consultation = TypeRules(duration=30, extra_per_sibling=15)

    free = [agent(1, "9:00-9:45")]

    assert starts(consultation.slot_rules(1), free) == ["9:00", "9:15"]
    assert starts(consultation.slot_rules(2), free) == ["9:00"]
    assert starts(consultation.slot_rules(3), free) == []


def test_days_on_which_the_child_is_not_of_age_are_left_out() -> None:
    rules = TypeRules(duration=30, age_max_months=1)
    free = [agent(1, "9:00-9:30")]

    def admitted(birth: date) -> int:
        return admitted_mask(DAY, rules, [Attendee(birth)], "Europe/Paris")

    assert starts(rules.slot_rules(), free, allowed=admitted(date(2026, 2, 3))) == ["9:00"]
    assert starts(rules.slot_rules(), free, allowed=admitted(date(2026, 2, 2))) == []


@pytest.mark.parametrize(("limit", "expected"), [(0, 0), (1, 1), (2, 2), (50, 5), (None, 5)])
def test_a_limit_keeps_the_soonest(limit: int | None, expected: int) -> None:
    slots = find_slots(
        DAY,
        HALF_HOUR,
        [agent(1, "9:00-10:30")],
        zone="Europe/Paris",
        earliest=DAY.origin,
        latest=DAY.end,
        limit=limit,
    )

    assert len(slots) == expected
    assert [slot.start for slot in slots] == [clock("9:00") + timedelta(minutes=15 * n) for n in range(expected)]


@pytest.mark.parametrize("day", [0, 3, 6, 7, 8, 60])
def test_the_first_slot_is_found_however_far_it_is(day: int) -> None:
    timeline = Timeline(DAY.origin, 84 * 288)
    start = clock("9:00") + timedelta(days=day)
    rooms = [timeline.open(start, timeline.end)]
    agents = [
        AgentTime(2, timeline.open(start, start + timedelta(hours=1))),
        AgentTime(1, timeline.open(start + timedelta(minutes=15), start + timedelta(hours=1))),
        AgentTime(3, timeline.open(timeline.origin, timeline.origin + timedelta(minutes=25))),
    ]

    found = first_slot(
        timeline, HALF_HOUR, agents, zone="UTC", earliest=timeline.origin, latest=timeline.end, rooms=rooms
    )

    assert found == Slot(start, start + timedelta(minutes=30), (2,))


def test_a_full_agenda_has_no_first_slot() -> None:
    assert first_slot(DAY, HALF_HOUR, [agent(1)], zone="Europe/Paris", earliest=DAY.origin, latest=DAY.end) is None


def test_a_local_hour_is_offered_in_its_own_zone() -> None:
    """8:00 in La Réunion is 4:00 UTC, on a server anywhere."""
    timeline = Timeline(datetime(2026, 10, 25, tzinfo=UTC), 288)
    free = [AgentTime(1, timeline.open(datetime(2026, 10, 25, 4, tzinfo=UTC), datetime(2026, 10, 25, 5, tzinfo=UTC)))]

    found = find_slots(
        timeline,
        SlotRules((Step(60),), grid=60),
        free,
        zone="Indian/Reunion",
        earliest=timeline.origin,
        latest=timeline.end,
    )

    assert [slot.start.astimezone(ZoneInfo("Indian/Reunion")).hour for slot in found] == [8]


@pytest.mark.parametrize("wrong", [{"minutes": 0}, {"minutes": 30, "agents": 0}])
def test_a_step_without_time_or_people_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="at least"):
        Step(**wrong)


def test_a_slot_without_steps_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one step"):
        SlotRules(())
