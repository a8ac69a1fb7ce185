"""Families that wait, and the offers made to them."""

import secrets
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Case, Q, When

from rdv.models.agent import Agent
from rdv.models.appointment import CANCELLED, Appointment, Channel
from rdv.models.appointment_type import AppointmentType
from rdv.models.credentials import derived_token, hashed
from rdv.models.family import Contact, Family, Person
from rdv.models.organisation import Location
from rdv.models.territory import Territory


class EntryStatus(models.TextChoices):
    WAITING = "waiting", "En attente"
    PAUSED = "paused", "En pause"
    FULFILLED = "fulfilled", "A obtenu un rendez-vous"
    LEFT = "left", "S’est retirée"


# On the list, be it in pause.
ON_THE_LIST = (EntryStatus.WAITING, EntryStatus.PAUSED)


class HalfDay(models.TextChoices):
    """Demi-journée: ISO weekday, then morning or afternoon."""

    MON_AM = "1-am", "lundi matin"
    MON_PM = "1-pm", "lundi après-midi"
    TUE_AM = "2-am", "mardi matin"
    TUE_PM = "2-pm", "mardi après-midi"
    WED_AM = "3-am", "mercredi matin"
    WED_PM = "3-pm", "mercredi après-midi"
    THU_AM = "4-am", "jeudi matin"
    THU_PM = "4-pm", "jeudi après-midi"
    FRI_AM = "5-am", "vendredi matin"
    FRI_PM = "5-pm", "vendredi après-midi"
    SAT_AM = "6-am", "samedi matin"
    SAT_PM = "6-pm", "samedi après-midi"


class WaitingListEntryQuerySet(models.QuerySet["WaitingListEntry"]):
    def waiting(self) -> "WaitingListEntryQuerySet":
        return self.filter(status=EntryStatus.WAITING)

    def over(self) -> "WaitingListEntryQuerySet":
        """Those that wait no more, the last one first."""
        return self.filter(status__in=[EntryStatus.FULFILLED, EntryStatus.LEFT]).order_by("-waiting_since", "-pk")

    def in_order(self) -> "WaitingListEntryQuerySet":
        """As offers are made (see `rdv.waitinglist.ranking`), but for the draw, which each round makes anew."""
        at_hand = Q(current_appointment__isnull=False) & ~Q(current_appointment__status__in=CANCELLED)
        has_one = Case(When(at_hand, then=True), default=False, output_field=models.BooleanField())
        return self.order_by("-priority", has_one, "waiting_since", "pk")


