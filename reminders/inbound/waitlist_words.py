"""Whether a message asks to be put on the waiting list, and nothing else: every word of it is known."""

from collections.abc import Sequence

from reminders.inbound.lexicon.phrases import word_set
from reminders.inbound.reading import BOUND, fold

# Whoever writes "en attente de votre réponse" or "plus sur liste d’attente" asks for something else.
_LISTS = (("liste", "d", "attente"), ("liste", "attente"), ("file", "d", "attente"), ("list", "attente"))
_ASKING = word_set("mettez mettre inscrire inscrivez ajouter ajoutez")
_AROUND = word_set(
    "attente bonjour bonsoir merci svp s il vous plait te plait stp je j on nous moi m me voudrais voudrai voudrait "
    "aimerais aimerai souhaite souhaiterais souhaiterai veux veut voulons etre sur en dans la une votre l sms "
    "inscription inscrite inscrit pouvez pourriez peux possible est ce que si de d pour un creneau place rdv rendez "
    "avoir plus tot oui ok emojimerci emojioui"
)
_ELSEWHERE = frozenset(
    fold(phrase)
    for phrase in (
        "waiting list",
        "waitlist",
        "lista de espera",
        "lista de așteptare",
        "bekleme listesi",
        "قائمة الانتظار",
        "список очікування",
        "черга",
    )
)


def asks_to_wait(words: Sequence[str]) -> bool:
    """ATTENTE, "liste d’attente", "mettez-moi sur liste d’attente svp"; a question only if it asks to be put there."""
    left = [word for word in words if word not in (BOUND, "?")]
    if not left:
        return False
    if " ".join(left) in _ELSEWHERE:
        return True
    if "attente" not in left or ("?" in words and _ASKING.isdisjoint(left)):
        return False
    rest = _without_the_list(left)
    bare = len(rest) == len(left)
    if bare and set(left) - word_set("attente bonjour merci svp sms oui ok emojimerci"):
        return False
    if "plus" in rest and "tot" not in rest:
        return False
    return set(rest) <= _AROUND | _ASKING


def _without_the_list(words: Sequence[str]) -> list[str]:
    for name in _LISTS:
        for start in range(len(words) - len(name) + 1):
            if tuple(words[start : start + len(name)]) == name:
                return [*words[:start], *words[start + len(name) :]]
    return list(words)
