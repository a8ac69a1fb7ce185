"""French words: how people spell them in an SMS, which carry no meaning here, which give a reason.

Everything is folded: no case, no accents, apostrophes and hyphens are spaces.
"""

from reminders.inbound.lexicon.phrases import word_set

_SPELLINGS = """
g=j ai;jai=j ai;jsuis=je suis;chui=je suis;chuis=je suis;jui=je suis;jserai=je serai
jserais=je serai;jserez=je serai;jsrai=je serai;srai=serai;cerai=serai;serer=serai;sere=serai
jpeu=je peux;jpeux=je peux;jpe=je peux;jpx=je peux;jpourrai=je pourrai;jpourai=je pourrai;px=peux
jvien=je viens;jviens=je viens;jviendrai=je viendrai;jviendré=je viendrai;jarrive=j arrive
jvé=je vais;jvais=je vais;jvai=je vais;jve=je vais;jdois=je dois;jannule=j annule;janule=j annule
jconfirme=je confirme;jconfirm=je confirme;confirm=confirme;confrime=confirme;comfirme=confirme
comfirmer=confirmer;jveu=je veux;jveux=je veux;jvoudrai=je voudrai;jvoudrais=je voudrai
jpense=je pense;jcrois=je crois;jsais=je sais;chai=je sais;jme=je me;jvous=je vous
cest=c est;ya=il y a;tkt=pas de probleme;pb=probleme;pbl=probleme;prob=probleme
problemes=probleme;probleme=probleme;soucis=souci;soucy=souci
jy=j y;acc=accord;e=est;et=et;pa=pas;ps=pas;poin=pas;nn=non;nan=non;nah=non;nop=non;nope=non
nein=non;negatif=non;nonn=non
wi=oui;ui=oui;oue=oui;ouai=oui;ouais=oui;ouii=oui;ouiii=oui;ouuui=oui;ouui=oui;yep=oui;yeah=oui
yes=oui;yess=oui;oiu=oui;oiui=oui;oi=oui;moui=peut etre;mouais=peut etre
okay=ok;okey=ok;oki=ok;okk=ok;okok=ok;dac=ok;dak=ok;dacc=ok;dacor=ok;daccord=ok;dacord=ok
dakor=ok;acord=accord;accor=accord
davance=d avance;davence=d avance;avence=avance
mrc=merci;mrci=merci;mci=merci;merc=merci;mersi=merci;mercii=merci;thx=merci;thanks=merci;thank=merci
bcp=beaucoup;bcps=beaucoup;bjr=bonjour;bonjou=bonjour;bj=bonjour;slt=salut
bsr=bonsoir;bonsoire=bonsoir;cc=coucou;hello=bonjour;hi=bonjour;svp=svp;stp=svp;sv=svp;please=svp
dsl=desole;desl=desole;dzl=desole;dsle=desole;desolee=desole;desoler=desole;desoles=desole;deso=desole
desolees=desole;sorry=desole;navree=desole;navre=desole;navres=desole
rdvs=rdv;rd=rdv;rv=rdv;rendezvous=rdv;rdvou=rdv;rendevous=rdv;rdvz=rdv;rdvv=rdv
ajd=aujourdhui;auj=aujourdhui;ojd=aujourdhui;ajdh=aujourdhui;demin=demain;dem1=demain;2main=demain
tjs=toujours;tjr=toujours;tjrs=toujours;pr=pour;ds=dans;pcq=parce que;pck=parce que;psk=parce que
parceque=parce que;paske=parce que;ms=mais;vs=vous;ns=nous;qd=quand
mm=meme;tt=tout;tte=toute;tlm=tout le monde;mtn=maintenant;mnt=maintenant;biento=bientot
nimporte=n importe;pt=petit;etr=etre;etres=etre;vnir=venir;veni=venir;venire=venir
lundis=lundi;impossibl=impossible;inpossible=impossible;impossibles=impossible
malad=malade;malades=malade;hopitale=hopital;hosto=hopital;taf=travail;taff=travail;bosse=travaille
w=travail;enf=enfant;bb=bebe;bbe=bebe;mn=min;mins=min;minute=min;minutes=min;mins=min
retar=retard;retards=retard;peutetre=peut etre;peutre=peut etre;ptetre=peut etre;ptet=peut etre
c=c est;s=s;jp=je peux;ke=que;k=que;ki=qui;koi=quoi;kan=quand;kel=quel;pk=pourquoi;pq=pourquoi
pourkoi=pourquoi;keske=est ce que;eske=est ce que;esque=est ce que;tel=telephone;num=numero
numeros=numero;no=non;nm=numero;msg=message;messages=message;mess=message;texto=sms;textos=sms
"""

SPELLING: dict[str, str] = {
    written: meant
    for written, _, meant in (entry.partition("=") for entry in _SPELLINGS.replace("\n", ";").split(";") if entry)
}

# Words worth reading through one slip of the finger; none has a neighbour that means otherwise.
OFTEN_MISTYPED = word_set(
    "annuler annulez annulation reporter decaler deplacer confirmer confirme present presente "
    "impossible disponible empechement demain bonjour desole probleme numero trompez hopital "
    "malade rendez pouvoir viendrai viendrons pourrai pourrons retard"
)

# Words that change nothing even beside a cancellation.
NEUTRAL = word_set("""
    je j nous on moi la le les l c est mon ma mes donc alors car parce puisque comme et
    euh ah oh ben bah bon hein lol mdr voila
""")
# Words that change nothing beside a yes, or in a clause of their own.
NEUTRAL_ELSEWHERE = NEUTRAL | word_set("""
    a au aux de d du des un une ce cet cette notre nos votre vous petit petite pour en y que vos
    fils fille bebe enfant enfants il elle ils elles sont sommes etait suis ai bien tres
    encore cause raison raisons grace suite rdv dire informe
    informer signale previens prevenir prevenez tiens ecris contacte message reponse avoir eu aurai
    beaucoup trop aussi tout tous toute toutes meme quand toujours meilleure meilleures
""")

# Said in passing, anywhere in a sentence: taken out before phrases are looked for.
IN_PASSING = word_set(
    "malheureusement helas vraiment finalement effectivement egalement sincerement desormais totalement"
)

REASONS = word_set("""
    malade maladie fievre grippe gastro varicelle bronchiolite rhume toux tousse vomit vomi otite
    angine covid virus hopital hospitalise hospitalisee hospitalises urgence urgences accident
    operation opere operee blesse blessee travail travaille travailler boulot employeur patron
    formation ecole examen entretien voiture vehicule panne bus train metro greve transport
    transports imprevu imprevus empechement contretemps deces decede decedee enterrement obseques
    deuil demenage demenagement voyage vacances deplacement etranger pays conge conges medecin
    dentiste neige verglas meteo route fatigue fatiguee epuisee accouche accouchement
    garde enceinte mal bloque bloquee coince coincee reunion obligation familial familiale
    familiaux personnel personnelle professionnel professionnelle sante indisposee convocation
    prefecture avocat tribunal ramadan aid funerailles clinique pediatre allaite naissance
    """)
