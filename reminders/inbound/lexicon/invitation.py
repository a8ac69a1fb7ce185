"""How families say, to an invitation to book what comes next, that they need none, or that they want one."""

from reminders.inbound.lexicon.phrases import word_set
from reminders.inbound.reading import fold, read

AROUND = word_set(
    "bonjour bonsoir madame monsieur merci beaucoup svp stp s il vous plait cordialement bonne journee soiree desole "
    "desolee emojimerci finalement"
)
"""Words that change nothing, wherever they stand."""

# Each set is what one of these may be said with; all words of a message must be known.
NO_NEED = word_set("besoin interesse interessee interesses inutile")
DONE = word_set("deja ailleurs")
WHO_AND_WHAT = word_set(
    "non c est ca cela fait faite faits vu vue vus vaccine vaccinee vaccin vaccins examen visite consultation rappel "
    "suivi suivie suivis pris a ete ete on l j ai n en ne y il elle ils nous avons avez je suis sommes sont pas plus "
    "aucun aucunement d de du des le la les un une ce cet cette mon ma notre fils fille enfant bebe petit petite par "
    "chez avec au aux pediatre medecin docteur generaliste traitant pmi rdv rendez vous pour lui donc bon car y "
    "sera moi"
)
NEGATIONS = word_set("pas plus aucun inutile")

WANTING = word_set(
    "veux voudrais voudrai voudrait veut voulons aimerais aimerai souhaite souhaiterais souhaitons prendre prenez "
    "volontiers avance"
)
WANTED = word_set(
    "oui ok d accord je j on nous un une rdv rendez vous bien ce le prochain suivant pour mon ma notre fils fille "
    "enfant bebe petit petite avoir prendre moi lui interesse interessee suis me de avec grand plaisir"
)

_ELSEWHERE = (
    "no, no thanks, no thank you, no need, not needed, no need thanks, not interested, already done, it s already "
    "done, no already done, we don t need it, i don t need it, no gracias, no hace falta, no lo necesito, no necesito, "
    "ya esta hecho, ya lo hicimos, no ya esta hecho, nao, nao obrigada, nao obrigado, nao preciso, nao e preciso, "
    "ja esta feito, ja foi feito, hayir, hayir tesekkurler, gerek yok, ihtiyacim yok, ihtiyacimiz yok, zaten yapildi, "
    "nu, nu multumesc, nu e nevoie, nu este nevoie, nu am nevoie, nu avem nevoie, deja facut, s a facut deja, "
    "ні, ні дякую, не потрібно, не треба, вже зроблено, вже зробили, لا, لا شكرا, لا داعي, لا حاجة, لا أحتاج, "
    "لا نحتاج, تم بالفعل, لسنا بحاجة"
)
ELSEWHERE = frozenset(" ".join(token.word for token in read(fold(phrase))) for phrase in _ELSEWHERE.split(","))
