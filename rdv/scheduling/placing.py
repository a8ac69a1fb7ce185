"""Placing one appointment at a given start: does it fit, who takes which step, and if not, why."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from rdv.scheduling.reasons import Reason
from rdv.scheduling.timeline import STEP, Timeline, on_grid
from rdv.scheduling.values import AgentTime, Part, SlotRules, Step


def parts_of(rules: SlotRules, start: datetime) -> Iterator[tuple[Step, Part]]:
    """Each step of an appointment at this start with its bounds; the agent (0) is still to be chosen."""
    last = len(rules.steps) - 1
    for position, step in enumerate(rules.steps):
        end = start + timedelta(minutes=step.minutes)
        before = timedelta(minutes=rules.buffer_before if position == 0 else 0)
        after = timedelta(minutes=rules.buffer_after if position == last else 0)
        yield step, Part(0, start, end, start - before, end + after, position)
        start = end


def assign(
    timeline: Timeline,
    rules: SlotRules,
    agents: Sequence[AgentTime],
    start: datetime,
    *,
    preference: Sequence[int] = (),
) -> tuple[Part, ...] | None:
    """Choose the agents of an appointment at this start, or None if they are not all free.

    Each step takes the first that fit in the order of ``preference``, then by ascending number: an order, not a
    restriction. The places of one step go to different agents; an agent may take several steps. The start needs not
    lie on the grid, nor on a step of the timeline.
    """
    rank = {agent: position for position, agent in enumerate(preference)}
    ordered = sorted(agents, key=lambda agent: (rank.get(agent.agent, len(rank)), agent.agent))
    chosen: list[Part] = []
    for step, part in parts_of(rules, start):
        if not timeline.covers(part.busy_start, part.busy_end):
            return None
        window = timeline.busy(part.busy_start, part.busy_end)
        fitting = (
            agent.agent
            for agent in ordered
            if step.profession in ("", agent.profession) and agent.free & window == window
        )
        takers = list(islice(fitting, step.agents))
        if len(takers) < step.agents:
            return None
        chosen += [Part(agent, part.start, part.end, part.busy_start, part.busy_end, part.step) for agent in takers]
    return tuple(chosen)


def room_is_free(timeline: Timeline, rules: SlotRules, room: int, start: datetime) -> bool:
    """Whether a room (its free mask) can be held for the whole appointment with its buffers."""
    held_from = start - timedelta(minutes=rules.buffer_before)
    held_until = start + timedelta(minutes=rules.duration + rules.buffer_after)
    window = timeline.busy(held_from, held_until)
    return timeline.covers(held_from, held_until) and room & window == window


def can_take(
    timeline: Timeline,
    rules: SlotRules,
    agents: Sequence[AgentTime],
    start: datetime,
    *,
    rooms: Sequence[int] | None = None,
) -> bool:
    """Whether the appointment fits at this start, on the grid or not (agents may leave the grid)."""
    if rooms is not None and not any(room_is_free(timeline, rules, room, start) for room in rooms):
        return False
    return assign(timeline, rules, agents, start) is not None


def why_not_free(
    timeline: Timeline,
    rules: SlotRules,
    agents: Sequence[AgentTime],
    start: datetime,
    *,
    zone: str,
    rooms: Sequence[int] | None = None,
    opened: Sequence[AgentTime] | None = None,
) -> Reason | None:
    """OFF_GRID, NOT_OPEN, TAKEN, or None when a family may book this start.

    ``opened`` is the same agents' time without their occupations: with it, a start at which nobody receives is told
    from one that somebody else has taken.
    """
    if not timeline.covers(start, start + STEP):
        return Reason.NOT_OPEN
    if not on_grid(start, zone, rules.grid):
        return Reason.OFF_GRID
    if can_take(timeline, rules, agents, start, rooms=rooms):
        return None
    if opened is not None and not can_take(timeline, rules, opened, start):
        return Reason.NOT_OPEN
    return Reason.TAKEN
