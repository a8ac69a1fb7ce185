"""Who takes which step of an appointment, and why a start is refused."""

from datetime import UTC, datetime, timedelta

import pytest

from rdv.scheduling.reasons import Reason
from rdv.scheduling.slots import AgentTime, SlotRules, Step, assign, can_take, room_is_free, why_not_free
from rdv.scheduling.timeline import Timeline

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
MORNING = Timeline(NINE, 36)
HALF_HOUR = SlotRules((Step(30),))


def free(number: int, first: int = 0, last: int = 180, profession: str = "") -> AgentTime:
    """An agent who is free from minute ``first`` after nine to minute ``last``."""
    return AgentTime(number, MORNING.open(after(first), after(last)), profession)


def after(minutes: int) -> datetime:
    return NINE + timedelta(minutes=minutes)


def chosen(rules: SlotRules, agents: list[AgentTime], start: int = 0, preference: tuple[int, ...] = ()) -> list[int]:
    parts = assign(MORNING, rules, agents, after(start), preference=preference)
    return [part.agent for part in parts or ()]


def test_the_preferred_agent_who_is_free_receives() -> None:
    agents = [free(1), free(2, 0, 20), free(3)]

    assert chosen(HALF_HOUR, agents, preference=(3, 1)) == [3]
    assert chosen(HALF_HOUR, agents, preference=(2, 3, 1)) == [3]


def test_without_preference_the_choice_is_always_the_same() -> None:
    assert chosen(HALF_HOUR, [free(9), free(4), free(6)]) == [4]
    assert chosen(HALF_HOUR, [free(9), free(4), free(6)], preference=(6,)) == [6]


def test_a_preference_restricts_nobody() -> None:
    assert chosen(HALF_HOUR, [free(4)], preference=(8, 9)) == [4]


def test_nobody_free_is_no_assignment() -> None:
    assert assign(MORNING, HALF_HOUR, [free(1, 0, 25)], NINE) is None
    assert assign(MORNING, HALF_HOUR, [], NINE) is None


def test_parts_say_when_each_agent_is_busy_and_when_she_receives() -> None:
    rules = SlotRules((Step(15, "puericultrice"), Step(20, "medecin")), buffer_before=10, buffer_after=5)
    agents = [free(1, profession="medecin"), free(2, profession="puericultrice")]

    parts = assign(MORNING, rules, agents, after(30))

    assert parts is not None
    assert [(part.agent, part.step, part.start, part.end, part.busy_start, part.busy_end) for part in parts] == [
        (2, 0, after(30), after(45), after(20), after(45)),
        (1, 1, after(45), after(65), after(45), after(70)),
    ]


def test_the_places_of_one_step_go_to_different_agents() -> None:
    rules = SlotRules((Step(30, agents=2),))

    assert chosen(rules, [free(1), free(2), free(3)], preference=(3,)) == [3, 1]
    assert chosen(rules, [free(1), free(2, 0, 10)]) == []


def test_an_agent_may_take_two_steps() -> None:
    assert chosen(SlotRules((Step(15), Step(15))), [free(1), free(2)], preference=(2,)) == [2, 2]


@pytest.mark.parametrize(("start", "fits"), [(0, True), (7, True), (25, True), (26, False), (-5, False), (30, False)])
def test_an_agent_may_leave_the_grid_but_not_her_free_time(start: int, fits: bool) -> None:
    assert can_take(MORNING, HALF_HOUR, [free(1, 0, 55)], after(start)) == fits


def test_what_lies_outside_the_timeline_is_not_free() -> None:
    assert not can_take(MORNING, HALF_HOUR, [AgentTime(1, MORNING.full)], after(155))
    assert not room_is_free(MORNING, SlotRules((Step(30),), buffer_before=5), MORNING.full, NINE)


def test_a_start_needs_a_room_when_rooms_are_needed() -> None:
    occupied = MORNING.full & ~MORNING.busy(after(20), after(40))

    assert not can_take(MORNING, HALF_HOUR, [free(1)], NINE, rooms=[occupied])
    assert not can_take(MORNING, HALF_HOUR, [free(1)], NINE, rooms=[])
    assert can_take(MORNING, HALF_HOUR, [free(1)], NINE, rooms=[occupied, MORNING.full])


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        (0, None),
        (15, Reason.TAKEN),
        (45, Reason.NOT_OPEN),
        (5, Reason.OFF_GRID),
        (2, Reason.OFF_GRID),
        (-60, Reason.NOT_OPEN),
        (180, Reason.NOT_OPEN),
        (600, Reason.NOT_OPEN),
    ],
)
def test_a_refused_start_says_why(start: int, reason: Reason | None) -> None:
    opened = [free(1, 0, 60)]
    taken = [free(1, 0, 35)]

    assert why_not_free(MORNING, HALF_HOUR, taken, after(start), zone="UTC", opened=opened) == reason


def test_without_openings_a_start_that_does_not_fit_counts_as_taken() -> None:
    assert why_not_free(MORNING, HALF_HOUR, [], NINE, zone="UTC") == Reason.TAKEN


def test_a_start_without_a_room_is_taken() -> None:
    assert why_not_free(MORNING, HALF_HOUR, [free(1)], NINE, zone="UTC", rooms=[], opened=[free(1)]) == Reason.TAKEN
