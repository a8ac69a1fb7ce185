"""Judging a French message: which clauses it has, what each says, and whether doubt remains.

A cancellation is read only from a clause every word of which is known, in a message where no
other clause asks, hesitates, negates, or names somebody else who might come.
"""

import re
from collections import Counter

from reminders.inbound.clauses import ATTENDANCE, Clause, Message
from reminders.inbound.lexicon.french_phrases import KNOWN_WORDS, RULES
from reminders.inbound.lexicon.french_sets import SETS
from reminders.inbound.lexicon.french_words import (
    IN_PASSING,
    NEUTRAL,
    NEUTRAL_ELSEWHERE,
    OFTEN_MISTYPED,
    REASONS,
    SPELLING,
)
from reminders.inbound.lexicon.phrases import word_set
from reminders.inbound.reading import BOUND, Token
from reminders.inbound.reply import AS_PLANNED, TAKES, Intent

_KNOWN = KNOWN_WORDS | NEUTRAL_ELSEWHERE | REASONS | set(SPELLING)
_CONTRAST = frozenset({"mais", "cependant", "pourtant"})
_OPENING = word_set("car parce puisque comme et donc alors")
_HARMLESS = word_set("THANKS POLITE SEEYOU WHEN HOUR SAY WHY REF WHO WITH SOFT QUAND NAME")
_BESIDE_TAKES = word_set("TAKES YES OUI FINE THANKS POLITE SOFT REF WHEN HOUR QUAND WHO NAME")
_STOPPERS = word_set("DOUBT ASK KEEP PAST ADULT OTHER BRINGS WITH HABIT NOMOVE HELP LATE")

_COMING = word_set("venir vient viens viendra viendrai viendront ira iront sera seront present presente")

_CANCELS = re.compile(SETS["an"])

# How many words may be unknown in a clause that only explains ("ma voiture fait des siennes").
REASON_BUDGET = 5


def judge(tokens: list[Token]) -> tuple[Intent, str]:
    """The intent of a French message and a stable word that says why."""
    message = understand(tokens)
    tags = message.tags
    for tag, intent in (("STOP", Intent.STOP), ("WRONG", Intent.WRONG_NUMBER)):
        if tags[tag]:
            doubtful = intent is Intent.WRONG_NUMBER and _agrees(tags)
            return (Intent.UNCLEAR, "yes_and_more") if doubtful else (intent, tag.lower())
    if tags["MOVE"]:
        return _judge_move(tags)
    if tags["HELP"]:
        return (Intent.UNCLEAR, "help_and_more") if tags["YES"] else (Intent.HELP, "help")
    if message.question and not _polite_request(message):
        return Intent.UNCLEAR, "question"
    return _judge_answer(message)


def _judge_answer(message: Message) -> tuple[Intent, str]:
    tags = message.tags
    if tags["TAKES"]:
        return _judge_take(message)
    if any(tags[tag] for tag in ATTENDANCE) or tags["NON"]:
        return _judge_no(message)
    if tags["YES"] or tags["OUI"] or tags["FINE"]:
        return _judge_yes(message)
    return _judge_rest(message)


def _agrees(tags: Counter[str]) -> bool:
    return bool(tags["YES"] or tags["OUI"] or tags["FINE"])


def understand(tokens: list[Token]) -> Message:
    """Mark every phrase, then cut at the edges of clauses."""
    words = " ".join(word for word in _spell(tokens) if word not in IN_PASSING).replace("c est est ", "c est ")
    text = f" {words} |"
    for each in RULES:
        text = each.mark(text)
    parts = text.split()
    starts = [i for i, part in enumerate(parts) if part in _CONTRAST]
    decided = [i for i, part in enumerate(parts) if part.strip("<>") in _DECISIVE]
    contrast = bool(starts and decided and max(starts) > min(decided))
    return Message(tuple(_clauses(parts)), "?" in parts, contrast, bool(_AS_PLANNED.search(f" {words} ")))


# "Comme prévu", "on garde le rdv": who says so asks for nothing, even of a service ("gardez-moi la place").
_AS_PLANNED = re.compile(
    r" (?:prevue?s?|convenue?s?|maintenue?s?"
    r"|(?:garde|gardons|garder|maintiens?|maintient|maintenons|conserve|conservons)"
    r" (?:\w+ )?(?:rdv|rendez vous|celui)) "
)
_DECISIVE = ATTENDANCE | {"NON", "YES", "OUI", "FINE"}


