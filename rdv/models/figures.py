"""Figures: what is counted each night, without anybody in it. They outlive the people (rules §11)."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q

from rdv.models.agent import Agent
from rdv.models.appointment_type import AppointmentType
from rdv.models.organisation import Organisation
from rdv.models.territory import Territory


class DayFigures(models.Model):
    """Chiffres d'un jour: what became of the appointments of one type, at one organisation, on one local day.

    A collective appointment counts once for each person who took a seat.
    """

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="day_figures", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    type = models.ForeignKey(AppointmentType, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField("jour")
    seen = models.PositiveIntegerField("honorés", default=0)
    noshow = models.PositiveIntegerField("absences", default=0)
    excused = models.PositiveIntegerField("annulés à temps par la famille", default=0)
    late = models.PositiveIntegerField("annulés trop tard", default=0)
    revoked = models.PositiveIntegerField("annulés par le service", default=0)
    pending = models.PositiveIntegerField("à renseigner", default=0)
    online = models.PositiveIntegerField("pris en ligne ou par SMS", default=0)

    class Meta:
        verbose_name = "chiffres d’un jour"
        verbose_name_plural = "chiffres des jours"
        constraints = [
            models.UniqueConstraint(fields=["territory", "day", "organisation", "type"], name="day_figures_once"),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class FreedSlot(models.Model):
    """Créneau libéré: time that a family gave back before its hour, by cancelling or moving, and who took it again.

    Written once its hour has come. Given back twice, it counts from the first time.
    """

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="freed_slots", db_index=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    type = models.ForeignKey(AppointmentType, on_delete=models.CASCADE, related_name="+", db_index=False)
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField("jour")
    starts_at = models.DateTimeField("début")
    freed_at = models.DateTimeField("libéré le")
    filled_at = models.DateTimeField("repris le", null=True, blank=True)
    is_filled_by_offer = models.BooleanField("repris par la liste d’attente", default=False)

    class Meta:
        verbose_name = "créneau libéré"
        verbose_name_plural = "créneaux libérés"
        constraints = [
            models.UniqueConstraint(fields=["agent", "starts_at"], name="freed_slot_once"),
            models.CheckConstraint(condition=Q(freed_at__lt=F("starts_at")), name="freed_slot_before_its_hour"),
            models.CheckConstraint(
                condition=Q(filled_at__isnull=False) | Q(is_filled_by_offer=False), name="freed_slot_offer_means_filled"
            ),
        ]
        indexes = [models.Index(fields=["territory", "day"], name="freed_slot_of_day")]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def lead(self) -> timedelta:
        """How long before its hour it was given back."""
        return self.starts_at - self.freed_at

    @property
    def time_to_fill(self) -> timedelta | None:
        return (self.filled_at - self.freed_at) if isinstance(self.filled_at, datetime) else None
