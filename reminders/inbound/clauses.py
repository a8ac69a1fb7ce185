"""A French message after its phrases were marked: clauses, their tags, and the words that no phrase took."""

from collections import Counter
from dataclasses import dataclass

from reminders.inbound.lexicon.french_words import NEUTRAL_ELSEWHERE, REASONS
from reminders.inbound.lexicon.phrases import word_set

NEGATIONS = word_set("ne n pas plus jamais ni rien aucun aucune sans non")
ATTENDANCE = frozenset({"ABSENT", "CANT", "CANCEL", "REQUEST"})
"""The tags of what says, by itself, that nobody comes."""


@dataclass(frozen=True, slots=True)
class Clause:
    """What stands between two edges: its tags, and the words that no phrase took."""

    tags: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def unknown(self) -> tuple[str, ...]:
        return tuple(w for w in self.words if w not in NEUTRAL_ELSEWHERE and w not in REASONS)

    @property
    def explains(self) -> bool:
        return "WHY" in self.tags or any(word in REASONS for word in self.words)

    @property
    def negates(self) -> bool:
        return any(word in NEGATIONS for word in self.words)

    def has(self, tag: str) -> bool:
        return tag in self.tags


@dataclass(frozen=True, slots=True)
class Message:
    """A message after its phrases were marked; `as_planned`: it speaks of what stands already."""

    clauses: tuple[Clause, ...]
    question: bool
    contrast_after: bool
    as_planned: bool = False

    @property
    def takes_back(self) -> bool:
        """Whether a no comes ("annuler non") after the cancellation, which it may deny."""
        tags = [tag for clause in self.clauses for tag in clause.tags]
        firm = next((i for i, tag in enumerate(tags) if tag in ATTENDANCE), len(tags))
        return "NON" in tags[firm:]

    @property
    def sends_another(self) -> bool:
        """Whether a name comes with a verb ("je serai absente, c'est Karim") after the no; alone it is a signature."""
        firm = next((i for i, one in enumerate(self.clauses) if ATTENDANCE.intersection(one.tags)), len(self.clauses))
        return any(clause.words and clause.has("NAME") for clause in self.clauses[firm + 1 :])

    @property
    def tags(self) -> Counter[str]:
        return Counter(tag for clause in self.clauses for tag in clause.tags)
