"""Teams, trades, places and rooms."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from rdv.models.territory import HOLIDAY_ZONES, QUIET_DAYS, Territory
from rdv.models.text import Minutes
from rdv.scheduling.sending import QuietDays, Window


class Organisation(models.Model):
    """MDS, circonscription, UTAS… (the label is the territory's): a team with its phone, hours and defaults.

    Empty values are inherited from the territory.
    """

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="organisations")
    slug = models.SlugField("identifiant")
    name = models.CharField("nom", max_length=120)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    email = models.EmailField("adresse électronique", blank=True)
    opening_hours = models.CharField("horaires d’ouverture", max_length=200, blank=True)
    time_zone = models.CharField("fuseau horaire", max_length=64, blank=True)
    holiday_zone = models.CharField("zone de jours fériés", max_length=40, choices=HOLIDAY_ZONES, blank=True)
    cancel_deadline_minutes = Minutes("délai d’annulation", null=True, blank=True)
    move_deadline_minutes = Minutes("délai de déplacement", null=True, blank=True)
    earliest_notice_minutes = Minutes("délai minimal", null=True, blank=True)
    latest_notice_days = models.PositiveSmallIntegerField("délai maximal, en jours", null=True, blank=True)
    messages_from = models.TimeField("premier envoi de la journée", null=True, blank=True)
    messages_until = models.TimeField("dernier envoi de la journée", null=True, blank=True)
    quiet_days = models.CharField("jours sans message", max_length=8, choices=QUIET_DAYS, blank=True)
    reminder_plan = models.JSONField("plan de rappel", null=True, blank=True)
    sends_no_show_message = models.BooleanField("message après une absence", null=True, blank=True)
    is_active = models.BooleanField("active", default=True)

    class Meta:
        verbose_name = "organisation"
        constraints = [
            models.UniqueConstraint(fields=["territory", "slug"], name="organisation_slug_once_per_territory"),
            models.CheckConstraint(
                condition=models.Q(messages_from=None, messages_until=None)
                | models.Q(messages_from__lt=models.F("messages_until")),
                name="organisation_messages_window",
                violation_error_message="Donnez les deux heures d’envoi, la première avant la dernière, ou aucune.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Service(models.Model):
    """Service (PMI, santé sexuelle, agrément…): a trade, and the wall of professional secrecy.

    A *discreet* service is invisible outside itself, and its messages are neutral.
    """

    territory = models.ForeignKey(Territory, on_delete=models.CASCADE, related_name="services")
    slug = models.SlugField("identifiant")
    name = models.CharField("nom", max_length=120)
    is_discreet = models.BooleanField("discret", default=False)
    neutral_sender = models.CharField("expéditeur neutre des SMS", max_length=20, blank=True)
    invitations_per_day = models.PositiveSmallIntegerField("invitations par jour au plus", default=50, db_default=50)

    class Meta:
        verbose_name = "service"
        constraints = [
            models.UniqueConstraint(fields=["territory", "slug"], name="service_slug_once_per_territory"),
        ]

    def __str__(self) -> str:
        return self.name


class LocationQuerySet(models.QuerySet["Location"]):
    def active(self) -> "LocationQuerySet":
        return self.filter(is_active=True, organisation__is_active=True)


class Location(models.Model):
    """Lieu: where families come; fixed, or mobile (a bus).

    `openings_version` is drawn anew each time the opening occurrences of the location change, so that
    processes know when what they keep in memory is out of date. It is random rather than counted: a
    count that is rolled back would be given twice, to two different states.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="locations")
    slug = models.SlugField("identifiant")
    name = models.CharField("nom", max_length=120)
    short_name = models.CharField("nom court, pour les SMS", max_length=30, blank=True)
    address = models.CharField("adresse", max_length=200, blank=True)
    postcode = models.CharField("code postal", max_length=5, blank=True)
    city = models.CharField("commune", max_length=120, blank=True)
    insee_code = models.CharField("code INSEE", max_length=5, blank=True)
    latitude = models.FloatField("latitude", null=True, blank=True)
    longitude = models.FloatField("longitude", null=True, blank=True)
    access_notes = models.TextField("accès", blank=True)
    phone = models.CharField("téléphone", max_length=20, blank=True)
    time_zone = models.CharField("fuseau horaire", max_length=64, blank=True)
    holiday_zone = models.CharField("zone de jours fériés", max_length=40, choices=HOLIDAY_ZONES, blank=True)
    keeps_good_friday = models.BooleanField("fermé le Vendredi saint (Alsace-Moselle)", default=True)
    is_mobile = models.BooleanField("itinérant", default=False)
    is_active = models.BooleanField("actif", default=True)
    openings_version = models.BigIntegerField(default=0, editable=False)

    objects = LocationQuerySet.as_manager()

    class Meta:
        verbose_name = "lieu"
        verbose_name_plural = "lieux"
        constraints = [
            models.UniqueConstraint(fields=["organisation", "slug"], name="location_slug_once_per_organisation"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> str:
        """IANA name of the time zone in which everything at this location is shown and sent."""
        return self.time_zone or self.organisation.time_zone or self.organisation.territory.time_zone

    @property
    def effective_holiday_zone(self) -> str:
        return self.holiday_zone or self.organisation.holiday_zone or self.organisation.territory.holiday_zone

    @property
    def sending(self) -> Window:
        """When families may be written to about this place: its hours and days are those where it stands."""
        organisation = self.organisation
        territory = organisation.territory
        return Window(
            self.zone,
            organisation.messages_from or territory.messages_from,
            organisation.messages_until or territory.messages_until,
            QuietDays(organisation.quiet_days or territory.quiet_days),
            self.effective_holiday_zone,
        )

    @property
    def label(self) -> str:
        """What fits an SMS."""
        return self.short_name or self.name

    @property
    def postal_address(self) -> str:
        return ", ".join(part for part in (self.address, f"{self.postcode} {self.city}".strip()) if part)


class Room(models.Model):
    """Salle: a room of a location, with what stands in it."""

    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="rooms")
    name = models.CharField("nom", max_length=80)
    equipment = ArrayField(models.SlugField(), verbose_name="équipement", default=list, blank=True)
    is_active = models.BooleanField("active", default=True)

    class Meta:
        verbose_name = "salle"
        constraints = [
            models.UniqueConstraint(fields=["location", "name"], name="room_name_once_per_location"),
        ]

    def __str__(self) -> str:
        return self.name
