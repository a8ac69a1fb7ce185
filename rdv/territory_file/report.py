"""What a load changed."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal


@dataclass(slots=True)
class Report:
    """How many rows of each kind were created, changed or left as they were."""

    created: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    kinds: dict[str, None] = field(default_factory=dict)

    def count(self, outcome: Literal["created", "changed", "unchanged"], kind: str) -> None:
        """One row more of that kind; kinds are shown in the order in which they were first counted."""
        self.kinds.setdefault(kind)
        {"created": self.created, "changed": self.changed, "unchanged": self.unchanged}[outcome][kind] += 1

    @property
    def is_unchanged(self) -> bool:
        return not self.created and not self.changed

    def rows(self) -> list[tuple[str, int, int, int]]:
        """(kind, created, changed, unchanged), in the order of loading."""
        return [(kind, self.created[kind], self.changed[kind], self.unchanged[kind]) for kind in self.kinds]
