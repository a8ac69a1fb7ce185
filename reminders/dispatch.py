"""Send what is due: claim, commit, look again, call the provider outside any transaction, record (rules §7)."""

import logging
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime

from django.core.mail import get_connection
from django.db import OperationalError, connection

from reminders import breaker, claiming, record
from reminders.kinds import EMAIL
from reminders.models import OutboundMessage
from reminders.prepare import prepare
from reminders.providers import accounts
from reminders.providers.base import PermanentError, Problem, ProviderError, Sent, SmsProvider, UncertainError
from reminders.providers.email import send_email
from reminders.wording import Ready

logger = logging.getLogger(__name__)

# What a crash may leave uncertain, and what one commit prepares.
BATCH = 100
BATCHES = 50
# `now` is that of the start: a pass that lasted would send by a clock that is late. Seconds.
LONGEST_PASS = 60
SENDERS = 8
RECORDED_AT_ONCE = 50

Outcome = tuple[Ready, Sent | ProviderError]


def dispatch(now: datetime, *, limit: int | None = None) -> int:
    """Send everything due, the most useful first; the number of messages handed over.

    Many may run at once. Stops after `limit` messages, BATCHES batches or LONGEST_PASS: the periodic pass goes on.
    """
    if connection.in_atomic_block:
        raise RuntimeError("messages are sent outside any transaction")
    handed = 0
    started = time.monotonic()
    with ThreadPoolExecutor(max_workers=SENDERS) as pool:
        for _ in range(BATCHES):
            claimed = claim(now, min(BATCH, limit - handed) if limit is not None else BATCH)
            if not claimed:
                break
            handed += send(prepare(claimed, now=now), now=now, pool=pool)
            if time.monotonic() - started > LONGEST_PASS:
                break
    return handed


def claim(now: datetime, size: int = BATCH) -> list[int]:
    """Up to `size` due messages, ours from now on; a few more when a contact has several reminders."""
    return claiming.claim(now, size)


def send(ready: Sequence[Ready], *, now: datetime, pool: ThreadPoolExecutor) -> int:
    """Hand messages over and record each answer as it comes; the number that was taken."""
    texts = [one for one in ready if one.email is None]
    provider = accounts.sms_provider(texts[0].message.provider) if texts else None
    taken = 0
    if texts and provider:
        taken = _record(_by_sms(texts, provider, pool), provider.name, now)
        if taken:
            breaker.succeeded(provider.name, now)
    return taken + _record(_by_email([one for one in ready if one.email is not None]), EMAIL, now)


def _by_sms(ready: Sequence[Ready], provider: SmsProvider, pool: ThreadPoolExecutor) -> Iterator[Outcome]:
    """Several requests at a time, one after the other to the same number, in order.

    The threads touch the provider alone, never the database.
    """
    url = accounts.status_url(provider)

    def hand_over(one: Ready) -> Sent | ProviderError:
        message = one.message
        try:
            return provider.send(
                to=message.to, body=one.text, sender=message.sender, reference=message.key, status_url=url
            )
        except ProviderError as error:
            return error
        except Exception as error:  # of the adapter itself: the others leave all the same
            logger.exception("message %s: the adapter failed", message.pk)
            return UncertainError("adapter", type(error).__name__)

    def hand_over_all(of_one_number: Sequence[Ready]) -> list[Outcome]:
        return [(one, hand_over(one)) for one in of_one_number]

    numbers: dict[str, list[Ready]] = defaultdict(list)
    for one in ready:
        numbers[one.message.to].append(one)
    for done in as_completed([pool.submit(hand_over_all, ones) for ones in numbers.values()]):
        yield from done.result()


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


def _record(outcomes: Iterable[Outcome], provider: str, now: datetime) -> int:
    """Write down each answer, those of messages that were taken a few at a time; how many were."""
    taken: list[tuple[OutboundMessage, Sent]] = []
    count = 0
    for one, outcome in outcomes:
        if isinstance(outcome, ProviderError):
            logger.warning("message %s not taken: %s", one.message.pk, outcome)
            _failed(one.message, outcome, provider, now)
            continue
        count += 1
        taken.append((one.message, outcome))
        if len(taken) == RECORDED_AT_ONCE:
            _sent(taken, provider, now)
            taken = []
    _sent(taken, provider, now)
    return count


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
