"""Limits: how many tries, of what, for how long."""

from types import SimpleNamespace

import pytest
from django.core.cache import cache

from rdv.access import throttle
from rdv.access.throttle import Rate, Throttled, check, client_ip, forget, hit

RATE = Rate("essai", 3, 60)


@pytest.fixture(autouse=True)
def moment(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A clock that the test moves."""
    cache.clear()
    at = SimpleNamespace(seconds=1_000_020.0)
    monkeypatch.setattr(throttle, "time", lambda: at.seconds)
    return at


def test_tries_are_refused_beyond_the_limit_until_the_window_ends(moment: SimpleNamespace) -> None:
    for _ in range(3):
        hit(RATE, "06")
    with pytest.raises(Throttled) as refused:
        hit(RATE, "06")
    assert refused.value.retry_after == 60
    moment.seconds += 60
    hit(RATE, "06")


def test_keys_and_names_are_counted_apart() -> None:
    for _ in range(3):
        hit(RATE, "a@exemple.test")
    hit(RATE, "b@exemple.test")
    hit(Rate("autre", 3, 60), "a@exemple.test")
    with pytest.raises(Throttled):
        hit(RATE, "A@Exemple.test")


def test_failures_alone_are_counted_with_check_and_a_success_forgets() -> None:
    for _ in range(3):
        check(RATE, "x")
        hit(RATE, "x")
    with pytest.raises(Throttled):
        check(RATE, "x")
    forget(RATE, "x")
    check(RATE, "x")


def test_the_cache_holds_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    real = cache.add
    monkeypatch.setattr(cache, "add", lambda key, *rest, **more: seen.append(key) or real(key, *rest, **more))
    hit(RATE, "+33639981234")
    assert "39981234" not in "".join(seen)


def test_a_window_that_ends_between_two_steps_starts_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: str) -> int:
        raise ValueError

    monkeypatch.setattr(cache, "incr", gone)
    hit(RATE, "x")


def test_a_limit_can_be_set_for_an_installation(settings) -> None:
    settings.RATE_LIMITS = {"essai": 1}
    hit(RATE, "x")
    with pytest.raises(Throttled):
        hit(RATE, "x")


@pytest.mark.parametrize(
    ("behind", "remote", "forwarded", "expected"),
    [
        (False, "192.0.2.1", "198.51.100.7", "192.0.2.1"),
        (True, "10.0.0.1", "203.0.113.5, 198.51.100.7", "198.51.100.7"),
        (True, "10.0.0.1", None, "10.0.0.1"),
        (False, "2001:db8:1:2:3::4", None, "2001:db8:1:2::"),
        (False, "::ffff:192.0.2.1", None, "192.0.2.1"),
        (True, "10.0.0.1", "n’importe quoi", "unknown"),
        (False, "", None, "unknown"),
    ],
)
def test_an_address_is_that_of_the_caller(rf, settings, behind: bool, remote: str, forwarded, expected: str) -> None:
    settings.BEHIND_PROXY = behind
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert client_ip(rf.get("/", headers=headers, REMOTE_ADDR=remote)) == expected
