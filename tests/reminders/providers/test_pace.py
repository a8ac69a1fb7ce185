"""No faster than the account admits, whoever sends, and not at all while the provider asks for rest."""

from datetime import timedelta

import pytest
from django.core.cache import cache

from reminders.providers.base import Sent, TransientError
from reminders.providers.console import ConsoleProvider
from reminders.providers.pace import LEARNT_WITHIN, Paced

MESSAGE = {"to": "+33639980001", "body": "x", "sender": "RDV", "reference": "r"}


class Time:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Provider(ConsoleProvider):
    """Remembers when it was given each message; refuses as often as it is told to."""

    def __init__(self, clock: Time, *refusals: TransientError) -> None:
        self.clock, self.refusals = clock, list(refusals)
        self.at: list[float] = []

    def send(self, **_: str) -> Sent:
        if self.refusals:
            raise self.refusals.pop(0)
        self.at.append(self.clock.now)
        return Sent("1")


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def paced(provider: Provider, per_second: float) -> Paced:
    return Paced(provider, per_second=per_second, clock=provider.clock, sleep=provider.clock.sleep)


def test_two_workers_share_what_one_account_admits_each_second() -> None:
    provider = Provider(Time())
    workers = [paced(provider, 3), paced(provider, 3)]
    for turn in range(10):
        workers[turn % 2].send(**MESSAGE)
    assert [provider.at.count(second) for second in (1000.0, 1001.0, 1002.0, 1003.0)] == [3, 3, 3, 1]


def test_less_than_one_a_second() -> None:
    provider = Provider(Time())
    for _ in range(3):
        paced(provider, 0.5).send(**MESSAGE)
    assert provider.at == [1000.0, 1002.0, 1004.0]


def test_without_a_limit_nobody_waits() -> None:
    provider = Provider(Time())
    for _ in range(100):
        paced(provider, 0).send(**MESSAGE)
    assert set(provider.at) == {1000.0}


def test_a_turn_that_is_too_far_off_is_given_back() -> None:
    provider = Provider(Time())
    slow = paced(provider, 0.01)
    slow.send(**MESSAGE)
    with pytest.raises(TransientError) as raised:
        slow.send(**MESSAGE)
    assert raised.value.retry_after is not None


def test_the_rest_that_a_provider_asks_for_is_everybody_s() -> None:
    provider = Provider(Time(), TransientError("429", retry_after=timedelta(seconds=30)))
    one, other = paced(provider, 0), paced(provider, 0)
    with pytest.raises(TransientError):
        one.send(**MESSAGE)
    with pytest.raises(TransientError) as raised:
        other.send(**MESSAGE)
    assert (raised.value.code, raised.value.retry_after) == ("resting", timedelta(seconds=31))
    provider.clock.sleep(31)
    assert other.send(**MESSAGE) == Sent("1")


def test_a_worker_that_is_sending_learns_of_the_rest_at_once() -> None:
    provider = Provider(Time())
    one, other = paced(provider, 0), paced(provider, 0)
    other.send(**MESSAGE)
    provider.refusals.append(TransientError("429", retry_after=timedelta(seconds=30)))
    with pytest.raises(TransientError):
        one.send(**MESSAGE)
    provider.clock.sleep(LEARNT_WITHIN)
    for worker in (one, other):
        with pytest.raises(TransientError, match="resting"):
            worker.send(**MESSAGE)
