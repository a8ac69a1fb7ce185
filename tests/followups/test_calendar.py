"""The calendar of examinations: windows by the letter of the law, and what is due on a day."""

from datetime import date

import pytest

from rdv.followups.calendar import Calendar, calendar_of, due, following, names
from rdv.models.appointment_type import FollowUp

BORN = date(2026, 1, 31)


@pytest.fixture
def child() -> Calendar:
    found = calendar_of("enfant")
    assert found is not None
    return found


def codes(child: Calendar, on: date, seen: tuple[date, ...] = (), born: date = BORN) -> list[tuple[str, bool]]:
    return [(one.code, one.overdue) for one in due(born, seen, on, child)]


def test_each_calendar_that_a_type_may_follow_is_there() -> None:
    assert set(names()) == set(FollowUp.values)


def test_both_lists_count_twenty_and_the_law_says_how_many_at_each_age(child: Calendar) -> None:
    shares = []
    for on in (date(2024, 12, 31), date(2025, 1, 1)):
        ends = [exam.window(BORN)[1] for exam in child.in_force(on)]
        ages = [(date(2029, 1, 31), 0), (date(2032, 1, 31), 1), (date(2044, 1, 31), 2)]
        shares.append([sum(end < limit for end in ends) for limit, _ in ages])
    assert shares == [[14, 17, 20], [13, 16, 20]]
    assert child.in_force(date(2019, 2, 28)) == ()
    assert "R. 2132-1" in child.source(date(2026, 1, 1))


@pytest.mark.parametrize(
    ("code", "first", "last"),
    [
        ("j8", date(2026, 1, 31), date(2026, 2, 8)),
        ("s2", date(2026, 2, 7), date(2026, 2, 13)),
        ("m02", date(2026, 2, 28), date(2026, 3, 30)),
        ("m09", date(2026, 9, 30), date(2026, 10, 30)),
        ("m16", date(2027, 5, 31), date(2027, 7, 31)),
        ("m24", date(2027, 12, 31), date(2028, 2, 28)),
        ("a3", date(2028, 1, 31), date(2029, 1, 30)),
        ("a7", date(2032, 1, 31), date(2033, 1, 30)),
        ("a11", date(2037, 1, 31), date(2039, 1, 31)),
    ],
)
def test_a_window_is_what_the_text_says(child: Calendar, code: str, first: date, last: date) -> None:
    exam = next(one for one in child.in_force(date(2026, 1, 1)) if one.code == code)
    assert exam.window(BORN) == (first, last)


def test_the_examination_of_the_first_month_ended_with_2024(child: Calendar) -> None:
    born = date(2024, 12, 12)
    assert ("m01", False) in codes(child, date(2024, 12, 30), born=born)
    assert ("m01", False) not in codes(child, date(2025, 1, 2), born=born)


@pytest.mark.parametrize(
    ("on", "seen", "expected"),
    [
        (date(2026, 3, 1), (), [("m02", False)]),
        (date(2026, 3, 1), (date(2026, 2, 28),), []),
        (date(2026, 8, 15), (), [("m06", True)]),  # missed, and nothing replaces it yet
        (date(2026, 8, 20), (date(2026, 8, 16),), []),  # a late visit makes up for it
        (date(2026, 10, 1), (), [("m09", False)]),  # from then on the next one counts
        (date(2028, 2, 1), (date(2028, 1, 20),), [("a3", False)]),  # one visit is one examination
        (date(2028, 2, 1), (), [("m24", False), ("a3", False)]),
        (date(2026, 1, 30), (), []),
    ],
)
def test_what_is_due(child: Calendar, on: date, seen: tuple[date, ...], expected: list[tuple[str, bool]]) -> None:
    assert codes(child, on, seen) == expected


def test_what_follows_a_visit_is_the_next_not_had(child: Calendar) -> None:
    on = date(2026, 8, 1)
    found = [following(BORN, seen, on, child) for seen in ((date(2026, 7, 1),), (date(2026, 10, 5),))]
    assert [one and one.code for one in found] == ["m09", "m12"]
    assert following(BORN, (), date(2043, 1, 1), child) is None
