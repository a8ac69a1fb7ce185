"""How well replies are understood, on a corpus that the parser's author does not tune on.

Written and labelled before it was measured (docs/replies.md), as answers to a reminder that asks "OUI (1) ou NON (2)".
Where two readings can be defended, the label admits both. The second lines leave out what the working corpora hold too,
word for word: "Oui" is in both.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.measure import Figure

CORPUS = Path(__file__).resolve().parents[1] / "tests" / "reminders" / "corpus"
SET_ASIDE = "set_aside.tsv"
REMINDER = ("1=yes", "2=no")
DECIDED = frozenset({"yes", "no"})
PRECISION, COVERAGE = 99.5, 92.0


@dataclass(frozen=True, slots=True)
class Row:
    """A reply, and what it may be understood as."""

    text: str
    language: str
    options: tuple[str, ...]
    meant: frozenset[str]

    @property
    def key(self) -> tuple[str, str]:
        return self.language, self.text.strip().casefold()


def rows(path: Path) -> list[Row]:
    """The labelled replies of one file."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Row(
                one["text"],
                one["language"],
                tuple(option for option in one["options"].split(",") if option) or REMINDER,
                frozenset(one["intent"].split("|")),
            )
            for one in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        ]


def run() -> Iterator[Figure]:
    """The figures of the part that was set aside, whole, then without what the working part holds."""
    aside = rows(CORPUS / SET_ASIDE)
    others = [path for path in sorted(CORPUS.glob("*.tsv")) if path.name != SET_ASIDE]
    known = {row.key for path in others for row in rows(path)}
    working = sum(len(rows(path)) for path in others)
    yield Figure("réponses étiquetées, dont mises de côté", working + len(aside), "", "mises de côté", len(aside))
    yield from _figures("réponses", aside)
    yield from _figures("réponses jamais vues", [row for row in aside if row.key not in known])


def _figures(name: str, measured: list[Row]) -> Iterator[Figure]:
    from reminders.inbound.parser import parse

    understood = [(row, str(parse(row.text, language=row.language, options=row.options).intent)) for row in measured]
    decided = [(row, got) for row, got in understood if got in DECIDED]
    right = sum(got in row.meant for row, got in decided)
    cancelled = sum(got == "no" and "no" not in row.meant for row, got in decided)
    clear = [(row, got) for row, got in understood if row.meant <= DECIDED]
    covered = sum(got in row.meant for row, got in clear)
    yield _share(f"{name} : oui et non compris justes", right, len(decided), PRECISION, "décidés")
    yield Figure(f"{name} : annulations à tort", cancelled, "", target="0", holds=cancelled == 0)
    yield _share(f"{name} : oui et non couverts", covered, len(clear), COVERAGE, "clairs")


def _share(name: str, part: int, whole: int, target: float, of: str) -> Figure:
    """A percentage, with the numbers that it is made of."""
    share = 100 * part / whole if whole else 0.0
    label = f"{name} ({part} sur {whole} {of})"
    return Figure(label, share, "%", target=f"> {target:g} %".replace(".", ","), holds=share > target)