def _clauses(parts: list[str]) -> list[Clause]:
    clauses: list[list[str]] = [[]]
    for part in parts:
        if part in {BOUND, "?"} or part in _CONTRAST:
            clauses.append([])
        elif part in _OPENING:
            clauses.append([part])
        else:
            clauses[-1].append(part)
    return [_clause(clause) for clause in clauses if clause]


def _clause(parts: list[str]) -> Clause:
    tags = tuple(part.strip("<>") for part in parts if part.startswith("<"))
    words = tuple(part for part in parts if not part.startswith("<"))
    return Clause(tags, words)


def _judge_move(tags: Counter[str]) -> tuple[Intent, str]:
    if tags["YES"] or tags["KEEP"] or tags["PAST"]:
        return Intent.UNCLEAR, "more_than_a_move"
    return Intent.MOVE, "move"


def _judge_no(message: Message) -> tuple[Intent, str]:
    tags = message.tags
    if tags["YES"]:
        return _judge_both(message)
    if tags["OUI"] or (tags["FINE"] and not any(tags[tag] for tag in ATTENDANCE)):
        return Intent.UNCLEAR, "yes_and_no"
    if any(tags[tag] for tag in _STOPPERS):
        return Intent.UNCLEAR, "doubt"
    if message.contrast_after:
        return Intent.UNCLEAR, "contrast"
    if message.takes_back or message.sends_another or _only_an_hour(message):
        return Intent.UNCLEAR, "restricts"
    firm = any(tags[tag] for tag in ATTENDANCE)
    if tags["NON"] > 1 and not firm:
        return Intent.UNCLEAR, "insists"
    if not all(_supports_no(clause, firm=firm) for clause in message.clauses):
        return Intent.UNCLEAR, "unknown_words"
    return Intent.NO, _strength(tags, firm=firm)


def _strength(tags: Counter[str], *, firm: bool) -> str:
    """How a no is said: it orders ("annulez"), states ("je ne viens pas"), or only answers ("non")."""
    if tags["CANCEL"] + tags["REQUEST"]:
        return "cancels"
    return "cannot_come" if firm else "refuses"


def _only_an_hour(message: Message) -> bool:
    """As "je ne peux pas venir à 9h", which may mean another hour, unless it gives a reason or the day."""
    tags = message.tags
    explained = any(clause.explains for clause in message.clauses)
    cancels = tags["CANCEL"] or tags["REQUEST"]
    return bool(tags["HOUR"] and not (tags["WHEN"] or tags["REF"] or explained or cancels))


def _supports_no(clause: Clause, *, firm: bool) -> bool:
    """Whether a clause says no, or leaves a no that stands elsewhere as it is."""
    if any(tag in ATTENDANCE for tag in clause.tags):
        cancels = clause.tags.count("CANCEL") + clause.tags.count("REQUEST")
        return cancels <= 1 and NEUTRAL.issuperset(clause.words)
    if not firm:
        # A bare "non" is about attendance only if nothing else is said, or if a reason is.
        return (clause.explains and not clause.unknown) or not (clause.words or clause.has("REF"))
    if clause.explains:
        return len(clause.unknown) <= REASON_BUDGET and _COMING.isdisjoint(clause.words)
    return not clause.unknown


def _judge_both(message: Message) -> tuple[Intent, str]:
    """As "non non je viens": insisting, then a plain statement. Anything else is a doubt."""
    tags = message.tags
    reassuring = tags["NON"] >= 2 or (tags["NON"] == 1 and (tags["FINE"] or tags["KEEP"]))
    if reassuring and not any(tags[tag] for tag in ATTENDANCE):
        return _judge_yes(message)
    return Intent.UNCLEAR, "yes_and_no"


