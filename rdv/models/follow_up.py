"""Families invited to book the next appointment of a follow-up."""

import secrets
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import F, Q

from rdv.models.agent import Agent
from rdv.models.appointment_type import AppointmentType
from rdv.models.credentials import derived_token, hashed
from rdv.models.family import Family, Person
from rdv.models.organisation import Location, Organisation
from rdv.models.territory import Territory

PURPOSE = "invitation"


class FollowUpInvitationQuerySet(models.QuerySet["FollowUpInvitation"]):
    def open(self, on: date) -> "FollowUpInvitationQuerySet":
        """Those whose link still leads to a booking on that day, whether the family has booked since or not."""
        return self.filter(declined_at=None, expires_on__gte=on)

    def made_with(self, one: "FollowUpInvitation") -> "FollowUpInvitationQuerySet":
        """Those of the same message: one family, one type, one instant; brothers and sisters."""
        return self.filter(family=one.family_id, type=one.type_id, invited_at=one.invited_at)

    def with_all(self) -> "FollowUpInvitationQuerySet":
        """Ready for its page."""
        found = self.select_related(
            "territory", "family", "person", "type__service", "type__territory", "location__organisation__territory"
        )
        return found.prefetch_related("family__contacts")

    def find(self, token: str) -> "FollowUpInvitation | None":
        return self.with_all().filter(token_hash=hashed(token)).first()


class FollowUpInvitation(models.Model):
    """Invitation à prendre le rendez-vous suivant: one child, one type, one window, once.

    `window` names what is due: an examination of the calendar ("enfant:m09") or the days after the last appointment
    ("apres:2027-01-12"). Whether the family has booked is read from its appointments, never kept here. The link's
    token is derived from `nonce`; the database finds it by its hash.
    """

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="invitations")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.SET_NULL, null=True, blank=True, related_name="invitations"
    )
    family = models.ForeignKey(Family, on_delete=models.CASCADE, related_name="invitations")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="invitations", db_index=False)
    type = models.ForeignKey(AppointmentType, on_delete=models.CASCADE, related_name="invitations", db_index=False)
    location = models.ForeignKey(Location, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    window = models.CharField("échéance", max_length=60)
    first_day = models.DateField("à partir du")
    last_day = models.DateField("jusqu’au")
    invited_at = models.DateTimeField("invitée le")
    invited_by = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    is_call = models.BooleanField("à inviter par téléphone", default=False)
    expires_on = models.DateField("lien valable jusqu’au")
    declined_at = models.DateTimeField("a dit non le", null=True, blank=True)
    nonce = models.CharField(max_length=32, editable=False)
    token_hash = models.CharField(max_length=64, editable=False)

    objects = FollowUpInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = "invitation"
        constraints = [
            models.UniqueConstraint(fields=["person", "type", "window"], name="invitation_once_per_window"),
            models.UniqueConstraint(fields=["token_hash"], name="invitation_token_once"),
            models.CheckConstraint(condition=Q(first_day__lte=F("last_day")), name="invitation_order"),
        ]
        indexes = [models.Index(fields=["type", "invited_at"], name="invitation_of_the_day")]

    def __str__(self) -> str:
        return f"{self.type} : {self.window}"

    @classmethod
    def unsaved(cls, **values: Any) -> "FollowUpInvitation":
        """A new one with its link, still to be written."""
        nonce = secrets.token_hex(8)
        return cls(nonce=nonce, token_hash=hashed(derived_token(PURPOSE, nonce)), **values)

    @property
    def token(self) -> str:
        return derived_token(PURPOSE, self.nonce)

    def decline(self, at: datetime) -> None:
        """The family does not want to be asked again for this window."""
        if self.declined_at is None:
            self.declined_at = at
            self.save(update_fields=["declined_at"])
