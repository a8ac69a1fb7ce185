"""What was, will be or has been said, and what needs a person."""

from django.db import models
from django.db.models import Q

from rdv.models import Agent, Appointment, Contact, Family, Offer, Organisation, Territory, WaitingListEntry


class MessageChannel(models.TextChoices):
    SMS = "sms", "SMS"
    EMAIL = "email", "Courriel"
    CALL = "call", "Appel"


class MessageState(models.TextChoices):
    """États: they only move forward (rules §7)."""

    PLANNED = "planned", "Prévu"
    CLAIMED = "claimed", "En cours d’envoi"
    SENT = "sent", "Envoyé"
    DELIVERED = "delivered", "Reçu"
    FAILED = "failed", "Non remis"
    UNCERTAIN = "uncertain", "Incertain"
    DROPPED = "dropped", "Abandonné"
    SUPERSEDED = "superseded", "Remplacé"


class OutboundMessage(models.Model):
    """Message sortant: a row of the outbox, written in the transaction of what it tells.

    `key` names what it says to whom (appointment or offer, kind, contact, channel, version): the same
    thing is never said twice. `body` is rendered just before sending and kept as the family saw it.
    A row of the channel *call* becomes a task when it is due: nobody can be written to.
    """

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="messages", db_index=False)
    key = models.CharField(max_length=200)
    kind = models.CharField("genre", max_length=40)
    channel = models.CharField("canal", max_length=5, choices=MessageChannel)
    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, null=True, blank=True, related_name="messages", db_index=False
    )
    family = models.ForeignKey(
        Family, on_delete=models.SET_NULL, null=True, blank=True, related_name="messages", db_index=False
    )
    contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="messages")
    agent = models.ForeignKey(
        Agent, on_delete=models.SET_NULL, null=True, blank=True, related_name="messages", db_index=False
    )
    offer = models.ForeignKey(
        Offer, on_delete=models.CASCADE, null=True, blank=True, related_name="messages", db_index=False
    )
    to = models.CharField("destinataire", max_length=254)
    language = models.CharField("langue", max_length=8, default="fr")
    sender = models.CharField("expéditeur", max_length=200, blank=True)
    subject = models.CharField("objet", max_length=200, blank=True)
    body = models.TextField("texte", blank=True)
    context = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField("version du rendez-vous", default=0)
    segments = models.PositiveSmallIntegerField("segments", default=0)
    usefulness = models.PositiveSmallIntegerField("rang d’utilité", default=50)
    state = models.CharField("état", max_length=10, choices=MessageState, default=MessageState.PLANNED)
    due_at = models.DateTimeField("à envoyer à partir de")
    give_up_at = models.DateTimeField("inutile à partir de")
    next_try_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    provider = models.CharField(max_length=20, blank=True)
    provider_id = models.CharField(max_length=80, blank=True)
    reason = models.CharField("raison", max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = "message"
        ordering = ("due_at", "pk")
        constraints = [
            # `unique=True` would add a second index, for prefixes that nobody looks for.
            models.UniqueConstraint(fields=["key"], name="message_once"),
            models.UniqueConstraint(
                fields=["provider", "provider_id"], condition=~Q(provider_id=""), name="message_provider_id_once"
            ),
        ]
        indexes = [
            # None names the state: what is due or in flight is asked of `Queued`.
            models.Index(fields=["appointment", "created_at"], name="message_of_appointment"),
            models.Index(fields=["family", "created_at"], name="message_of_family"),
            models.Index(fields=["territory", "-created_at"], name="message_latest"),
            models.Index(fields=["agent"], condition=Q(agent__isnull=False), name="message_of_agent"),
            models.Index(fields=["offer"], condition=Q(offer__isnull=False), name="message_of_offer"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.get_state_display()})"


class Queued(models.Model):
    """File d’envoi: what of the outbox is under way (planned, claimed, uncertain), kept as narrow as an index.

    Triggers of the database write it with its message (migration 0005), so it can't be forgotten, and a message that
    has ended is not in it. A worker claims by holding rows here: the wide table and its indexes are written once the
    text is known, not before. `at` is when it may be claimed; of what is held, since when; of what is uncertain, when
    to ask.
    """

    message = models.OneToOneField(
        OutboundMessage, on_delete=models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="queued"
    )
    usefulness = models.PositiveSmallIntegerField("rang d’utilité")
    contact_id = models.BigIntegerField("contact, pour un rappel", null=True)
    at = models.DateTimeField("à partir de")
    is_held = models.BooleanField("pris", default=False)

    class Meta:
        verbose_name = "file d’envoi"
        ordering = ("usefulness", "at", "pk")
        indexes = [
            models.Index(fields=["usefulness", "at", "message"], condition=Q(is_held=False), name="queue_to_claim"),
            # The other reminders of a contact, said in one message.
            models.Index(
                fields=["contact_id", "at"], condition=Q(is_held=False, contact_id__isnull=False), name="queue_together"
            ),
            models.Index(fields=["at"], condition=Q(is_held=True), name="queue_in_flight"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"


class DeliveryReceipt(models.Model):
    """Accusé: one status callback of a provider, as it came.

    `message` is not known yet when it came before our own record of the message.
    """

    message = models.ForeignKey(
        OutboundMessage, on_delete=models.CASCADE, null=True, blank=True, related_name="receipts"
    )
    provider = models.CharField(max_length=20)
    provider_id = models.CharField(max_length=80)
    received_at = models.DateTimeField()
    status = models.CharField(max_length=30)
    error_code = models.CharField(max_length=20, blank=True)
    problem = models.CharField(max_length=20, blank=True)

    class Meta:
        verbose_name = "accusé de réception"
        verbose_name_plural = "accusés de réception"
        constraints = [
            models.UniqueConstraint(fields=["provider", "provider_id", "status", "error_code"], name="receipt_once"),
        ]

    def __str__(self) -> str:
        return self.status


class Conversation(models.Model):
    """Conversation: the last thing asked of a number, and until when an answer is tied to it.

    `sender` is the number that asked, as far as it is known.
    """

    class Question(models.TextChoices):
        COMING = "coming", "Venez-vous ?"
        WHICH = "which", "Lequel ?"
        OFFER = "offer", "Prenez-vous ce créneau ?"
        REPEAT = "repeat", "Pouvez-vous préciser ?"
        MOVE = "move", "À quelle date ?"
        WAITING = "waiting", "Attendez-vous toujours ?"
        AGENT = "agent", "Un agent a écrit"
        INVITATION = "invitation", "Prenez-vous le rendez-vous suivant ?"

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="conversations")
    phone = models.CharField(max_length=20)
    sender = models.CharField("expéditeur", max_length=200, blank=True, default="", db_default="")
    question = models.CharField(max_length=10, choices=Question)
    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    family = models.ForeignKey(Family, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    options = models.JSONField(default=list, blank=True)
    wanted = models.CharField(max_length=10, blank=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "conversation"
        indexes = [models.Index(fields=["phone", "-asked_at"], name="conversation_of_phone")]

    def __str__(self) -> str:
        return f"{self.get_question_display()} ({self.asked_at:%Y-%m-%d %H:%M})"


class InboundMessage(models.Model):
    """Réponse: what a family wrote, stored before it is understood."""

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="replies")
    provider = models.CharField(max_length=20)
    provider_id = models.CharField(max_length=80)
    sender = models.CharField("expéditeur", max_length=254)
    to = models.CharField("destinataire", max_length=254, blank=True)
    body = models.TextField("texte")
    received_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True, blank=True)
    intent = models.CharField("compris comme", max_length=20, blank=True)
    outcome = models.CharField("effet", max_length=40, blank=True)
    family = models.ForeignKey(Family, on_delete=models.SET_NULL, null=True, blank=True, related_name="replies")
    appointment = models.ForeignKey(
        Appointment, on_delete=models.SET_NULL, null=True, blank=True, related_name="replies"
    )
    conversation = models.ForeignKey(
        Conversation, on_delete=models.SET_NULL, null=True, blank=True, related_name="replies"
    )

    class Meta:
        verbose_name = "réponse"
        constraints = [
            models.UniqueConstraint(fields=["provider", "provider_id"], name="reply_once_per_provider_id"),
        ]
        indexes = [
            models.Index(fields=["received_at"], condition=Q(handled_at=None), name="reply_to_handle"),
            models.Index(fields=["sender", "-received_at"], name="reply_of_sender"),
        ]

    def __str__(self) -> str:
        return f"{self.intent or '…'} ({self.received_at:%Y-%m-%d %H:%M})"


class TaskKind(models.TextChoices):
    UNCLEAR = "unclear", "Réponse à comprendre"
    CALL_REMINDER = "call_reminder", "Rappel à faire par téléphone"
    CALL_CHANGE = "call_change", "Changement à annoncer par téléphone"
    CALL_OFFER = "call_offer", "Créneau à proposer par téléphone"
    CALL_TAKEN = "call_taken", "Place perdue à annoncer par téléphone"
    CALL_WAITING = "call_waiting", "Attente à confirmer par téléphone"
    CALL_NO_SHOW = "call_no_show", "Reprendre contact après une absence"
    CALL_INVITATION = "call_invitation", "Rendez-vous suivant à proposer par téléphone"
    STOPPED = "stopped", "Ne veut plus de SMS : prévenir par téléphone"
    WRONG_NUMBER = "wrong_number", "Numéro à vérifier"
    UNREACHABLE = "unreachable", "Injoignable"
    LATE_CANCELLATION = "late_cancellation", "Annulation tardive"
    WANTS_TO_MOVE = "wants_to_move", "Souhaite déplacer"
    UNCERTAIN = "uncertain", "Message peut-être non parti"
    ANSWERED = "answered", "A répondu à un agent"
    STRANGER = "stranger", "Numéro inconnu"


class TaskEnd(models.TextChoices):
    """Pourquoi elle s’est close: why nobody has to do it any more (see `reminders.closing`)."""

    PASSED = "passed", "dépassée"
    CANCELLED = "cancelled", "rendez-vous annulé"
    SAID_YES = "said_yes", "a répondu ensuite\u00a0: OUI"
    SAID_NO = "said_no", "a répondu ensuite\u00a0: NON"
    MENDED = "mended", "absence corrigée"
    REBOOKED = "rebooked", "a repris rendez-vous"
    SETTLED = "settled", "réglée depuis"
    OVER = "over", "proposition terminée"


class TaskOutcome(models.TextChoices):
    """Issue: what became of it, said by whoever did it. No free text: nobody needs it to know that it is done."""

    REACHED = "reached", "famille jointe"
    ANSWERED = "answered", "répondu par SMS"
    CHANGED = "changed", "rendez-vous changé ou annulé"
    MENDED = "mended", "numéro ou adresse corrigés"
    GIVEN_UP = "given_up", "pas joignable, on n’essaie plus"
    NOTHING = "nothing", "rien à faire"


class CallResult(models.TextChoices):
    """Essai: how the last call ended, when it was not the end of the task."""

    NO_ANSWER = "no_answer", "pas joignable"
    LEFT_MESSAGE = "message", "message laissé"


class Task(models.Model):
    """À faire: something that needs a person; one open task per kind and subject.

    `assigned_to` is who took it or was given it; `tries` counts the calls that did not settle it. `outcome` is what
    its doer said, `closed_as` why it needed nobody.
    """

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="tasks")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="tasks"
    )
    kind = models.CharField("nature", max_length=20, choices=TaskKind)
    key = models.CharField(max_length=160)
    family = models.ForeignKey(Family, on_delete=models.CASCADE, null=True, blank=True, related_name="tasks")
    contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, null=True, blank=True, related_name="tasks")
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, null=True, blank=True, related_name="tasks")
    entry = models.ForeignKey(WaitingListEntry, on_delete=models.CASCADE, null=True, blank=True, related_name="tasks")
    reply = models.ForeignKey(InboundMessage, on_delete=models.SET_NULL, null=True, blank=True, related_name="tasks")
    detail = models.CharField("précision", max_length=200, blank=True)
    due_at = models.DateTimeField("à faire avant", null=True, blank=True)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    closed_as = models.CharField("close d’elle-même", max_length=10, choices=TaskEnd, blank=True)
    outcome = models.CharField("issue", max_length=10, choices=TaskOutcome, blank=True)
    assigned_to = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    assigned_at = models.DateTimeField("confiée le", null=True, blank=True)
    tries = models.PositiveSmallIntegerField("essais", default=0)
    tried_at = models.DateTimeField("dernier essai", null=True, blank=True)
    tried_as = models.CharField("dernier essai", max_length=10, choices=CallResult, blank=True)

    class Meta:
        verbose_name = "tâche"
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], condition=Q(done_at=None), name="task_open_once"),
        ]
        indexes = [models.Index(fields=["organisation", "created_at"], condition=Q(done_at=None), name="task_open")]

    def __str__(self) -> str:
        return self.get_kind_display()