def _judge_yes(message: Message) -> tuple[Intent, str]:
    tags = message.tags
    if any(tags[tag] for tag in ("DOUBT", "ASK", "PAST", "ADULT", "HABIT", "NOMOVE")):
        return Intent.UNCLEAR, "doubt"
    if tags["KEEP"] and not (tags["YES"] or tags["NON"]):
        return Intent.UNCLEAR, "doubt"
    if message.contrast_after and not tags["LATE"]:
        return Intent.UNCLEAR, "contrast"
    if any(clause.negates for clause in message.clauses):
        return Intent.UNCLEAR, "negation"
    unknown = sum(len(clause.unknown) for clause in message.clauses)
    budget = 3 if tags["YES"] else 1
    if unknown > budget:
        return Intent.UNCLEAR, "unknown_words"
    if message.as_planned:
        return Intent.YES, AS_PLANNED
    return Intent.YES, "comes" if tags["YES"] else "agrees"


def _judge_take(message: Message) -> tuple[Intent, str]:
    """As "oui je prends la place": with nothing beside it that could be about something else."""
    if message.contrast_after or not _BESIDE_TAKES.issuperset(message.tags):
        return Intent.UNCLEAR, "doubt"
    if any(clause.unknown or clause.negates for clause in message.clauses):
        return Intent.UNCLEAR, "unknown_words"
    return Intent.YES, TAKES


def _judge_rest(message: Message) -> tuple[Intent, str]:
    tags = message.tags
    unknown = sum(len(clause.unknown) for clause in message.clauses)
    if tags["LATE"] and not any(tags[tag] for tag in ("DOUBT", "ASK")):
        negated = any(clause.has("LATE") and clause.negates for clause in message.clauses)
        return (Intent.UNCLEAR, "negation") if negated else (Intent.LATE, "late")
    if tags["BRINGS"] and not unknown and all(tag in _HARMLESS | {"BRINGS"} for tag in tags):
        return Intent.YES, "somebody_brings"
    if unknown or any(tag not in _HARMLESS for tag in tags):
        return Intent.UNCLEAR, "not_understood"
    if tags["SEEYOU"]:
        return Intent.YES, "see_you"
    if tags["THANKS"]:
        return Intent.THANKS, "thanks"
    return Intent.UNCLEAR, "not_understood"


def is_late(words: list[str]) -> bool:
    """Whether the message says that somebody will be late."""
    return any(clause.has("LATE") for clause in understand([Token(w) for w in words]).clauses)


def names_in(tokens: list[Token]) -> list[str]:
    """Capitalised words that are not French vocabulary, folded."""
    return [token.word for token, word in zip(tokens, _spell(tokens), strict=True) if word == "<NAME>"]


def _polite_request(message: Message) -> bool:
    """Whether it asks for it: "pouvez-vous annuler mon rendez-vous ?" does, "je peux annuler ?" does not."""
    return bool(message.tags["REQUEST"])


def _spell(tokens: list[Token]) -> list[str]:
    """Words as a dictionary would have them; a capitalised unknown word is a name."""
    words: list[str] = []
    for index, token in enumerate(tokens):
        word = SPELLING.get(token.word) or _mend(token.word)
        starts = index == 0 or tokens[index - 1].word in {BOUND, "?"}
        if token.capital and word not in _KNOWN and (not starts or _signature(tokens, index)):
            word = "<NAME>"
        words.append(word)
    return words


def _signature(tokens: list[Token], index: int) -> bool:
    """Whether the rest of the message is capitalised unknown words: the sender's name."""
    rest = [token for token in tokens[index:] if token.word != BOUND]
    return index > 0 and len(rest) <= 3 and all(token.capital and token.word not in _KNOWN for token in rest)


def _mend(word: str) -> str:
    if len(word) < 5 or word in _KNOWN or not re.fullmatch("[a-z]+", word) or _CANCELS.fullmatch(word):
        return word
    return next((known for known in OFTEN_MISTYPED if one_slip(word, known)), word)


def one_slip(written: str, meant: str) -> bool:
    """Whether one letter is missing, added, changed, or two neighbours are swapped."""
    if abs(len(written) - len(meant)) > 1:
        return False
    start = 0
    while start < min(len(written), len(meant)) and written[start] == meant[start]:
        start += 1
    left, right = written[start:], meant[start:]
    if len(left) == len(right):
        return left[1:] == right[1:] or (left[:2] == right[1::-1] and left[2:] == right[2:])
    longer, shorter = (left, right) if len(left) > len(right) else (right, left)
    return longer[1:] == shorter