class WaitingListEntry(models.Model):
    """Inscription en liste d'attente: a family that wants a slot, or an earlier one than `current_appointment`.

    `any_location` and an empty list of locations differ: the latter means nowhere. `half_days` empty
    with `any_half_day` false likewise means never. `changed_at` is when what could be offered to it last changed: it
    joined, wished for something else, came back. `ended_at` and `ended_by` say when it was left or
    fulfilled, and how; they are empty where nobody noted it.
    """

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="waiting_list")
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="waiting_entries")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    persons = models.ManyToManyField(Person, related_name="+", verbose_name="qui vient")
    type = models.ForeignKey(AppointmentType, on_delete=models.CASCADE, related_name="waiting_entries")
    any_location = models.BooleanField("n’importe quel lieu", default=False)
    locations = models.ManyToManyField(Location, related_name="waiting_entries", blank=True)
    any_half_day = models.BooleanField("n’importe quand", default=True)
    half_days = ArrayField(models.CharField(max_length=4, choices=HalfDay), default=list, blank=True)
    agent = models.ForeignKey(
        Agent, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="avec cet agent"
    )
    notice_minutes = models.PositiveIntegerField("délai pour venir", default=120)
    standby = models.BooleanField("peut venir au dernier moment", default=False, db_default=False)
    current_appointment = models.ForeignKey(
        Appointment, on_delete=models.SET_NULL, null=True, blank=True, related_name="waiting_entries"
    )
    status = models.CharField("état", max_length=10, choices=EntryStatus, default=EntryStatus.WAITING)
    priority = models.PositiveSmallIntegerField("classe de priorité", default=0)
    priority_reason = models.CharField("raison de la priorité", max_length=200, blank=True)
    waiting_since = models.DateTimeField("attend depuis")
    changed_at = models.DateTimeField("souhaits du", null=True, blank=True)
    silences = models.PositiveSmallIntegerField("propositions sans réponse", default=0)
    channel = models.CharField("inscrite par", max_length=8, choices=Channel, default=Channel.WEB)
    created_by = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField("terminée le", null=True, blank=True)
    ended_by = models.CharField("terminée par", max_length=8, choices=Channel, blank=True, default="", db_default="")

    objects = WaitingListEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "inscription en liste d’attente"
        verbose_name_plural = "liste d’attente"
        constraints = [
            models.UniqueConstraint(
                fields=["family", "type"],
                condition=Q(status__in=["waiting", "paused"]),
                name="waiting_entry_once_per_type",
                violation_error_message="Cette famille attend déjà pour ce motif.",
            ),
            models.CheckConstraint(
                condition=Q(priority=0) | ~Q(priority_reason=""),
                name="waiting_entry_priority_has_a_reason",
                violation_error_message="Donnez la raison de la priorité.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["type", "-priority", "waiting_since"], condition=Q(status="waiting"), name="waiting_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.family} pour {self.type}"


class PriorityChange(models.Model):
    """Changement de priorité: who gave an entry its class, when and why; the first is that of its joining."""

    entry = models.ForeignKey(WaitingListEntry, on_delete=models.CASCADE, related_name="priority_changes")
    at = models.DateTimeField("le")
    by = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    priority = models.PositiveSmallIntegerField("classe de priorité")
    reason = models.CharField("raison", max_length=200, blank=True)

    class Meta:
        verbose_name = "changement de priorité"
        verbose_name_plural = "changements de priorité"
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"{self.entry} : {self.priority}"


class RoundStatus(models.TextChoices):
    OPEN = "open", "En cours"
    FILLED = "filled", "Pourvu"
    EXHAUSTED = "exhausted", "Personne d’autre à prévenir"
    TAKEN = "taken", "Repris par un agent"
    OVER = "over", "Trop tard"
    WITHDRAWN = "withdrawn", "Retiré par un agent"


class OfferRound(models.Model):
    """Tour de propositions: one freed slot, offered until it is taken or its time has passed.

    While it is open it owns `Occupation` rows of kind offer, of its agents and room, which hide the slot from public
    search. With a `session` it is about seats of a new one, or given back in a full one: they are kept by a `Hold`.
    `standby` is the last call before the start, when everybody may book the slot: it keeps nothing.
    An agent may start one for a free slot (`opened_by`), even for one family before its turn (`first_entry`): then the
    `reason` is given. It is also given where an agent withdraws one that started by itself.
    `looked_at` is when it was last looked at anew, once it had nobody left to ask (`rdv.waitinglist.again`).
    `seed` makes the draw between equals reproducible; `log` explains the ranking.
    """

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="rounds")
    type = models.ForeignKey(AppointmentType, on_delete=models.CASCADE, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="rounds")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    freed_by = models.ForeignKey(
        Appointment, on_delete=models.SET_NULL, null=True, blank=True, related_name="rounds_freed"
    )
    session = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name="séance"
    )
    standby = models.BooleanField("dernier appel", default=False, db_default=False)
    opened_by = models.ForeignKey(
        Agent, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="proposé par"
    )
    first_entry = models.ForeignKey(
        WaitingListEntry, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="d’abord à"
    )
    reason = models.CharField("raison", max_length=200, blank=True, default="", db_default="")
    depth = models.PositiveSmallIntegerField("rang dans la chaîne", default=0)
    status = models.CharField("état", max_length=10, choices=RoundStatus, default=RoundStatus.OPEN)
    opened_at = models.DateTimeField()
    next_batch_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    looked_at = models.DateTimeField(null=True, blank=True)
    batches = models.PositiveSmallIntegerField(default=0)
    seed = models.BigIntegerField()
    log = models.JSONField(default=list, blank=True)

    class Meta:
        verbose_name = "tour de propositions"
        verbose_name_plural = "tours de propositions"
        constraints = [
            models.UniqueConstraint(
                fields=["agent", "starts_at"], condition=Q(status="open"), name="round_once_per_slot"
            ),
            models.CheckConstraint(condition=Q(depth__lte=3), name="round_three_deep_at_most"),
            models.CheckConstraint(
                condition=Q(first_entry=None) | ~Q(reason=""),
                name="round_out_of_order_has_a_reason",
                violation_error_message="Dites pourquoi cette famille passe avant les autres.",
            ),
        ]
        indexes = [
            models.Index(fields=["next_batch_at"], condition=Q(status="open"), name="round_due"),
            # Of what is still free and found nobody: whom has it not been offered to?
            models.Index(fields=["closes_at"], condition=Q(status="exhausted"), name="round_exhausted"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.starts_at:%Y-%m-%d %H:%M}"


class OfferStatus(models.TextChoices):
    LIVE = "live", "Proposée"
    CLAIMED = "claimed", "Oui reçu, en attente de départage"
    ACCEPTED = "accepted", "Acceptée"
    DECLINED = "declined", "Refusée"
    EXPIRED = "expired", "Sans réponse"
    VOID = "void", "Prise par une autre famille"


class OfferQuerySet(models.QuerySet["Offer"]):
    def pending(self) -> "OfferQuerySet":
        """Those that still wait for an answer, or for the end of their claim window."""
        return self.filter(status__in=[OfferStatus.LIVE, OfferStatus.CLAIMED])

    def with_all(self) -> "OfferQuerySet":
        """All that a page or a message about an offer shows."""
        return self.select_related(
            "family",
            "entry__contact",
            "entry__current_appointment__location__organisation__territory",
            "round__type__service",
            "round__type__territory",
            "round__location__organisation__territory",
            "round__agent",
            "appointment",
        )

    def find(self, token: str) -> "Offer | None":
        return self.with_all().filter(token_hash=hashed(token)).first()


class Offer(models.Model):
    """Proposition: a freed slot proposed to one family until a deadline.

    `code` is what an SMS reply may carry ("OUI 4F7"); `token_hash` finds it from its link. `told_at` is when the family
    learnt of it: a message was taken by its provider and not reported lost since, or somebody called.
    """

    round = models.ForeignKey(OfferRound, on_delete=models.CASCADE, related_name="offers")
    entry = models.ForeignKey(WaitingListEntry, on_delete=models.CASCADE, related_name="offers")
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="offers")
    rank = models.PositiveIntegerField()
    batch = models.PositiveSmallIntegerField()
    explanation = models.JSONField(default=dict, blank=True)
    code = models.CharField(max_length=4)
    nonce = models.CharField(max_length=32, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    status = models.CharField("état", max_length=10, choices=OfferStatus, default=OfferStatus.LIVE)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    told_at = models.DateTimeField("dite le", null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=8, choices=Channel, blank=True)
    appointment = models.ForeignKey(
        Appointment, on_delete=models.SET_NULL, null=True, blank=True, related_name="from_offers"
    )

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = "proposition"
        constraints = [
            models.UniqueConstraint(
                fields=["round"], condition=Q(status="accepted"), name="offer_accepted_once_per_round"
            ),
            models.UniqueConstraint(
                fields=["family"], condition=Q(status__in=["live", "claimed"]), name="offer_one_live_per_family"
            ),
            models.UniqueConstraint(fields=["round", "entry"], name="offer_once_per_round_and_entry"),
        ]
        indexes = [
            models.Index(fields=["family", "made_at"], name="offer_of_family"),
            models.Index(fields=["expires_at"], condition=Q(status__in=["live", "claimed"]), name="offer_live"),
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.get_status_display()})"

    @classmethod
    def unsaved(cls, **values: Any) -> "Offer":
        """A new offer with its own link."""
        nonce = secrets.token_hex(8)
        return cls(nonce=nonce, token_hash=hashed(derived_token("offer", nonce)), **values)

    @property
    def token(self) -> str:
        """What its link carries: `/liste-attente/offre/<token>/`."""
        return derived_token("offer", self.nonce)

    @property
    def is_pending(self) -> bool:
        return self.status in (OfferStatus.LIVE, OfferStatus.CLAIMED)
