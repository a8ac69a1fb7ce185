"""Links of families, codes sent to them, and tokens of applications. Secrets are kept as hashes."""

import base64
import hashlib
import secrets
from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property

from rdv.models.agent import Agent
from rdv.models.appointment import Appointment
from rdv.models.family import Family
from rdv.models.territory import Territory

TOKEN_LENGTH = 16  # base32 characters, 80 bits: short enough for an SMS, too many to be tried


def hashed(secret: str) -> str:
    """What the database keeps of a high-entropy secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def derived_token(purpose: str, nonce: str) -> str:
    """A link's token, made again at will from its nonce and the instance's secret."""
    digest = salted_hmac(f"rdv.{purpose}", nonce, algorithm="sha256").digest()
    return base64.b32encode(digest).decode().lower()[:TOKEN_LENGTH]


class AppointmentLinkManager(models.Manager["AppointmentLink"]):
    def new_for(self, appointment: Appointment, family: Family, *, now: datetime) -> "AppointmentLink":
        """The link of a family that has none yet for this appointment, still to be written."""
        nonce = secrets.token_hex(8)
        token_hash = hashed(derived_token("link", nonce))
        return self.model(appointment=appointment, family=family, nonce=nonce, token_hash=token_hash, created_at=now)

    def find(self, token: str) -> "AppointmentLink | None":
        links = self.select_related("family", "appointment__type", "appointment__location__organisation__territory")
        return links.filter(token_hash=hashed(token)).first()


class AppointmentLink(models.Model):
    """Lien d'un rendez-vous: lets one family see, cancel, move and answer about one appointment.

    The token is derived from `nonce` and the instance's secret, so that later messages can carry the
    same link while the database holds only its hash.
    """

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="links", db_index=False)
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="links")
    nonce = models.CharField(max_length=32, editable=False)
    token_hash = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField()

    objects = AppointmentLinkManager()

    class Meta:
        verbose_name = "lien"
        constraints = [
            models.UniqueConstraint(fields=["appointment", "family"], name="link_once_per_family"),
            # `unique=True` would add a second index, for prefixes that nobody looks for.
            models.UniqueConstraint(fields=["token_hash"], name="link_token_once"),
        ]

    def __str__(self) -> str:
        return f"lien {self.pk}"

    @property
    def token(self) -> str:
        return derived_token("link", self.nonce)


class AccessCode(models.Model):
    """Code à usage unique, sent by SMS or e-mail to whoever wants to find its appointments again."""

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="+")
    address_hash = models.CharField(max_length=64, db_index=True)
    code_hash = models.CharField(max_length=64)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "code"

    def __str__(self) -> str:
        return f"code {self.pk}"


class ApiToken(models.Model):
    """Jeton d'API: belongs to an agent (with his rights) or to an application of the territory."""

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="api_tokens")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, null=True, blank=True, related_name="api_tokens")
    name = models.CharField("nom", max_length=120)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=40), default=list)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "jeton d’API"
        verbose_name_plural = "jetons d’API"

    def __str__(self) -> str:
        return self.name

    @cached_property
    def open_services(self) -> frozenset[int]:
        """The services of its territory that are not discreet: all that an application knows of."""
        return frozenset(self.territory.services.filter(is_discreet=False).values_list("pk", flat=True))
