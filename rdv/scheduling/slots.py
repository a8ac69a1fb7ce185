"""Where an appointment fits: the same pure code answers families, agents, moves, waiting-list offers and the API.

A caller gives the free time of each agent as a mask on one timeline (openings − absences − closing days −
occupations, over all organisations). One entry per agent; no entry at all means nobody, hence no slot.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from rdv.scheduling.placing import (
    assign,
    can_take,
    parts_of,
    room_is_free,
    why_not_free,
)
from rdv.scheduling.timeline import DAY_STEPS, STEP_MINUTES, Timeline, grid_mask, indexes, runs
from rdv.scheduling.values import AgentTime, Part, Slot, SlotRules, Step

__all__ = [
    "AgentTime",
    "Part",
    "Slot",
    "SlotRules",
    "Step",
    "assign",
    "can_take",
    "find_slots",
    "first_slot",
    "parts_of",
    "room_is_free",
    "start_mask",
    "why_not_free",
]


SOON_STEPS = 7 * DAY_STEPS


class _Need(NamedTuple):
    """A step as the search sees it: ``length`` free bits in a row, ``offset`` bits after the start."""

    profession: str
    agents: int
    length: int
    offset: int


def start_mask(
    timeline: Timeline,
    rules: SlotRules,
    agents: Sequence[AgentTime],
    *,
    zone: str,
    earliest: datetime,
    latest: datetime,
    rooms: Sequence[int] | None = None,
    allowed: int | None = None,
) -> int:
    """The steps at which the appointment can start, ``earliest`` and ``latest`` included.

    ``rooms`` are the free masks of the rooms that suit; None = no room is needed, empty = there is none.
    ``allowed`` narrows the starts further (days on which the person is admitted, for instance).
    """
    starts = _open_starts(timeline, rules, zone=zone, earliest=earliest, latest=latest, rooms=rooms, allowed=allowed)
    return starts & _staffed_starts(rules, _shares(rules, agents)) if starts else 0


def find_slots(
    timeline: Timeline,
    rules: SlotRules,
    agents: Sequence[AgentTime],
    *,
    zone: str,
    earliest: datetime,
    latest: datetime,
    rooms: Sequence[int] | None = None,
    allowed: int | None = None,
    limit: int | None = None,
) -> list[Slot]:
    """The slots in order, each with all agents who could take part; at most ``limit``. See ``start_mask``."""
    starts = _open_starts(timeline, rules, zone=zone, earliest=earliest, latest=latest, rooms=rooms, allowed=allowed)
    if not starts:
        return []
    shares = _shares(rules, agents)
    starts = _lowest(starts & _staffed_starts(rules, shares), limit)
    takers: dict[int, list[int]] = {index: [] for index in indexes(starts)}
    for agent, shares_of_agent in sorted(shares):
        mask = 0
        for share in shares_of_agent:
            mask |= share & starts
        for index in indexes(mask):
            takers[index].append(agent)
    duration = timedelta(minutes=rules.duration)
    return [
        Slot(start := timeline.instant(index), start + duration, tuple(takers_of))
        for index, takers_of in takers.items()
    ]


def first_slot(
    timeline: Timeline,
    rules: SlotRules,
    agents: Sequence[AgentTime],
    *,
    zone: str,
    earliest: datetime,
    latest: datetime,
    rooms: Sequence[int] | None = None,
    allowed: int | None = None,
) -> Slot | None:
    """The soonest slot, or None. See ``start_mask``.

    Most agendas have a place soon: the first week is searched alone, the rest when it is full.
    """

    def soonest(part: Timeline, people: Sequence[AgentTime]) -> list[Slot]:
        return find_slots(
            part, rules, people, zone=zone, earliest=earliest, latest=latest, rooms=rooms, allowed=allowed, limit=1
        )

    soon = Timeline(timeline.origin, min(timeline.ceil(earliest) + SOON_STEPS, timeline.length))
    cut = soon.full
    slots = soonest(soon, [AgentTime(agent.agent, agent.free & cut, agent.profession) for agent in agents])
    if not slots and soon.length < timeline.length:
        slots = soonest(timeline, agents)
    return slots[0] if slots else None


def _open_starts(
    timeline: Timeline,
    rules: SlotRules,
    *,
    zone: str,
    earliest: datetime,
    latest: datetime,
    rooms: Sequence[int] | None,
    allowed: int | None,
) -> int:
    """The starts that all but the agents admit: on the grid, between both bounds, with a room."""
    if latest < timeline.origin:
        return 0
    first, last = timeline.ceil(earliest), timeline.floor(latest)
    starts = grid_mask(timeline, zone, rules.grid) & ((1 << last + 1) - 1)
    starts = starts >> first << first
    if allowed is not None:
        starts &= allowed
    return starts if rooms is None or not starts else starts & _room_starts(rules, rooms)


def _steps(minutes: int) -> int:
    return -(-minutes // STEP_MINUTES)


@lru_cache(maxsize=1024)
def _needs(rules: SlotRules) -> tuple[_Need, ...]:
    needs = []
    elapsed = 0
    last = len(rules.steps) - 1
    for position, step in enumerate(rules.steps):
        before = rules.buffer_before if position == 0 else 0
        after = rules.buffer_after if position == last else 0
        first, end = (
            (elapsed - before) // STEP_MINUTES,
            _steps(elapsed + step.minutes + after),
        )
        needs.append(_Need(step.profession, step.agents, end - first, first))
        elapsed += step.minutes
    return tuple(needs)


def _starts_from_runs(mask: int, need_length: int, offset: int) -> int:
    mask = runs(mask, need_length)
    return mask >> offset if offset >= 0 else mask << -offset


def _shares(rules: SlotRules, agents: Sequence[AgentTime]) -> list[tuple[int, list[int]]]:
    """For each agent and step, the starts of the appointment at which she could take that step."""
    needs = _needs(rules)
    return [
        (
            agent.agent,
            [
                _starts_from_runs(agent.free, need.length, need.offset)
                if need.profession in ("", agent.profession)
                else 0
                for need in needs
            ],
        )
        for agent in agents
    ]


def _staffed_starts(rules: SlotRules, shares: Sequence[tuple[int, list[int]]]) -> int:
    """The starts at which every step finds as many agents as it needs."""
    starts = -1
    for position, need in enumerate(_needs(rules)):
        # at_least[n] = where n + 1 of the agents seen so far are free.
        at_least = [0] * need.agents
        for _, shares_of_agent in shares:
            share = shares_of_agent[position]
            for others in range(need.agents - 1, 0, -1):
                at_least[others] |= at_least[others - 1] & share
            at_least[0] |= share
        starts &= at_least[-1]
    return starts


def _room_starts(rules: SlotRules, rooms: Sequence[int]) -> int:
    """The starts at which some room is free for the whole appointment with its buffers."""
    before = _steps(rules.buffer_before)
    length = before + _steps(rules.duration + rules.buffer_after)
    starts = 0
    for room in rooms:
        starts |= _starts_from_runs(room, length, -before)
    return starts


def _lowest(mask: int, limit: int | None) -> int:
    """The mask cut to its ``limit`` lowest bits."""
    if limit is None:
        return mask
    if limit == 1:
        return mask & -mask
    kept = 0
    for index in islice(indexes(mask), limit):
        kept |= 1 << index
    return kept
