"""Send what is due: claim, commit, look again, call the provider outside any transaction, record (rules §7)."""

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from django.core.mail import get_connection
from django.db import OperationalError, connection, transaction

from reminders import breaker, claiming, record
from reminders.handing import SENDERS, HandingOver, Outcome
from reminders.kinds import EMAIL
from reminders.loading import Shared
from reminders.models import OutboundMessage
from reminders.prepare import prepare
from reminders.providers import accounts
from reminders.providers.base import PermanentError, Problem, ProviderError, Sent
from reminders.providers.email import send_email
from reminders.wording import Ready

logger = logging.getLogger(__name__)

# What one commit prepares. A crash leaves two at most uncertain: one that is leaving, one that is ready to follow.
BATCH = 100
BATCHES = 50
# `now` is that of the start: a pass that lasted would send by a clock that is late. Seconds.
LONGEST_PASS = 60
RECORDED_AT_ONCE = 100


def dispatch(now: datetime, *, limit: int | None = None) -> int:
    """Send everything due, the most useful first; the number of messages handed over.

    Many may run at once. Stops after `limit` messages, BATCHES batches or LONGEST_PASS: the periodic pass goes on.
    """
    if connection.in_atomic_block:
        raise RuntimeError("messages are sent outside any transaction")
    with ThreadPoolExecutor(max_workers=SENDERS) as pool:
        return _Pass(now, pool).run(limit)


def claim(now: datetime, size: int = BATCH) -> list[int]:
    """Up to `size` due messages, ours from now on; a few more when a contact has several reminders."""
    return claiming.claim(now, size)


class _Pass:
    """While a batch of SMS is being handed over, the next one is claimed and prepared; it leaves once all are answered.

    So what the first one met (a provider that is down) is known before the second leaves, and what goes to one number
    keeps its order.
    """

    def __init__(self, now: datetime, pool: ThreadPoolExecutor) -> None:
        self._now, self._pool, self._shared = now, pool, Shared()
        self._leaving: HandingOver | None = None
        self._handed = 0

    def run(self, limit: int | None) -> int:
        """The number of messages handed over."""
        started = time.monotonic()
        try:
            for _ in range(BATCHES):
                claimed = claim(self._now, self._room(limit))
                if not claimed and self._leaving is None:
                    break
                self._follow_with(prepare(claimed, now=self._now, shared=self._shared) if claimed else [])
                if time.monotonic() - started > LONGEST_PASS:
                    break
        finally:
            self._follow_with([])
        return self._handed

    def _room(self, limit: int | None) -> int:
        """How many more may be claimed: all that is leaving may be taken."""
        if limit is None:
            return BATCH
        return max(0, min(BATCH, limit - self._handed - (self._leaving.size if self._leaving else 0)))

    def _follow_with(self, ready: Sequence[Ready]) -> None:
        """Once what is leaving has been answered these leave; the last answers are written down meanwhile."""
        before, self._leaving = self._leaving, None
        answers = _Answers(before.provider.name, self._now) if before else None
        if before and answers:
            answers.take(before.answers())
            if answers.count:
                breaker.succeeded(before.provider.name, self._now)
        self._begin([one for one in ready if one.email is None])
        if answers:
            self._handed += answers.close()
        mails = _Answers(EMAIL, self._now)
        mails.take(_by_email([one for one in ready if one.email is not None]))
        self._handed += mails.close()

    def _begin(self, texts: Sequence[Ready]) -> None:
        """Let these leave, unless their provider has to be left alone since they were prepared."""
        provider = accounts.sms_provider(texts[0].message.provider) if texts else None
        if provider is None:
            return
        if breaker.open_until(provider.name, self._now) is None:
            self._leaving = HandingOver(texts, provider, self._pool)
            return
        with transaction.atomic():
            for one in texts:
                record.again(one.message, self._now, now=self._now, reason="les SMS ne partent plus")


class _Answers:
    """Writes down each answer, those of messages that were taken a few at a time; `count` says how many were."""

    def __init__(self, provider: str, now: datetime) -> None:
        self.count = 0
        self._provider, self._now = provider, now
        self._taken: list[tuple[OutboundMessage, Sent]] = []

    def take(self, outcomes: Iterable[Outcome]) -> None:
        """As they come; the last few wait for `close`."""
        for one, outcome in outcomes:
            if isinstance(outcome, ProviderError):
                logger.warning("message %s not taken: %s", one.message.pk, outcome)
                _failed(one.message, outcome, self._provider, self._now)
                continue
            self.count += 1
            if len(self._taken) == RECORDED_AT_ONCE:
                self.close()
            self._taken.append((one.message, outcome))

    def close(self) -> int:
        """Write down what is left; how many were taken in all."""
        taken, self._taken = self._taken, []
        _sent(taken, self._provider, self._now)
        return self.count


def _by_email(ready: Sequence[Ready]) -> Iterator[Outcome]:
    """One connection to the mail server for all."""
    if not ready:
        return
    server = get_connection()
    try:
        for one in ready:
            if one.email is None:
                continue
            try:
                yield one, send_email(one.email, connection=server)
            except ProviderError as error:
                yield one, error
            except Exception as error:  # an address or a header that no mail may have
                logger.exception("message %s can't be made a mail", one.message.pk)
                yield one, PermanentError("unwritable", Problem.REFUSED, type(error).__name__)
    finally:
        server.close()


def _sent(taken: Sequence[tuple[OutboundMessage, Sent]], provider: str, now: datetime) -> None:
    """Together; when that is refused, each alone, so that one leaves no other without its record."""
    try:
        record.sent(taken, provider=provider, now=now)
    except OperationalError:
        raise
    except Exception:
        logger.exception("the sending of %s messages could not be recorded", len(taken))
        for one in taken if len(taken) > 1 else ():
            _sent([one], provider, now)


def _failed(message: OutboundMessage, error: ProviderError, provider: str, now: datetime) -> None:
    """What can't be recorded stays in flight, for the sweep."""
    try:
        record.failed(message, error, provider=provider, now=now)
        breaker.failed(provider, error, now=now)
    except OperationalError:
        raise
    except Exception:
        logger.exception("the failure of message %s could not be recorded", message.pk)
