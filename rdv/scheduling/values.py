"""What the slot search takes and gives: the demands of an appointment, the time of agents, slots and their parts."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of an appointment: ``agents`` people of a profession ("" = any), for ``minutes``, at once."""

    minutes: int
    profession: str = ""
    agents: int = 1

    def __post_init__(self) -> None:
        if self.minutes < 1 or self.agents < 1:
            raise ValueError(f"a step lasts at least a minute and needs at least one agent: {self!r}")


@dataclass(frozen=True, slots=True)
class SlotRules:
    """What a slot must hold: steps one after the other, buffers around them, a grid of local starts; in minutes.

    The buffer before belongs to the agents of the first step, the buffer after to those of the last one.
    """

    steps: tuple[Step, ...]
    buffer_before: int = 0
    buffer_after: int = 0
    grid: int = 15

    def __post_init__(self) -> None:
        if not self.steps or self.buffer_before < 0 or self.buffer_after < 0:
            raise ValueError(f"a slot has at least one step and no negative buffer: {self!r}")

    @property
    def duration(self) -> int:
        """Minutes that the family spends there, without the buffers."""
        return sum(step.minutes for step in self.steps)


@dataclass(frozen=True, slots=True)
class AgentTime:
    """When one agent is free: a mask on the timeline of the search, without bits beyond its length."""

    agent: int
    free: int
    profession: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """A start that can be booked, whoever receives: bounds in UTC without buffers, agents in ascending order.

    With one step for one agent, any of ``agents`` will do; in a chain each of them could take a step.
    """

    start: datetime
    end: datetime
    agents: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One agent's share of a placed appointment: when she receives, and when she is not free for others."""

    agent: int
    start: datetime
    end: datetime
    busy_start: datetime
    busy_end: datetime
    step: int = 0
