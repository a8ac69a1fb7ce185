"""The fast search and the brute-force one give the same slots, whatever the world looks like."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from rdv.scheduling.intervals import Interval, subtract
from rdv.scheduling.recurrence import OpeningRule, Recurrence, occurrences
from rdv.scheduling.rules import TypeRules
from rdv.scheduling.slots import AgentTime, SlotRules, Step, assign, can_take, find_slots, first_slot
from rdv.scheduling.timeline import Timeline
from tests.scheduling.oracle import Search, Stretch, Worker, numbers_of, opening

# Zone, local day in the middle of the search; the two days of Paris and Miquelon are those when the clocks change.
PLACES = [
    ("Europe/Paris", date(2026, 3, 29)),
    ("Europe/Paris", date(2026, 10, 25)),
    ("America/Miquelon", date(2026, 3, 8)),
    ("Indian/Reunion", date(2026, 10, 25)),
    ("America/Martinique", date(2026, 3, 29)),
    ("Pacific/Noumea", date(2026, 10, 25)),
]
PROFESSIONS = ["", "puericultrice", "medecin"]
fives = st.integers(0, 287).map(lambda step: time(step * 5 // 60, step * 5 % 60))
hours = st.tuples(fives, fives).filter(lambda pair: pair[0] < pair[1])


@st.composite
def slot_rules(draw: st.DrawFn) -> SlotRules:
    steps = draw(
        st.lists(
            st.builds(
                Step,
                minutes=st.sampled_from([5, 15, 20, 30, 45]),
                profession=st.sampled_from(PROFESSIONS),
                agents=st.sampled_from([1, 1, 1, 2]),
            ),
            max_size=3,
        )
    )
    rules = TypeRules(
        duration=draw(st.sampled_from([10, 30, 60])),
        steps=tuple(steps),
        agents_needed=draw(st.sampled_from([1, 1, 2, 3])),
        grid=draw(st.sampled_from([5, 10, 15, 20, 25, 30, 45, 60])),
        buffer_before=draw(st.sampled_from([0, 0, 5, 15])),
        buffer_after=draw(st.sampled_from([0, 0, 10])),
        extra_per_sibling=draw(st.sampled_from([0, 10])),
    )
    return rules.slot_rules(attendees=draw(st.integers(1, 3)))


@st.composite
def workers(draw: st.DrawFn, number: int, zone: str, day: date) -> Worker:
    """Someone with openings on the day and the next, typed to five minutes, and absences to the minute."""
    rules = [
        OpeningRule(Recurrence(day + timedelta(days=later)), start, end, zone)
        for later, (start, end) in draw(st.lists(st.tuples(st.integers(0, 1), hours), min_size=1, max_size=3))
    ]
    opened = [opening(rule.recurrence.start, rule.start_time, rule.end_time, zone) for rule in rules]
    assert [(one.start, one.end) for rule in rules for one in occurrences(rule, day, day + timedelta(days=1))] == [
        stretch for stretch in opened if stretch
    ]
    midnight = datetime.combine(day, time(0), UTC)
    busy = draw(st.lists(st.tuples(st.integers(-600, 3000), st.integers(1, 240)), max_size=5))
    return Worker(
        number,
        draw(st.sampled_from(PROFESSIONS)),
        [stretch for stretch in opened if stretch],
        [(midnight + timedelta(minutes=start), midnight + timedelta(minutes=start + length)) for start, length in busy],
    )


@st.composite
def searches(draw: st.DrawFn) -> Search:
    zone, day = draw(st.sampled_from(PLACES))
    numbers = draw(st.lists(st.integers(1, 99), unique=True, max_size=4))
    some_rooms = draw(st.sampled_from([None, None, 0, 1, 2]))
    start = datetime.combine(day, time(0), UTC) - timedelta(hours=6)
    end = start + timedelta(hours=36)
    around = st.integers(-100, 2300).map(lambda minute: start + timedelta(minutes=minute))
    earliest, latest = draw(st.sampled_from([(start, end), (draw(around), draw(around)), (draw(around), end)]))
    return Search(
        start,
        end,
        zone,
        draw(slot_rules()),
        [draw(workers(number, zone, day)) for number in numbers],
        earliest,
        latest,
        None if some_rooms is None else [draw(workers(number, zone, day)) for number in range(some_rooms)],
    )


def by_masks(timeline: Timeline, opened: list[Stretch], busy: list[Stretch]) -> int:
    free = 0
    for start, end in opened:
        free |= timeline.open(start, end)
    for start, end in busy:
        free &= ~timeline.busy(start, end)
    return free


def by_intervals(timeline: Timeline, opened: list[Stretch], busy: list[Stretch]) -> int:
    remains = subtract([Interval(*one) for one in opened], [Interval(*one) for one in busy])
    return sum(timeline.open(one.start, one.end) for one in remains)


@given(searches(), st.sampled_from([by_masks, by_intervals]))
@settings(max_examples=120, deadline=None)
def test_the_search_agrees_with_brute_force(
    search: Search, free_time: Callable[[Timeline, list[Stretch], list[Stretch]], int]
) -> None:
    timeline = Timeline.covering(search.start, search.end)
    agents = [
        AgentTime(one.number, free_time(timeline, one.opened, one.busy), one.profession) for one in search.workers
    ]
    rooms = None
    if search.rooms is not None:
        rooms = [free_time(timeline, room.opened, room.busy) for room in search.rooms]
    bounds: dict[str, Any] = {"zone": search.zone, "earliest": search.earliest, "latest": search.latest, "rooms": rooms}
    expected = search.slots()

    found = find_slots(timeline, search.rules, agents, **bounds)

    event("slots found" if expected else "no slot")
    assert [(slot.start, slot.end, slot.agents) for slot in found] == expected
    assert first_slot(timeline, search.rules, agents, **bounds) == (found[0] if found else None)
    assert find_slots(timeline, search.rules, agents, **bounds, limit=3) == found[:3]


@given(searches(), st.permutations(range(1, 100)), st.integers(0, 2159))
@settings(max_examples=80, deadline=None)
def test_an_assignment_takes_the_first_free_agents_of_each_step(
    search: Search, preference: list[int], minute: int
) -> None:
    """At any minute, also one that no grid and no step of the timeline knows."""
    timeline = Timeline.covering(search.start, search.end)
    agents = [AgentTime(one.number, by_masks(timeline, one.opened, one.busy), one.profession) for one in search.workers]
    offered = search.slots()
    start = offered[minute % len(offered)][0] if offered else search.start + timedelta(minutes=minute // 5 * 5)
    takers = search.takers(start)

    parts = assign(timeline, search.rules, agents, start, preference=preference)

    event("assigned" if takers else "not assigned")
    assert can_take(timeline, search.rules, agents, start) == (takers is not None)
    if takers is None:
        assert parts is None
        return
    assert parts is not None
    expected = [
        (position, number)
        for position, (step, able) in enumerate(zip(search.rules.steps, takers, strict=True))
        for number in sorted(numbers_of(able), key=preference.index)[: step.agents]
    ]
    assert [(part.step, part.agent) for part in parts] == expected
    assert (parts[0].start, parts[-1].end) == (start, search.finish(start))
