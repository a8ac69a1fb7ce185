"""What a run prints: figures beside their references, and whether each reaches its target."""

import pytest

from bench.measure import at_least, at_most, medians
from bench.table import as_markdown, number


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.391, "0,39"), (12.44, "12,4"), (1520.2, "1\u00a0520"), (2, "2"), (0.0, "0,00")],
)
def test_numbers_are_written_as_french_readers_expect(value: float, text: str) -> None:
    assert number(value) == text


def test_a_time_says_how_many_times_its_reference_it_takes() -> None:
    figure = at_most("créneaux", 0.004, ("requête", 0.0005), 10)
    assert (figure.value, figure.reference_value, figure.ratio, figure.target) == (4.0, 0.5, 8.0, "≤ 10 ×")
    assert figure.holds
    assert not at_most("créneaux", 0.006, ("requête", 0.0005), 10).holds


def test_a_rate_says_what_share_of_its_reference_it_reaches() -> None:
    figure = at_least("réservations", 150.0, ("insertions", 1000.0), 0.12, unit="/s")
    assert (figure.ratio, figure.target, figure.holds) == (0.15, "≥ 0,12", True)
    assert not at_least("réservations", 100.0, ("insertions", 1000.0), 0.12, unit="/s").holds


def test_the_table_has_a_line_for_each_figure() -> None:
    lines = as_markdown([at_most("créneaux", 0.004, ("requête", 0.0005), 10)]).splitlines()
    assert len(lines) == 3
    assert [cell.strip() for cell in lines[2].strip("|").split("|")] == [
        "créneaux",
        "4,00 ms",
        "requête : 0,50 ms",
        "8,00",
        "≤ 10 ×",
        "oui",
    ]


def test_what_is_compared_takes_turns() -> None:
    order: list[str] = []
    times = medians(lambda: order.append("a"), lambda: order.append("b"), rounds=2, warm=1)
    assert order == ["a", "b"] * 3
    assert len(times) == 2
    assert all(time >= 0 for time in times)
