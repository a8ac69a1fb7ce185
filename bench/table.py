"""The table at the end of a run: figure, unit, reference, ratio, target."""

from collections.abc import Sequence

from bench.measure import Figure

HEADINGS = ("Mesure", "Valeur", "Référence du même passage", "Rapport", "Cible", "")


def rows(figures: Sequence[Figure]) -> list[tuple[str, ...]]:
    """The cells of each figure, in French."""
    return [
        (
            figure.name,
            f"{number(figure.value)} {figure.unit}".strip(),
            ""
            if figure.reference_value is None
            else f"{figure.reference} : {number(figure.reference_value)} {figure.unit}",
            "" if figure.ratio is None else number(figure.ratio),
            figure.target,
            {None: "", True: "oui", False: "NON"}[figure.holds],
        )
        for figure in figures
    ]


def number(value: float) -> str:
    """Three significant digits, a decimal comma, thousands apart: 0,39 · 12,4 · 1 520; whole numbers as they are."""
    if isinstance(value, int):
        return str(value)
    if abs(value) >= 100:
        return f"{value:,.0f}".replace(",", "\u00a0")
    return f"{value:.{1 if abs(value) >= 10 else 2}f}".replace(".", ",")


def as_markdown(figures: Sequence[Figure]) -> str:
    """A table that a terminal shows as well as a page does."""
    lines = [HEADINGS, *rows(figures)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    texts = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([texts[0], rule, *texts[1:]])
