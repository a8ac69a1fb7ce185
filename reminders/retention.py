"""What is forgotten of messages (rules §11): texts and numbers go after six months, states and hours stay."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from rdv.retention import families
from rdv.retention.registry import Period, Purge, register
from rdv.retention.traces import deletion, older
from reminders.models import Conversation, InboundMessage, MessageState, OutboundMessage, Task

TEXTS_KEPT = Period(months=6)
RULE = "6 mois"

UNDERWAY = (MessageState.PLANNED, MessageState.CLAIMED, MessageState.UNCERTAIN)
NO_TEXT = {"to": "", "subject": "", "body": "", "context": {}}
NO_REPLY = {"sender": "", "to": "", "body": ""}


def connect() -> None:
    """Register; called once, when the application is ready."""
    register(Purge("messages", "Messages envoyés : texte et destinataire", RULE, TEXTS_KEPT, old_messages, blank))
    register(Purge("replies", "Réponses reçues : texte et numéro", RULE, TEXTS_KEPT, old_replies, blank_replies))
    register(Purge("tasks", "Tâches : précisions", RULE, TEXTS_KEPT, old_tasks, blank_tasks))
    asked = older(Conversation, "expires_at")
    register(Purge("conversations", "Questions posées par SMS", RULE, TEXTS_KEPT, asked, deletion(Conversation)))
    families.spare(in_touch)
    families.along(let_go)


def old_messages(limit: datetime) -> QuerySet[OutboundMessage]:
    """Those that still say something. Written long ago to be said later, it is the saying that counts."""
    said = Q(created_at__lt=limit, due_at__lt=limit) & (Q(sent_at=None) | Q(sent_at__lt=limit))
    return OutboundMessage.objects.filter(said).exclude(Q(**NO_TEXT) | Q(state__in=UNDERWAY))


def blank(pks: Sequence[int]) -> None:
    """The row stays: its key says that this was said, its state counts."""
    OutboundMessage.objects.filter(pk__in=pks).update(**NO_TEXT)


def old_replies(limit: datetime) -> QuerySet[InboundMessage]:
    """Those that still say something, understood or not."""
    return InboundMessage.objects.filter(received_at__lt=limit).exclude(**NO_REPLY)


def blank_replies(pks: Sequence[int]) -> None:
    """The provider's number stays, so that a message that comes twice is known. Nobody is to read an empty one."""
    handled = Coalesce("handled_at", F("received_at"))
    InboundMessage.objects.filter(pk__in=pks).update(handled_at=handled, **NO_REPLY)


def old_tasks(limit: datetime) -> QuerySet[Task]:
    """They quote replies and name numbers."""
    return Task.objects.filter(created_at__lt=limit).exclude(detail="")


def blank_tasks(pks: Sequence[int]) -> None:
    """An open task stays to be done: its family tells what about."""
    Task.objects.filter(pk__in=pks).update(detail="")


def in_touch(limit: datetime) -> Q:
    """Families that have written since, or to whom something is about to be said."""
    mine = {"family": OuterRef("pk")}
    wrote = InboundMessage.objects.filter(received_at__gte=limit, **mine)
    told = OutboundMessage.objects.filter(state__in=UNDERWAY, **mine)
    return Q(Exists(wrote)) | Q(Exists(told))


def let_go(pks: Collection[int]) -> None:
    """What was said to families that are forgotten, however lately; a message outlives the offer that it made."""
    about = Q(family__in=pks) | Q(contact__family__in=pks) | Q(offer__family__in=pks)
    said = OutboundMessage.objects.filter(about)
    OutboundMessage.objects.filter(pk__in=said.values("pk")).update(offer=None, **NO_TEXT)
