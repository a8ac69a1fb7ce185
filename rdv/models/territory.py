"""The tenant, its closing days and the communes that it serves."""

from datetime import time
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from rdv.models.text import Minutes, search_key
from rdv.scheduling.holidays import ZONES
from rdv.scheduling.sending import QuietDays, Window


def default_reminder_plan() -> list[dict[str, Any]]:
    """Reminders of rules §6: e-mail at D-7 when booked earlier than that, SMS at D-3 and D-1."""
    return [
        {"channel": "email", "days_before": 7},
        {"channel": "sms", "days_before": 3},
        {"channel": "sms", "days_before": 1},
    ]


def default_languages() -> list[str]:
    """Those in which messages and families' pages exist."""
    return ["fr", "en", "ar", "tr", "pt", "es", "ro", "uk"]


HOLIDAY_ZONES = [(code, code) for code in ZONES]
QUIET_DAYS = [
    (str(QuietDays.NONE), "Aucun"),
    (str(QuietDays.SUNDAYS), "Les dimanches"),
    (str(QuietDays.HOLIDAYS), "Les dimanches et jours fériés"),
]
SCHOOL_ZONES = [("A", "Zone A"), ("B", "Zone B"), ("C", "Zone C")]


class Territory(models.Model):
    """Département: the tenant. Everything below belongs to exactly one.

    Numbers given here are the defaults that an organisation or an appointment type may override.
    """

    slug = models.SlugField("identifiant", unique=True)
    name = models.CharField("nom", max_length=120)
    department_code = models.CharField("code du département", max_length=3)
    time_zone = models.CharField("fuseau horaire", max_length=64, default="Europe/Paris")
    holiday_zone = models.CharField("zone de jours fériés", max_length=40, choices=HOLIDAY_ZONES, default="metropole")
    school_zone = models.CharField("zone de vacances scolaires", max_length=1, choices=SCHOOL_ZONES, blank=True)
    hosts = ArrayField(models.CharField(max_length=253), verbose_name="noms d’hôte", default=list, blank=True)
    organisation_label = models.CharField(
        "nom donné aux organisations", max_length=60, default="Maison des solidarités"
    )
    languages = ArrayField(models.CharField(max_length=8), verbose_name="langues", default=default_languages)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    email = models.EmailField("adresse électronique", blank=True)
    theme = models.JSONField("thème", default=dict, blank=True)
    legal = models.JSONField("textes légaux", default=dict, blank=True)
    sms_sender = models.CharField("expéditeur des SMS", max_length=20, blank=True)
    email_sender = models.CharField("expéditeur des courriels", max_length=200, blank=True)

    hold_minutes = Minutes("durée de retenue d’un créneau", default=10)
    cancel_deadline_minutes = Minutes("délai d’annulation", default=120)
    move_deadline_minutes = Minutes("délai de déplacement", default=120)
    earliest_notice_minutes = Minutes("délai minimal avant un rendez-vous", default=120)
    latest_notice_days = models.PositiveSmallIntegerField("délai maximal, en jours", default=84)
    horizon_days = models.PositiveSmallIntegerField("horizon des plages, en jours", default=92)
    messages_from = models.TimeField("premier envoi de la journée", default=time(8))
    messages_until = models.TimeField("dernier envoi de la journée", default=time(20))
    quiet_days = models.CharField("jours sans message", max_length=8, choices=QUIET_DAYS, default=QuietDays.NONE)
    reminder_plan = models.JSONField("plan de rappel", default=default_reminder_plan, blank=True)
    sends_no_show_message = models.BooleanField("message après une absence", default=False)
    is_active = models.BooleanField("actif", default=True)

    class Meta:
        verbose_name = "département"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(messages_from__lt=models.F("messages_until")),
                name="territory_messages_window",
                violation_error_message="L’heure du premier envoi doit précéder celle du dernier.",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def sending(self) -> Window:
        """When families may be written to about what is of no place."""
        quiet = QuietDays(self.quiet_days)
        return Window(self.time_zone, self.messages_from, self.messages_until, quiet, self.holiday_zone)

    def office_hours(self, zone: str) -> Window:
        """When agents are written to, on every day: what changes in their agenda doesn't wait."""
        return Window(zone, self.messages_from, self.messages_until)

    @property
    def public_url(self) -> str:
        """Where its families and agents are served, without a slash at the end.

        That of the instance, unless the territory has hosts of its own: then the first of them.
        """
        instance: str = settings.PUBLIC_URL
        parts = urlsplit(instance)
        if not self.hosts or parts.hostname in self.hosts:
            return instance
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{self.hosts[0]}{port}"


class ClosingDay(models.Model):
    """Jour de fermeture: days on which a territory, an organisation or a location is closed.

    Public holidays are computed and need no row; these are added to them.
    """

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="closing_days")
    organisation = models.ForeignKey(
        "rdv.Organisation", on_delete=models.CASCADE, null=True, blank=True, related_name="closing_days"
    )
    location = models.ForeignKey(
        "rdv.Location", on_delete=models.CASCADE, null=True, blank=True, related_name="closing_days"
    )
    first_day = models.DateField("premier jour")
    last_day = models.DateField("dernier jour")
    label = models.CharField("motif", max_length=120, blank=True)

    class Meta:
        verbose_name = "jour de fermeture"
        verbose_name_plural = "jours de fermeture"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(first_day__lte=models.F("last_day")),
                name="closing_day_order",
                violation_error_message="Le dernier jour ne peut pas précéder le premier.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label or 'Fermeture'} ({self.first_day} – {self.last_day})"


class Commune(models.Model):
    """Commune: a municipality, its postcodes, and the locations whose zone covers it."""

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="communes")
    insee_code = models.CharField("code INSEE", max_length=5)
    name = models.CharField("nom", max_length=120)
    postcodes = ArrayField(models.CharField(max_length=5), verbose_name="codes postaux", default=list)
    latitude = models.FloatField("latitude", null=True, blank=True)
    longitude = models.FloatField("longitude", null=True, blank=True)
    locations = models.ManyToManyField("rdv.Location", related_name="communes", blank=True)
    search_key = models.CharField(max_length=160, editable=False, db_index=True)

    class Meta:
        verbose_name = "commune"
        constraints = [
            models.UniqueConstraint(fields=["territory", "insee_code"], name="commune_once_per_territory"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, **kwargs: Any) -> None:
        self.search_key = search_key(self.name)
        super().save(**kwargs)
