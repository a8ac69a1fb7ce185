"""How large the synthetic département is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """A département: places, people, and the appointments of each agent.

    Ahead, 12 weeks of half hours are about 60 % booked: the coming week is nearly full, the twelfth nearly empty, and
    one location in ten is full for nine weeks. Behind, every agent has `past_days` working days of `past_per_day`.
    """

    locations: int
    agents: int
    families: int
    past_days: int = 250
    past_per_day: int = 8
    waiting: int = 5000
    messages: int = 2_000_000

    @property
    def organisations(self) -> int:
        return max(1, self.locations // 8)

    @property
    def past(self) -> int:
        """Appointments behind us."""
        return self.agents * self.past_days * self.past_per_day

    def scaled(self, factor: float) -> "Size":
        """The same département, so many times as large. The waiting list of 5,000 stays: its target names it."""
        return Size(
            locations=max(1, round(self.locations * factor)),
            agents=max(2, round(self.agents * factor)),
            families=max(10, round(self.families * factor)),
            past_days=self.past_days,
            past_per_day=self.past_per_day,
            waiting=min(self.waiting, max(10, round(self.families * factor))),
            messages=max(1000, round(self.messages * factor)),
        )


FULL = Size(locations=120, agents=500, families=100_000)
