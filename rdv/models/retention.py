"""What is left of what was forgotten: figures without people, and the log of the purges (rules §11)."""

from django.db import models
from django.db.models import Q

from rdv.models.appointment import Appointment, Status


class AnonymousParticipation(models.Model):
    """Participation anonyme: what statistics keep of a participation whose family was forgotten.

    Nothing ties the participations of one family together any more.
    """

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="anonymous_participations")
    status = models.CharField("état", max_length=8, choices=Status)
    is_late = models.BooleanField("annulation tardive", default=False)
    seats = models.PositiveSmallIntegerField("places", default=1)

    class Meta:
        verbose_name = "participation anonyme"
        verbose_name_plural = "participations anonymes"

    def __str__(self) -> str:
        return self.get_status_display()


class RetentionRun(models.Model):
    """Purge: how many rows of one kind a run erased. One that was cut short stays open, and the next one goes on."""

    kind = models.CharField("nature", max_length=40)
    before = models.DateTimeField("antérieur au")
    count = models.PositiveIntegerField("nombre", default=0)
    started_at = models.DateTimeField("commencée le")
    finished_at = models.DateTimeField("finie le", null=True, blank=True)

    class Meta:
        verbose_name = "purge"
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=Q(finished_at=None), name="retention_run_open_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.count})"
