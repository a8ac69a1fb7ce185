"""Whether a message asks to be put on the waiting list, and nothing else: every word of it is known.

By its name, or for what it does: "prévenez-moi si une place se libère", "je voudrais un rendez-vous plus tôt".
"""

import re
from collections.abc import Sequence

from reminders.inbound.lexicon.french_words import SPELLING
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
        "tell me if an earlier time becomes free",
        "أخبروني إذا توفر موعد أقرب",
    )
)

_EARLIER = re.compile(r" (?:plus (?:tot|rapidement|vite)|plutot|avant)(?= )")
# A place that may become free, as our own button says it; "si mon rendez-vous est annulé" is about something else.
_IF_FREED = re.compile(
    r" (?:si|s|des qu|des que|quand|lorsqu|lorsque|au cas ou|(?:en )?cas (?:de|d))"
    r"(?: (?:jamais|il y (?:a|avait|aurait)|vous (?:avez|auriez)|quelqu un|une famille))*"
    r"(?: (?:une?|des|de la|la|d autres?|quelque))?"
    r" (?:place|creneau|creneaux|rdv|rendez vous|date|chose|horaire|desistement|annulation|annule|se desiste)s?"
    r"(?: (?:se liber\w+|est libre|est dispo\w*|s annule))?(?= )"
)
_TELLING = word_set(
    "prevenir prevenez previens prevenue prevenu prevenus avertir avertissez avertie averti appeler appelez rappelez "
    "contacter contactez contactee informer informez informee tenez tenir courant tenue tenu dire dites faites signe "
    "envoyez envoyer ecrivez message sms interesse interessee dispo disponible preneuse preneur"
)
# "En cas d’annulation prévenez-moi" may speak of the appointment that one has.
_OWN = re.compile(r" annul")
_OF_ANOTHER = re.compile(r" (?:quelqu un|une famille|il y|vous (?:avez|auriez)) ")
_INTERESTED = word_set("interesse interessee dispo disponible preneuse preneur")
_SLOT = word_set("rdv rendez place creneau date horaire consultation")
_WISHING = word_set(
    "voudrais voudrai voudrait aimerais aimerai souhaite souhaiterais souhaiterai veux veut voulons cherche cherchons "
    "recherche besoin possible pouvez pourriez peut peux avez auriez aurait avoir obtenir trouver svp"
)
_WISH_AROUND = word_set(
    "bonjour bonsoir merci d avance beaucoup cordialement svp s il vous plait te je j on nous moi me m vous tu un une "
    "de a en le la l mon notre pour y t est ce que qu serait etre oui ok si suis serais au emojimerci emojioui"
)


def asks_to_wait(words: Sequence[str]) -> bool:
    """ATTENTE, "liste d’attente", "mettez-moi sur liste d’attente svp"; a question only if it asks to be put there."""
    left = [word for word in words if word not in (BOUND, "?")]
    if not left:
        return False
    if " ".join(left) in _ELSEWHERE or _asks_to_be_told(left) or _wants_it_earlier(left):
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


def _asks_to_be_told(words: Sequence[str]) -> bool:
    """As "prévenez-moi si une place se libère plus tôt"."""
    plain, earlier = _EARLIER.subn("", _spelled(words))
    rest, freed = _IF_FREED.subn("", plain)
    left = set(rest.split())
    if freed != 1 or not left <= _TELLING | _WISHING | _WISH_AROUND:
        return False
    if _OWN.search(plain) and not _OF_ANOTHER.search(plain):
        return bool(earlier) or not _INTERESTED.isdisjoint(left)
    return bool(earlier) or not _TELLING.isdisjoint(left)


def _wants_it_earlier(words: Sequence[str]) -> bool:
    """As "je voudrais un rendez-vous plus tôt"."""
    rest, earlier = _EARLIER.subn("", _spelled(words))
    left = set(rest.split())
    wished = not _SLOT.isdisjoint(left) and not _WISHING.isdisjoint(left)
    return earlier == 1 and wished and left <= _SLOT | _WISHING | _WISH_AROUND


def _spelled(words: Sequence[str]) -> str:
    """The words as a dictionary would have them, between spaces."""
    return f" {' '.join(SPELLING.get(word, word) for word in words)} "


def _without_the_list(words: Sequence[str]) -> list[str]:
    for name in _LISTS:
        for start in range(len(words) - len(name) + 1):
            if tuple(words[start : start + len(name)]) == name:
                return [*words[:start], *words[start + len(name) :]]
    return list(words)
