"""The published order, and that nothing else decides."""

import json
import random
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rdv.waitinglist.ranking import Standing, draw, key_of, rank

JANUARY = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)


def standing(entry: int, *, priority: int = 0, has_appointment: bool = False, days: int = 0) -> Standing:
    return Standing(entry, priority, has_appointment, JANUARY + timedelta(days=days))


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        pytest.param(standing(9, priority=1, days=5), standing(1), id="a priority before waiting longer"),
        pytest.param(standing(9, priority=2), standing(1, priority=1), id="a higher class before a lower"),
        pytest.param(
            standing(9, priority=1, has_appointment=True), standing(1), id="a priority before having no appointment"
        ),
        pytest.param(standing(9, days=5), standing(1, has_appointment=True), id="no appointment before an earlier one"),
        pytest.param(standing(9), standing(1, days=1), id="who waits longest"),
    ],
)
def test_the_rule_decides_in_its_order(better: Standing, worse: Standing) -> None:
    for seed in range(20):
        assert [one.entry for one in rank([worse, better], seed)] == [better.entry, worse.entry]


def test_equals_are_drawn_and_the_seed_draws_them_again() -> None:
    equals = [standing(entry) for entry in range(1, 7)]
    orders = {tuple(one.entry for one in rank(equals, seed)) for seed in range(50)}
    assert len(orders) > 30
    again = rank(equals, 7)
    assert [one.entry for one in again] == sorted(range(1, 7), key=lambda entry: draw(7, entry))


def test_the_same_instant_in_two_zones_is_a_tie() -> None:
    reunion = JANUARY.astimezone(timezone(timedelta(hours=4)))
    one, other = rank([Standing(1, 0, False, JANUARY), Standing(2, 0, False, reunion)], 3)
    assert one.key[:3] == other.key[:3]


standings = st.lists(
    st.builds(
        Standing,
        st.integers(1, 10_000),
        st.integers(0, 3),
        st.booleans(),
        st.integers(0, 500_000).map(lambda minutes: JANUARY - timedelta(minutes=minutes)),
    ),
    unique_by=lambda one: one.entry,
    max_size=30,
)


@given(standings, st.integers(0, 2**62), st.randoms(use_true_random=False))
def test_the_order_depends_on_nothing_but_the_standings_and_the_seed(
    given_standings: list[Standing], seed: int, shuffler: random.Random
) -> None:
    ranked = rank(given_standings, seed)
    shuffled = list(given_standings)
    shuffler.shuffle(shuffled)
    assert rank(shuffled, seed) == ranked
    assert [one.position for one in ranked] == list(range(1, len(ranked) + 1))
    assert {one.entry for one in ranked} == {one.entry for one in given_standings}


@given(standings, st.integers(0, 2**62))
def test_offers_are_compared_by_what_was_kept_of_them(given_standings: list[Standing], seed: int) -> None:
    ranked = rank(given_standings, seed)
    kept = [json.loads(json.dumps(one.explanation())) for one in ranked]
    assert [key_of(explanation) for explanation in kept] == [one.key for one in ranked]
    assert sorted(kept, key=key_of) == kept


@given(standings, st.integers(0, 2**62))
def test_who_joins_later_never_changes_the_order_of_the_others(given_standings: list[Standing], seed: int) -> None:
    before = [one.entry for one in rank(given_standings[:-1], seed)]
    after = [one.entry for one in rank(given_standings, seed)]
    assert [entry for entry in after if entry in before] == before
