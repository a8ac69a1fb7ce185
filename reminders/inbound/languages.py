"""Understanding a message in the contact's language, when all of it is in the tables."""

from collections.abc import Iterable

from reminders.inbound.lexicon.languages import LANGUAGES, MINUTES, ORDERS, Phrases
from reminders.inbound.lexicon.phrases import word_set
from reminders.inbound.reading import BOUND, fold, read
from reminders.inbound.reply import Intent

_POLITE, _REASON = "polite", "reason"
_INTENTS = {
    "yes": Intent.YES,
    "no": Intent.NO,
    "move": Intent.MOVE,
    "late": Intent.LATE,
    "help": Intent.HELP,
    "stop": Intent.STOP,
    "wrong": Intent.WRONG_NUMBER,
}
_SAFE_WITH_A_QUESTION = frozenset({Intent.MOVE, Intent.HELP, Intent.WRONG_NUMBER})
_NEGATIONS = word_set(
    fold(
        "can cannot won not no nu não nao не ні لا لن "
        "gelemem gelemiyorum gelemeyecegim gelemeyecegiz gelmiyorum gelmeyecegim"
    )
)
Table = dict[tuple[str, ...], str]


def _table(phrases: Phrases) -> Table:
    return {
        tuple(token.word for token in read(fold(phrase))): meaning
        for meaning, listed in phrases._asdict().items()
        for phrase in listed.split(",")
        if phrase
    }


_TABLES: dict[str, Table] = {code: _table(phrases) for code, phrases in LANGUAGES.items()}
_ORDERS = tuple(fold(stem) for stem in ORDERS)
_MINUTES = frozenset(fold(word) for word in MINUTES)
_OTHER_SCRIPTS = ("ar", "uk")


def may_negate(words: Iterable[str]) -> bool:
    """Whether a word negates in one of these languages ("no anular" is not "non, annuler")."""
    return not _NEGATIONS.isdisjoint(words)


def understand(words: list[str], *, language: str) -> tuple[Intent, str] | None:
    """Intent and reason, or ``None`` when a word is unknown or two answers disagree.

    The contact's language first, then English, then the languages of other scripts, which no
    French word can be taken for.
    """
    for code in dict.fromkeys((language, "en", *_OTHER_SCRIPTS)):
        meanings = _meanings(words, _TABLES.get(code, {}))
        intent = _one_intent(meanings, question="?" in words) if meanings is not None else None
        if intent:
            return intent, "cancels" if intent is Intent.NO and _orders(words) else f"{intent.value}_{code}"
    return None


def _meanings(words: Iterable[str], table: Table) -> list[str] | None:
    """What the phrases say, longest first; ``None`` if a word is left over.

    "I can't cancel" holds two phrases that say no and means neither: after a no, the next one
    must negate by itself, or stand beyond a comma.
    """
    left = _without_minutes([word for word in words if word not in {"?", "emojimerci", "emojioui"}])
    meanings: list[str] = []
    after_no = False
    while left:
        if left[0] == BOUND:
            left, after_no = left[1:], False
            continue
        size = next((n for n in range(min(8, len(left)), 0, -1) if tuple(left[:n]) in table), 0)
        meaning = table.get(tuple(left[:size]))
        says_no = meaning == "no"
        if meaning is None or (after_no and says_no and _NEGATIONS.isdisjoint(left[:size])):
            return None
        meanings.append(meaning)
        after_no = says_no
        left = left[size:]
    return meanings


def _orders(words: Iterable[str]) -> bool:
    return any(word.startswith(_ORDERS) for word in words)


def _without_minutes(words: list[str]) -> list[str]:
    """How long somebody will be late does not change that."""
    spoken = [i for i, word in enumerate(words) if word in _MINUTES and i and words[i - 1].isdigit()]
    return [word for i, word in enumerate(words) if i not in spoken and i + 1 not in spoken]


def _one_intent(meanings: list[str], *, question: bool) -> Intent | None:
    said = {_INTENTS[meaning] for meaning in meanings if meaning not in (_POLITE, _REASON)}
    if _REASON in meanings and said not in ({Intent.NO}, {Intent.NO, Intent.MOVE}, {Intent.MOVE}):
        return None
    if said == {Intent.YES, Intent.LATE}:
        return Intent.YES
    if said == {Intent.NO, Intent.MOVE}:
        return Intent.MOVE
    if not said and meanings:
        return Intent.THANKS if not question else None
    if len(said) != 1 or (question and not said <= _SAFE_WITH_A_QUESTION):
        return None
    return said.pop()
