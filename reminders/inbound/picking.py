"""Which of the dates that were proposed an answer picks: pure.

"A", "b.", "la 2e", "C merci", "celle de jeudi", "aucune". A bare digit is no letter: the reminder before had another
meaning for it. What is not picked for sure is asked again.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from reminders.inbound.lexicon.picking import FILLER, NONE_FITS, ORDINAL_MARKS, RANKS, TAKES_NOTHING
from reminders.inbound.mentions import is_part_of_a_moment, mentions_of, stands_at
from reminders.inbound.reading import BOUND, Token, fold, read
from reminders.inbound.reply import NO_OPTION

# How the letters are typed on other keyboards: by their look in Cyrillic, by their rank in Arabic.
_LOOKS = str.maketrans("авбсابجأ", "abbcabca")
_ALONE = re.compile(r"\W*([авбсابجأ])\W*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A date under its letter; `start` on the wall clock of the place."""

    key: str
    start: datetime


def pick(text: str, proposals: Sequence[Proposal], received: datetime) -> str | None:
    """The letter of the one proposal that `text` names, ``NO_OPTION`` if it says that none fits, else None."""
    alone = _ALONE.fullmatch(fold(text))
    tokens = read(alone[1].translate(_LOOKS) if alone else text)
    words = [token.word for token in tokens if token.word not in {BOUND, "emojioui", "emojimerci"}]
    if not words or "?" in words:
        return None
    if " ".join(words) in NONE_FITS:
        return NO_OPTION
    if not TAKES_NOTHING.isdisjoint(words):
        return None
    keys = {proposal.key.casefold() for proposal in proposals}
    return _by_letter(words, keys) or _by_rank(words, proposals) or _by_moment(tokens, words, proposals, received)


def _by_letter(words: list[str], keys: set[str]) -> str | None:
    found = [i for i, word in enumerate(words) if word in keys and not _is_a_word(words, i)]
    others = [word for i, word in enumerate(words) if i not in found]
    if len({words[i] for i in found}) != 1 or not FILLER.issuperset(others):
        return None
    return words[found[0]].upper()


def _is_a_word(words: list[str], i: int) -> bool:
    """Whether the letter is that of "c'est" or of "à bientôt"."""
    after = words[i + 1] if i + 1 < len(words) else ""
    return (words[i] == "c" and after in {"est", "etait", "ok", "bon"}) or (
        words[i] == "a" and after not in {"", "merci", "svp", "s", "ok", "please", "thanks"}
    )


def _by_rank(words: list[str], proposals: Sequence[Proposal]) -> str | None:
    """A rank said as such ("la 2e", "la dernière"), unless a date proposed is that day of the month."""
    marked = not ORDINAL_MARKS.isdisjoint(words) or any(word in RANKS and not word.isdigit() for word in words)
    ranks = {RANKS[word] for word in words if word in RANKS}
    others = [word for word in words if word not in RANKS and word not in ORDINAL_MARKS]
    if not marked or len(ranks) != 1 or not FILLER.issuperset(others):
        return None
    rank = ranks.pop() % (len(proposals) + 1)
    days = {str(proposal.start.day) for proposal in proposals}
    if not 1 <= rank <= len(proposals) or any(word in days for word in words):
        return None
    return proposals[rank - 1].key


def _by_moment(tokens: list[Token], words: list[str], proposals: Sequence[Proposal], received: datetime) -> str | None:
    """The only proposal of the day or hour that is named; "à jeudi" says until then, and picks nothing."""
    mentions = mentions_of(tokens)
    loose = [word for word in words if word not in FILLER and not is_part_of_a_moment(word)]
    if not mentions or loose or any(word == "a" for word in words[:1]):
        return None
    fitting = [one for one in proposals if all(stands_at(each, one.start, received) for each in mentions)]
    return fitting[0].key if len(fitting) == 1 else None
