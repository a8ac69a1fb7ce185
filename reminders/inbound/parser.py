"""Understanding what a family answered by SMS: pure, no database, no clock.

The order is the rule: an option or a code that was offered, a word that has a legal or technical
meaning on its own (STOP), then French sentences, then the contact's own language. What none of
them understands for certain is ``UNCLEAR``: the sender is asked once, a person reads the rest.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from reminders.inbound import choices, french, languages
from reminders.inbound.lexicon.phrases import word_set
from reminders.inbound.mentions import mentions_of
from reminders.inbound.reading import BOUND, Token, fold, read
from reminders.inbound.reply import ALL_OPTIONS, COMMANDS, Intent, Late, Mention, MentionKind, Reply
from reminders.inbound.waitlist_words import asks_to_wait

__all__ = ["ALL_OPTIONS", "Intent", "Late", "Mention", "MentionKind", "Reply", "parse"]

# Longer than three full SMS: a story, not an answer.
MAX_LENGTH = 480

_STOP = word_set(
    "stop arret arreter arretez fin unsubscribe desabonner desabonne desabonnez desabonnement "
    "desinscrire desinscription stopsms"
)
_START = word_set("start unstop reprendre reprise reabonner reabonnement debut abonner")
_HELP = word_set("aide help info infos")
_AROUND = word_set("sms message messages au aux les svp merci bonjour de des s il vous plait")
_DECIDED = frozenset({Intent.YES, Intent.NO})
_MINUTES = re.compile(r"(\d{1,2})\s*(?:minutes?|mins?|mn)\b")
_LATE_WORDS = word_set("late tarde retard retraso atraso atrasado atrasada")


def parse(text: str, *, language: str = "fr", options: Sequence[str] = ()) -> Reply:
    """What ``text`` says, for sure; ``UNCLEAR`` when in doubt.

    ``language``: the contact's, as ``fr``, ``ar``. ``options``: what the last message offered,
    each as it was written to the family (``A``, ``1``), with what it stands for if it is an
    answer: ``1=yes``, ``2=no``; or how it was described (``1=mardi 9h30``). After a question
    "which one?" (options that stand for no answer) a bare yes or no answers nothing.
    """
    tokens = read(text)
    words = [token.word for token in tokens]
    if not any(word != BOUND for word in words):
        return Reply(Intent.UNCLEAR, "empty")
    if len(text) > MAX_LENGTH:
        return Reply(Intent.UNCLEAR, "too_long")
    reply = _bare(text, words, options) or _beside_code(text, language)
    reply = reply or _sentence(_after_key(tokens, options), language)
    reply = _checked_against(reply, words, options)
    return replace(reply, note=_note(reply, text, words), mentions=mentions_of(tokens))


def _bare(text: str, words: list[str], options: Sequence[str]) -> Reply | None:
    if options and "?" not in words:
        choice = choices.read_choice(words, options) or choices.read_label(words, options)
        if choice:
            return choice
    if code := choices.read_code(text):
        return code
    return Reply(Intent.WAIT, "waiting_list") if asks_to_wait(words) else _keyword(words)


def _keyword(words: list[str]) -> Reply | None:
    """STOP, START, AIDE: the word alone, or with politeness or the short number it was sent to."""
    left = [w for w in words if w not in {BOUND, *_AROUND} and not re.fullmatch(r"\d{4,}", w)]
    if not left or "?" in left:
        return None
    for known, intent in ((_STOP, Intent.STOP), (_START, Intent.START), (_HELP, Intent.HELP)):
        if known.issuperset(left):
            return Reply(intent, "keyword")
    return None


def _beside_code(text: str, language: str) -> Reply | None:
    """As "non 4F7 finalement je peux pas": yes or no to the offer, when the words say the same without the code.

    An order to cancel is about more than the offer.
    """
    led = choices.led_by_code(text)
    if led is None:
        return None
    code, rest = led
    said = _sentence(read(rest), language)
    if said.intent not in _DECIDED or said.why in COMMANDS:
        return None
    return Reply(Intent.CODE, said.why, code, said.intent)


def _sentence(tokens: list[Token], language: str) -> Reply:
    words = [token.word for token in tokens]
    if language != "fr" and (understood := languages.understand(words, language=language)):
        return Reply(*understood)
    intent, why = french.judge(tokens)
    if language != "fr" and intent in _DECIDED and languages.may_negate(words):
        return Reply(Intent.UNCLEAR, "other_language")
    if intent is Intent.UNCLEAR and (understood := languages.understand(words, language=language)):
        return Reply(*understood)
    return Reply(intent, why)


def _after_key(tokens: list[Token], options: Sequence[str]) -> list[Token]:
    """The words after the number ("2 j'annule"), which is compared with them afterwards."""
    keys = {option.partition("=")[0] for option in options if "=" in option}
    return tokens[1:] if len(tokens) > 1 and tokens[0].word in keys else tokens


def _checked_against(reply: Reply, words: list[str], options: Sequence[str]) -> Reply:
    """The reply, unless it contradicts the number beside it or answers another question."""
    if reply.intent not in _DECIDED or not options or reply.why == "option":
        return reply
    meanings = {key.casefold(): value for key, _, value in (o.partition("=") for o in options)}
    if not _DECIDED & set(meanings.values()):
        return Reply(Intent.UNCLEAR, "asked_which")
    numbers = {meanings[word] for word in words if word.isdigit() and word in meanings}
    if numbers and numbers != {reply.intent.value}:
        return Reply(Intent.UNCLEAR, "number_and_words")
    return reply


def _note(reply: Reply, text: str, words: list[str]) -> Late | None:
    late = reply.intent is Intent.LATE or (
        reply.intent is Intent.YES and (french.is_late(words) or not _LATE_WORDS.isdisjoint(words))
    )
    if not late:
        return reply.note
    minutes = _MINUTES.search(fold(text))
    return Late(int(minutes[1]) if minutes else None)