class TroubleKind(models.TextChoices):
    CREDIT = "credit", "Plus de crédit"
    ACCOUNT = "account", "Compte refusé"
    DOWN = "down", "Ne répond plus"
    LOW_CREDIT = "low_credit", "Crédit bas"
    CANARY = "canary", "SMS de contrôle non reçu"


class Trouble(models.Model):
    """Ennui d’un compte de messages: from when it was noticed until it is over; one open per provider and kind."""

    provider = models.CharField("fournisseur", max_length=20)
    kind = models.CharField("nature", max_length=12, choices=TroubleKind)
    detail = models.CharField("précision", max_length=200, blank=True)
    began_at = models.DateTimeField("depuis")
    over_at = models.DateTimeField("jusqu’à", null=True, blank=True)

    class Meta:
        verbose_name = "ennui d’un compte"
        verbose_name_plural = "ennuis des comptes"
        constraints = [
            models.UniqueConstraint(fields=["provider", "kind"], condition=Q(over_at=None), name="trouble_open_once"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} : {self.get_kind_display()}"


class Canary(models.Model):
    """SMS de contrôle: one a day and provider, to a telephone of the service; its receipt proves the whole way."""

    provider = models.CharField("fournisseur", max_length=20)
    day = models.DateField("jour")
    provider_id = models.CharField(max_length=80, blank=True)
    sent_at = models.DateTimeField("envoyé")
    delivered_at = models.DateTimeField("reçu", null=True, blank=True)
    problem = models.CharField("échec", max_length=200, blank=True)

    class Meta:
        verbose_name = "SMS de contrôle"
        verbose_name_plural = "SMS de contrôle"
        constraints = [models.UniqueConstraint(fields=["provider", "day"], name="canary_once_a_day")]

    def __str__(self) -> str:
        return f"{self.provider} {self.day}"
