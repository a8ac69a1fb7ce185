"""Bare answers: numbers, letters and offers' codes."""

import re
from collections.abc import Sequence
from itertools import pairwise

from reminders.inbound.lexicon.french_words import SPELLING
from reminders.inbound.lexicon.phrases import word_set
from reminders.inbound.reading import BOUND, fold, read
from reminders.inbound.reply import ALL_OPTIONS, Intent, Reply

_NUMBER_WORDS = {
    "1": "un une premier premiere one uno um bir unu один один",
    "2": "deux deuxieme second seconde two dos dois iki doi два deuxiem",
    "3": "trois troisieme three tres uc trei три",
    "4": "quatre quatrieme four cuatro quatro dort patru чотири",
}
_NUMBERS = {fold(word): digit for digit, listed in _NUMBER_WORDS.items() for word in listed.split()}
_ORDINAL = word_set("er ere e eme nd nde ieme")
_FILLER = word_set(
    "le la l numero no n choix option reponse rdv rendez vous pour alors donc "
    "merci svp bonjour bonsoir cordialement est desole"
)
_POINTING = word_set("celui celle de du d au a annuler annule annulez j je ce la prochain")
_DAYS = {
    written: day[:3]
    for day in ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
    for written in (day, day[:3])
}
_SAID = {"oui": Intent.YES, "ok": Intent.YES, "non": Intent.NO}
_STANDS_FOR = {"yes": Intent.YES, "no": Intent.NO}
# What the families write around a code: 4F7. Hours, ranks and distances have the same shape.
_CODE = re.compile(
    r"(?:(?P<said>oui|ok|yes|non|no|si|evet|da)[\s,.:!-]*)?(?P<code>[0-9a-z]{3})\W*"
    r"(?:(?:merci|svp|beaucoup|thanks|thank you|gracias|bonjour)\W*)*"
)
# What begins so, and goes on in words: "non 4F7, je ne peux pas".
_LED_BY_CODE = re.compile(r"\s*(?:oui|ok|non)[\s,.:!-]+(?P<code>[0-9a-z]{3})\b", re.IGNORECASE | re.ASCII)
_NOT_A_CODE = re.compile(r"\d+(?:h\d*|e|er|eme|m|mn|min|j|km)$|[hj]\d+")


def read_code(text: str) -> Reply | None:
    """``OUI 4F7``, ``non 4f7.``, ``4F7``: the code of an offer, with its yes or no."""
    found = _CODE.fullmatch(fold(text).strip())
    if not found:
        return None
    code = found["code"]
    if not _is_a_code(code):
        return None
    said = {"non": Intent.NO, "no": Intent.NO}.get(found["said"] or "", Intent.YES)
    return Reply(Intent.CODE, "code", code.upper(), said if found["said"] else None)


def led_by_code(text: str) -> tuple[str, str] | None:
    """The code right after the first word, and the text without it; None when there is none, or nothing else."""
    found = _LED_BY_CODE.match(text)
    if not found or not _is_a_code(found["code"].casefold()):
        return None
    return found["code"].upper(), f"{text[: found.start('code')]} {text[found.end('code') :]}"


def code_in(text: str) -> str | None:
    """The offer's code that a reply carries."""
    alone, led = read_code(text), led_by_code(text)
    return alone.choice if alone else (led[0] if led else None)


def _is_a_code(code: str) -> bool:
    mixed = any(char.isdigit() for char in code) and any(char.isalpha() for char in code)
    return mixed and not _NOT_A_CODE.match(code)


def read_choice(words: Sequence[str], options: Sequence[str]) -> Reply | None:
    """The option that a bare answer names; ``None`` if it does not just name one.

    ``options``: keys as they were offered ("A", "1"), each alone or with what it stands for:
    ``1=yes``, ``2=no``.
    """
    meanings = {key.casefold(): value for key, _, value in (o.partition("=") for o in options)}
    left = [SPELLING.get(word, word) for word in words if word not in {BOUND, "emojimerci"}]
    if _names_all(left) and _STANDS_FOR.keys().isdisjoint(meanings.values()):
        return Reply(Intent.WHICH, "all", ALL_OPTIONS)
    said = {_SAID[word] for word in left if word in _SAID}
    left = [word for word in left if word not in _SAID and word not in _FILLER]
    left = [word for i, word in enumerate(left) if not (i and word in _ORDINAL)]
    keys = {_NUMBERS.get(word, word) for word in left}
    if len(left) != 1 or not keys <= meanings.keys() or len(said) > 1:
        return None
    return _chosen(keys.pop(), meanings, next(iter(said), None))


def _chosen(key: str, meanings: dict[str, str], said: Intent | None) -> Reply | None:
    stands_for = _STANDS_FOR.get(meanings[key])
    if stands_for is None:
        # "non 1": not that one, or no, the first one?
        return None if said is Intent.NO else Reply(Intent.WHICH, "option", key.upper(), said)
    if said not in {None, stands_for}:
        return None
    return Reply(stands_for, "option", key.upper())


def _names_all(words: list[str]) -> bool:
    left = [word for word in words if word not in {"merci", "svp", "oui", "ok"}]
    return " ".join(left) in {"les deux", "les 2", "tous", "toutes", "tout", "tous les deux", "both"}


def read_label(words: Sequence[str], options: Sequence[str]) -> Reply | None:
    """The only option whose description holds the day or hour of the answer ("celui de mardi")."""
    if _parts_until_then(words):
        return None
    left = [word for word in words if word != BOUND and word not in _FILLER | _POINTING]
    labels = {key: _marks(label) for key, _, label in (o.partition("=") for o in options)}
    wanted = {mark for word in left for mark in _marks(word)}
    if not wanted or len(wanted) != len(left):
        return None
    keys = [key for key, marks in labels.items() if wanted <= marks]
    return Reply(Intent.WHICH, "label", keys[0].upper()) if len(keys) == 1 else None


def _parts_until_then(words: Sequence[str]) -> bool:
    """Whether it says "à jeudi": until then, not that one."""
    return any(word == "a" and after in _DAYS for word, after in pairwise(words))


def _marks(text: str) -> set[str]:
    """Days as "mar", hours as ``@09:30``, dates as ``#12/03``."""
    words = [text] if text.startswith(("@", "#")) else [token.word for token in read(text)]
    days = {_DAYS[word] for word in words if word in _DAYS}
    return days | {word for word in words if word.startswith(("@", "#"))}
