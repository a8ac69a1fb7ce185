"""French phrases by meaning, in the order in which they are looked for.

The order is part of the meaning: what negates, asks, or speaks of somebody else is marked before
what would read as a yes or a no (``je ne peux pas annuler`` before ``je ne peux pas``).
"""

from reminders.inbound.lexicon.french_answers import ANSWERS
from reminders.inbound.lexicon.french_circumstances import CIRCUMSTANCES
from reminders.inbound.lexicon.french_sets import SETS
from reminders.inbound.lexicon.phrases import Rule, rule, words_of

_ORDER = """
    STOP WRONG QUAND SOFT POLITE HELP KEEP PAST LATE REF HABIT SEEYOU WHEN HOUR SAY WHY WITH WHO BRINGS OTHER ADULT
    ABSENT CANT REQUEST CANCEL NOMOVE MOVE RECENT TAKES YES FINE OUI NON THANKS DOUBT ASK
"""
_PHRASES = ANSWERS | CIRCUMSTANCES

RULES: tuple[Rule, ...] = tuple(rule(tag, _PHRASES[tag], SETS) for tag in _ORDER.split())
KNOWN_WORDS = words_of(*_PHRASES.values(), *SETS.values())
