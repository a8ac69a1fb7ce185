"""Sets of French words that phrases share, written ``{name}`` in them."""

from typing import Final

SETS: Final[dict[str, str]] = {
    "i": "je|j|on|nous|moi je|nous on|moi j",
    "child": "mon fils|ma fille|mon bebe|le bebe|bebe|mon enfant|mes enfants|les enfants|"
    "le petit|la petite|les petits|mon petit|ma petite|ma puce|mon loulou|mes filles|mes fils|"
    "les jumeaux|il|elle|ils|elles",
    "adult": "(?:mon|ma|son|sa|le|la|leur|ton|une|un) (?:mari|femme|epouse?|epoux|conjointe?|"
    "compagnon|compagne|copain|copine|pere|mere|papa|maman|mamie|papi|papy|grand mere|grand pere|"
    "belle mere|beau pere|soeur|frere|tante|tonton|oncle|cousine?|nounou|voisine?|ami|amie|ex|"
    "educateur|educatrice|assistante? maternelle|famille d accueil|tata)|papa|maman|mamie|"
    "quelqu un|son mari|l educatrice|l educateur|l assistante maternelle",
    "ne": "ne|n|en",
    "nt": "pas|plus|point",
    "can": r"peu[xts]?|pe|pouvons|po[uv]r+(?:ai|ais|ait|e|ez|er|ons|ont|a|as)|pouvai[st]",
    "will": r"vais|vai|va|allons|compte|comptons|veu[xt]?|voulons|souhaite|souhaitons|desire",
    "want": r"voudrai[st]?|voudrions|voudrez|souhait\w+|veu[xt]|veu|voulons|aimerai[st]?|"
    r"aimerions|prefer\w+|desir\w+|vais|allons|va|dois|doit|doi|devons|devrai|suis oblige\w* d?e?|"
    r"suis contraint\w* d?e?|sommes contraint\w* d?e?|sommes oblige\w* d?e?|sommes force\w* d?e?|"
    r"suis dans l obligation de?|"
    r"me vois contrainte? de?|vous demande (?:de|d|l)|demande (?:de|d|l)|vous prie de?|"
    r"me permets de?|tiens a|viens pour|suis force\w* de?|prefererai[st]?",
    "attend": r"(?:y )?(?:venir|assister|aller|y aller|etre (?:bien )?(?:la|presente?s?|"
    r"disponibles?|dispo|au rdv|des votres|parmi vous)|me presenter|nous presenter|se presenter|"
    r"me rendre disponible|me rendre|nous rendre|se rendre|etre <REF>|venir <REF>|me deplacer|"
    r"nous deplacer|se deplacer|me liberer|"
    r"nous liberer|se liberer|honorer|honore|y etre|m y rendre|nous y rendre|vous rejoindre|"
    r"me rendre disponible|faire le deplacement|participer $|l amener|l emmener|"
    "(?:amener|emmener) (?:<NAME>|mon fils|ma fille|mon bebe|le bebe|mon enfant|mes enfants|les enfants|"
    "le petit|la petite|mes filles|mes fils)|"
    r"venir (?:au|a|le|pour le|pour|a mon|a notre|a ce) rdv|assurer|m y presenter)",
    "fin_come": r"vien[st]?|venons|viendr(?:ai|ais|ait|e|er|ez|ons|a|ont)",
    "fin_be": r"suis|serai[st]?|serez|sera|serons|seront|sommes|seron",
    "there": r"la|<REF>|presente?s?|presant\w*|dispo|disponibles?|libres?|au rdv|au rendez vous|"
    r"des votres|en mesure de venir|en etat de venir|en capacite de venir|present\w* au rdv",
    "an": r"an+ul+(?:e|es|er|ez|ee|ees|ent|ai|ais|ait|ons|erai|erais|ation|ations)?|annler|anler",
    "rdv": r"rdv|rendez vous|rende vou|rendez vou|consultation|visite|vaccins?|vaccination|seance|"
    r"atelier|pesee|creneau|entretien|bilan|venue|presence",
    "slot": "(?:la|cette|l|ce|le|votre) (?:place|creneau|offre|proposition|horaire)|<REF>|celui|celle",
    "of": "de|d|du|l|le|a|au",
    "day": "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche",
    "month": "janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre",
    "mv": r"report(?!age)\w*|deca(?:l|ll)\w*|deplac(?!ement)\w*|repouss\w*|modifi\w*|"
    r"avanc(?!e )\w*|(?<! d )(?<! l )(?<! par )(?<! en )avance|"
    r"chang\w+|reprogramm\w*|replanifi\w*|postpos\w*",
    "ill": "malade|malades|hospitalise\\w*|fatigue\\w*|enceinte|bloque\\w*|coince\\w*|souffrante?s?|fievreu\\w+|"
    "alite\\w*|contagieu\\w+|epuise\\w*|blesse\\w*|opere\\w*|au travail|a l hopital|aux urgences|a l ecole|"
    "au boulot|a la clinique|a l etranger|au bled|au pays|a la maternite|pas bien|cas contact",
    "illness": "fievre|grippe|gastro|varicelle|bronchiolite|rhume|toux|otite|angine|covid|virus|"
    "empechements?|imprevus?|contretemps|urgence|urgences|reunion|formation|examen|entretien|deces|"
    "enterrement|accident|panne|obligation|conjonctivite|rhino|boutons|bronchite|scarlatine|mal",
    "where": "(?:au|a|le|la|l|mon|ma|ce|cette|cet|notre|votre|du|de|un|une|son|mes|les|nos|pour|d|"
    "pour le|pour mon|de mon|de ce|de notre|de la|a mon|a ce|a notre|a la|de cette|pour la|"
    "pour ce|pour notre)",
    "who": "(?:pour|de|a|d)",
    "min": "min|h|heure",
}
