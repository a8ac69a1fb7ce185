"""What is written back to an invitation, in its own words: pure. Every word is known, or nothing is made of it.

"Pas besoin" and "déjà fait" mean something here that they mean nowhere else: said of an appointment they are a doubt.
"""

from collections.abc import Collection

from reminders.inbound.answers_to_invitations import NOT_NEEDED, WANTS
from reminders.inbound.lexicon.invitation import (
    AROUND,
    DONE,
    ELSEWHERE,
    NEGATIONS,
    NO_NEED,
    WANTED,
    WANTING,
    WHO_AND_WHAT,
)
from reminders.inbound.mentions import mentions_of
from reminders.inbound.reading import BOUND, read
from reminders.inbound.reply import Intent, Reply


def read_invited(text: str, *, names: Collection[str]) -> Reply | None:
    """A refusal, or the wish to book; None when it says neither for sure. `names` of the children and parents."""
    tokens = read(text)
    words = [token.word for token in tokens if token.word not in (BOUND, *AROUND)]
    if not words or "?" in words:
        return None
    # Of whom the family speaks does not change what it says; whether it is of all of them is judged by the mentions.
    said = set(words) - set(names)
    if " ".join(words) in ELSEWHERE or _not_needed(said):
        return Reply(Intent.NO, NOT_NEEDED, mentions=mentions_of(tokens))
    if not WANTING.isdisjoint(said) and said <= WANTING | WANTED:
        return Reply(Intent.YES, WANTS)
    return None


def _not_needed(said: set[str]) -> bool:
    """It is done already, or somewhere else; or a no, and the need."""
    if not said <= NO_NEED | DONE | WHO_AND_WHAT:
        return False
    needs, negated = not NO_NEED.isdisjoint(said), not NEGATIONS.isdisjoint(said)
    return (needs and negated) or (not negated and not DONE.isdisjoint(said))
