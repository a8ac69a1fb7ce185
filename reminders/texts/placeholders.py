"""What a text may say, by the names that people write: `{quand}`, `[si à confirmer : …]`."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Word:
    """A placeholder or a condition: its name in a text, the fact that fills it, and what to tell who writes."""

    name: str
    fact: str
    meaning: str


PLACEHOLDERS = (
    Word("quand", "moment", "le jour de la semaine, la date et l’heure"),
    Word("jour", "day", "le jour et la date"),
    Word("heure", "hour", "l’heure"),
    Word("lieu", "place", "le lieu, neutre pour un service discret"),
    Word("lien", "link", "l’adresse de la page du rendez-vous ou de la proposition"),
    Word("téléphone", "phone", "le numéro à appeler"),
    Word("site", "site", "l’adresse du site"),
    Word("nombre", "count", "combien de rendez-vous ce jour-là"),
    Word("autres", "others", "les heures des autres rendez-vous du jour, ou d’autres créneaux"),
    Word("code", "code", "le code à recopier"),
    Word("échéance", "deadline", "l’heure jusqu’à laquelle répondre"),
    Word("choix", "choices", "les réponses possibles, avec leur lettre ou leur numéro"),
    Word("ancien", "replaces", "la date du rendez-vous que la proposition remplace"),
    Word("période", "span", "les jours de l’absence"),
    Word("essai", "trial", "un texte que l’on essaie"),
    Word("message", "words", "ce qu’un agent a écrit"),
    Word("touchés", "hit", "combien de rendez-vous l’absence touche"),
)

CONDITIONS = (
    Word("à confirmer", "asks", "la famille n’a pas encore dit si elle vient"),
    Word("plusieurs", "others", "il y a d’autres rendez-vous ce jour-là"),
    Word("même heure", "same_time", "seul le professionnel change"),
    Word("par le service", "by_service", "le service annule"),
    Word("plus personne", "leaves", "plus personne de la famille ne vient"),
    Word("elle garde le sien", "keeps", "la famille garde le rendez-vous qu’elle a"),
    Word("plus proposée", "withdrawn", "la place est retirée, ou ne peut pas être donnée à la famille"),
    Word("encore libre", "free_again", "le créneau proposé est encore libre, pour tout le monde"),
    Word("les deux", "both", "on peut répondre les deux"),
    Word("sans choix", "must_move", "le rendez-vous ne peut pas être gardé"),
    Word("parti", "gone", "l’agent ne reçoit plus cette famille"),
    Word("prescripteur", "prescriber", "le message va à qui a pris le rendez-vous pour la famille"),
    Word("des rendez-vous touchés", "hit", "l’absence touche des rendez-vous"),
)

_FILLED = {word.name: word.fact for word in (*PLACEHOLDERS, *CONDITIONS)}


@dataclass(frozen=True, slots=True)
class Named:
    """Facts, under the names that texts use: each is looked for when a text asks for it."""

    facts: Mapping[str, object]

    def get(self, name: str) -> object:
        """The fact of that name; None when nothing is known, or no such name is."""
        fact = _FILLED.get(name)
        return self.facts.get(fact) if fact else None
