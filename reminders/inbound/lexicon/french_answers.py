"""French phrases that answer: comes, does not come, takes what is offered, moves, is late, stops, is somebody else.

The syntax is that of :mod:`reminders.inbound.lexicon.phrases`.
"""

from typing import Final

ANSWERS: Final[dict[str, str]] = {
    "STOP": r"""
        {ne}? m envoyez plus (?:de|d|vos|ces|aucun)? (?:sms|message|mail)?
        arretez? (?:de|d) (?:m|nous) (?:envoyer|ecrire|contacter|harceler|deranger)
        arretez? (?:de|d) (?:m|nous) (?:envoyer|ecrire) (?:des|vos|ces|de) (?:sms|message)
        arretez? (?:les|vos|ces|tous|l) (?:sms|message|envoi|envois)
        (?:je|j) {ne}? (?:veux|souhaite) {nt} (?:recevoir)? (?:de|d|vos|ces|des)? (?:sms|message)
        (?:je|j) {ne}? (?:veux|souhaite) {nt} etre contacte\w*
        stop (?:sms|message)
        arretez? avec (?:vos|les|ces) (?:sms|message)
        (?:me)? (?:desabonn|desinscri)\w+
    """,
    "WRONG": r"""
        (?:vous)? (?:vous)? (?:etes)? trompe[rzs]? (?:de|d) (?:numero|personne|destinataire)
        vous (?:vous)? (?:devez|etes) (?:vous)? trompe\w*
        vous vous (?:etes)? trompe\w*
        vous (?:devez)? (?:faites|faire) erreur
        (?:vous)? avez? (?:fait)? (?:une)? erreur (?:de|d) (?:numero|personne|destinataire)
        (?:c|ce|il)? (?:est|s agit|y a)? (?:un|d une|une)? (?:mauvais|faux) (?:numero|destinataire)
        (?:c|ce)? (?:est)? (?:une)? mauvaise personne
        (?:c|il|ce)? (?:est|y a|doit y avoir)? (?:une)? erreur (?:de|d) (?:numero|personne|destinataire)
        (?:ce)? {ne}? (?:c)? est pas (?:le|mon) bon numero
        pas le bon numero
        (?:je|j) {ne}? suis pas (?:la|cette) (?:personne|dame|madame)
        (?:je|j) {ne}? suis pas (?:la bonne personne|mme|madame|mr|monsieur)
        (?:ce|c)? {ne}? (?:est|etait) pas moi $
        (?:c|ce) est qui
        qui (?:est ce|etes vous|est|c est|est tu|es tu)
        vous etes qui
        (?:je|j) {ne}? (?:vous)? connais? pas (?:cette personne|ce monsieur|cette dame)
        (?:je|j) {ne}? vous connais? pas
        (?:je|j)? {ne}? connais? personne (?:de|d|a) (?:ce|cet) nom
        (?:je|j) {ne}? ai pas (?:d|de) (?:enfant|enfants|bebe)
        (?:ce)? {ne}? (?:c)? est (?:pas|plus) (?:le|son) (?:numero|telephone) (?:de|d)
        (?:ce)? {ne}? (?:c)? est (?:pas|plus) (?:mon|mes|son) (?:numero|enfant|fils|fille|bebe)
        connais? pas
        inconnu (?:au|a) (?:bataillon|ce numero)
    """,
    "HELP": r"""
        (?:besoin|demande)? (?:d|de)? aide
        help
        comment (?:faire|ca marche|dois je|on fait|annuler|je fais|confirmer)
        comment (?:faire)? pour {an}
        (?:je|j)? {ne}? (?:ai)? (?:comprends?|comprend|compris) (?:pas|rien)
        (?:je|j)? {ne}? (?:ai)? (?:pas|rien) (?:bien)? compris?
    """,
    "KEEP": r"""
        {ne}? (?:{can}|{will}|{want}|{fin_come}) {nt} {of}? {an}
        {ne}? (?:l|les|vous|me)? {an} (?:surtout|donc)? pas
        (?:surtout)? {ne}? (?:surtout)? pas {of}? {an}
        (?:sans|pas besoin|plus besoin|jamais|hors de question) {of}? {an}
    """,
    "PAST": r"""
        (?:viens|vient|venons) (?:de|d) (?:l|le)? {an}
        (?:ai|as|avons|avez|ont|ete|etait|avait|avais|avions) (?:deja|bien|ete|tout)? {an}
        (?:est|soit|serait|sera|etait|sont) (?:deja|bien|donc|toujours)? {an}
        impossible (?:de|d|l) {an}
        {an} impossible
        {an} (?:mon|ma|l|la|cette|votre) (?:annulations?|reponse|message|rappel)
        (?:{rdv}) annulee?s?
        {an} (?:mon|ma|mes|le|la|les|l|un|une|d|cet|cette|celui|celle)? (?:dentiste|medecin|pediatre|voyage|\
            vacances|reunion|travail|formation|conges?|train|entretien|autres?|tout|tous|toutes|celui|celle|\
            abonnement|commande|inscription)
        {an} (?:le|la|les|ce|cette|son|mon|un)? (?:vaccins?|vaccination|pesee|bilan)
        (?:pu|arrive|arrivons|reussi|reussis|voulu|failli|pense|pensais|hesite) {of}? {an}
        (?:si|comment|lien|cas|frais|pourquoi|peux|puis|peut|possible|ou) (?:je)? {of}? {an}
        chang\w+ (?:d|de|mon|notre|l)? (?:avis|adresse|numero|telephone|nom|email|mail)
        (?:adresse|numero|telephone|nom|email|mail) (?:a|ai|est|va)? chang\w+
    """,
    "LATE": r"""
        {i}? (?:aurai|aurais|aurons|aura|serai|serais|serons|sera) peut etre (?:\d+ {min}|un peu|quelques {min}|\
            un petit)? (?:de|en|du) retard
        {i}? {ne}? (?:{can}|{fin_be}|vais) pas (?:pouvoir)? (?:etre|venir|arriver)? (?:la)? a l heure
        {i}? {ne}? (?:vais)? pas (?:pouvoir)? etre a l heure
        (?:{i})? (?:{fin_be}|vais|aurai|aurais|aurons|risque|allons|va|vais avoir) (?:d|de|etre|un peu|\
            legerement)? (?:etre|en|du|un|un peu)? (?:en|de|petit|peu)? retard
        avec? (?:un|\d+|du)? (?:peu|petit|{min})? (?:de|d)? retard
        (?:un)? (?:peu|petit|leger) (?:de|d|en)? retard
        en retard
        (?:{i})? (?:suis|sommes|est)? (?:coince\w*|bloque\w*) (?:dans|sur|par) (?:les|la|le|l)? \
            (?:bouchons?|embouteillages?|route|autoroute|metro|circulation|trafic)
        \d+ {min} (?:de|d)? retard
        retard (?:de|d)? (?:\d+|quelques|un|une|dix|quinze|vingt|cinq|trente) (?:{min}|quart)? (?:d heure)?
        (?:{i})? (?:arrive|arrivons|serai la|suis la|arriverai|viens) dans? (?:\d+|quelques|dix|quinze|\
            vingt|cinq) {min}
        (?:je|j|on|nous)? (?:suis|sommes|est) (?:en route|en chemin|sur la route)
        (?:{i})? arriv\w+ (?:un peu)? (?:plus tard|en retard)
        (?:du|de|de la|un peu de) retard
        retard $
    """,
    "ABSENT": r"""
        (?:{i}|{child})? {ne}? (?:{can}) {nt} (?:pouvoir|du tout|malheureusement|helas|donc)? {attend}
        {i}? {ne}? (?:{will}) {nt} (?:pouvoir|du tout)? {attend}
        {child} {ne}? (?:va|vont) {nt} pouvoir {attend}
        (?:{i}|{child})? {ne}? (?:{will}) {nt} pouvoir $
        (?:{i}|{child})? {ne}? (?:{fin_come}) (?:donc|malheureusement|finalement)? {nt}
        (?:{i}|{child})? {ne}? (?:{fin_be}) (?:malheureusement|donc|finalement)? {nt} {there}
        (?:{i}|{child})? (?:{fin_be}) (?:absente?s?|indisponibles?|indispo|empeche\w*|pas dispo|pas disponible)
        (?:{i})? (?:{fin_be}) dans l (?:impossibilite|incapacite) de {attend}
        (?:{i})? {ne}? (?:suis|sommes|serai|serons) pas en (?:mesure|capacite|etat) (?:de|d) {attend}
        (?:{i})? (?:prefere|preferons|prefererais) {ne}? pas {attend}
        {ne} pas {attend}
        (?:il)? (?:m|nous)? (?:est|sera|etait|serait) (?:totalement|vraiment)? impossible (?:pour (?:moi|\
            nous))? (?:de|d) {attend}
        (?:c|ce)? (?:est)? impossible (?:pour (?:moi|nous)|<WHO>)? (?:de|d) {attend}
        pas (?:possible|moyen) (?:de|d) {attend}
        {ne}? pas {there} $
        pas venir
        (?:je|nous|on) {ne}? y (?:serai|serais|serons|vais|va|sera) {nt}
        {ne}? (?:ira|irai|irons) {nt}
    """,
    "CANT": r"""
        (?:{i})? {ne}? (?:{can}) {nt} (?:du tout)? $
        (?:{i})? {ne}? (?:{will}) {nt} $
        (?:c|ce|ca|cela)? {ne}? (?:m|nous)? (?:est|sera|va etre|serait) (?:vraiment)? (?:pas|plus|\
            impossible) (?:possible)? (?:pour (?:moi|nous)|<WHO>)? $
        pas (?:possible|moyen) (?:pour (?:moi|nous)|<WHO>)? $
        impossible (?:pour (?:moi|nous)|<WHO>)? $
        empeche\w* $
        (?:{i})? (?:ai|avons|a) (?:eu)? (?:un|eu un) (?:empechements?|imprevus?|contretemps) \
            (?:de derniere minute|pour <WHEN>|<WHEN>)? $
        empechement (?:de derniere minute)? $
        c est mort (?:pour (?:moi|nous)|<WHO>|<WHEN>)? $
        pas (?:dispo|disponibles?|libre) $
        (?:{i})? {ne}? ai (?:pas|plus) besoin (?:de|d|du)? <REF>?
        plus besoin (?:de|d|du)? <REF>?
        (?:{i})? {ne}? (?:veux|souhaite|voulons|veut) (?:plus|pas) (?:de|d|du|ce|le)? <REF>
        (?:je|j)? (?:me)? desist\w+
        (?:je|j) renonc\w+ (?:a|au)? <REF>?
        (?:{i})? (?:laiss|liber|rend|ced|donn)\w+ (?:ma|la|notre|le) (?:place|creneau|<REF>)
    """,
    "REQUEST": r"""
        (?:pouvez|pourriez|pourrez|pouriez|peux|pourrais|peut) (?:vous|tu) (?:<POLITE>|<SOFT>|bien)? (?:l|\
            me|nous|m)? {an}
        vous (?:pouvez|pourrez) {an} <REF>
    """,
    "CANCEL": r"""
        (?:{i})? (?:{want}) (?:{of})? (?:bien)? (?:l)? {an}
        (?:merci|priere) (?:de|d)? (?:bien)? (?:vouloir)? (?:nous|me|l)? {an}
        (?:veuil\w+|voulez) (?:vous)? (?:bien)? (?:l|me|nous)? {an}
        (?:il)? (?:faut|faudrait|faudra) (?:l)? {an}
        (?:je|j|on|nous) (?:vous|l)? {an}
        (?:je|j)? (?:vous|m)? (?:ecris|contacte|appelle|permets|envoie) (?:ce message)? (?:pour|afin d|afin \
            de|de|d) {an}
        (?:c est|ce message est|ce message|message) (?:pour|afin d|afin de) {an}
        <REF> a {an}
        (?:une|l|d|demande d|mon|cette)? {an}
        (?:{want}|merci de|veuillez|pouvez vous|je)? (?:me)? (?:supprim|suprim)\w+ <REF>
    """,
    "NOMOVE": r"""
        (?:pas|plus|sans|jamais|ni|aucun) (?:\w+)? (?:\w+)? (?:{mv})
    """,
    "MOVE": r"""
        (?:{mv})
        (?:un|d|le|vers)? (?:autre|nouveau) (?:jour|moment|creneau|horaire|rdv|date|<REF>|semaine|fois)
        (?:une|d|la)? (?:autre|nouvelle) (?:date|fois|heure|semaine|disponibilite|proposition|<REF>)
        d autres (?:dates|jours|creneaux|disponibilites|horaires|<REF>)
        (?:avez|auriez) (?:vous)? autre chose
        (?:avez|auriez) (?:vous)? (?:quelque chose)? plus (?:tard|tot) (?:dans la (?:journee|matinee|semaine))?
        plutot (?:un|le|en|dans|la)? (?:{day}|matin|aprem|apres midi|soir|semaine)
    """,
    "TAKES": r"""
        {i} (?:le|la|l)? (?:prends?|prenons|prendrai|prendrons) (?:{slot})? $
        {i} (?:{will}|veut) (?:bien)? (?:le|la|l)? prendre (?:{slot})? $
        {i} (?:le|la|l)? accept(?:e|ons) (?:{slot})? $
        {i}? (?:{fin_be})? preneu(?:r|rs|se|ses) (?:de|pour)? (?:{slot})? $
    """,
    "YES": r"""
        (?:oui)? (?:{i})? (?:vous)? confirm(?:e|ons|er|ez|es|ee|é)? (?:bien)? (?:ma|notre|la|sa)? \
            (?:presence|venue|participation|<REF>)?
        (?:{i}) (?:{fin_come}|viens) (?:bien|avec plaisir|<QUAND>)?
        (?:{i})? y (?:serai|serais|serons|vais|va|allons|sera)
        (?:{i}) (?:{fin_be}|seras) (?:bien|tous|toutes|deja|<QUAND>)? {there}
        (?:{fin_be}) (?:bien)? {there}
        (?:{i}) (?:{can}|{will}) (?:bien|toujours)? {attend}
        (?:{i})? (?:arrive|arrivons) $
        (?:{i})? (?:maintien\w*|gard\w*|conserv\w*) <REF>
        (?:vous)? (?:pouvez|peux|peut) compter sur (?:moi|nous|notre presence|ma presence)
        presente?s? $
        presente?s? (?:au|a) <REF>
        (?:je)? {ne}? (?:oublie|oublierai|manquerai|raterai) pas
        sans faute
        {i}? {ne}? (?:ai|avons) pas oublie
        {i} (?:{fin_be}|arriv(?:e|ons|erai|erons)) (?:bien)? (?:a l heure|ponctuel\w*)
        presente?s? (?:tous|toutes) les (?:deux|trois|quatre|\d)
        {i} (?:{fin_be}) (?:bien)? {there} a l heure
    """,
    "FINE": r"""
        (?:il|y|il n y|n y|ya)? (?:a|en a)? (?:pas|aucun|sans|0|zero) (?:de|d)? (?:probleme|souci|soucis)
        (?:ca|sa|cela|c est) (?:me|nous)? (?:marche|roule|va|convient|joue|gere) (?:tres bien|bien|\
            parfaitement)? (?:pour (?:moi|nous)|<WHO>)?
        c est (?:bon|note|ok|parfait|compris|entendu|d accord|valide|bien note|super|tout bon|confirme|sur|\
            vu) (?:pour (?:moi|nous)|<WHO>)?
        d accord
        accord
        ok (?:pour (?:moi|nous|ca))?
        (?:bien)? (?:note|compris|entendu)
        (?:avec)? (?:grand)? plaisir
        volontiers
        parfait\w*
        nickel
        super
        top
        genial
        impeccable
        tres bien
        bien (?:sur|entendu)
        evidemment
        absolument
        tout a fait
        exact\w*
        certainement
        affirmatif
        valide
        carrement
        comme (?:prevu|convenu)
        emojioui
    """,
    "OUI": r"""
        oui (?:oui|bien sur|tout a fait|avec plaisir|volontiers)?
    """,
    "NON": r"""
        non
    """,
}
