"""Accounts of the workspace, their roles, and what is known of their busy time."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.functional import cached_property

from rdv.models.organisation import Organisation, Service
from rdv.models.territory import Territory
from rdv.models.text import search_key


class Profession(models.TextChoices):
    """Métier, as chains of steps ask for it."""

    CHILD_NURSE = "puericultrice", "Puéricultrice ou puériculteur"
    NURSE = "infirmiere", "Infirmière ou infirmier"
    DOCTOR = "medecin", "Médecin"
    MIDWIFE = "sage-femme", "Sage-femme"
    PSYCHOLOGIST = "psychologue", "Psychologue"
    EDUCATOR = "eje", "Éducatrice ou éducateur de jeunes enfants"
    COUNSELLOR = "conseillere", "Conseillère ou conseiller conjugal"
    SECRETARY = "secretaire", "Secrétaire"
    OTHER = "autre", "Autre métier"


class Role(models.TextChoices):
    """Rôle in one organisation (rules §10)."""

    AGENT = "agent", "Agent"
    SECRETARY = "secretary", "Secrétariat"
    ADMIN = "admin", "Administration de l’organisation"
    PRESCRIBER = "prescriber", "Prescripteur"


class Notify(models.TextChoices):
    """Which changes of the agenda an agent is told of."""

    ALL = "all", "Tous les changements"
    BY_OTHERS = "others", "Ceux faits par d’autres"
    NEAR = "near", "Ceux des deux prochains jours"
    NONE = "none", "Aucun"


class AgentQuerySet(models.QuerySet["Agent"]):
    def active(self) -> "AgentQuerySet":
        return self.filter(is_active=True)

    def practitioners(self) -> "AgentQuerySet":
        return self.active().filter(is_practitioner=True)

    def of(self, organisation: Organisation) -> "AgentQuerySet":
        return self.filter(memberships__organisation=organisation).distinct()

    def by_name(self) -> "AgentQuerySet":
        return self.order_by("search_key", "pk")


class AgentManager(BaseUserManager.from_queryset(AgentQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str | None, password: str | None = None, **fields: Any) -> "Agent":
        agent: Agent = self.model(email=self.normalize_email(email) if email else None, **fields)
        agent.set_password(password)
        agent.save(using=self._db)
        return agent

    def get_by_natural_key(self, username: str | None) -> "Agent":
        return self.get(email__iexact=username)


class Agent(AbstractBaseUser):
    """Agent, professionnel·le: an account; may receive families (a practitioner) or not (secretary).

    An agent without e-mail address or password keeps an agenda without being able to log in.
    """

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    territory = models.ForeignKey(Territory, on_delete=models.PROTECT, related_name="agents")
    email = models.EmailField("adresse électronique", unique=True, null=True, blank=True)
    first_name = models.CharField("prénom", max_length=80)
    last_name = models.CharField("nom", max_length=80)
    profession = models.CharField("métier", max_length=20, choices=Profession, default=Profession.OTHER)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    services = models.ManyToManyField(Service, related_name="agents", blank=True)
    organisations = models.ManyToManyField(Organisation, through="rdv.Membership", related_name="agents")
    is_practitioner = models.BooleanField("reçoit des familles", default=True)
    is_territory_admin = models.BooleanField("administration du département", default=False)
    is_active = models.BooleanField("actif", default=True)
    notify = models.CharField("prévenir des changements", max_length=10, choices=Notify, default=Notify.BY_OTHERS)
    feed_secret = models.CharField(
        "secret de l’agenda", max_length=64, unique=True, null=True, blank=True, editable=False
    )
    search_key = models.CharField(max_length=180, editable=False, db_index=True)

    objects = AgentManager()

    class Meta:
        verbose_name = "agent"

    def __str__(self) -> str:
        return self.full_name

    def save(self, **kwargs: Any) -> None:
        self.search_key = search_key(self.last_name, self.first_name)
        # One account per address, however it is typed; log-in looks it up without its case.
        self.email = self.email.lower() if self.email else None
        super().save(**kwargs)

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def receives(self) -> bool:
        """Whether families may be received by him; not once he has left."""
        return self.is_active and self.is_practitioner

    @cached_property
    def is_prescriber_only(self) -> bool:
        """Whether he only books for families elsewhere: a prescriber wherever he belongs."""
        if self.is_territory_admin:
            return False
        return set(self.memberships.values_list("role", flat=True)) == {Role.PRESCRIBER}

    @property
    def initials(self) -> str:
        return f"{self.first_name[:1]}{self.last_name[:1]}".upper()


class Membership(models.Model):
    """Rattachement: an agent's role in one organisation."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField("rôle", max_length=12, choices=Role, default=Role.AGENT)

    class Meta:
        verbose_name = "rattachement"
        constraints = [
            models.UniqueConstraint(fields=["agent", "organisation"], name="membership_once_per_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.agent} – {self.organisation} ({self.get_role_display()})"


class AgentCalendar(models.Model):
    """Carte d’occupation: the busy time of an agent as a bitmap, and the row that is locked to book.

    `busy` counts 5-minute steps from `origin` (UTC midnight), little-endian: bit i stands for
    [origin + 5i min, origin + 5(i+1) min). It holds the appointments alone: holds and offers expire
    by themselves and are read as rows. It is derived from `Occupation`, which is the truth; the
    command `calendars rebuild` makes it anew.
    """

    agent = models.OneToOneField(Agent, on_delete=models.CASCADE, primary_key=True, related_name="calendar")
    origin = models.DateTimeField()
    busy = models.BinaryField(default=b"")

    class Meta:
        verbose_name = "carte d’occupation"
        verbose_name_plural = "cartes d’occupation"

    def __str__(self) -> str:
        return f"{self.agent_id} depuis {self.origin:%Y-%m-%d}"

    def mask(self) -> tuple[datetime, int]:
        """Origin and busy mask, as `Timeline.rebased` takes them."""
        return self.origin, int.from_bytes(self.busy, "little")
