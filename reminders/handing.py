"""Hand a batch of SMS over to a provider: several requests at a time, one after the other to the same number."""

import logging
from collections import defaultdict, deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

from reminders.providers import accounts
from reminders.providers.base import ProviderError, Sent, SmsProvider, UncertainError
from reminders.wording import Ready

logger = logging.getLogger(__name__)

SENDERS = 8

Outcome = tuple[Ready, Sent | ProviderError]


class HandingOver:
    """A batch on its way to its provider, from the moment it is made. The threads never touch the database."""

    def __init__(self, ready: Sequence[Ready], provider: SmsProvider, pool: ThreadPoolExecutor) -> None:
        self.provider = provider
        self.size = len(ready)
        self._url = accounts.status_url(provider)
        self._answers: SimpleQueue[Outcome] = SimpleQueue()
        numbers: dict[str, list[Ready]] = defaultdict(list)
        for one in ready:
            numbers[one.message.to].append(one)
        self._numbers = deque(numbers.values())
        for _ in range(min(SENDERS, len(numbers))):
            pool.submit(self._hand_all_over)

    def answers(self) -> Iterator[Outcome]:
        """What the provider answers, message by message, as it comes; ends with the last one."""
        for _ in range(self.size):
            yield self._answers.get()

    def _hand_all_over(self) -> None:
        """Number after number, until none is left."""
        while True:
            try:
                of_one_number = self._numbers.popleft()
            except IndexError:
                return
            for one in of_one_number:
                self._answers.put((one, self._hand_over(one)))

    def _hand_over(self, one: Ready) -> Sent | ProviderError:
        message = one.message
        try:
            return self.provider.send(
                to=message.to, body=one.text, sender=message.sender, reference=message.key, status_url=self._url
            )
        except ProviderError as error:
            return error
        except Exception as error:  # of the adapter itself: the others leave all the same
            logger.exception("message %s: the adapter failed", message.pk)
            return UncertainError("adapter", type(error).__name__)
