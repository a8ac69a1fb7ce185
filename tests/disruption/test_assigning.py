"""Who takes whose appointment: the most are placed, the same hour first, nobody twice at once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from rdv.disruption.assigning import Option, Wanted, assign_all

NINE = datetime(2027, 1, 12, 9, tzinfo=UTC)


def option(slot: int, agent: int, *, place: int = 1, slots: int = 1) -> Option:
    start = NINE + timedelta(minutes=30 * slot)
    return Option(start, start + timedelta(minutes=30 * slots), (agent,), place)


def wanted(pk: int, slot: int, *options: Option) -> Wanted:
    return Wanted(pk, NINE + timedelta(minutes=30 * slot), options)


def test_the_same_hour_with_a_colleague_comes_before_another_hour() -> None:
    found = assign_all([wanted(1, 2, option(3, 7), option(2, 8))])
    assert found == {1: option(2, 8)}


def test_one_gives_way_when_that_places_both() -> None:
    """The second can only go to the colleague whom the first would have taken."""
    found = assign_all([wanted(1, 0, option(0, 7), option(0, 8)), wanted(2, 0, option(0, 7))])
    assert found == {1: option(0, 8), 2: option(0, 7)}


def test_who_finds_no_place_is_left_out() -> None:
    found = assign_all([wanted(1, 0, option(0, 7)), wanted(2, 0, option(0, 7)), wanted(3, 0)])
    assert list(found) == [1]


def test_the_last_free_room_is_given_once() -> None:
    """Two colleagues are free, one room is; who keeps its own room at its own hour needs none."""
    moved = [wanted(pk, 4, replace(option(0, agent), rooms=1)) for pk, agent in ((1, 7), (2, 8))]
    stays = wanted(3, 0, option(0, 9))
    assert sorted(assign_all([*moved, stays])) == [1, 3]
    two = [wanted(pk, 4, replace(option(0, agent), rooms=2)) for pk, agent in ((1, 7), (2, 8))]
    assert sorted(assign_all(two)) == [1, 2]


def test_a_long_one_does_not_run_into_the_next() -> None:
    found = assign_all([wanted(1, 0, option(0, 7, slots=2)), wanted(2, 1, option(1, 7), option(2, 7))])
    assert found == {1: option(0, 7, slots=2), 2: option(2, 7)}


def best(asked: list[Wanted]) -> int:
    """The most that can be placed, by trying everything."""
    most = 0
    for choice in product(*([None, *one.options] for one in asked)):
        taken = [one for one in choice if one is not None]
        if len({(one.start, one.agents) for one in taken}) == len(taken):
            most = max(most, len(taken))
    return most


@given(st.lists(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3)), max_size=4, unique=True), max_size=5))
def test_as_many_are_placed_as_can_be_and_none_overlap(choices: list[list[tuple[int, int]]]) -> None:
    asked = [wanted(pk, 0, *(option(slot, agent) for slot, agent in one)) for pk, one in enumerate(choices)]
    found = assign_all(asked)
    assert len(found) == best(asked)
    taken = list(found.values())
    assert not any(a.agents == b.agents and a.overlaps(b) for i, a in enumerate(taken) for b in taken[:i])
    assert all(found[one.pk] in one.options for one in asked if one.pk in found)
