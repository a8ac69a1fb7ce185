"""When agents receive families: rules, exceptions, concrete occurrences, absences."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from rdv.models.agent import Agent
from rdv.models.appointment_type import AppointmentType
from rdv.models.organisation import Location, Room


class OpeningPeriodQuerySet(models.QuerySet["OpeningPeriod"]):
    def at(self, location: Location) -> "OpeningPeriodQuerySet":
        return self.filter(location=location)


class OpeningPeriod(models.Model):
    """Plage d'ouverture: hours, once or recurring, when an agent receives families for some types at a location.

    Hours are wall-clock times in the location's zone. `rrule` follows RFC 5545 (empty = once); the rule
    is expanded to `OpeningOccurrence` rows over the territory's horizon each time something changes.
    """

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="opening_periods")
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="opening_periods")
    room = models.ForeignKey(Room, on_delete=models.SET_NULL, null=True, blank=True, related_name="opening_periods")
    types = models.ManyToManyField(AppointmentType, related_name="opening_periods", verbose_name="motifs")
    label = models.CharField("intitulé", max_length=80, blank=True)
    first_day = models.DateField("premier jour")
    start_time = models.TimeField("de")
    end_time = models.TimeField("à")
    rrule = models.CharField("récurrence", max_length=200, blank=True)
    skips_public_holidays = models.BooleanField("fermée les jours fériés", default=True)
    skips_school_holidays = models.BooleanField("fermée pendant les vacances scolaires", default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = OpeningPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "plage d’ouverture"
        verbose_name_plural = "plages d’ouverture"
        constraints = [
            models.CheckConstraint(
                condition=Q(start_time__lt=F("end_time")),
                name="opening_period_hours",
                violation_error_message="L’heure de fin doit suivre l’heure de début.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent}, {self.location}, {self.start_time:%H:%M}–{self.end_time:%H:%M}"


class OpeningException(models.Model):
    """Exception: one occurrence that is cancelled, or that has other hours."""

    period = models.ForeignKey(OpeningPeriod, on_delete=models.CASCADE, related_name="exceptions")
    day = models.DateField("jour")
    start_time = models.TimeField("de", null=True, blank=True)
    end_time = models.TimeField("à", null=True, blank=True)

    class Meta:
        verbose_name = "exception"
        constraints = [
            models.UniqueConstraint(fields=["period", "day"], name="opening_exception_once_per_day"),
            models.CheckConstraint(
                condition=Q(start_time=None, end_time=None) | Q(start_time__lt=F("end_time")),
                name="opening_exception_hours",
                violation_error_message="Donnez les deux heures, dans l’ordre, ou aucune pour annuler.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} le {self.day}"


class OpeningOccurrence(models.Model):
    """Occurrence d'une plage: open time, net of exceptions, holidays, closing days and absences.

    Derived rows, settled at write time, so that a search reads intervals alone.
    """

    period = models.ForeignKey(OpeningPeriod, on_delete=models.CASCADE, related_name="occurrences")
    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        verbose_name = "occurrence"
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="opening_occurrence_order"),
            models.UniqueConstraint(fields=["period", "starts_at"], name="opening_occurrence_once"),
        ]
        indexes = [
            models.Index(fields=["location", "starts_at"], name="occurrence_at_location"),
            models.Index(fields=["agent", "starts_at"], name="occurrence_of_agent"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M} – {self.ends_at:%H:%M} UTC"


class AbsenceKind(models.TextChoices):
    LEAVE = "leave", "Congé"
    SICK = "sick", "Maladie"
    TRAINING = "training", "Formation"
    MEETING = "meeting", "Réunion"
    CLOSED = "closed", "Fermeture du lieu"
    OTHER = "other", "Autre"


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def during(self, start: datetime, end: datetime) -> "AbsenceQuerySet":
        return self.filter(starts_at__lt=end, ends_at__gt=start)


class Absence(models.Model):
    """Absence, indisponibilité: an agent, or a whole location, is not available."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, null=True, blank=True, related_name="absences")
    location = models.ForeignKey(Location, on_delete=models.CASCADE, null=True, blank=True, related_name="absences")
    kind = models.CharField("nature", max_length=10, choices=AbsenceKind, default=AbsenceKind.OTHER)
    starts_at = models.DateTimeField("début")
    ends_at = models.DateTimeField("fin")
    label = models.CharField("précision, pour l’équipe", max_length=120, blank=True)
    created_by = models.ForeignKey(Agent, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = "absence"
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")),
                name="absence_order",
                violation_error_message="La fin de l’absence doit suivre son début.",
            ),
            models.CheckConstraint(
                condition=Q(agent=None, location__isnull=False) | Q(agent__isnull=False, location=None),
                name="absence_of_one",
                violation_error_message="Une absence concerne un agent ou un lieu.",
            ),
        ]
        indexes = [
            models.Index(fields=["agent", "starts_at"], name="absence_of_agent"),
            models.Index(fields=["location", "starts_at"], name="absence_of_location"),
        ]

    def __str__(self) -> str:
        return f"{self.agent or self.location} : {self.nature}"

    @property
    def nature(self) -> str:
        """Its kind as people read it: a place closes, an agent does not."""
        of_an_agent = self.agent_id is not None and self.kind == AbsenceKind.CLOSED
        return str(AbsenceKind.OTHER.label if of_an_agent else self.get_kind_display())
