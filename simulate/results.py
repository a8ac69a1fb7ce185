"""What became of the slots, and the table at the end of a simulation, in French."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from simulate.parameters import LEADS
from simulate.policies import CONTENDERS


@dataclass(slots=True)
class Result:
    """What became of one slot. `possible`: somebody would have come. Minutes are from the cancellation."""

    lead: str
    contender: str
    possible: bool = False
    filled: bool = False
    minutes: float | None = None
    offers: int = 0
    messages: int = 0
    passed_over: bool = False
    too_late: int = 0
    yeses: int = 0
    understood: int = 0


HEADINGS = (
    "Délai",
    "Politique",
    "Repris",
    "Du possible",
    "Minutes",
    "Offres par reprise",
    "SMS par reprise",
    "Mieux placée écartée",
    "« Déjà pris »",
)
ALL = "tous"


def report(results: Sequence[Result], *, seed: int, runs: int) -> str:
    """One table with a block for each lead, then all of them together."""
    lines = [HEADINGS]
    played = {one.lead for one in results}
    contenders = [one for one in CONTENDERS if one.name in {result.contender for result in results}]
    for lead in [one.name for one in LEADS if one.name in played] + [ALL]:
        of_lead = [one for one in results if lead in (one.lead, ALL)]
        slots = len(of_lead) // len(contenders)
        possible = sum(one.possible for one in of_lead) / len(of_lead)
        lines.append((f"{lead} ({slots})", "au mieux", share(possible), "", "", "", "", "", ""))
        lines += [row(lead, one.name, [r for r in of_lead if r.contender == one.name]) for one in contenders]
    yeses, understood = sum(one.yeses for one in results), sum(one.understood for one in results)
    note = f"Graine {seed}, {runs} créneaux par délai. Oui compris : {understood} sur {yeses}."
    counts = [counted(one.name, [r for r in results if r.contender == one.name]) for one in contenders]
    return "\n".join(
        [
            "| " + " | ".join(lines[0]) + " |",
            "|" + "---|" * len(HEADINGS),
            *("| " + " | ".join(line) + " |" for line in lines[1:]),
            "",
            note,
            *counts,
        ]
    )


def row(lead: str, name: str, results: Sequence[Result]) -> tuple[str, ...]:
    """One policy's figures for one lead."""
    filled = [one for one in results if one.filled]
    possible = sum(one.possible for one in results)
    offers, messages = sum(one.offers for one in results), sum(one.messages for one in results)
    if not filled:
        return ("", name, share(0), share(0) if possible else "", "", "", "", "", "")
    return (
        "",
        name,
        share(len(filled) / len(results)),
        share(len(filled) / possible) if possible else "",
        f"{statistics.median(one.minutes or 0 for one in filled):.0f}",
        decimal(offers / len(filled)),
        decimal(messages / len(filled)),
        share(sum(one.passed_over for one in filled) / len(filled)),
        decimal(sum(one.too_late for one in filled) / len(filled), 2),
    )


def counted(name: str, results: Sequence[Result]) -> str:
    """The sums behind one policy's last row, so that several seeds can be added."""
    filled = [one for one in results if one.filled]
    return (
        f"{name} : {sum(one.possible for one in results)} possibles, {len(filled)} repris, "
        f"{sum(one.offers for one in results)} offres, {sum(one.messages for one in results)} SMS, "
        f"{sum(one.passed_over for one in filled)} mieux placées écartées."
    )


def share(value: float) -> str:
    """0,95."""
    return decimal(value, 2)


def decimal(value: float, digits: int = 1) -> str:
    """With a comma."""
    return f"{value:.{digits}f}".replace(".", ",")
