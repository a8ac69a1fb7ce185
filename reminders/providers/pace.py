"""As fast as an account admits, whoever sends: workers share one count, and one wait when the provider asks for one.

The count lives in the shared cache. Without it each second's count starts at one: the provider's own limit (429) still
holds, and is obeyed.
"""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.cache import cache

from reminders.providers.base import Sent, SmsProvider, TransientError

# Beyond this the message goes back into the outbox rather than hold a sender.
LONGEST_TURN = 20.0
# How soon a process learns that another was asked to rest: each message would ask the cache otherwise. Seconds.
LEARNT_WITHIN = 0.1
KEPT = 120


class Paced:
    """A provider whose `send` waits for its turn; all the rest is the provider's own."""

    def __init__(
        self,
        provider: SmsProvider,
        *,
        per_second: float = 0,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.provider = provider
        self.name = provider.name
        self.per_second = per_second
        self._clock, self._sleep = clock, sleep
        self._nobody_rested_at = 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.provider, name)

    def send(self, **message: str) -> Sent:
        """Hand one SMS over at its turn.

        Raises what the provider raises, and ``TransientError`` with the wait when the turn is too far off.
        """
        self._rest()
        if self.per_second:
            self._wait_for_turn()
        try:
            return self.provider.send(**message)
        except TransientError as error:
            if error.retry_after is not None:
                self._ask_for_rest(error.retry_after)
            raise

    def _wait_for_turn(self) -> None:
        """A bucket of one second's messages, filled anew each second (two seconds' worth when fewer than one)."""
        until = self._clock() + LONGEST_TURN
        span = max(1.0, 1 / self.per_second)
        size = max(1, int(self.per_second * span))
        while (now := self._clock()) < until:
            window = int(now / span)
            key = f"sms-turn:{self.name}:{window}"
            if cache.add(key, 1, KEPT) or cache.incr(key) <= size:
                return
            self._sleep(max((window + 1) * span - now, 0.001))
        raise TransientError("paced", retry_after=timedelta(seconds=LONGEST_TURN))

    def _rest(self) -> None:
        """Nobody sends while the provider rests; who comes during that time is told how long."""
        now = self._clock()
        if 0 <= now - self._nobody_rested_at < LEARNT_WITHIN:
            return
        left = float(cache.get(f"sms-rest:{self.name}") or 0) - now
        if left > 0:
            raise TransientError("resting", retry_after=timedelta(seconds=int(left) + 1))
        self._nobody_rested_at = now

    def _ask_for_rest(self, wait: timedelta) -> None:
        self._nobody_rested_at = 0.0
        seconds = min(wait.total_seconds(), 3600)
        cache.set(f"sms-rest:{self.name}", self._clock() + seconds, int(seconds) + 1)
