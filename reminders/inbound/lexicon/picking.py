"""Words around a letter, a rank or a day that picks one of several dates; and the ways to say that none fits."""

from reminders.inbound.lexicon.phrases import word_set
from reminders.inbound.reading import fold, read

FILLER = word_set(
    "ok oui d accord daccord dac je j on nous prend prends prendre prendrai prenons choisis choix choisit prefere "
    "preferons veux veut voudrais voudrai plutot va vas ira irait me m nous convient conviendrait arrange parfait tres "
    "bien merci beaucoup svp stp s il vous plait bonjour bonsoir madame monsieur cordialement le la l les un une pour "
    "moi option lettre numero reponse date rdv rendez creneau proposition celui celle du de des a au ce c est bon sera "
    "serait possible alors va y donc ca "
    "yes ok please thanks thank you the option i take choose prefer is fine good for me on at "
    "si por favor gracias la opcion el dia quiero prefiero sim obrigada obrigado opcao o quero prefiro "
    "da multumesc varianta va rog prefer evet tesekkurler lutfen olsun "
) | word_set(fold("так дякую будь ласка варіант شكرا نعم"))

RANKS = {
    "1": 1, "premier": 1, "premiere": 1, "1er": 1, "first": 1, "primera": 1, "primeira": 1, "prima": 1, "birinci": 1,
    "2": 2, "deuxieme": 2, "second": 2, "seconde": 2, "segunda": 2, "doua": 2, "ikinci": 2,
    "3": 3, "troisieme": 3, "third": 3, "tercera": 3, "terceira": 3, "treia": 3, "ucuncu": 3,
    "derniere": -1, "dernier": -1, "last": -1,
}  # fmt: skip
ORDINAL_MARKS = word_set("er ere e eme ieme nd nde le la l numero choix option")

TAKES_NOTHING = word_set("pas ne n ni ou sauf non mais si annuler annule annulez not or but hayir no nu")

_NONE_FITS = (
    "aucun, aucune, aucun merci, aucune merci, non aucun, non aucune, aucun des trois, aucune des trois, aucun des 3, "
    "aucune des 3, aucun des deux, aucune des deux, aucune date, aucun ne me convient, aucune ne me convient, "
    "aucun ne convient, aucune ne convient, aucune ne va, aucun ne va, aucun me convient, aucune me convient, "
    "aucun ne m arrange, aucune ne m arrange, aucune de ces dates, aucune de ces dates ne me convient, "
    "aucun de ces creneaux, aucun de ces jours, pas possible, non pas possible, ni a ni b ni c, rien ne va, "
    "rien ne convient, pas ces dates, pas ces jours la, aucun desole, aucune desolee, non, non merci, non desolee, "
    "none, none of them, none thanks, neither, no, no thanks, ninguno, ninguna, ninguno gracias, nenhum, nenhuma, "
    "nenhuma obrigada, nenhuma serve, niciuna, niciunul, nu, hicbiri, hicbiri olmaz, hayir, жодна, жоден, жодного, "
    "жодна не підходить, ні, لا شيء, ولا واحد, لا"
)
NONE_FITS = frozenset(" ".join(token.word for token in read(fold(phrase))) for phrase in _NONE_FITS.split(","))
