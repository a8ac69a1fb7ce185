"""French phrases around an answer: politeness, moments, people, questions, doubts.

The syntax is that of :mod:`reminders.inbound.lexicon.phrases`.
"""

from typing import Final

CIRCUMSTANCES: Final[dict[str, str]] = {
    "QUAND": r"""
        quand meme
    """,
    "SOFT": r"""
        si possible
        si c est possible
        s il (?:vous|te|v) plai\w+
        s il (?:vous|te)
        (?:d|par|a l) avance
    """,
    "POLITE": r"""
        (?:re)? (?:bonjour|bonsoir|salut|coucou) (?:a vous|a toi|a tous|madame|monsieur|docteur|mesdames)?
        (?:je suis)? (?:vraiment|sincerement|tres|encore|toutes mes)? desole (?:pour (?:ce|le|cet|la) \
            (?:contretemps|derangement|delai|retard|gene|desagrement|empechement))?
        (?:je|j)? (?:vous prie de)? (?:veuillez)? (?:bien)? (?:m |nous )?(?:excuser|excusez|excuse|excuses|\
            pardonner) (?:moi|nous|m|pour le derangement|du derangement)?
        (?:veuillez)? (?:m|nous) (?:en)? excuser
        merci (?:de|d)? (?:bien)? (?:vouloir)? (?:m|nous) (?:en)? excuser
        toutes (?:mes|nos) excuses (?:pour (?:le|ce) (?:derangement|contretemps))?
        (?:mes|nos) excuses
        pardon
        svp
        cordialement
        bien (?:cordialement|a vous)
        (?:je vous souhaite)? (?:une|passez une)? (?:bonne|belle|excellente) (?:journee|soiree|semaine|fin \
            de journee|fin de semaine|reception|apres midi|nuit) (?:a vous|aussi)?
        (?:bon|bonne)? (?:week end|weekend|we)
        madame monsieur
        madame
        monsieur
        mme
        mr
        docteur
        a bientot
        (?:gros)? (?:bisous|bises|bisou)
        salutations
    """,
    "REF": r"""
        {where}? {rdv}
        (?:au|a la|a l|de la|de l|a)? (?:pmi|mds|centre|maison du departement)
    """,
    "HABIT": r"""
        (?:le|les|tous les|chaque) (?:{day})s? $
        (?:le|les|tous les|chaque) (?:{day})s? (?:et|matin|aprem|apres|ou)
        (?:en|a|par) (?:voiture|bus|train|metro|pied|velo|tram|tramway|taxi|transports?)
        (?:vous|te) confirme (?:ca|cela)? (?:demain|ce soir|{day}|dans|plus tard|des que)
        (?:re)?confirmer(?:ai|ais|ons)
        a confirmer
        {fin_come} {nt} (?:que)? pour
        en avance
        {i} {can} (?:bien)? {attend} (?:a|vers|pour|apres|avant|qu a|des)? @\S+
        absente?s? (?:du|de|des|au|a|le|les|chez|toute?|tous)
        au lieu (?:de|d|du)
        le (?:matin|soir|midi|week end)
        l (?:aprem|apres midi)
        pour (?:le moment|l instant)
        en ce moment
        actuellement
        jusqu (?:au|a|en)
        message automatique
        reponse automatique
    """,
    "SEEYOU": r"""
        a (?:{day}|demain|tout a l heure|toute|la semaine prochaine|tantot) (?:alors|donc|matin|prochain)? $
        a tres (?:vite|bientot)
    """,
    "WHEN": r"""
        (?:de|a|d|du|pour|le|ce|pour le)? (?:demain|aujourdhui|aujourd hui|apres demain) (?:matin|aprem|\
            apres midi|midi|soir)?
        (?:de|pour|d|du)? (?:ce|cet|cette) (?:matin|midi|soir|aprem|apres midi|apres|jour)
        (?:de|du|pour|a|ce|pour le|pour ce|de ce|le)? (?:{day}) (?:prochain|matin|midi|soir|aprem|apres midi)?
        (?:du|le|ce|au|pour le|de|{day}|le {day}|du {day}|ce {day})? (?:\d+|1 er|premier) (?:er)? (?:{month})
        (?:du|le|ce|au|pour le|de)? (?:{day}) (?:le)? (?:\d+|\#\S+)
        (?:du|le|au|pour le) (?:\d+|\#\S+)
        \#\S+
        (?:a|de|pour|vers) midi
        (?:de)? (?:la semaine prochaine|cette semaine|tout a l heure|tantot)
    """,
    "HOUR": r"""
        (?:a|de|pour|d|vers|a partir de|pour les)? @\S+
    """,
    "WHY": r"""
        (?:{i}|{child})? (?:est|sont|suis|sommes|etait) (?:tres|trop|encore|toujours|tout|tous|tombe\w*|\
            toutes)? (?:{ill})
        (?:{i}|{child})? (?:est|sont|suis|sommes) positi(?:f|fs|ve|ves) (?:au|a la|a)? (?:{illness})?
        (?:je)? travail (?:demain|<WHEN>)? $
        (?:{i}|{child})? (?:a|ai|avons|ont) (?:eu)? (?:de la|la|le|une|un|du|des|les|beaucoup de|de)? \
            (?:grosse?|petite?|forte)? (?:{illness}) (?:familiale?|professionnelle?|de derniere minute|au \
            (?:ventre|dos))?
        (?:{i}|{child})? (?:a|ai|avons|ont)? (?:travaill\w+|bosse|tousse|vomit|demenage|accouche|dort)
        (?:{i})? (?:ai|avons) (?:deja)? (?:un|d)? (?:autres?)? <REF>
        il y a (?:une|un|la|de la|des)? (?:greve|neige|verglas|travaux|tempete|inondations?) (?:des|de|du)? \
            (?:bus|trains?|transports?|metro|tram)?
        (?:ma|la|notre) (?:voiture|vehicule) est (?:en panne|cassee|au garage|hs)
        malades? $
        (?:{i}|{child})? (?:est|sont|suis|sommes)? en (?:panne|vacances|formation|deplacement|conges?|\
            voyage|greve|reunion|arret|travail|entretien)
        en arret (?:maladie|de travail)
        (?:suite|cause|raison) (?:a|d|de|du) (?:un|une|la|le|l|ma|mon)? \w+
        (?:a|en) (?:cause|raison) (?:d|de|du) (?:un|une|la|le|l|ma|mon)? \w+
        {i}? {ne}? (?:ai|avons|a) (?:pas|plus|aucun) (?:de|d|le|la)? (?:moyen de|solution de)? (?:voiture|\
            transports?|permis|garde|nounou|argent|temps|choix|essence|vehicule|poussette|mode de garde)
    """,
    "SAY": r"""
        {i}? (?:vous|tiens a vous)? (?:informe|informer|previens|prevenir|signale|signaler|dire|annonce|\
            ecris|ecris pour vous dire|confirme|avise) (?:<SOFT>)? que
    """,
    "WITH": r"""
        avec <NAME>
        avec (?:mon fils|ma fille|mon bebe|le bebe|bebe|mon enfant|mes enfants|les enfants|le petit|la \
            petite|les petits|lui|elle|eux|nous|moi|ma puce|mes filles|mes fils|les jumeaux)
    """,
    "WHO": r"""
        (?:tous|toutes) les (?:deux|trois|quatre)
        {who} <NAME>
        {who} (?:mon fils|ma fille|mon bebe|le bebe|bebe|mon enfant|mes enfants|les enfants|le petit|la \
            petite|les petits|lui|elle|eux|nous|moi|ma puce|mes filles|mes fils|les jumeaux)
    """,
    "BRINGS": r"""
        (?:c est)? {adult} (?:qui)? (?:viendra|vient|va venir|sera la|sera present|l amenera|l amene|va l amener|\
            va l emmener|l emmene|l emmenera|l accompagne|l accompagnera) <WITH>? <REF>? $
    """,
    "OTHER": r"""
        (?:c est)? {adult} (?:qui)? (?:va|vient|viendra|sera|peut|pourra|s|se|l|y|le|la) (?:venir|l|la|le|y|\
            bien|les)? (?:amener\w*|emmener\w*|accompagner\w*|la|present\w*|ira|avec|deposer\w*|occupe|\
            charge)? (?:avec)? (?:lui|elle|eux|nous|moi)?
        {adult} (?:l|la|le|les) \w+
        (?:l|la|le|les)? (?:amenera|amene|emmenera|emmene|accompagnera|accompagne|deposera|depose|remplacera|remplace)
        a ma place
        avec {adult}
    """,
    "ADULT": r"""
        {adult} (?:{ne})? (?:{can}|{will}|{fin_be}|{fin_come}|peut|est) {nt}
        sans {adult}
    """,
    "RECENT": r"""
        (?:{i})? (?:viens|vient|venons) (?:de|d) (?:l |le |la |vous |m |me )?\w+
    """,
    "THANKS": r"""
        (?:un grand|grand|mille)? merci (?:beaucoup|bien|infiniment|encore)? (?:a vous|a toi|d avance|par \
            avance|pour \
            tout|pour le rappel|pour votre (?:message|rappel|comprehension|retour|reponse)|de votre \
            (?:comprehension|message|rappel)|du rappel|de m avoir prevenu\w*|pour l info\w*|de votre part|\
            mille fois)?
        bien recu
        recu
        emojimerci
        c est gentil
        je vous remercie (?:beaucoup|par avance|d avance|pour votre (?:message|comprehension)|de votre comprehension)?
        (?:en)? vous remerciant (?:d avance|par avance)?
        (?:avec)? (?:tous)? (?:mes|nos) remerciements
        (?:de|pour) votre (?:comprehension|message|rappel|retour|reponse)
    """,
    "DOUBT": r"""
        peut etre
        (?:je|j|on)? (?:pense|crois|croit|suppose|imagine|espere|doute|hesite)
        pas (?:sur|sure|certain|certaine|encore sur)
        {ne}? (?:sais|sait|savons) pas
        normalement
        probablement
        surement
        sans doute
        eventuellement
        essay\w+
        essai
        sauf
        sinon
        au cas ou
        ou
        si
        /
        voir
        verr(?:ai|ons|a)
        depend
        regarde
        (?:re)?confirmer(?:ai|ais|ons)
        a confirmer
        attends?
        attendre
        absence
        automatique
        redis
        dis
        dit
        dirai
        erreur
        trompee?s?
        rigole
        blague
        tiens (?:vous)? au courant
        (?:r)?appel\w*
        emojinon
        faudrait
    """,
    "ASK": r"""
        est ce (?:que|qu|possible|bien|toujours)?
        (?:puis|pouvez|pourriez|peut|pouvons|pourrait|dois|avez|etes|serait|est) (?:je|vous|on|nous|il|elle)
        savoir
        combien
        comment
        pourquoi
        quand
        quell?e?s?
        quoi
        qui
        quelqu
        (?:je)? (?:voulais|voudrais|aimerais|souhaite) (?:vous)? (?:demander|poser|savoir|parler)
        question
    """,
}
