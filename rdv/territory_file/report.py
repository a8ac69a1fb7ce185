"""What a load changed."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Report:
    """How many rows of each kind were created, changed or left as they were."""

    created: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)

    @property
    def is_unchanged(self) -> bool:
        return not self.created and not self.changed

    def rows(self) -> list[tuple[str, int, int, int]]:
        """(kind, created, changed, unchanged), in the order of loading."""
        kinds = dict.fromkeys([*self.created, *self.changed, *self.unchanged])
        return [(kind, self.created[kind], self.changed[kind], self.unchanged[kind]) for kind in kinds]
