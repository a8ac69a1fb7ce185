"""What happened to an appointment, and who read what."""

from django.db import models

from rdv.models.agent import Agent
from rdv.models.appointment import Appointment, Channel
from rdv.models.family import Family


class ActorKind(models.TextChoices):
    FAMILY = "family", "Famille"
    AGENT = "agent", "Agent"
    APPLICATION = "application", "Application"
    SYSTEM = "system", "Système"


class Verb(models.TextChoices):
    BOOKED = "booked", "Rendez-vous pris"
    MOVED = "moved", "Rendez-vous déplacé"
    CANCELLED = "cancelled", "Rendez-vous annulé"
    PARTICIPATION_CANCELLED = "participation_cancelled", "Participation annulée"
    CONFIRMED = "confirmed", "Venue confirmée"
    OUTCOME = "outcome", "Suite donnée"
    OVERBOOKED = "overbooked", "Surréservation"
    NOTE = "note", "Précision de la famille"


class AppointmentEvent(models.Model):
    """Historique: one thing that happened to an appointment; written once, never changed."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="events", db_index=False)
    at = models.DateTimeField()
    verb = models.CharField(max_length=24, choices=Verb)
    sequence = models.PositiveIntegerField()
    actor_kind = models.CharField(max_length=12, choices=ActorKind)
    agent = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False)
    channel = models.CharField(max_length=8, choices=Channel)
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = "événement"
        ordering = ("appointment", "at", "pk")
        indexes = [models.Index(fields=["appointment", "at"], name="event_of_appointment")]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} ({self.at:%Y-%m-%d %H:%M})"


class AccessLog(models.Model):
    """Journal des accès: who opened a family's file, and who was refused."""

    at = models.DateTimeField()
    agent = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, related_name="+")
    family = models.ForeignKey(Family, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    action = models.CharField(max_length=40)
    was_refused = models.BooleanField(default=False)

    class Meta:
        verbose_name = "accès"
        verbose_name_plural = "journal des accès"
        indexes = [models.Index(fields=["at"], name="access_log_at")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.action}"
